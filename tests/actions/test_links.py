"""Tickets that belong together: beside one another, under a problem, no longer; on both sides, within the reach of who links them."""

from __future__ import annotations

import pytest

from grc import clock
from grc.actions import errands
from grc.actions.house import House
from grc.actions.link import link
from grc.actions.put_under import put_under
from grc.actions.transition import transition
from grc.actions.unlink import unlink
from grc.errors import BadInput, Conflict, NotFound
from grc.tickets import links
from grc.tickets.model import TicketKey
from tests.support.arrivals import form, letter, opened, rows, told
from tests.support.mails import mail
from tests.support.world import BOISVERT, World


async def run_errands(house: House) -> list[str]:
    """Does all errands that are due; what became of each."""
    became = []
    while claimed := await errands.claim(house.db, clock.now(), 50):
        became += [await errands.run(house.db, errand, clock.now) for errand in claimed]
    return became


async def three(house: House) -> list[TicketKey]:
    return [await opened(house, form({"objet": f"Demande {n}"})) for n in range(3)]


async def test_two_tickets_side_by_side_are_seen_on_both(house: House, world: World) -> None:
    one, other, _ = await three(house)
    async with world.acting("paul") as (tx, agent):
        await link(tx, agent, one, other, clock.now())
    async with world.acting("paul") as (tx, agent):
        for here, there in ((one, other), (other, one)):
            found = await links.standing(tx, here)
            assert [(each.kind, each.key, each.visible, each.closed) for each in found] == [("beside", there, True, False)]
            assert found[0].place == "Mairie de Sainte-Mer"
    assert "linked" in await told(house, one)
    assert "linked" in await told(house, other)


async def test_a_link_is_made_once_and_never_with_itself(house: House, world: World) -> None:
    one, other, _ = await three(house)
    with pytest.raises(BadInput):
        async with world.acting("paul") as (tx, agent):
            await link(tx, agent, one, one, clock.now())
    async with world.acting("paul") as (tx, agent):
        await link(tx, agent, one, other, clock.now())
    for act in (link, _under):
        with pytest.raises(Conflict):
            async with world.acting("paul") as (tx, agent):
                await act(tx, agent, other, one, clock.now())


async def _under(tx, agent, above, below, now):  # type: ignore[no-untyped-def]
    return await put_under(tx, agent, above, [below], now)


async def test_nobody_links_a_ticket_he_cannot_see(house: House, world: World) -> None:
    one, other, _ = await three(house)
    elsewhere = await opened(house, letter(mail("Bonjour", to="mairie@boisvert.example"), "mairie@boisvert.example", BOISVERT))
    of_roads = await opened(house, form({"service": "voirie"}))
    for hidden in (elsewhere, of_roads):
        with pytest.raises(NotFound):
            async with world.acting("paul") as (tx, agent):
                await link(tx, agent, one, hidden, clock.now())
        with pytest.raises(NotFound):
            async with world.acting("paul") as (tx, agent):
                await put_under(tx, agent, one, [other, hidden], clock.now())
    assert await rows(house, "select from link") == []


async def test_tickets_put_under_another_are_counted_and_known_from_below(house: House, world: World) -> None:
    problem, one, other = await three(house)
    async with world.acting("paul") as (tx, agent):
        assert await put_under(tx, agent, problem, [one, other, problem], clock.now()) == 2
    async with world.acting("paul") as (tx, agent):
        with pytest.raises(Conflict):
            await put_under(tx, agent, problem, [one], clock.now())
        assert await links.below(tx, problem) == (2, 2)
        assert [(each.kind, each.key) for each in await links.standing(tx, one)] == [("above", problem)]
    async with world.acting("paul") as (tx, agent):
        await transition(tx, agent, one, "close", clock.now())
    assert set(await run_errands(house)) == {"done"}
    async with world.acting("paul") as (tx, agent):
        assert await links.below(tx, problem) == (2, 1)
        assert "linked_closed" in await told(house, problem)


async def test_an_ended_link_is_gone_from_both_sides_and_stays_in_their_history(house: House, world: World) -> None:
    one, other, _ = await three(house)
    async with world.acting("paul") as (tx, agent):
        await link(tx, agent, one, other, clock.now())
    async with world.acting("paul") as (tx, agent):
        await unlink(tx, agent, one, other, clock.now())
    assert await run_errands(house) == ["done"]
    async with world.acting("paul") as (tx, agent):
        assert await links.standing(tx, one) == await links.standing(tx, other) == []
        with pytest.raises(Conflict):
            await unlink(tx, agent, one, other, clock.now())
    assert (await told(house, one))[-1] == (await told(house, other))[-1] == "unlinked"
    assert len(await rows(house, "select from link where ended_at is not null")) == 2
    async with world.acting("paul") as (tx, agent):
        await link(tx, agent, other, one, clock.now())
        assert len(await links.standing(tx, one)) == 1


async def test_what_is_about_the_same_is_proposed_and_what_is_linked_no_more(house: House, world: World) -> None:
    one, other, _ = await three(house)
    stranger = await opened(house, form({"nom": "Marc Vives", "courriel": "marc@habitants.example"}))
    async with world.acting("paul") as (tx, agent):
        found = await links.alike(tx, one, clock.now())
        assert len(found) == 2
        assert all(each.same_person for each in found)
        assert stranger.id not in {each.id for each in found}
        await link(tx, agent, one, other, clock.now())
        found = await links.alike(tx, one, clock.now())
        assert other.id not in {each.id for each in found}
