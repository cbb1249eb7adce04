"""A year of two towns' requests, day by day, with the day given to the real worker: what the law makes happen, and when it did.

One of the towns lies in Alsace-Moselle, with its own holidays. What must have happened is reckoned by hand (`tests/workflows/by_hand.py`).
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from grc.actions import deliver, digest, fire, law
from grc.actions.ask_missing import Missing, ask_missing
from grc.actions.assign import assign
from grc.actions.complete import complete
from grc.actions.decide import Decision, decide
from grc.actions.draft import Draft
from grc.actions.house import House
from grc.actions.legal_act import LETTER, MAIL, Signer
from grc.actions.notify import notify
from grc.actions.withdraw import withdraw
from grc.clock import PARIS
from grc.db.transaction import WORKER
from grc.errors import Conflict
from grc.tickets import store
from grc.tickets.model import TicketKey
from grc.types import store as types
from tests.makers.requests import STALL, request
from tests.makers.types import publish
from tests.support.arrivals import rows
from tests.support.world import AGENCY, BOISVERT, SAINTE_MER, World
from tests.workflows import by_hand

SIGNER = Signer("Paul Dubos", "Agent du service Accueil")
RUNS = (time(0, 0, 30), time(9))  # when the worker looks, each day it is up
KINDS = ("general", "etal_essai")
REGIMES = {"general": "svr", "etal_essai": "sva"}
TOWNS = {SAINTE_MER: "metropole", BOISVERT: "alsace-moselle"}
WHO = {SAINTE_MER: "paul", BOISVERT: "bea"}  # whose hands requests of these towns are in
AT_ONCE = 8  # as in the worker
TIDY = 30  # days between two runs of what autovacuum does, which the databases of tests do without

Act = Callable[..., Awaitable[Any]]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Plan:
    """How many requests over how many days, and the days on which the worker is down."""

    tickets: int
    days: int
    down: frozenset[int]
    begins: date = date(2026, 1, 5)
    seed: int = 40


@dataclass(slots=True)
class Year:
    """What happened: every run of the worker, how many deadlines it acted on, and which acts the law refused."""

    plan: Plan
    runs: list[datetime] = field(default_factory=list)
    fired: int = 0
    digests: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def end(self) -> datetime:
        """The last moment at which the worker looked."""
        return self.runs[-1]

    def first_run(self, moment: datetime) -> datetime | None:
        """When the worker first looked, once this moment had come."""
        return next((run for run in self.runs if run >= moment), None)


async def live(house: House, world: World, plan: Plan) -> Year:
    """Lives the year: requests come and leave, agents act or let silence decide, the worker looks on the days it is up."""
    await publish(house.db, AGENCY, STALL)
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update collectivity set region = 'alsace-moselle' where id = $1", BOISVERT)
    dice, year = random.Random(plan.seed), Year(plan)
    coming: dict[int, int] = Counter(dice.randrange(plan.days) for _ in range(plan.tickets))
    to_do: dict[int, list[tuple[TicketKey, str]]] = defaultdict(list)
    for number in range(plan.days):
        day, up = plan.begins + timedelta(days=number), number not in plan.down
        if number % TIDY == 0:
            await house.db.pool.execute("vacuum analyze")
        if up:
            await _look(house, year, _at(day, RUNS[0]))
        for key in await _received(house, dice, day, coming.get(number, 0)):
            for after, act in _story(dice):
                to_do[number + after].append((key, act))
        if up:
            await _look(house, year, _at(day, RUNS[1]))
        await _at_once(_act(world, year, key, act, day) for key, act in to_do.pop(number, ()))
        if up:
            await _leave(house, _at(day, time(11)))
    await _look(house, year, _at(plan.begins + timedelta(days=plan.days), RUNS[0]))
    return year


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, PARIS)


async def _at_once(doing: Iterable[Awaitable[Made]]) -> list[Made]:
    turns = asyncio.Semaphore(AT_ONCE)

    async def in_turn(one: Awaitable[Made]) -> Made:
        async with turns:
            return await one

    return await asyncio.gather(*map(in_turn, doing))


async def _received(house: House, dice: random.Random, day: date, count: int) -> list[TicketKey]:
    """The requests of a day. Of one in twenty the acknowledgement is held, and nobody lets it go."""

    async def one(minute: int, kind: str, town: int, held: bool) -> TicketKey:
        async with house.db.transaction(WORKER) as tx:
            return await request(tx, _at(day, time(8, minute)), kind, held=held, collectivity_id=town)

    thrown = [(dice.randrange(60), dice.choice(KINDS), dice.choice([*TOWNS]), dice.random() < 0.05) for _ in range(count)]
    return await _at_once(one(*each) for each in thrown)


def _story(dice: random.Random) -> list[tuple[int, str]]:
    """What becomes of a request: so many days after it came, which act. A third is forgotten: silence decides. One in three is in
    somebody's hands from the day it came; one in ten had been sent to another body first."""
    begins = [(0, "take")] if dice.random() < 0.33 else []
    if dice.random() < 0.1:
        begins.append((dice.randrange(1, 8), "transfer"))
    match dice.randrange(6):
        case 0:
            return [*begins, (dice.randrange(1, 55), "decide")]
        case 1:
            asked = dice.randrange(1, 40)
            return [*begins, (asked, "ask"), (asked + dice.randrange(1, 50), "complete")]
        case 2:
            decided = dice.randrange(1, 50)
            return [*begins, (decided, "decide by letter"), (decided + dice.randrange(1, 20), "notify")]
        case 3:
            return [*begins, (dice.randrange(1, 40), "ask"), (dice.randrange(41, 90), "withdraw")]
        case _:
            return begins


async def _act(world: World, year: Year, key: TicketKey, act: str, day: date) -> None:
    now = _at(day, time(10))
    if act == "transfer":
        await _transferred(world, key, now)
        year.acts[act] += 1
        return
    who = WHO[key.collectivity_id]
    refusal = Decision("rejection", "Nous ne le pouvons pas.", "Le règlement du 3 mars 2024 s’y oppose.")
    acts: dict[str, tuple[Act, tuple[Any, ...]]] = {
        "take": (assign, (world.agents[who],)),
        "decide": (decide, (refusal, MAIL, SIGNER)),
        "decide by letter": (decide, (refusal, LETTER, SIGNER)),
        "notify": (notify, (None, "recommande")),
        "ask": (ask_missing, (Missing(["un plan"], 30), MAIL, SIGNER)),
        "complete": (complete, (None,)),
        "withdraw": (withdraw, (None, "Il a appelé.")),
    }
    does, given = acts[act]
    try:
        async with world.acting(who, now) as (tx, agent):
            await does(tx, agent, key, *given, now)
        year.acts[act] += 1
    except Conflict:  # silence was faster
        year.refused[act] += 1


async def _transferred(world: World, key: TicketKey, now: datetime) -> None:
    """It came from another body, which had been asked first: the fact alone, whoever writes it."""
    async with world.db.transaction(WORKER) as tx:
        ticket = await store.lock(tx, key)
        draft = Draft(key, now, "Autre organisme")
        law.noted(draft, "transferred", now)
        definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
        law.follow(draft, law.Standing.of(ticket), definition, ticket.region, is_open=ticket.phase == "open")
        await store.write(tx, draft.amending(ticket))


async def _look(house: House, year: Year, now: datetime) -> None:
    """The worker as it comes by: what has passed is acted on, what must leave leaves."""
    year.fired += await fire.fire(house.db, now)
    year.digests += await digest.write(house.db, now)
    await _leave(house, now)
    year.runs.append(now)


async def _leave(house: House, now: datetime) -> None:
    while leaving := await deliver.claim(house, now, 50):
        await _at_once(deliver.deliver(house, one, lambda: now) for one in leaving)


async def by_law(house: House) -> dict[int, dict[str, Any]]:
    """The dates of each ticket, reckoned by hand from what happened to it."""
    told: dict[int, dict[str, Any]] = {}
    query = """
        select l.ticket_id, l.kind, l.at, l.days, l.indispensable, l.decision, t.type, t.collectivity_id
        from legal_event_standing l join ticket t on t.collectivity_id = l.collectivity_id and t.id = l.ticket_id order by l.at, l.id
    """
    for row in await rows(house, query):
        case = told.setdefault(
            row["ticket_id"], {"regime": REGIMES[row["type"]], "region": TOWNS[row["collectivity_id"]], "events": []}
        )  # fmt: skip
        case["events"].append({"at": row["at"].isoformat(), **{key: row[key] for key in ("kind", "days", "indispensable", "decision")}})
    return {ticket: by_hand.reckon(case) for ticket, case in told.items()}


def born(year: Year, dates: dict[int, dict[str, Any]]) -> dict[int, datetime]:
    """When silence must have decided, on the tickets on which it has by the end of the year."""
    moments = {ticket: found["born_at"] for ticket, found in dates.items() if found["born_at"]}
    return {ticket: at for ticket, text in moments.items() if (at := datetime.fromisoformat(text)) <= year.end}
