"""A notice of the law prepared as a letter goes the way of every letter: to print, posted, followed; and what is said of it counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from channels.paper.post import Followed, Key, follow, post
from grc.actions.decide import decide
from grc.actions.house import House
from grc.actions.legal_act import LETTER
from grc.db.transaction import WORKER
from grc.errors import BadInput
from grc.people.agents import SignedIn
from tests.actions.test_law import REFUSAL, SIGNER, Life, leave, moment
from tests.makers.requests import request
from tests.support.arrivals import row
from tests.support.world import World

HOME = {"postal_address": "14 rue des Genêts\n40100 Dax"}


async def decided(house: House, world: World, **fields: str) -> Life:
    """A request that was refused on paper, three weeks after it came."""
    at = moment("2026-01-10")
    async with house.db.transaction(WORKER) as tx:
        life = Life(house, world, await request(tx, at, fields=fields))
    await leave(house, at + timedelta(seconds=5))
    await life.at("2026-02-02", decide, REFUSAL, LETTER, SIGNER)
    return life


async def letter(house: House) -> Any:
    """The letter of the decision, and its delivery."""
    return await row(house, "select l.*, o.state as delivery from letter l join outgoing o on o.id = l.outgoing_id")


async def said(life: Life, day: str, **how: Any) -> None:
    """An agent says that day that the decision was posted."""
    where = await letter(life.house)

    async def posted(tx: Any, agent: SignedIn, key: Any, now: Any) -> None:
        await post(tx, agent, [(key.collectivity_id, where["outgoing_id"])], how.get("on"), how.get("registered", ""), now)

    await life.at(day, posted)


async def test_a_decision_on_paper_waits_among_the_letters_and_is_notified_by_being_posted(house: House, world: World) -> None:
    life = await decided(house, world, **HOME)
    found = await letter(house)
    assert (found["state"], found["delivery"]) == ("to-print", "to-print")
    assert found["address"].endswith("14 rue des Genêts\n40100 Dax")
    signed = await row(house, "select digest from attachment where ticket_id = $1", life.key.id)
    assert found["digest"] == signed["digest"], "what is posted is the very letter that was written, with its place to sign"
    assert "appeal" not in await life.due()
    with pytest.raises(BadInput):
        await said(life, "2026-02-03", on=date(2026, 1, 30))
    await said(life, "2026-02-03")
    assert (await letter(house))["delivery"] == "sent"
    assert await life.due() == {"appeal": "2026-04-07"}
    assert "lettre simple" in (await life.told("notified"))[0]


async def test_a_registered_decision_is_notified_on_the_day_it_was_received(house: House, world: World) -> None:
    life = await decided(house, world, **HOME)
    await said(life, "2026-02-03", registered="1A 234 567 8901 2")
    assert await life.told("notified") == []
    key: Key = (life.key.collectivity_id, (await letter(house))["outgoing_id"])

    async def followed(tx: Any, agent: SignedIn, _ticket: Any, now: Any) -> None:
        await follow(tx, agent, key, Followed("1A23456789012", date(2026, 2, 4), date(2026, 2, 5)), now)

    await life.at("2026-02-06", followed)
    assert await life.due() == {"appeal": "2026-04-07"}
    assert "lettre recommandée" in (await life.told("notified"))[0]


async def test_a_notice_for_somebody_whose_home_is_unknown_is_printed_from_its_request(house: House, world: World) -> None:
    await decided(house, world)
    assert (await row(house, "select count(*) as n from letter"))["n"] == 0
