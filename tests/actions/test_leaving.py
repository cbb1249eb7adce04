"""What leaves, leaves in turns and at the pace of its relay; what a relay answers is seen on the ticket, and tried again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast

import pytest

from grc import clock
from grc.actions import deliver
from grc.actions.house import House
from grc.actions.turns import Turns
from grc.app import compose
from grc.db.transaction import WORKER
from grc.messages.channel import Channel
from grc.messages.model import OutboundMessage, Sent
from grc.settings import Settings
from grc.tickets import page
from grc.web import telling
from tests.makers import relay as relays
from tests.makers.relay import LEAVES, SILENT
from tests.support.arrivals import form, opened, row, rows, send_all, ticket, told
from tests.support.world import BOISVERT, SAINTE_MER, World


@pytest.fixture
async def failing(settings: Settings, world: World) -> AsyncIterator[tuple[House, relays.Relay]]:
    """The service with a relay that can be told to fail."""
    async with relays.relay() as there:
        given = settings.model_dump() | {"relay": f"smtp://127.0.0.1:{there.port}"}
        async with compose(Settings.model_validate(given)) as composed:
            yield composed.house, there


@pytest.mark.parametrize(
    ("step", "answer", "state", "seen", "alarm"),
    [
        ("RCPT", "451 4.2.0 greylisted", "temporary-failure", "nouvel essai prévu", None),
        ("mail", "421 4.3.2 closing", "temporary-failure", "nouvel essai prévu", None),
        ("mail", LEAVES, "temporary-failure", "nouvel essai prévu", None),
        ("RCPT", "550 5.1.1 no such user", "permanent-failure", "refusé", "notice_failed"),
        ("MAIL", "530 5.7.0 authentication required", "technical-failure", "échec technique", "notice_failed"),
    ],
)
async def test_what_the_relay_answers_is_seen_and_tried_again_where_that_may_help(
    failing: tuple[House, relays.Relay], world: World, step: str, answer: str, state: str, seen: str, alarm: str | None
) -> None:
    house, there = failing
    key = await opened(house, form())
    there.at[step] = [answer, answer] if step == "MAIL" else [answer]
    assert await send_all(house) == [state]
    reference = (await ticket(house, key))["reference"]
    async with world.acting("claire") as (tx, _):
        shown = (await page.read(tx, reference)).messages[-1].deliveries[0]
    assert shown.state == state
    assert seen in telling.delivery(shown.state)[0]
    assert answer == LEAVES or answer in shown.detail, "the relay's own words"
    assert (await ticket(house, key))["alarm"] == alarm
    if alarm is None:
        waits = (await row(house, "select due - (select max(at) from delivery_attempt) as waits from outgoing"))["waits"]
        assert waits == timedelta(minutes=1)
        async with house.db.transaction(WORKER) as tx:
            await tx.conn.execute("update outgoing set due = now()")
        assert await send_all(house) == ["sent"]
        ids = {line for taken in there.taken for line in taken.split(b"\r\n") if line.lower().startswith(b"message-id:")}
        assert len(ids) == 1, "however often it had to be given, it is one message"
    else:
        assert "delivery_failed" in await told(house, key)
        assert await send_all(house) == [], "it is not tried again by itself"


async def mailing(house: House, collectivity: int, number: int) -> None:
    """As many deliveries of one collectivity, all waiting since an hour."""
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute(
            "insert into outgoing (collectivity_id, ticket_id, message_id, channel, to_addr, automatic, state, due, created_at)"
            " select o.collectivity_id, o.ticket_id, o.message_id, o.channel, o.to_addr, false, 'created', now() - interval '1 hour', now()"
            " from outgoing o, generate_series(1, $2) where o.collectivity_id = $1", collectivity, number,
        )  # fmt: skip


async def test_a_mailing_of_one_holds_up_no_other(house: House) -> None:
    await opened(house, form())
    await mailing(house, SAINTE_MER, 100)
    boisvert = form({"courriel": "marc@habitants.example"})
    await opened(house, type(boisvert)("form", "40903", "b1", boisvert.raw, BOISVERT))
    turns = Turns()
    first = [one.message.collectivity_id for one in await deliver.claim(house, clock.now(), 8, turns)]
    assert BOISVERT in first
    assert len(first) > 1, "and its own go on"
    later = [one.message.collectivity_id for one in await deliver.claim(house, clock.now(), 8, turns)]
    assert later == [SAINTE_MER] * 8


@dataclass
class Full:
    """A channel whose hands are full."""

    until: timedelta
    asked: int = 0
    name: str = "email"

    async def send(self, message: OutboundMessage) -> Sent:
        self.asked += 1
        return Sent("not-yet", "trop vite", clock.now() + self.until)


async def test_what_the_relay_has_no_room_for_is_no_failed_try(house: House) -> None:
    await opened(house, form())
    await mailing(house, SAINTE_MER, 20)
    turns, full = Turns(), Full(timedelta(seconds=30))
    crowded = replace(house, channels=cast(Mapping[str, Channel], {"email": full}))
    for leaving in await deliver.claim(crowded, clock.now(), 4, turns):
        assert await deliver.deliver(crowded, leaving, clock.now, turns) == "not-yet"
    assert await deliver.claim(crowded, clock.now(), 4, turns) == [], "its collectivity rests, so that others are served"
    tried = await rows(house, "select state, tries from outgoing where due > now()")
    assert [(line["state"], line["tries"]) for line in tried] == [("created", 0)] * 4
    assert await rows(house, "select from delivery_attempt") == []
    assert len(await deliver.claim(house, clock.now() + timedelta(minutes=1), 50, turns)) == 21


async def test_a_crash_before_the_relay_was_asked_sends_once(failing: tuple[House, relays.Relay]) -> None:
    house, there = failing
    await opened(house, form())
    await deliver.claim(house, clock.now(), 1)  # and the worker dies
    assert await send_all(house) == []
    (leaving,) = await deliver.claim(house, clock.now() + deliver.LEASE, 1)
    assert (await deliver.deliver(house, leaving, clock.now), len(there.taken)) == ("sent", 1)


async def test_a_relay_that_never_answers_is_given_up_after_two_days(house: House) -> None:
    key = await opened(house, form())
    (leaving,) = await deliver.claim(house, clock.now(), 1)
    late = clock.now() + timedelta(hours=49)
    assert await deliver.record(house, leaving, Sent("temporary-failure", f"DATA : {SILENT}"), late) == "permanent-failure"
    assert (await ticket(house, key))["alarm"] == "notice_failed"
