"""The schema that migrations make of an empty database is the one that was reviewed, on every PostgreSQL we run on.

When a migration changes it: `script/test tests/architecture/test_schema.py --update`, read the difference, commit it with the migration.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from grc.db import migrate, sql
from tests.architecture.places import ROOT

REVIEWED = ROOT / "tests/architecture/schema.txt"
queries = sql.load(__file__, "schema.sql")


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def lines(conn: Any, *parts: str) -> list[str]:
    return [_alike(row["line"]) for part in parts for row in [found async for found in getattr(queries, part)(conn)]]


def _alike(line: str) -> str:
    """The same words from every version: newer servers name the table in expressions where older ones do not always."""
    return re.sub(r"\s+", " ", line).replace("public.", "")


async def test_migrations_from_empty_give_the_reviewed_schema(conn: Any, request: pytest.FixtureRequest) -> None:
    found = await lines(conn, "columns", "constraints", "indexes", "policies", "rights", "functions", "triggers")
    if request.config.getoption("--update"):
        REVIEWED.write_text("\n".join(found) + "\n")
    assert found == REVIEWED.read_text().splitlines()


async def test_every_table_forces_row_level_security_and_serves_the_worker(conn: Any) -> None:
    assert await lines(conn, "unguarded") == []


async def test_no_role_of_ours_can_pass_by_row_level_security(conn: Any) -> None:
    assert await lines(conn, "mighty") == []


def test_revisions_are_one_line_in_the_order_of_their_names() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrate.FOLDER))
    walked = [found.revision for found in ScriptDirectory.from_config(config).walk_revisions()]
    files = sorted((path.name for path in (migrate.FOLDER / "versions").glob("[0-9]*.py")), reverse=True)
    assert walked == [file[:4] for file in files]
    assert migrate.head() == walked[0]


async def test_a_second_migration_does_nothing(database_url: str) -> None:
    assert await migrate.migrate(database_url) == (migrate.head(), migrate.head())
