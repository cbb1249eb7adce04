"""The settings of collectivities on types, as they are kept: a row never changes, since requests run on it; a new one takes its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction

_queries = sql.load(__file__, "setting_rows.sql")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a collectivity says of its own on a type, and what the agency said in the same places at `seen_version`."""

    id: int
    patch: Mapping[str, Any]
    seen: Mapping[str, Any]
    seen_version: int
    made_at: datetime
    made_by: str


async def current(tx: Transaction, collectivity_id: int, name: str) -> Setting | None:
    """The settings in force, or None."""
    row = await _queries.current(tx.conn, collectivity_id=collectivity_id, name=name)
    return _setting(row) if row else None


async def all_current(tx: Transaction, collectivity_id: int) -> Mapping[str, Setting]:
    """The settings in force of a collectivity, by the name of their type."""
    return {row["name"]: _setting(row) async for row in _queries.all_current(tx.conn, collectivity_id=collectivity_id)}


async def hold(tx: Transaction, collectivity_id: int, name: str) -> None:
    """Waits for whoever is saving the same settings."""
    async for _ in _queries.hold(tx.conn, collectivity_id=collectivity_id, name=name):
        pass


async def save(
    tx: Transaction,
    collectivity_id: int,
    name: str,
    patch: Mapping[str, Any],
    seen: Mapping[str, Any],
    seen_version: int,
    by: int,
    now: datetime,
) -> None:
    """Puts these settings in force, in place of those there were. An empty patch: the type is again as the agency says."""
    await _queries.end_current(tx.conn, collectivity_id=collectivity_id, name=name)
    if patch:
        await _queries.add(
            tx.conn, collectivity_id=collectivity_id, name=name, patch=dict(patch), seen=dict(seen), seen_version=seen_version,
            now=now, by=by,
        )  # fmt: skip


def _setting(row: Any) -> Setting:
    return Setting(row["id"], row["patch"], row["seen"], row["seen_version"], row["made_at"], row["made_by"] or "")
