"""`grc account`, as an operator types it."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import orjson
import pytest

from grc import settings as setting
from grc.db.transaction import WORKER, Database
from grc.settings import Settings
from tests.makers.relay import Relay, relay


@pytest.fixture
async def dax(db: Database) -> None:
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute("insert into collectivity (id, kind, insee, name, slug) values (1, 'commune', '40088', 'Dax', 'dax')")


async def grc(settings: Settings, *arguments: str) -> tuple[int, list[Any], str]:
    """Status, lines of JSON, and what was said on stderr."""
    assert settings.database_url is not None
    assert settings.secret is not None
    environment = setting.for_child(
        GRC_DATABASE_URL=settings.database_url.get_secret_value(),
        GRC_SECRET=settings.secret.get_secret_value(),
        GRC_DATA_DIR=str(settings.data_dir),
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "grc.cli.main", *arguments, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    return process.returncode or 0, [orjson.loads(line) for line in out.splitlines()], err.decode()


async def test_an_account_is_added_listed_tried_and_removed(settings: Settings, dax: None) -> None:
    async with relay() as there:
        added = await _add(settings, there)
        number = added["id"]
        assert added == {"id": number, "channel": "email", "collectivity": "40088", "hook": None}
        _, (listed,), _ = await grc(settings, "account", "list")
        assert listed["name"] == "mairie@dax.example"
        assert "secret" not in str(listed)
        status, (health,), _ = await grc(settings, "account", "test", str(number))
        assert (status, health["ok"]) == (0, True)
    status, (health,), _ = await grc(settings, "account", "test", str(number))
    assert (status, health["ok"]) == (1, False)
    assert health["todo"]
    assert (await grc(settings, "account", "remove", str(number)))[:2] == (0, [{"id": number, "removed": "mairie@dax.example"}])
    assert (await grc(settings, "account", "list"))[:2] == (0, [])
    status, lines, said = await grc(settings, "account", "remove", str(number))
    assert (status, lines) == (1, [])
    assert str(number) in said


async def _add(settings: Settings, there: Relay) -> dict[str, Any]:
    smtp = f"smtp://mairie:secret@127.0.0.1:{there.port}"
    there.users = {"mairie": "secret"}
    status, lines, said = await grc(
        settings, "account", "add", "email", "--collectivity", "40088", "address=mairie@dax.example", f"smtp_url={smtp}"
    )
    assert status == 0, said
    added: dict[str, Any] = lines[0]
    return added


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("add", "email", "--collectivity", "40088", "imap_url=imaps://a:secret@b.example"), 1, "address"),
        (("add", "email", "--collectivity", "99999", "address=a@b.example"), 1, "99999"),
        (("add", "pigeon", "--collectivity", "40088", "ring=7"), 1, "email"),
        (("add", "email", "--collectivity", "40088", "secret"), 2, "CLÉ=VALEUR"),
        (("test", "7"), 1, "7"),
        ((), 2, "VERBE"),
    ],
)
async def test_a_mistake_is_one_clear_line(settings: Settings, dax: None, arguments: tuple[str, ...], status: int, said: str) -> None:
    found, lines, heard = await grc(settings, "account", *arguments)
    assert (found, lines) == (status, [])
    assert said in heard
    assert "secret" not in heard
    assert "Traceback" not in heard
