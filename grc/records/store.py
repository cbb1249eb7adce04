"""The rows of registers, read and written within the scope of the one who asks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import NotFound
from grc.fold import fold
from grc.records.model import Change, Line, Page, Write
from workflows.register import Register, Registers
from workflows.values import say

_queries = sql.load(__file__, "records.sql")

PAGE = 50  # lines
FOUND = 50  # lines of a search: who wants others says more
MOST_WORDS = 60  # by which one line is found
_WORD = re.compile(r"[a-z0-9]+")
_NONE = "Cette ligne n’existe pas, ou ne vous est pas accessible."


async def line(tx: Transaction, owner: int, register: Register, id: int) -> Line:
    """One line. NotFound where there is none, or none that this transaction may see."""
    row = await _queries.line(tx.conn, collectivity_id=owner, register=register.name, id=id)
    if row is None:
        raise NotFound(_NONE)
    return _line(row)


async def page(
    tx: Transaction, owner: int, register: Register, *, members: Sequence[int] | None = None, active: bool = True, after: str = ""
) -> Page:
    """A page of a register by title, of all its lines or of those about some members."""
    folded, id = _begins(after)
    where = {"collectivity_id": owner, "register": register.name, "active": active, "folded": folded, "id": id}
    rows = _queries.page(tx.conn, **where) if members is None else _queries.page_of(tx.conn, members=list(members), **where)
    found = [row async for row in rows]
    more = found[PAGE - 1 : PAGE] if len(found) > PAGE else []
    return Page([_line(row) for row in found[:PAGE]], f"{more[0]['id']}.{more[0]['folded']}" if more else "")


async def search(
    tx: Transaction, owner: int, register: Register, text: str, *, member: int | None = None, active: bool = True, most: int = FOUND
) -> Sequence[Line]:
    """The lines in which each of these words begins a word, by title. Only a signed-in agent can ask."""
    words = _WORD.findall(fold(text))[:8]
    rows = _queries.found(
        tx.conn, collectivity_id=owner, register=register.name, words=words, member_id=member, active=active, most=most
    )  # fmt: skip
    return [_line(row) async for row in rows] if words else []


async def by_keys(tx: Transaction, owner: int, register: Register, keys: Sequence[str]) -> Mapping[str, Line]:
    """The lines that have these keys, put away or not."""
    rows = _queries.by_keys(tx.conn, collectivity_id=owner, register=register.name, keys=list(keys))
    return {row["key"]: _line(row) async for row in rows}


async def everything(tx: Transaction, owner: int, register: Register) -> Sequence[Line]:
    """All lines of a register that this transaction may see: those that stand first, by title."""
    return [_line(row) async for row in _queries.everything(tx.conn, collectivity_id=owner, register=register.name)]


async def counts(tx: Transaction, owners: Sequence[int], registers: Sequence[str]) -> Mapping[tuple[int, str], int]:
    """How many lines stand in each register of each collectivity, ten thousand at most."""
    rows = _queries.counts(tx.conn, collectivities=list(owners), registers=list(registers))
    return {(row["collectivity_id"], row["register"]): row["count"] async for row in rows}


async def counts_of(tx: Transaction, owner: int, registers: Sequence[str], members: Sequence[int]) -> Mapping[str, int]:
    """The same of the lines about some members."""
    rows = _queries.counts_of(tx.conn, collectivity_id=owner, registers=list(registers), members=list(members))
    return {row["register"]: row["count"] async for row in rows}


async def members(tx: Transaction, owner: int) -> Sequence[tuple[int, str]]:
    """The collectivities that lines can be about."""
    return [(row["id"], row["name"]) async for row in _queries.members(tx.conn, collectivity_id=owner)]


async def history(tx: Transaction, owner: int, id: int) -> Sequence[Change]:
    """What became of a line, the latest first; its owner's agents alone see it."""
    rows = _queries.history(tx.conn, collectivity_id=owner, id=id)
    return [Change(row["at"], row["who"], row["what"], {n: (v[0], v[1]) for n, v in row["data"].items()}) async for row in rows]


async def write(
    tx: Transaction, owner: int, register: Register, writes: Sequence[Write], who: str, agent_id: int | None, now: datetime
) -> Mapping[str, int]:
    """Writes lines and their history in one statement; their numbers by key. Raced where another line has one of the keys."""
    if not writes:
        return {}
    rows = _queries.write_lines(
        tx.conn, collectivity_id=owner, register=register.name, shown_to=register.shown_to, rows=[_row(register, w) for w in writes],
        who=who, agent_id=agent_id, at=now,
    )  # fmt: skip
    return {row["key"]: row["id"] async for row in rows}


async def align(tx: Transaction, registers: Registers) -> None:
    """Shows lines as far as their registers say today."""
    await _queries.align(tx.conn, registers=list(registers), shown=[register.shown_to for register in registers.values()])


def words_of(register: Register, title: str, data: Mapping[str, Any]) -> list[str]:
    """The words by which a line is found: of its title, its key, and what its table shows."""
    shown = (say(register.by_field[name], data.get(name)) for name in dict.fromkeys((register.key, *register.columns)))
    return list(dict.fromkeys(_WORD.findall(fold(" ".join((title, *shown))))))[:MOST_WORDS]


def _row(register: Register, write: Write) -> dict[str, Any]:
    return {
        "id": write.id, "key": write.key, "title": write.title, "folded": fold(write.title), "data": dict(write.data),
        "words": words_of(register, write.title, write.data), "member_id": write.member_id, "active": write.active,
        "what": write.what, "changes": {name: list(pair) for name, pair in write.changes.items()},
    }  # fmt: skip


def _line(row: Any) -> Line:
    return Line(
        row["id"], row["key"], row["title"], row["data"], row["member_id"], row["member"], row["active"], row["changed_at"]
    )  # fmt: skip


def _begins(after: str) -> tuple[str, int]:
    """Where a page begins, from its address; at the beginning where that is none."""
    number, dot, folded = after.partition(".")
    return (folded, int(number)) if dot and number.isascii() and number.isdigit() and len(number) < 19 else ("", 0)
