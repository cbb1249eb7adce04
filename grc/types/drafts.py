"""Types that are being written in the browser, and the versions that were published. A draft is version 0."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import NotFound
from workflows.catalogue import catalogue

_queries = sql.load(__file__, "drafts.sql")

DRAFT = 0


@dataclass(frozen=True, slots=True)
class Written:
    """A draft or a version, as its author wrote it. `state`: draft, published, withdrawn; `written_by` empty where he is out of sight;
    `before`: a draft as it was before its last change."""

    collectivity_id: int
    name: str
    version: int
    state: str
    document: str
    written_at: datetime
    written_by: str
    published_at: datetime | None = None
    before: str | None = None


async def written(tx: Transaction, collectivities: Collection[int]) -> Sequence[Written]:
    """All that these collectivities have written, by name, the newest version first."""
    return [_written(row) async for row in _queries.written(tx.conn, collectivities=list(collectivities))]


async def versions(tx: Transaction, name: str) -> Sequence[Written]:
    """The versions of a type that were published in the browser, the newest first."""
    return [_written(row) async for row in _queries.versions(tx.conn, name=name)]


async def draft(tx: Transaction, collectivity_id: int, name: str, *, hold: bool = False) -> Written | None:
    """The draft of a type, or None; held until the transaction ends where it is about to be changed."""
    query = _queries.hold_draft if hold else _queries.draft
    row = await query(tx.conn, collectivity_id=collectivity_id, name=name)
    if row is None:
        return None
    return Written(
        collectivity_id, name, DRAFT, "draft", row["document"], row["written_at"], row["written_by"] or "", before=row["before"]
    )  # fmt: skip


async def begin(tx: Transaction, collectivity_id: int, name: str, document: str, by: int, now: datetime) -> None:
    """A draft with this document; one that is there already stays."""
    await _queries.begin_draft(tx.conn, collectivity_id=collectivity_id, name=name, document=document, now=now, by=by)


async def save(tx: Transaction, collectivity_id: int, name: str, document: str, by: int, now: datetime) -> None:
    """Keeps a draft as it was changed. NotFound where it is gone."""
    done = await _queries.save_draft(tx.conn, collectivity_id=collectivity_id, name=name, document=document, now=now, by=by)
    if done != "UPDATE 1":
        raise NotFound("Ce brouillon n’existe plus : il a été publié ou abandonné.")


async def drop(tx: Transaction, collectivity_id: int, name: str) -> None:
    """Gives a draft up."""
    await _queries.drop_draft(tx.conn, collectivity_id=collectivity_id, name=name)


async def publish(tx: Transaction, collectivity_id: int, name: str, version: int, document: str, by: int, now: datetime) -> None:
    """Writes a version, for ever, and ends the draft it was."""
    await _queries.publish(tx.conn, collectivity_id=collectivity_id, name=name, version=version, document=document, now=now, by=by)
    await drop(tx, collectivity_id, name)


async def withdraw(tx: Transaction, collectivity_id: int, name: str, version: int) -> bool:
    """Whether the version was in force, and no longer is: requests that run on it go on."""
    return bool(await _queries.withdraw(tx.conn, collectivity_id=collectivity_id, name=name, version=version) == "UPDATE 1")


async def newest(tx: Transaction, name: str) -> int:
    """The highest number that a version of this type ever had, in a module or here; 0 where there is none."""
    here: int = await _queries.newest(tx.conn, name=name)
    entry = catalogue().newest.get(name)
    return max(here, entry.definition.version if entry is not None else 0)


async def names(tx: Transaction) -> frozenset[str]:
    """The names of all types there are, so that a new one gets another."""
    return frozenset({row["name"] async for row in _queries.names(tx.conn)} | set(catalogue().names()))


def _written(row: Any) -> Written:
    return Written(
        row["collectivity_id"], row["name"], row["version"], row["state"], row["document"], row["written_at"], row["written_by"] or "",
        row["published_at"],
    )  # fmt: skip
