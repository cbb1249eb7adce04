"""The lines of registers that modules bring to the demonstration (`demo.yaml`, `registers`), read as a form of theirs would be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from grc.clock import PARIS
from grc.collectivities.kinds import agency, by_code
from grc.db.transaction import Transaction
from grc.records import store
from grc.records.keep import written
from grc.types.options import options
from workflows import shelves
from workflows.form import PREFIX, YES, read
from workflows.register import Register, registers

WHO = "Démonstration"
OF = "de"  # in a line of a register that each collectivity keeps: the code of whose it is


async def write(tx: Transaction, now: datetime, *roots: Path) -> int:
    """Writes them all; how many. A line that its own form would refuse is a mistake of the demonstration, told at once."""
    given = _given(*(roots or shelves.roots()))
    count = 0
    for register in _in_order(register for name, register in registers().items() if name in given):
        for code in dict.fromkeys(str(line.get(OF, "")) for line in given[register.name]):
            owner = await (agency(tx) if not code else by_code(tx, code))
            assert owner is not None, f"{register.name}: nobody has the code {code}"
            count += await _write(tx, owner, register, [line for line in given[register.name] if str(line.get(OF, "")) == code], now)
    return count


async def _write(tx: Transaction, owner: int, register: Register, lines: list[Mapping[str, Any]], now: datetime) -> int:
    today = now.astimezone(PARIS).date()
    raws = [{PREFIX + name: _typed(value) for name, value in line.items() if name != OF} for line in lines]
    found = await options(tx, owner, register.fields, {}, today, more=raws)
    writes = []
    for raw in raws:
        filled = read(register.fields, raw, today, found.find)
        assert not filled.faults, f"{register.name}: {raw}: {filled.faults}"
        write = written(register, None, filled.values)
        assert write is not None
        writes.append(write)
    return len(await store.write(tx, owner, register, writes, WHO, None, now))


def _given(*roots: Path) -> Mapping[str, list[Mapping[str, Any]]]:
    """The lines of each register, of all modules."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for path in shelves.demo(*roots):
        for name, lines in (yaml.safe_load(path.read_text(encoding="utf-8")).get("registers") or {}).items():
            found.setdefault(name, []).extend(lines)
    return found


def _in_order(wanted: Iterator[Register]) -> Iterator[Register]:
    """The registers, each behind those its lines point to."""
    left = list(wanted)
    names = {register.name for register in left}
    while left:
        ready = [r for r in left if not {one.of for one in r.fields if one.of} & names - {r.name}]
        for register in ready or left[:1]:
            yield register
            left.remove(register)
            names.discard(register.name)


def _typed(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return [YES if value is True else "" if value is False else str(value)]
