"""Appointments: planned for a colleague, told with a calendar file, moved, called off, kept; and the time they took."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar

from grc import clock
from grc.actions.cancel_appointment import cancel_appointment
from grc.actions.end_appointment import end_appointment
from grc.actions.house import House
from grc.actions.move_appointment import move_appointment
from grc.actions.plan_appointment import plan_appointment
from grc.actions.spend import spend
from grc.actions.unspend import unspend
from grc.db.transaction import WORKER
from grc.errors import BadInput, Conflict, NotFound
from grc.tickets import appointments, work_times
from grc.tickets.appointments import Appointment
from grc.tickets.dossier import dossier
from grc.tickets.model import TicketKey
from tests.makers.majors import becomes
from tests.makers.types import document, publish
from tests.support.arrivals import form, opened, rows, send_all, ticket, told
from tests.support.relay import Relay
from tests.support.world import BOISVERT, SAINTE_MER, World

TOMORROW = (clock.now() + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
HOUR = timedelta(hours=1)
TODAY = clock.now().astimezone(clock.PARIS).date()


@pytest.fixture
async def key(house: House) -> TicketKey:
    """A ticket of the reception of Sainte-Mer."""
    return await opened(house, form())


async def plan(
    world: World, key: TicketKey, *, who: str = "paul", whom: str = "paul", at: datetime = TOMORROW, kind: str = "visit", tell: bool = False
) -> Appointment:
    async with world.acting(who) as (tx, agent):
        return await plan_appointment(tx, agent, key, world.agents[whom], kind, at, at + HOUR, "12 rue des Pins", clock.now(), tell=tell)


def calendar_of(mail: EmailMessage) -> Any:
    """The event of the calendar file that a mail carries, with the method of its calendar."""
    (part,) = [part for part in mail.iter_attachments() if part.get_filename() == "rendez-vous.ics"]
    assert part.get_content_type() == "text/calendar"
    content = part.get_content()
    made = Calendar.from_ical(content)
    return made["method"], next(iter(made.walk("VEVENT")))


async def test_an_appointment_is_told_with_a_file_that_any_calendar_takes(house: House, world: World, relay: Relay, key: TicketKey) -> None:
    one = await plan(world, key, tell=True)
    assert set(await send_all(house)) == {"sent"}
    got = await relay.caught(lambda caught: "rendez-vous" in str(caught.mail["Subject"]))
    assert got.rcpt_to == "jeanne@habitants.example"
    assert "Paul Dubos vient sur place\u00a0: 12 rue des Pins." in got.text
    method, event = calendar_of(got.mail)
    assert (method, event["location"], int(event["sequence"]), event["status"]) == ("PUBLISH", "12 rue des Pins", 0, "CONFIRMED")
    assert event["dtstart"].dt.astimezone(UTC) == TOMORROW
    assert event["dtend"].dt.astimezone(UTC) == TOMORROW + HOUR
    assert "appointment" in await told(house, key)
    spoken = await rows(house, "select from message where ticket_id = $1 and direction = 'out' and kind = 'message'", key.id)
    assert not spoken, "an appointment is no answer in law"
    assert one.state == "planned"


async def test_moved_and_called_off_the_same_event_follows(house: House, world: World, relay: Relay, key: TicketKey) -> None:
    one = await plan(world, key, tell=True)
    async with world.acting("paul") as (tx, agent):
        later = TOMORROW + timedelta(days=1)
        await move_appointment(tx, agent, key, one.id, world.agents["claire"], later, later + HOUR, "Ailleurs", clock.now(), tell=True)
    async with world.acting("paul") as (tx, agent):
        await cancel_appointment(tx, agent, key, one.id, clock.now(), tell=True)
    await send_all(house)
    mails = [caught.mail for caught in relay.mails if "endez-vous" in str(caught.mail["Subject"])]
    seen = [calendar_of(mail) for mail in mails]
    assert [method for method, _ in seen] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert [int(event["sequence"]) for _, event in seen] == [0, 1, 2]
    assert len({str(event["uid"]) for _, event in seen}) == 1
    assert "annulé" in str(mails[-1]["Subject"])
    assert [what for what in await told(house, key) if "appointment_" in what] == ["appointment_moved", "appointment_cancelled"]
    for act in (cancel_appointment, end_appointment):
        with pytest.raises(Conflict):
            async with world.acting("paul") as (tx, agent):
                if act is cancel_appointment:
                    await cancel_appointment(tx, agent, key, one.id, clock.now(), tell=False)
                else:
                    await end_appointment(tx, agent, key, one.id, 60, 0, "", clock.now())


async def test_it_is_said_in_the_words_of_the_type_where_it_has_some(house: House, world: World, relay: Relay) -> None:
    plain = document("name: essai_rdv\nversion: 1\ntitle: Essai\nsummary: Pour les essais.\nfields: []")
    text = plain + "texts:\n  appointment: {subject: Notre visite, body: 'Nous venons. {{ words }}'}\n"
    await publish(house.db, SAINTE_MER, text)
    await becomes(house.db, SAINTE_MER, {"lampadaire": "essai_rdv"})
    key = await opened(house, form())
    await plan(world, key, tell=True)
    await send_all(house)
    got = await relay.caught(lambda caught: str(caught.mail["Subject"]) == "Notre visite")
    assert got.text.startswith("Nous venons. ")


async def test_nobody_is_told_where_the_agent_does_not_say_so_or_there_is_no_way(house: House, world: World, key: TicketKey) -> None:
    await plan(world, key)
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update ticket set answer_addr = ''")
    await plan(world, key, tell=True)
    assert await rows(house, "select from message where direction = 'out' and kind = 'appointment'") == []


async def test_who_has_something_else_in_these_hours_is_warned_of_and_not_forbidden(house: House, world: World, key: TicketKey) -> None:
    first = await plan(world, key)
    for at, many in ((TOMORROW + timedelta(minutes=30), 1), (TOMORROW + HOUR, 0), (TOMORROW - HOUR, 0)):
        async with world.acting("paul") as (tx, _agent):
            found = await appointments.overlapping(tx, SAINTE_MER, world.agents["paul"], at, at + HOUR)
        assert len(found) == many, at
    async with world.acting("paul") as (tx, _agent):
        assert not await appointments.overlapping(tx, SAINTE_MER, world.agents["paul"], TOMORROW, TOMORROW + HOUR, apart=first.id)
        assert not await appointments.overlapping(tx, SAINTE_MER, world.agents["claire"], TOMORROW, TOMORROW + HOUR)
    await plan(world, key, at=TOMORROW + timedelta(minutes=30))


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("assignee", {"whom": "luc"}),  # he does not see this service
        ("assignee", {"whom": "bea"}),
        ("starts", {"at": TOMORROW - timedelta(days=9)}),
        ("starts", {"at": TOMORROW + timedelta(days=900)}),
        ("kind", {"kind": "party"}),
    ],
)
async def test_an_appointment_that_cannot_be_says_why(world: World, key: TicketKey, field: str, given: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as refused:
        await plan(world, key, **given)
    assert refused.value.field == field


async def test_what_was_kept_notes_its_time_and_its_way(house: House, world: World, key: TicketKey) -> None:
    one = await plan(world, key)
    async with world.acting("paul") as (tx, agent):
        await end_appointment(tx, agent, key, one.id, 75, 42, "Carte réseau changée", clock.now())
    async with world.acting("paul") as (tx, _agent):
        assert await work_times.total(tx, key) == (75, 42)
        (line,) = await work_times.of_ticket(tx, key)
        assert (line.kind, line.agent, line.note, line.day) == ("visit", "Paul Dubos", "Carte réseau changée", TODAY)
        assert (await appointments.one(tx, key, one.id)).state == "done"
    assert (await told(house, key))[-2:] == ["spent", "appointment_done"]


async def test_time_is_noted_in_whole_minutes_and_taken_away_the_same_day_by_who_noted_it(
    house: House, world: World, key: TicketKey
) -> None:
    async with world.acting("paul") as (tx, agent):
        await spend(tx, agent, key, 15, "phone", 0, "", TODAY, clock.now())
    async with world.acting("claire") as (tx, agent):
        await spend(tx, agent, key, 0, "visit", 12, "", TODAY, clock.now())
    async with world.acting("paul") as (tx, _agent):
        assert await work_times.total(tx, key) == (15, 12)
        claires, pauls = await work_times.of_ticket(tx, key)
    for line, at, error in ((claires, clock.now(), NotFound), (pauls, clock.now() + timedelta(days=2), Conflict)):
        with pytest.raises(error):
            async with world.acting("paul") as (tx, agent):
                await unspend(tx, agent, key, line.id, at)
    async with world.acting("paul") as (tx, agent):
        await unspend(tx, agent, key, pauls.id, clock.now())
    async with world.acting("paul") as (tx, _agent):
        assert await work_times.total(tx, key) == (0, 12)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("minutes", (0, "desk", 0, "", TODAY)),
        ("minutes", (1441, "desk", 0, "", TODAY)),
        ("minutes", (-5, "desk", 0, "", TODAY)),
        ("km", (5, "visit", 2001, "", TODAY)),
        ("kind", (5, "nap", 0, "", TODAY)),
        ("note", (5, "desk", 0, "x" * 501, TODAY)),
        ("day", (5, "desk", 0, "", TODAY + timedelta(days=2))),
        ("day", (5, "desk", 0, "", TODAY - timedelta(days=400))),
    ],
)
async def test_time_that_cannot_be_says_why(world: World, key: TicketKey, field: str, given: tuple[int, str, int, str, date]) -> None:
    with pytest.raises(BadInput) as refused:
        async with world.acting("paul") as (tx, agent):
            await spend(tx, agent, key, *given, clock.now())
    assert refused.value.field == field


@pytest.mark.parametrize("stranger", ["luc", "bea"])
async def test_nobody_plans_or_notes_on_a_ticket_he_cannot_see(house: House, world: World, key: TicketKey, stranger: str) -> None:
    one = await plan(world, key)
    with pytest.raises(NotFound):
        await plan(world, key, who=stranger, whom=stranger)
    async with world.acting(stranger) as (tx, agent):
        assert await appointments.of_ticket(tx, key) == []
        assert await appointments.between(tx, [SAINTE_MER, BOISVERT], TOMORROW - HOUR, TOMORROW + HOUR) == []
        with pytest.raises(NotFound):
            await appointments.one(tx, key, one.id)
        with pytest.raises(NotFound):
            await spend(tx, agent, key, 5, "desk", 0, "", TODAY, clock.now())


async def test_the_dossier_tells_what_was_spent_and_planned(house: House, world: World, key: TicketKey) -> None:
    one = await plan(world, key)
    async with world.acting("paul") as (tx, agent):
        await end_appointment(tx, agent, key, one.id, 30, 8, "", clock.now())
    reference = (await ticket(house, key))["reference"]
    async with house.db.transaction(WORKER) as tx:
        found = await dossier(tx, reference)
    assert [(line["minutes"], line["km"], line["who"]) for line in found["work"]] == [(30, 8, "Paul Dubos")]
    assert [(line["state"], line["with"]) for line in found["appointments"]] == [("done", "Paul Dubos")]
