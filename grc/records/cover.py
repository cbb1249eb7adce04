"""Whether a member is covered for what a type of request is about: has he a line for it, in the register that the type names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction
from workflows.definition import Definition
from workflows.register import Register, registers

_queries = sql.load(__file__, "cover.sql")

# Said where nothing is asked of whoever asks: no member, or a type that needs no subscription.
NOT_ASKED: Mapping[str, Any] = {"subscribed": False, "covered": True}


@dataclass(frozen=True, slots=True)
class Cover:
    """What was found for a member on a day. `title` is that of his line, empty where he has none; the dates are its own, as text."""

    register: Register
    id: int | None = None
    title: str = ""
    since: str = ""
    until: str = ""

    @property
    def subscribed(self) -> bool:
        """Whether he has a line for it."""
        return self.id is not None

    def facts(self) -> Mapping[str, Any]:
        """What the happening `opened` says of it."""
        return {"subscribed": self.subscribed, "covered": self.subscribed}


async def cover(tx: Transaction, definition: Definition, member_id: int | None, day: date) -> Cover | None:
    """What covers a member for this type on this day, by one query. None where the type asks for nothing, or nobody's member asks."""
    asked = definition.covered_by
    register = registers().get(asked.register_) if asked is not None else None
    if asked is None or register is None or member_id is None:
        return None
    row = await _queries.cover(
        tx.conn, member_id=member_id, register=register.name, field=asked.field, value=asked.value, since=register.since_field or "",
        until=register.until_field or "", day=day.isoformat(),
    )  # fmt: skip
    if row is None:
        return Cover(register)
    since, until = (str(row["data"].get(name or "", "")) for name in (register.since_field, register.until_field))
    return Cover(register, row["id"], row["title"], since, until)
