"""`grc competence`, as an operator types it."""

from __future__ import annotations

import asyncio
import sys

import orjson
import pytest

from grc import settings as setting
from grc.db.transaction import Database
from grc.settings import Settings
from tests.support.world import World, found


@pytest.fixture
async def world(db: Database) -> World:
    return await found(db)


async def grc(settings: Settings, *arguments: str) -> tuple[int, list[dict[str, object]], str]:
    """Status, the lines that were printed, and what was said on stderr."""
    assert settings.database_url is not None
    environment = setting.for_child(GRC_DATABASE_URL=settings.database_url.get_secret_value(), GRC_DATA_DIR=str(settings.data_dir))
    command = [sys.executable, "-m", "grc.cli.main", "competence", *arguments]
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    return process.returncode or 0, [orjson.loads(line) for line in out.splitlines()], err.decode()


async def test_a_rule_is_added_listed_and_tried(settings: Settings, world: World) -> None:
    water = (
        "add",
        "L’eau potable",
        "--word",
        "fuite d’eau",
        "--where",
        "Sainte-Mer",
        "--outside",
        "Syndicat du Tuc",
        "--email",
        "eau@tuc.example",
    )
    status, (added,), _ = await grc(settings, *water)
    assert (status, added["communes"], added["name"]) == (0, ["40902"], "Syndicat du Tuc")
    await grc(settings, "add", "L’accueil", "--type", "general", "--collectivity", "40903")
    status, listed, _ = await grc(settings, "list")
    assert [(line["title"], line["collectivity"]) for line in listed] == [("L’eau potable", None), ("L’accueil", 3)]
    _, tried, _ = await grc(settings, "try", "une fuite d'eau", "--where", "40902")
    assert [line["competent"] for line in tried] == ["Syndicat du Tuc", None]
    _, tried, _ = await grc(settings, "try", "une fuite d'eau", "--where", "Boisvert", "--type", "general")
    assert [line["competent"] for line in tried] == ["Boisvert", None]


async def test_what_cannot_be_is_told_in_one_line(settings: Settings, world: World) -> None:
    for typed, told in (
        (("add", "L’eau", "--epci"), "Donnez au moins un mot"),
        (("add", "L’eau", "--word", "eau", "--outside", "Syndicat"), "Donnez son adresse électronique"),
        (("try", "eau", "--where", "Nulle part"), "aucune commune d’ici ne s’appelle « Nulle part »"),
        (("try", "eau", "--type", "rien"), "aucun type de demande ne s’appelle « rien »"),
    ):
        status, printed, err = await grc(settings, *typed)
        assert (status, printed) == (1, [])
        assert told in err.replace("\N{NO-BREAK SPACE}", " ")
        assert err.count("\n") == 1
