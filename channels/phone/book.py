"""The book of calls: what was heard is added to what is known of each call, whatever came first, and each stands there once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels.phone.heard import NOTHING, Call, Heard, State, added, call, full, is_extension
from channels.phone.settings import Line, line_of
from grc.db import sql
from grc.db.transaction import Transaction

queries = sql.load(__file__, "calls.sql")

# A record that names its call otherwise than the events did is of the same call where the number is the same and it rang within this.
CLOSE = timedelta(seconds=15)
FRESH = timedelta(hours=1)  # whoever took a call longer ago has no more use for its card


@dataclass(frozen=True, slots=True)
class Noted:
    """A call after something was heard of it. `changed` is false where all of it was known."""

    id: int
    call: Call
    new: bool
    changed: bool
    agent_id: int | None
    agent_before: int | None


async def line(tx: Transaction, collectivity_id: int, name: str) -> Line | None:
    """A line in use, by the name of its account."""
    row = await queries.line(tx.conn, collectivity_id=collectivity_id, name=name)
    return line_in(row) if row is not None else None


async def lines(tx: Transaction) -> Sequence[tuple[Line, Mapping[str, Any]]]:
    """All lines in use, with their settings."""
    return [(line_in(row), row["settings"]) async for row in queries.lines(tx.conn)]


def line_in(row: Any) -> Line:
    """The line in a row."""
    return line_of(row["collectivity_id"], row["id"], row["name"], row["settings"], row["services"])


async def note(tx: Transaction, line: Line, heard: Iterable[Heard], now: datetime) -> Sequence[Noted]:
    """Adds what was heard, and tells the agents whom it concerns. One call each, in the order in which they were first named."""
    by_call: dict[str, list[Heard]] = {}
    for one in heard:
        by_call.setdefault(one.call_id, []).append(one)
    if not by_call:
        return []
    known = await _known(tx, line, by_call)
    after: dict[str, tuple[State, State, Any]] = {}
    for name, said in by_call.items():
        row = known.get(name)
        before = row["heard"] if row is not None else NOTHING
        after[name] = (before, before if full(before) else added(before, said), row)
    calls = {name: call(state, line.own) for name, (_, state, _) in after.items()}
    agents = await _agents(tx, line, calls.values())
    changed = [name for name, (before, state, _) in after.items() if state != before]
    rows = [_row(line, name, after[name][1], after[name][2], calls[name], agents) for name in changed]
    numbers = {row["call_id"]: row["id"] async for row in queries.write(tx.conn, rows=rows)} if rows else {}
    written = dict(zip(changed, rows, strict=True))
    noted = []
    for name, (_, _, row) in after.items():
        mine = written.get(name)
        agent_before = row["agent_id"] if row is not None else None
        number = row["id"] if row is not None else numbers[name]
        agent = (mine["agent_id"] if mine else None) or agent_before
        noted.append(Noted(number, calls[name], row is None, mine is not None, agent, agent_before))
    _tell(tx, noted, now)
    return noted


async def _known(tx: Transaction, line: Line, by_call: Mapping[str, Sequence[Heard]]) -> dict[str, Any]:
    """The rows of calls by the names that these pieces give them."""
    given = {"collectivity_id": line.collectivity_id, "account_id": line.account_id}
    found: dict[str, Any] = {}
    async for row in queries.known(tx.conn, call_ids=list(by_call), **given):
        found |= {name: row for name in (row["call_id"], row["record_id"]) if name in by_call}
    strange = {name: call(added(NOTHING, said), line.own) for name, said in by_call.items() if name not in found and said[0].recorded}
    if not strange:
        return found
    moments = [one.rang_at for one in strange.values()]
    free = [row async for row in queries.unrecorded(tx.conn, since=min(moments) - CLOSE, until=max(moments) + CLOSE, **given)]
    for name, one in strange.items() if free else ():
        near = [row for row in free if _same(row, one)]
        if near:
            best = min(near, key=lambda row, at=one.rang_at: (abs(row["rang_at"] - at), row["id"]))  # type: ignore[misc]
            free.remove(best)
            found[name] = best
    return found


def _same(row: Any, one: Call) -> bool:
    """Whether a call that was told as it happened is the one of a record."""
    return (row["direction"], row["other"]) == (one.direction, one.other) and abs(row["rang_at"] - one.rang_at) <= CLOSE


async def _agents(tx: Transaction, line: Line, calls: Iterable[Call]) -> Mapping[str, int]:
    wanted = {desk for one in calls for desk in _desks(one)}
    if not wanted:
        return {}
    return {row["line"]: row["id"] async for row in queries.agents(tx.conn, collectivity_id=line.collectivity_id, lines=sorted(wanted))}


def _desks(one: Call) -> Sequence[str]:
    """Who has a call, by what names him: whoever took it; of a call of ours, whoever made it."""
    return one.lines or ((one.own,) if one.direction == "out" and is_extension(one.own) else ())


def _row(line: Line, name: str, state: State, row: Any, one: Call, agents: Mapping[str, int]) -> dict[str, Any]:
    desks = _desks(one)
    renamed = row is not None and row["call_id"] != name
    return {
        "collectivity_id": line.collectivity_id, "account_id": line.account_id, "call_id": row["call_id"] if row is not None else name,
        "record_id": name if renamed else row["record_id"] if row is not None else None, "heard": state, "direction": one.direction,
        "other": one.other, "own": one.own, "queue": one.queue, "outcome": one.outcome, "rang_at": one.rang_at,
        "answered_at": one.answered_at, "ended_at": one.ended_at, "waited": one.waited, "talked": one.talked,
        "line": desks[0] if desks else "", "recorded": one.recorded,
        "agent_id": next((agents[desk] for desk in desks if desk in agents), None), "service_id": line.service_of(one.queue),
    }  # fmt: skip


def _tell(tx: Transaction, noted: Iterable[Noted], now: datetime) -> None:
    """Says to whoever has a call, and to whoever had it, that his card is another."""
    for one in noted:
        if one.changed and now - (one.call.ended_at or now) < FRESH:
            for agent in {one.agent_id, one.agent_before} - {None}:
                tx.wake("agent", f"{agent}:appel")
