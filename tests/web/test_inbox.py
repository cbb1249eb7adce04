"""The inbox: every ticket once however many pages, the right ones in each view, counters that stop counting."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from grc import clock
from grc.actions.house import House
from grc.db.transaction import WORKER, Database
from grc.tickets import inbox, reference
from grc.tickets.inbox import BY_LAW, CAP, PAGE, View, ends, read_cursor, write_cursor
from tests.makers.agents import Browser, Door
from tests.support.arrivals import arrive, form
from tests.support.world import SAINTE_MER, World

NOW = datetime.fromisoformat("2026-01-12T09:00:00+01:00")


async def fill(db: Database, world: World, numbers: Sequence[int], service: str = "voirie", **columns: Any) -> list[str]:
    """Tickets of Sainte-Mer, all of the same instant unless `last_at` says otherwise; their references."""
    given = {"phase": "open", "assignee_id": None, "last_at": NOW, "due_at": None, "legal_due_at": None, "state": "received"} | columns
    async with db.transaction(WORKER) as tx:
        for number in numbers:
            await tx.conn.execute(
                "insert into person (collectivity_id, id, name, created_at) values ($1, $2, $3, $4)", SAINTE_MER, 9000 + number, "X", NOW
            )
            await tx.conn.execute(
                """insert into ticket (collectivity_id, id, reference, type, version, state, phase, service_id, assignee_id, subject,
                   requester_id, requester_name, channel, unread, opened_at, last_at, due_at, legal_due_at)
                   values ($1, $2, $3, 'general', 1, $4, $5, $6, $7, $8, $9, 'Jeanne Duport', 'email', false, $10, $10, $11, $12)""",
                SAINTE_MER, number, reference.encode(number), given["state"], given["phase"], world.services[SAINTE_MER, service],
                given["assignee_id"], f"Demande {number}", 9000 + number, given["last_at"], given["due_at"],
                given["legal_due_at"],
            )  # fmt: skip
    return [reference.encode(number) for number in numbers]


async def walk(browser: Browser, view: str) -> list[str]:
    """Every ticket of a view, page after page, as the links lead."""
    found, path = [], f"/agent?vue={view}"
    while path:
        page = await browser.get(path)
        assert page.status == 200
        found += page.references
        onward = re.search(r'class="more"><a href="([^"]+)"', page.text)
        path = onward[1].replace("&amp;", "&") if onward else ""
    return found


@pytest.mark.parametrize(
    ("view", "columns"),
    [
        ("tous", {}),
        ("a-prendre", {}),
        ("clos", {"phase": "closed", "state": "closed"}),
        ("en-retard", {"due_at": NOW - timedelta(days=400)}),
    ],
)
async def test_pages_show_every_ticket_once_even_of_the_same_instant(
    claire: Browser, db: Database, world: World, view: str, columns: dict[str, Any]
) -> None:
    made = await fill(db, world, range(1, 2 * PAGE + 8), **columns)
    made += await fill(db, world, range(501, 511), "etat-civil", **columns)
    found = await walk(claire, view)
    assert len(found) == len(made)
    assert set(found) == set(made)


async def test_the_same_pages_for_a_scope_too_wide_to_ask_each_service(
    claire: Browser, db: Database, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = NOW - timedelta(days=400)
    await fill(db, world, range(1, PAGE + 12), due_at=late)
    await fill(db, world, range(501, 531), "etat-civil", phase="closed", state="closed")
    narrow = {view: await walk(claire, view) for view in View}
    monkeypatch.setattr(inbox, "WIDE", 0)
    assert {view: await walk(claire, view) for view in View} == narrow


async def test_a_view_shows_what_its_name_says(door: Door, db: Database, world: World) -> None:
    past, future = clock.now() - timedelta(days=2), clock.now() + timedelta(days=2)
    free = await fill(db, world, [1], due_at=future)
    mine = await fill(db, world, [2], assignee_id=world.agents["luc"], due_at=past)
    others = await fill(db, world, [3], assignee_id=world.agents["claire"])
    closed = await fill(db, world, [4], phase="closed", state="closed", due_at=past)
    await fill(db, world, [5], "etat-civil")
    luc = await door("luc")
    shown = {view: set((await luc.get(f"/agent?vue={view}")).references) for view in View}
    assert shown == {
        View.MINE: set(mine), View.UNASSIGNED: set(free), View.LATE: set(mine), View.ALL: {*free, *mine, *others}, View.CLOSED: set(closed),
        View.LAW_PASSED: set(), View.LAW_TODAY: set(), View.LAW_WEEK: set(),
    }  # fmt: skip


async def test_the_deadlines_of_the_law_are_listed_as_they_come_and_counted(door: Door, db: Database, world: World) -> None:
    now = clock.now()
    tonight, week = ends(now)
    passed = await fill(db, world, [1, 2], legal_due_at=now - timedelta(days=2))
    today = await fill(db, world, [3], legal_due_at=tonight - timedelta(seconds=1))
    soon = await fill(db, world, [4], legal_due_at=week - timedelta(seconds=1))
    await fill(db, world, [5], legal_due_at=week)
    await fill(db, world, [6], legal_due_at=now - timedelta(days=2), phase="closed", state="closed")
    await fill(db, world, [7], "etat-civil", legal_due_at=now - timedelta(days=2))
    luc = await door("luc")
    shown = {view: (await luc.get(f"/agent?vue={view}")).references for view in BY_LAW}
    assert shown == {View.LAW_PASSED: passed, View.LAW_TODAY: today, View.LAW_WEEK: [*today, *soon]}
    page = (await luc.get("/agent?vue=loi-passees")).text
    assert [int(n) for n in re.findall(r'data-view="loi-[a-z]+">.*?<b class="count[^"]*">(\d+)</b>', page)] == [2, 1, 2]
    assert "en retard de" in page


async def test_counters_stop_at_ninety_nine(claire: Browser, db: Database, world: World) -> None:
    await fill(db, world, range(1, CAP))
    assert '<b class="count">99</b>' in (await claire.get("/agent")).text
    await fill(db, world, [CAP, CAP + 1])
    assert '<b class="count">99+</b>' in (await claire.get("/agent")).text


async def test_a_late_ticket_says_so_in_words(claire: Browser, db: Database, world: World) -> None:
    await fill(db, world, [1], due_at=clock.now() - timedelta(days=3, hours=1))
    page = (await claire.get("/agent?vue=en-retard")).text
    assert "en retard de" in page
    assert "2026-" not in re.sub(r'(value|href|datetime)="[^"]*"', "", page)


async def test_an_empty_view_says_what_that_means(claire: Browser) -> None:
    assert "Rien ne vous attend" in (await claire.get("/agent?vue=miens")).text
    assert "Tout est pris" in (await claire.get("/agent?vue=a-prendre")).text


async def test_a_view_or_a_page_nobody_made_is_the_first_page(claire: Browser, house: House) -> None:
    came = await arrive(house, form())
    for path in ("/agent?vue=nimporte", "/agent?vue=tous&apres=nimporte", "/agent?vue=tous&apres=" + "A" * 3000):
        page = await claire.get(path)
        assert (page.status, page.references) == (200, [came["ticket"]])


def test_a_cursor_comes_back_as_it_was_and_nothing_else_is_one() -> None:
    assert read_cursor(write_cursor(NOW, 12)) == (NOW, 12)
    for forged in ("", "x", "é", write_cursor(NOW, -1), write_cursor(NOW, 2**63), write_cursor(NOW.replace(tzinfo=None), 1)):
        assert read_cursor(forged) is None


async def test_htmx_gets_the_part_it_asks_for_with_the_counters(claire: Browser, house: House) -> None:
    came = await arrive(house, form())
    part = await claire.part("/agent?vue=tous&partie=page")
    assert part.references == [came["ticket"]]
    assert "<html" not in part.text
    assert 'id="vues" role="list" hx-swap-oob' in part.text
