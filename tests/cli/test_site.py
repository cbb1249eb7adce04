"""`grc site`, as an operator types it."""

from __future__ import annotations

import asyncio
import sys

import orjson
import pytest

from grc import settings as setting
from grc.collectivities.sites import origin, page_of
from grc.db.transaction import Database
from grc.settings import Settings
from tests.support.world import found


async def grc(settings: Settings, *arguments: str) -> tuple[int, list[dict[str, object]], str]:
    """Status, the lines that were printed, and what was said on stderr."""
    assert settings.database_url is not None
    environment = setting.for_child(GRC_DATABASE_URL=settings.database_url.get_secret_value(), GRC_DATA_DIR=str(settings.data_dir))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "grc.cli.main", "site", *arguments, env=environment, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode or 0, [orjson.loads(line) for line in out.splitlines()], err.decode()


async def test_sites_are_set_listed_and_a_wrong_one_is_told_and_changes_nothing(settings: Settings, db: Database) -> None:
    await found(db)
    status, (kept,), _ = await grc(settings, "set", "40902", "www.sainte-mer.example", "http://intranet.example:8080/accueil")
    assert (status, kept["sites"]) == (0, ["https://www.sainte-mer.example", "http://intranet.example:8080"])
    status, _, told = await grc(settings, "set", "40902", "pas un site")
    assert status != 0
    assert "n’est pas l’adresse d’un site" in told
    _, listed, _ = await grc(settings, "list")
    assert listed == [{"code": "40902", "name": "Sainte-Mer", "sites": ["http://intranet.example:8080", "https://www.sainte-mer.example"]}]


@pytest.mark.parametrize(
    ("typed", "is_"),
    [
        ("www.Ville.example", "https://www.ville.example"),
        ("https://www.ville.example:443/a?b", "https://www.ville.example"),
        ("https://mairie-évian.example", "https://xn--mairie-vian-hbb.example"),
        ("http://localhost:8080", "http://localhost:8080"),
        *((wrong, "") for wrong in ("", "*", "*.ville.example", "https://a b", "javascript:x", "ftp://x", "x;y")),
        *((wrong, "") for wrong in ("https://u@x", "'self'", "a:99999", "https://", "a" * 500)),
    ],
)  # fmt: skip
def test_a_site_is_an_origin_and_nothing_else(typed: str, is_: str) -> None:
    assert origin(typed) == is_


def test_a_page_is_known_by_its_site_and_told_without_its_query() -> None:
    named = ["https://www.ville.example"]
    assert page_of("https://www.ville.example/a/b?c=d#e", named) == "https://www.ville.example/a/b"
    assert page_of("https://WWW.ville.example", named) == "https://www.ville.example/"
    for other in (
        "http://www.ville.example/",
        "https://www.ville.example.evil.example/",
        "www.ville.example",
        "https://www.ville.example:444/",
    ):
        assert page_of(other, named) == ""
    assert len(page_of("https://www.ville.example/" + "x" * 999, named)) == 300
