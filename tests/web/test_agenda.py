"""Appointments and time on a ticket's pages, the agenda of a week, and its secret address for an agent's own calendar."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from grc import clock
from grc.actions.house import House
from grc.clock import PARIS
from grc.db.transaction import WORKER
from tests.makers.agents import Browser, Door, Site
from tests.support.arrivals import arrive, form, row, rows
from tests.support.world import World

TOMORROW = (clock.now().astimezone(PARIS) + timedelta(days=1)).date().isoformat()
FEED = re.compile(r'value="[^"]*(/agent/agenda/[A-Za-z0-9_-]{43}\.ics)"')


@pytest.fixture
async def path(house: House) -> str:
    """The page of a ticket of the reception of Sainte-Mer."""
    return f"/agent/demandes/{(await arrive(house, form()))['ticket']}"


async def plan(browser: Browser, path: str, **given: str) -> str:
    """Plans an appointment by the form; what became of it, as the page is told."""
    typed = {"genre": "visit", "jour": TOMORROW, "debut": "09:00", "fin": "10:30", "lieu": "12 rue des Pins", **given}
    answer = await browser.post(f"{path}/rendezvous", **typed)
    assert answer.status == 303, answer.text
    return answer.headers["Location"].rpartition("=")[2]


async def test_an_appointment_is_planned_moved_called_off_and_seen_in_the_week(claire: Browser, house: House, path: str) -> None:
    assert await plan(claire, path, prevenir="1") == "rendezvous"
    assert "de 9\u00a0h\u00a000 à 10\u00a0h\u00a030" in (await claire.get(path)).text
    page = (await claire.get(f"{path}/rendez-vous")).text
    number = (await row(house, "select id from appointment"))["id"]
    assert "12 rue des Pins" in page
    assert await plan(claire, path, debut="10:00", fin="11:00") == "chevauche"
    assert "déjà autre chose" in (await claire.get(f"{path}?fait=chevauche")).text
    week = (await claire.get(f"/agent/agenda?semaine={TOMORROW}")).text
    assert "Jeanne Duport" in week
    assert "9\u00a0h\u00a000 à 10\u00a0h\u00a030" in week
    moved = await claire.post(
        f"{path}/reporter", rendezvous=str(number), jour=TOMORROW, debut="14:00", fin="15:00", lieu="Ailleurs", prevenir="1"
    )
    assert moved.headers["Location"].endswith("fait=reporter")
    assert (await claire.post(f"{path}/annuler", rendezvous=str(number), prevenir="1")).status == 303
    assert (await claire.post(f"{path}/annuler", rendezvous=str(number))).status == 409
    assert "14\u00a0h" not in (await claire.get(f"/agent/agenda?semaine={TOMORROW}")).text
    assert len(await rows(house, "select from outgoing where not automatic")) == 3
    wrong = await claire.post(f"{path}/rendezvous", genre="visit", jour="hier", debut="9", fin="")
    assert wrong.status == 422


async def test_an_appointment_that_was_kept_notes_what_it_took(claire: Browser, house: House, path: str) -> None:
    await plan(claire, path)
    number = (await row(house, "select id from appointment"))["id"]
    assert (await claire.post(f"{path}/tenir", rendezvous=str(number), minutes="80", km="24", note="Fait")).status == 303
    page = (await claire.get(path)).text
    assert "1\u00a0h\u00a020, 24\u00a0km" in page
    assert "tenu" in (await claire.get(f"/agent/agenda?semaine={TOMORROW}")).text


async def test_time_is_noted_by_one_press_or_in_full_and_taken_away(claire: Browser, house: House, path: str) -> None:
    for minutes in ("5", "15"):
        assert (await claire.post(f"{path}/temps", minutes=minutes)).status == 303
    full = {"minutes": "30", "genre": "visit", "km": "12", "note": "Sur place", "jour": clock.now().astimezone(PARIS).date().isoformat()}
    assert (await claire.post(f"{path}/temps", **full)).status == 303
    assert "<b>50\u00a0min, 12\u00a0km</b>" in (await claire.get(path)).text
    page = (await claire.get(f"{path}/temps")).text
    assert "Sur place" in page
    line = (await row(house, "select id from work_time where minutes = 30"))["id"]
    assert (await claire.post(f"{path}/retirer", ligne=str(line))).status == 303
    assert "<b>20\u00a0min</b>" in (await claire.get(path)).text
    for wrong in ({"minutes": "0"}, {"minutes": "-3"}, {"minutes": "beaucoup"}, {"minutes": "5", "jour": "2001-01-01"}):
        assert (await claire.post(f"{path}/temps", **wrong)).status == 422


async def test_the_file_of_an_appointment_is_a_calendar(claire: Browser, house: House, path: str) -> None:
    await plan(claire, path)
    number = (await row(house, "select id from appointment"))["id"]
    answer = await claire.get(f"{path}/rendez-vous/{number}.ics")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.text).walk("VEVENT")
    assert str(event["location"]) == "12 rue des Pins"
    assert path in str(event["description"])
    assert (await claire.get(f"{path}/rendez-vous/{number + 1}.ics")).status == 404


async def test_a_secret_address_gives_an_agent_s_own_appointments_until_it_is_replaced_or_cut(
    door: Door, house: House, site: Site, world: World, path: str
) -> None:
    paul, claire = await door("paul"), await door("claire")
    await plan(paul, path)
    await plan(claire, path, lieu="Chez Claire")

    async def made(browser: Browser) -> str:
        found = FEED.search((await browser.post("/agent/agenda/adresse")).text)
        assert found is not None
        return found[1]

    async def read(address: str) -> list[str]:
        async with site.get(address, headers={"Cookie": ""}) as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith("text/calendar")
            return [str(event["location"]) for event in Calendar.from_ical(await answer.text()).walk("VEVENT")]

    async def gone(address: str) -> bool:
        async with site.get(address) as answer:
            return answer.status == 404

    first = await made(paul)
    assert await read(first) == ["12 rue des Pins"]
    assert await read(await made(claire)) == ["Chez Claire"]
    assert first not in (await paul.get("/agent/agenda")).text, "it is shown once"
    second = await made(paul)
    assert await gone(first)
    assert await read(second) == ["12 rue des Pins"]
    async with house.db.transaction(WORKER) as tx:  # he leaves the reception for another service
        other = await tx.conn.fetchval("select id from service where collectivity_id = 2 and slug = 'voirie'")
        await tx.conn.execute("update membership set service_id = $1 where agent_id = $2", other, world.agents["paul"])
    assert await read(second) == []
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update agent set active = false where id = $1", world.agents["claire"])
    assert (await paul.post("/agent/agenda/adresse/fin")).status == 303
    assert await gone(second)
    assert await gone("/agent/agenda/" + "x" * 43 + ".ics")


@pytest.mark.parametrize("who", ["bea", "luc"])  # of another town; of another service of the same town
async def test_the_appointments_and_times_of_others_look_like_those_of_nothing(
    claire: Browser, door: Door, house: House, path: str, who: str
) -> None:
    await plan(claire, path)
    await claire.post(f"{path}/temps", minutes="5")
    number, line = (await row(house, "select id from appointment"))["id"], (await row(house, "select id from work_time"))["id"]
    browser, nothing = await door(who), "/agent/demandes/0000-000"
    for page in ("/temps", "/rendez-vous", f"/rendez-vous/{number}.ics"):
        theirs, none = await browser.get(path + page), await browser.get(nothing + page)
        assert theirs.status == none.status == 404
        assert theirs.text == none.text
    typed = {
        "genre": "visit",
        "jour": TOMORROW,
        "debut": "09:00",
        "fin": "10:00",
        "rendezvous": str(number),
        "ligne": str(line),
        "minutes": "5",
    }
    for act in ("temps", "retirer", "rendezvous", "reporter", "annuler", "tenir"):
        theirs, none = await browser.post(f"{path}/{act}", **typed), await browser.post(f"{nothing}/{act}", **typed)
        assert theirs.status == none.status == 404
        assert theirs.text == none.text
    assert "Jeanne Duport" not in (await browser.get(f"/agent/agenda?semaine={TOMORROW}")).text
    # nor does a ticket of his own lead to them
    mine = f"/agent/demandes/{(await arrive(house, form({'service': 'voirie'})))['ticket']}"
    luc = await door("luc")
    for act in ("reporter", "annuler", "tenir", "retirer"):
        assert (await luc.post(f"{mine}/{act}", **typed)).status == 404
    assert (await row(house, "select state from appointment"))["state"] == "planned"


async def test_any_week_can_be_asked_for_and_words_that_are_none_mean_this_one(claire: Browser) -> None:
    for week in ("2026-01-05", "n’importe", "9999-12-31", "0001-01-01", ""):
        assert (await claire.get(f"/agent/agenda?semaine={week}")).status == 200
    assert "Semaine du lundi 5 janv. au dimanche 11 janv." in (await claire.get("/agent/agenda?semaine=2026-01-08")).text
