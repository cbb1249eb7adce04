"""A year of a town's requests, day by day, with the day given to the real worker: what the law makes happen, and when it did."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from grc.actions import deliver, fire, law
from grc.actions.ask_missing import Missing, ask_missing
from grc.actions.complete import complete
from grc.actions.decide import Decision, decide
from grc.actions.house import House
from grc.actions.legal_act import LETTER, MAIL, Signer
from grc.actions.notify import notify
from grc.actions.withdraw import withdraw
from grc.clock import PARIS
from grc.db.transaction import WORKER
from grc.errors import Conflict
from grc.tickets.model import LegalFact, TicketKey
from tests.makers.requests import STALL, request
from tests.makers.types import publish
from tests.support.arrivals import rows
from tests.support.world import AGENCY, World
from workflows.catalogue import catalogue
from workflows.definition import Definition, loads

SIGNER = Signer("Paul Dubos", "Agent du service Accueil")
RUNS = (time(0, 0, 30), time(9))  # when the worker looks, each day it is up
KINDS = ("general", "etal_essai")

Act = Callable[..., Awaitable[Any]]


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
    dice, year = random.Random(plan.seed), Year(plan)
    coming: dict[int, int] = Counter(dice.randrange(plan.days) for _ in range(plan.tickets))
    to_do: dict[int, list[tuple[TicketKey, str]]] = defaultdict(list)
    for number in range(plan.days):
        day = plan.begins + timedelta(days=number)
        if number not in plan.down:
            await _look(house, year, _at(day, RUNS[0]))
        for key in await _received(house, dice, day, coming.get(number, 0)):
            for after, act in _story(dice):
                to_do[number + after].append((key, act))
        if number not in plan.down:
            await _look(house, year, _at(day, RUNS[1]))
        for key, act in to_do.pop(number, ()):
            await _act(world, year, key, act, day)
        if number not in plan.down:
            await _leave(house, _at(day, time(11)))
    await _look(house, year, _at(plan.begins + timedelta(days=plan.days), RUNS[0]))
    return year


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, PARIS)


async def _received(house: House, dice: random.Random, day: date, count: int) -> list[TicketKey]:
    """The requests of a day. Of one in twenty the acknowledgement is held, and nobody lets it go."""
    async with house.db.transaction(WORKER) as tx:
        return [
            await request(tx, _at(day, time(8, dice.randrange(60))), dice.choice(KINDS), held=dice.random() < 0.05) for _ in range(count)
        ]


def _story(dice: random.Random) -> list[tuple[int, str]]:
    """What becomes of a request: so many days after it came, which act. A third is forgotten: silence decides."""
    match dice.randrange(6):
        case 0:
            return [(dice.randrange(1, 55), "decide")]
        case 1:
            asked = dice.randrange(1, 40)
            return [(asked, "ask"), (asked + dice.randrange(1, 50), "complete")]
        case 2:
            decided = dice.randrange(1, 50)
            return [(decided, "decide by letter"), (decided + dice.randrange(1, 20), "notify")]
        case 3:
            return [(dice.randrange(1, 40), "ask"), (dice.randrange(41, 90), "withdraw")]
        case _:
            return []


async def _act(world: World, year: Year, key: TicketKey, act: str, day: date) -> None:
    now = _at(day, time(10))
    refusal = Decision("rejection", "Nous ne le pouvons pas.", "Le règlement du 3 mars 2024 s’y oppose.")
    acts: dict[str, tuple[Act, tuple[Any, ...]]] = {
        "decide": (decide, (refusal, MAIL, SIGNER)),
        "decide by letter": (decide, (refusal, LETTER, SIGNER)),
        "notify": (notify, (None, "recommande")),
        "ask": (ask_missing, (Missing(["un plan"], 30), MAIL, SIGNER)),
        "complete": (complete, (None,)),
        "withdraw": (withdraw, (None, "Il a appelé.")),
    }
    does, given = acts[act]
    try:
        async with world.acting("paul", now) as (tx, agent):
            await does(tx, agent, key, *given, now)
        year.acts[act] += 1
    except Conflict:  # silence was faster
        year.refused[act] += 1


async def _look(house: House, year: Year, now: datetime) -> None:
    """The worker as it comes by: what has passed is acted on, what must leave leaves."""
    year.fired += await fire.fire(house.db, now)
    await _leave(house, now)
    year.runs.append(now)


async def _leave(house: House, now: datetime) -> None:
    while leaving := await deliver.claim(house, now, 50):
        for one in leaving:
            await deliver.deliver(house, one, lambda: now)


async def born(house: House, year: Year) -> tuple[dict[int, datetime], dict[int, list[datetime]]]:
    """When silence must have decided on each ticket, reckoned anew from the facts there are, and when the timeline says it was recorded."""
    definitions: dict[str, Definition] = {"general": catalogue().get("general"), "etal_essai": loads(STALL)}
    query = "select l.*, t.type from legal_event_standing l join ticket t on t.id = l.ticket_id order by l.ticket_id, l.at, l.id"
    told: dict[int, list[LegalFact]] = defaultdict(list)
    types: dict[int, str] = {}
    for row in await rows(house, query):
        types[row["ticket_id"]] = row["type"]
        told[row["ticket_id"]].append(
            LegalFact(row["id"], row["kind"], row["at"], row["days"], row["indispensable"], row["decision"], row["items"])
        )
    due: dict[int, datetime] = {}
    for ticket, facts in told.items():
        moment = law.reckoned(definitions[types[ticket]], "metropole", law.events(law.facts(facts))).clock.born_at
        if moment is not None and moment <= year.end:
            due[ticket] = moment
    recorded: dict[int, list[datetime]] = defaultdict(list)
    for row in await rows(house, "select ticket_id, at from event where what = 'implicit_decision'"):
        recorded[row["ticket_id"]].append(row["at"])
    return due, recorded
