"""Contents by their SHA-256: small ones in the database, large ones in the object store, synced before anybody is told."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from grc.db import sql
from grc.errors import NotFound, Unavailable, Withheld

if TYPE_CHECKING:
    from grc.db.transaction import Transaction

_queries = sql.load(__file__, "files.sql")

# Below this a row costs less than a file: a synced file takes 0.5 ms and a change of thread.
SMALL = 256 * 1024

# Which files are given to nobody, by whether this installation has an antivirus: without one none waits for it, not even those that did.
HELD = {True: ("waiting", "infected"), False: ("infected",)}
_WITHHELD = {
    "waiting": "L’antivirus n’a pas encore examiné ce fichier. Réessayez dans quelques minutes.",
    "infected": "Ce fichier contient un programme nuisible : il n’est remis à personne.",
}


class Store(Protocol):
    """Where large contents lie: a folder, or anything that speaks S3."""

    async def put(self, path: str, content: bytes) -> None: ...
    async def get(self, path: str) -> bytes: ...


class FolderStore:
    """Large contents in a folder of this machine, through obstore, each synced to disk before `put` returns."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, path: str, content: bytes) -> None:
        await asyncio.to_thread(self._put, path, content)

    def _put(self, path: str, content: bytes) -> None:
        from obstore.store import LocalStore  # 40 ms to import, for the few that need it

        self._root.mkdir(parents=True, exist_ok=True)
        LocalStore(self._root).put(path, content)
        # obstore writes beside and renames; the file, its folder, and the name of that folder must reach the disk before the row
        for synced in (self._root / path, (self._root / path).parent, self._root):
            descriptor = os.open(synced, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    async def get(self, path: str) -> bytes:
        return await asyncio.to_thread((self._root / path).read_bytes)


def _path(digest: bytes) -> str:
    name = digest.hex()
    return f"{name[:2]}/{name}"


async def keep(store: Store, content: bytes) -> bytes:
    """Puts large content where it belongs and gives its digest; before any transaction, since a disk may be slow or full.

    Raises Unavailable when the store does not take it: the source must offer it again.
    """
    if len(content) <= SMALL:
        return hashlib.sha256(content).digest()
    digest = await asyncio.to_thread(lambda: hashlib.sha256(content).digest())  # 50 MB take a fifth of a second
    try:
        await store.put(_path(digest), content)
    except Exception as error:  # obstore has no common ancestor for a full disk and a refused permission
        raise Unavailable(f"the store of files does not take content: {error}") from error
    return digest


async def record(tx: Transaction, collectivity_id: int, contents: Sequence[tuple[bytes, bytes]]) -> None:
    """Writes the rows of contents that `keep` has taken, as (digest, content). The same content twice is one row."""
    if contents:
        await _queries.insert_blobs(
            tx.conn,
            collectivity_id=collectivity_id,
            digests=[digest for digest, _ in contents],
            sizes=[len(content) for _, content in contents],
            datas=[content if len(content) <= SMALL else None for _, content in contents],
        )


async def content(store: Store, digest: bytes) -> bytes:
    """A large content, for the worker that holds its row. Raises Unavailable when the store does not give it."""
    try:
        return await store.get(_path(digest))
    except Exception as error:
        raise Unavailable(f"the store of files does not give {digest.hex()[:12]}: {error}") from error


def held(tx: Transaction, scan: str) -> str | None:
    """`waiting` or `infected` where a file that stands so is given to nobody, None where it is given."""
    return scan if scan in HELD[tx.site.scans] else None


def let_pass(tx: Transaction, scan: str) -> None:
    """Withheld where a file that stands so is given to nobody."""
    if (why := held(tx, scan)) is not None:
        raise Withheld(_WITHHELD[why])


async def get(tx: Transaction, collectivity_id: int, digest: bytes) -> bytes:
    """The content of a digest, or NotFound where this transaction may not see it."""
    row = await _queries.blob(tx.conn, collectivity_id=collectivity_id, digest=digest)
    if row is None:
        raise NotFound("Ce fichier n’existe pas, ou ne vous est pas accessible.")
    data: bytes | None = row["data"]
    return data if data is not None else await content(tx.store, digest)
