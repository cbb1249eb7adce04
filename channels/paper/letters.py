"""Letters that came, as the worker and the desk have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from channels.paper.take import queries
from grc.db.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter of a scan. `decided` is what becomes of it (`channels.paper.decision`)."""

    collectivity_id: int
    id: int
    scan_id: int
    position: int
    pages: tuple[int, ...]
    state: str
    reference: str
    service_id: int
    service: str
    arrived_on: date
    on_sheet: bool
    text: str
    proposed: Mapping[str, Any]
    decided: Mapping[str, Any] | None
    detail: str
    original: bytes | None
    searchable: bytes | None
    tries: int
    digest: bytes
    file: str
    source: str
    taken_at: datetime


async def read(tx: Transaction, keys: Sequence[tuple[int, int]]) -> list[Letter]:
    """The letters of these (collectivity, number), as far as this transaction may see them."""
    rows = queries.letters(tx.conn, collectivities=[key[0] for key in keys], ids=[key[1] for key in keys])
    return [
        Letter(
            r["collectivity_id"], r["id"], r["scan_id"], r["position"], tuple(r["pages"]), r["state"], r["reference"], r["service_id"],
            r["service"], r["arrived_on"], r["on_sheet"], r["text"], r["proposed"], r["decided"], r["detail"], r["original"],
            r["searchable"], r["tries"], r["digest"], r["file"], r["source"], r["taken_at"],
        )
        async for r in rows
    ]  # fmt: skip
