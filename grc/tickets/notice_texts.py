"""The notices of the law as collectivities worded them, in force or not, for whoever words them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.collectivities.naming import title
from grc.db import sql
from grc.db.transaction import Transaction

_queries = sql.load(__file__, "notice_texts.sql")


@dataclass(frozen=True, slots=True)
class Place:
    """A collectivity whose notices may be worded."""

    id: int
    title: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """Words of a notice: whose, since when, and whether they are in force."""

    id: int
    name: str
    subject: str
    text: str
    html: str
    current: bool
    made_at: datetime
    author: str


async def places(tx: Transaction, collectivities: Sequence[int]) -> list[Place]:
    """These collectivities, by name."""
    rows = _queries.places(tx.conn, collectivities=list(collectivities))
    return [Place(row["id"], title(row["kind"], row["name"]), row["settings"]) async for row in rows]


async def versions(tx: Transaction, collectivity_id: int) -> list[Version]:
    """All words this collectivity ever gave its notices, the latest first."""
    rows = _queries.versions(tx.conn, collectivity_id=collectivity_id)
    return [
        Version(r["id"], r["name"], r["subject"], r["body_text"], r["body_html"], r["current"], r["made_at"], r["author"] or "")
        async for r in rows
    ]
