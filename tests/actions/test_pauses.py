"""A ticket that waits stops its deadline; when it goes on, the deadline has the time left that it had, on the clock it runs by."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from grc.actions import fire
from grc.actions.house import House
from grc.clock import PARIS
from grc.db.transaction import WORKER
from grc.tickets.model import TicketKey
from tests.makers.loans import TEXT
from tests.makers.types import publish
from tests.support.arrivals import row, rows, ticket, told
from tests.support.tickets import begun, lived
from tests.support.world import AGENCY, SAINTE_MER, World

ASKED = {"chaises": 20, "urgence": "basse"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


WEDNESDAY, FRIDAY = at("2026-03-04T15:30"), at("2026-03-06T15:30")


async def doing(world: World, fields: dict[str, Any] = ASKED, now: datetime = WEDNESDAY) -> TicketKey:
    """A loan that is being prepared: sixteen hours of work to answer, two where it is urgent."""
    await publish(world.db, AGENCY, TEXT)
    key = await begun(world.db, SAINTE_MER, "loan", fields, now=now)
    await lived(world.db, key, "transition:accept", now=now)
    return key


async def answer(house: House, key: TicketKey) -> Any:
    return await row(house, "select * from deadline where ticket_id = $1 and reminds is null and met_at is null", key.id)


async def reminder(house: House, key: TicketKey) -> Any:
    return await row(house, "select * from deadline where ticket_id = $1 and reminds is not null", key.id)


async def test_a_ticket_that_waits_over_a_week_end_has_the_working_hours_left_that_it_had(house: House, world: World) -> None:
    key = await doing(world)
    assert (await answer(house, key))["due_at"] == at("2026-03-06T16:30"), (
        "two hours of Wednesday, seven and a half of Thursday, the rest on Friday"
    )
    await lived(house.db, key, "transition:ask", now=at("2026-03-06T10:00"), text="Quel jour ?")
    stands = await answer(house, key)
    assert stands["paused_at"] == at("2026-03-06T10:00")
    assert (await ticket(house, key))["due_at"] is None, "a deadline that stands still presses nobody"

    await lived(house.db, key, "citizen_message", "citizen", now=at("2026-03-09T09:00"))
    freed = await answer(house, key)
    assert (freed["paused_at"], freed["due_at"]) == (None, at("2026-03-09T15:30")), "five hours were left on Friday at ten"
    assert (await ticket(house, key))["due_at"] == freed["due_at"]
    assert (await reminder(house, key))["due_at"] == at("2026-03-09T14:30"), "its reminder moves with it"


async def test_what_stands_still_never_passes(house: House, world: World) -> None:
    key = await doing(world)
    await lived(house.db, key, "transition:ask", now=at("2026-03-06T10:00"), text="Quel jour ?")
    assert await fire.fire(house.db, at("2026-06-01T10:00")) == 0
    assert (await ticket(house, key))["alarm"] is None
    await lived(house.db, key, "transition:resume", now=at("2026-06-01T10:00"))
    assert await fire.fire(house.db, at("2026-06-01T10:00")) == 0
    assert await fire.fire(house.db, at("2026-06-03T10:00")) == 2, "the reminder, then the deadline"
    stands = await ticket(house, key)
    assert (stands["alarm"], stands["alarm_text"]) == ("loan_late", "Personne n’a répondu à temps.")
    assert [what for what in await told(house, key) if what == "reminded"] == ["reminded"]


async def test_waiting_twice_takes_nothing_from_the_time_left(house: House, world: World) -> None:
    key = await doing(world)
    for morning in (at("2026-03-05T09:00"), at("2026-03-09T09:00"), at("2026-03-12T09:00")):
        await lived(house.db, key, "transition:ask", now=morning, text="Quel jour ?")
        await lived(house.db, key, "transition:resume", now=morning + timedelta(days=2, minutes=30))
    # of sixteen hours: two on the first Wednesday and half a Thursday's, half a Monday's, then six and a half, and half a Thursday's again
    freed = (await answer(house, key))["due_at"]
    assert freed == at("2026-03-16T16:00"), "six hours are left on a Saturday"


async def test_a_reminder_that_has_come_does_not_come_again_after_a_pause(house: House, world: World) -> None:
    key = await doing(world)
    assert await fire.fire(house.db, at("2026-03-06T15:31")) == 1
    await lived(house.db, key, "transition:ask", now=at("2026-03-06T15:45"), text="Quel jour ?")
    await lived(house.db, key, "transition:resume", now=at("2026-03-09T08:30"))
    assert (await answer(house, key))["due_at"] == at("2026-03-09T09:15")
    assert await fire.fire(house.db, at("2026-03-09T09:20")) == 1
    assert [what for what in await told(house, key) if what == "reminded"] == ["reminded"]


async def test_what_had_passed_before_the_ticket_waited_is_not_freed(house: House, world: World) -> None:
    key = await doing(world, {**ASKED, "urgence": "haute"})
    assert await fire.fire(house.db, at("2026-03-05T09:00")) == 2
    await lived(house.db, key, "transition:ask", now=at("2026-03-05T10:00"), text="Quel jour ?")
    assert (await answer(house, key))["paused_at"] is None, "it is over"
    await lived(house.db, key, "transition:resume", now=at("2026-03-06T10:00"))
    assert await fire.fire(house.db, at("2026-04-01T10:00")) == 0


async def test_a_ticket_that_closes_while_it_waits_owes_nothing_more(house: House, world: World) -> None:
    text = TEXT.replace("from: [received, doing]\n    to: refused", "from: [received, doing, waiting]\n    to: refused", 1)
    await publish(world.db, AGENCY, text)
    key = await begun(world.db, SAINTE_MER, "loan", ASKED, now=WEDNESDAY)
    await lived(world.db, key, "transition:accept", now=WEDNESDAY)
    await lived(house.db, key, "transition:ask", now=FRIDAY, text="Quel jour ?")
    await lived(house.db, key, "transition:refuse", now=FRIDAY, fields={"motif": "Tout est prêté."})
    assert await rows(house, "select from deadline where ticket_id = $1 and met_at is null", key.id) == []
    assert (await ticket(house, key))["due_at"] is None


async def test_opening_hours_are_those_of_the_collectivity(house: House, world: World) -> None:
    hours = {"calendar": {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}}
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update collectivity set settings = settings || $1 where id = $2", hours, SAINTE_MER)
    key = await doing(world, now=at("2026-03-05T12:00"))
    assert (await answer(house, key))["due_at"] == at("2026-03-09T12:00"), "four hours of Thursday, eight of Friday, four of Monday"
