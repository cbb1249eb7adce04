"""Every query of every `.sql` file is one that PostgreSQL accepts on the migrated schema, and says what it is for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from grc.db import sql
from tests.architecture.places import name, sources

FILES = sources("*.sql")


def queries(path: Path) -> Iterator[Any]:
    """The queries of a file, each once."""
    loaded = sql.load(str(path), path.name)
    for found in loaded.available_queries:
        if not found.endswith("_cursor"):
            yield getattr(loaded, found)


@pytest.mark.parametrize("path", FILES, ids=name)
async def test_every_query_prepares(path: Path, database_url: str) -> None:
    conn = await asyncpg.connect(database_url)
    try:
        for query in queries(path):
            try:
                await conn.prepare(query.sql)
            except asyncpg.PostgresError as error:
                pytest.fail(f"{name(path)}: {query.__name__}: {error}")
    finally:
        await conn.close()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_query_has_a_sentence_above_it(path: Path) -> None:
    wordless = [query.__name__ for query in queries(path) if not (query.__doc__ or "").strip().endswith((".", "?"))]
    assert not wordless


def test_there_are_queries_to_look_at() -> None:
    assert sum(1 for path in FILES for _ in queries(path)) > 50
