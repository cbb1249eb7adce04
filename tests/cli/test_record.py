"""`grc record`, as an operator types it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import orjson
import pytest

from grc import settings as setting
from grc.db.transaction import Database
from grc.settings import Settings
from tests.support.world import World, found

TABLE = "Numéro de convention;Collectivité;Service;Depuis le\nA-1;40902;Logiciels métiers;01/01/2026\nA-2;Atlantide;wifi;hier\n"


@pytest.fixture
async def world(db: Database) -> World:
    return await found(db)


async def grc(settings: Settings, *arguments: str) -> tuple[int, str, str]:
    """Status, what was printed, and what was said on stderr."""
    assert settings.database_url is not None
    environment = setting.for_child(GRC_DATABASE_URL=settings.database_url.get_secret_value(), GRC_DATA_DIR=str(settings.data_dir))
    command = [sys.executable, "-m", "grc.cli.main", "record", *arguments]
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_a_register_is_brought_in_listed_and_taken_along(settings: Settings, world: World, tmp_path: Path) -> None:
    file = tmp_path / "adhesions.csv"
    file.write_text(TABLE, encoding="utf-8")
    status, out, err = await grc(settings, "import", "adhesion", str(file), "--preview")
    assert (status, orjson.loads(out)["added"]) == (1, 1)
    assert "1 ligne refusée" in err
    assert (await grc(settings, "list", "adhesion"))[1] == "", "a preview does nothing"
    status, out, _ = await grc(settings, "import", "adhesion", str(file))
    told = orjson.loads(out)
    assert (status, told["added"], told["changed"]) == (1, 1, 0)
    assert (told["refused"][0]["line"], told["refused"][0]["key"]) == (3, "A-2")
    status, out, _ = await grc(settings, "list", "adhesion")
    assert orjson.loads(out)["title"] == "Logiciels métiers, Sainte-Mer"
    status, out, _ = await grc(settings, "export", "adhesion")
    assert "A-1;Sainte-Mer;Logiciels métiers" in out


async def test_what_cannot_be_is_told_in_one_line(settings: Settings, world: World, tmp_path: Path) -> None:
    for words, told in (
        (("list", "rien"), "aucun module n’a de registre « rien »"),
        (("list", "adhesion", "--collectivity", "99999"), "aucune collectivité n’a le code 99999"),
        (("import", "adhesion", str(tmp_path / "absent.csv")), "ne se lit pas"),
    ):
        status, _, err = await grc(settings, *words)
        assert status == 1
        assert told in err
        assert err.count("\n") == 1
    status, out, _ = await grc(settings, "list")
    assert status == 0
    assert "adhesion" in {orjson.loads(line)["register"] for line in out.splitlines()}
