"""What waits to be sorted, and what is known around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey

_queries = sql.load(__file__, "waiting.sql")
MOST = 200  # that are put in order; more than a day's work
RECENT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An incident nobody has sorted yet."""

    key: TicketKey
    reference: str
    subject: str
    priority: int
    opened_at: datetime
    due_at: datetime | None
    who: str
    member_id: int | None
    member: str
    channel: str
    fields: Mapping[str, Any]
    alarm_text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a register that may be meant. `keywords` are what it is recognised by."""

    id: int
    title: str
    keywords: tuple[str, ...]
    values: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """Another ticket: a possible duplicate, or a major incident this one may belong to."""

    reference: str
    subject: str
    state: str
    opened_at: datetime
    member: str
    software_id: int | None
    same_member: bool


@dataclass(frozen=True, slots=True)
class Around:
    """All that helps to sort one incident."""

    text: str
    softwares: Sequence[Line]
    used: frozenset[int]  # softwares that the member is known to use
    errors: Sequence[Line]
    near: Sequence[Near]
    problems: Sequence[Near]
    colleagues: Sequence[tuple[int, str, int]]  # number, name, open incidents in hand


async def waiting(tx: Transaction, agent: SignedIn) -> list[Waiting]:
    """Those of the agent's services, the most urgent first, then the longest waiting."""
    rows = _queries.waiting(tx.conn, cols=list(agent.collectivities), services=list(agent.services), most=MOST)
    return [
        Waiting(
            TicketKey(r["collectivity_id"], r["id"]), r["reference"], r["subject"], r["priority"], r["opened_at"], r["due_at"],
            r["requester_name"], r["on_behalf_of"], r["member"] or "", r["channel"], r["fields"], r["alarm_text"] or "",
        )
        async for r in rows
    ]  # fmt: skip


async def around(tx: Transaction, one: Waiting, now: datetime) -> Around:
    """What is known around an incident, in one statement."""
    row = await _queries.around(
        tx.conn, collectivity_id=one.key.collectivity_id, ticket_id=one.key.id, member_id=one.member_id, since=now - RECENT
    )
    return Around(
        text=row["text"] or "",
        softwares=[_line(line, ("nom", "domaine")) for line in row["softwares"]],
        used=frozenset(row["used"]),
        errors=[_line(line, ("mots",)) for line in row["errors"]],
        near=[_near(near) for near in row["near"]],
        problems=[_near(near) for near in row["problems"]],
        colleagues=[(c["id"], c["name"], c["busy"]) for c in row["colleagues"]],
    )


def _line(row: Mapping[str, Any], by: Sequence[str]) -> Line:
    words = [str(row["data"].get(name) or "") for name in by]
    return Line(row["id"], row["title"], tuple(word.strip() for text in words for word in text.split(",") if word.strip()), row["data"])


def _near(row: Mapping[str, Any]) -> Near:
    return Near(
        row["reference"], row["subject"], row["state"], datetime.fromisoformat(row["opened_at"]), row["member"] or "", row["software_id"],
        bool(row["same_member"]),
    )  # fmt: skip
