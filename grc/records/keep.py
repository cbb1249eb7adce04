"""Keeping the lines of a register: what a line becomes with new values, written with its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from grc.db.transaction import Transaction
from grc.errors import BadInput, Raced
from grc.people.agents import SignedIn
from grc.records import store
from grc.records.model import Line, Write
from grc.records.reach import Reach
from workflows.register import Register

LONGEST_KEY = 200  # characters


def written(register: Register, before: Line | None, values: Mapping[str, Any]) -> Write | None:
    """The line with these values, None where nothing changes. BadInput where its key is too long to name it."""
    key = register.key_of(values)
    if len(key) > LONGEST_KEY:
        raise BadInput(register.key, f"Ce qui nomme une ligne a {LONGEST_KEY} caractères au plus.")
    data = {name: value for name, value in values.items() if name in register.by_field and value is not None}
    member = data.get(register.member_field or "")
    whose = int(member["id"]) if isinstance(member, Mapping) else None
    title = register.title_of(data)
    if before is None:
        return Write(None, key, title, data, whose, True, "added")
    names = [name for name in register.by_field if before.data.get(name) != data.get(name)]
    if not names and title == before.title:
        return None
    changes = {name: (before.data.get(name), data.get(name)) for name in names}
    return Write(before.id, key, title, data, whose, before.active, "changed", changes)


def moved(before: Line, *, active: bool) -> Write | None:
    """The line put away, or brought back; None where it already is."""
    if before.active == active:
        return None
    what = "brought_back" if active else "put_away"
    return Write(before.id, before.key, before.title, before.data, before.member_id, active, what)  # type: ignore[arg-type]


async def keep(tx: Transaction, reach: Reach, agent: SignedIn, before: Line | None, values: Mapping[str, Any], now: datetime) -> int:
    """Adds a line, or changes one; its number. BadInput names the key where another line has it."""
    reach.allow()
    write = written(reach.register, before, values)
    if write is None:
        assert before is not None  # a new line always changes something
        return before.id
    other = (await store.by_keys(tx, reach.owner, reach.register, [write.key])).get(write.key)
    if other is not None and other.id != write.id:
        field = reach.register.by_field[reach.register.key]
        raise BadInput(field.name, f"« {write.key} » nomme déjà « {other.title} » : changez « {field.label} ».")
    return (await store.write(tx, reach.owner, reach.register, [write], agent.name, agent.id, now))[write.key]


async def move(tx: Transaction, reach: Reach, agent: SignedIn, id: int, now: datetime, *, active: bool) -> None:
    """Puts a line away, or brings it back."""
    reach.allow()
    write = moved(await store.line(tx, reach.owner, reach.register, id), active=active)
    if write is not None and not await store.write(tx, reach.owner, reach.register, [write], agent.name, agent.id, now):
        raise Raced("the line changed meanwhile")
