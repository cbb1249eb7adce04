"""A table brought into a register: what would be added, what changed, what is refused and why; then done, as it was shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from grc.db.transaction import Transaction
from grc.errors import BadInput
from grc.fold import fold
from grc.records import sheet as sheets
from grc.records import store
from grc.records.keep import moved, written
from grc.records.model import Line, Write
from grc.records.reach import Reach
from grc.records.sheet import Row, Sheet
from grc.types.options import Options, options
from workflows.form import PREFIX, Fault, Find, read
from workflows.parts.fields import Field
from workflows.register import Register


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line of the file that cannot be taken, by its number, and what to mend."""

    number: int
    key: str
    why: Sequence[str]


@dataclass(slots=True)
class Plan:
    """What a table would do to a register."""

    writes: list[Write] = field(default_factory=list)
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)

    @property
    def added(self) -> list[Write]:
        """The lines that are new."""
        return [write for write in self.writes if write.id is None]

    @property
    def changed(self) -> list[Write]:
        """The lines that become others, put away ones among them."""
        return [write for write in self.writes if write.id is not None]


async def prepared(tx: Transaction, reach: Reach, content: bytes | str, today: date) -> tuple[Sheet, Plan]:
    """The table in these bytes, and what it would do. BadInput where it is no table of this register."""
    register = reach.register
    sheet = sheets.read(register, content)
    raws = [sheets.raw_of(row, sheet) for row in sheet.rows]
    fields = _fields(register, sheet)
    found = await options(tx, reach.owner, fields, {}, today, more=raws)
    keys = [key for raw in raws if (key := _key(register, raw, today))]
    there = await store.by_keys(tx, reach.owner, register, keys)
    return sheet, planned(register, sheet, raws, there, _indexed(found), today)


async def bring_in(
    tx: Transaction, reach: Reach, content: bytes | str, who: str, agent_id: int | None, now: datetime, today: date
) -> Plan:  # fmt: skip
    """Writes what the table says, but for the lines that are refused; what was done."""
    reach.allow()
    _, plan = await prepared(tx, reach, content, today)
    await store.write(tx, reach.owner, reach.register, plan.writes, who, agent_id, now)
    return plan


def planned(
    register: Register, sheet: Sheet, raws: Sequence[Mapping[str, Sequence[str]]], there: Mapping[str, Line], find: Find, today: date
) -> Plan:
    """What each line of the table would do, where these lines are there already."""
    plan, seen = Plan(), dict[str, int]()
    fields = _fields(register, sheet)
    for row, raw in zip(sheet.rows, raws, strict=True):
        key = _key(register, raw, today)
        if key in seen:
            plan.refused.append(Refusal(row.number, key, [f"« {key} » est déjà à la ligne {seen[key]}."]))
            continue
        before = there.get(key)
        filled = read(fields if before is not None else register.fields, raw, today, find, before.data if before is not None else {})
        if filled.faults:
            plan.refused.append(Refusal(row.number, key, list(_reasons(register, filled.faults))))
            continue
        seen[key] = row.number
        kept = {} if before is None else {n: v for n, v in before.data.items() if n not in {f.name for f in fields}}
        said = {n: v for n, v in filled.values.items() if v is not False or raw.get(PREFIX + n)}  # an empty cell is no answer, not a no
        try:
            write = _moving(written(register, before, {**kept, **said}), before, row)
        except BadInput as error:
            plan.refused.append(Refusal(row.number, key, [str(error)]))
            continue
        if write is None:
            plan.unchanged += 1
        else:
            plan.writes.append(write)
    return plan


def _moving(write: Write | None, before: Line | None, row: Row) -> Write | None:
    """The line put away or brought back, where the table says so."""
    if row.put_away is None:
        return write
    if write is not None:
        return replace(write, active=not row.put_away)
    return moved(before, active=not row.put_away) if before is not None else None


def _indexed(found: Options) -> Find:
    """The same look-ups, made for thousands of lines."""
    named: dict[str, dict[str, Mapping[str, Any]]] = {}

    def find(asked: Field, text: str) -> Mapping[str, Any] | None:
        if not text:
            return found.find(asked, text)
        if asked.name not in named:
            there = found.of(asked)
            by_code = {fold(one.also): one.value for one in there if one.also}
            named[asked.name] = by_code | {fold(one.text): one.value for one in reversed(there)}
        return named[asked.name].get(fold(text))

    return find


def _fields(register: Register, sheet: Sheet) -> list[Field]:
    """The fields that the table has columns of, and those that are reckoned from them, in the order of the register."""
    given = {column.field.name for column in sheet.columns}
    return [one for one in register.fields if one.name in given or one.formula]


def _key(register: Register, raw: Mapping[str, Sequence[str]], today: date) -> str:
    values: Mapping[str, Any] = read([register.by_field[register.key]], raw, today).values
    return register.key_of(values)


def _reasons(register: Register, faults: Iterable[Fault]) -> Iterator[str]:
    for fault in faults:
        name = fault.name.removeprefix(PREFIX).partition(".")[0]
        one = register.by_field.get(name)
        yield f"{one.label} : {fault.text}" if one is not None else fault.text
