"""How fast tickets live: steps of the engine, transitions written with all their effects, deadlines that pass."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

from grc import clock
from grc.actions.transition import transition
from grc.db.transaction import WORKER, Database, Scope
from grc.people.agents import SignedIn
from grc.queue.database import open_database
from grc.tickets.model import TicketKey
from tests.bench.installation import Installation, installation, say
from tests.makers.loans import loan
from tests.makers.timers import timers
from tests.support.world import SAINTE_MER, World, found
from workflows.catalogue import catalogue
from workflows.definition import Definition, Moment
from workflows.engine import Happening, step

STEPS, ACTS, TIMERS = 200_000, 4_000, 20_000
AT_ONCE = 8
WORKERS = max(1, os.cpu_count() or 1)
_ROUND = ("wait_citizen", "resume", "close", "reopen")  # of a general request that is in progress: it ends where it began
_TICKET: Mapping[str, Any] = {
    "answered": True, "priority": 2, "channel": "email", "member": False, "assigned": False, "subscribed": True, "covered": True,
}  # fmt: skip


def transitions_per_second(steps: int = STEPS) -> dict[str, Any]:
    """Moments of the scenarios of two types, lived by the engine alone: the general one, and one with fields and computed values."""
    rates = {"general": _steps(catalogue().get("general"), steps), "with_fields": _steps(loan(), steps)}
    say(f"transitions: {rates}")
    return {"transitions_per_second": rates}


def _steps(definition: Definition, steps: int) -> int:
    lives = [list(_lived(definition, scenario.life)) for scenario in definition.scenarios]
    moments = [moment for life in lives for moment in life]
    now, rounds = clock.now(), max(1, steps // len(moments))
    began = time.perf_counter()
    for _ in range(rounds):
        for state, happening, fields in moments:
            step(definition, state, happening, now, fields)
    return round(rounds * len(moments) / (time.perf_counter() - began))


def _lived(definition: Definition, life: tuple[Moment, ...]) -> Iterator[tuple[str, Happening, Mapping[str, Any]]]:
    """The moments of a scenario, each with the state and fields it finds."""
    state, fields, now = definition.initial, dict[str, Any](), clock.now()
    for moment in life:
        happening = Happening(moment.happens, moment.by, {**_TICKET, **moment.data}, moment.fields)
        yield state, happening, dict(fields)
        after = step(definition, state, happening, now, fields)
        state, fields = after.state, dict(after.fields)


async def effects_per_second(acts: int = ACTS) -> dict[str, Any]:
    """Transitions that agents make, a few at once, each in a transaction of its own with row-level security; and their effects."""
    async with installation() as here, open_database(here.settings, "bench") as (db, _):
        world = await found(db)
        async with world.acting("claire") as (_tx, agent):
            pass
        keys = await _tickets(world, acts // len(_ROUND))
        await _analysed(here)
        begun = time.perf_counter()
        await _acts(db, agent, keys)
        taken = time.perf_counter() - begun
    made = len(keys) * len(_ROUND)
    rate = {"transitions": round(made / taken), "effects": round(len(keys) * _effects_of_a_round() / taken)}
    say(f"effects: {made} transitions in {taken:.1f} s, {rate}")
    return {"effects_per_second": rate}


async def _tickets(world: World, count: int) -> list[TicketKey]:
    async with world.db.transaction(WORKER) as tx:
        later = clock.now() + timedelta(days=10)
        made = await timers(tx.conn, SAINTE_MER, world.services[SAINTE_MER, "accueil"], count, later, "answer")
        await tx.conn.execute("update ticket set state = 'in_progress'")
    return [TicketKey(SAINTE_MER, number) for number in made]


async def _analysed(here: Installation) -> None:
    """What autovacuum does within a minute of so many rows."""
    conn = await here.owner()
    try:
        await conn.execute("analyze")
    finally:
        await conn.close()


async def _acts(db: Database, agent: SignedIn, keys: list[TicketKey]) -> None:
    scope = Scope("grc_web", agent.collectivities, agent.services)
    waiting = iter(keys)

    async def one() -> None:
        for key in waiting:
            for name in _ROUND:
                async with db.transaction(scope) as tx:
                    await transition(tx, agent, key, name, clock.now(), text="Pour mesurer.")

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(one())


def _effects_of_a_round() -> int:
    definition, state, count = catalogue().get("general"), "in_progress", 0
    for name in _ROUND:
        after = step(definition, state, Happening(f"transition:{name}", "agent", {**_TICKET, "answered": False, "text": "x"}), clock.now())
        state, count = after.state, count + len(after.effects)
    return count


async def timers_per_second(count: int = TIMERS) -> dict[str, Any]:
    """Deadlines acted on by as many workers as there are cores, all due at once; from the first that is to the last."""
    async with installation() as here, open_database(here.settings, "bench") as (db, _), AsyncExitStack() as stack:
        world = await found(db)
        async with db.transaction(WORKER) as tx:
            await timers(tx.conn, SAINTE_MER, world.services[SAINTE_MER, "accueil"], count, clock.now() - timedelta(hours=1))
        await _analysed(here)
        for _number in range(WORKERS):
            await stack.enter_async_context(here.running("worker", "--only", "deadlines"))
        while (left := await _unfired(db)) == count:
            await asyncio.sleep(0.02)
        began, first = time.perf_counter(), count - left
        while await _unfired(db):
            await asyncio.sleep(0.02)
        taken = time.perf_counter() - began
        rate = round((count - first) / taken)
    say(f"timers: {count - first} in {taken:.1f} s")
    return {"timers_per_second": rate}


async def _unfired(db: Database) -> int:
    async with db.transaction(WORKER) as tx:
        query = "select count(*) from deadline where met_at is null and fired_at is null and paused_at is null"
        return int(await tx.conn.fetchval(query))
