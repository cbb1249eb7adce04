"""Settings: read once from GRC_ variables, wrong ones named, secrets made once and never shown."""

from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grc import settings
from grc.errors import Misconfigured
from grc.settings import Settings


def test_nothing_set_is_a_first_look_on_this_machine() -> None:
    given = settings.read({})
    assert given.database_url is None
    assert given.is_loopback()
    assert given.url() == "http://127.0.0.1:8040"
    assert given.data_dir == Path.cwd() / "data"


def test_an_empty_variable_is_one_that_is_not_set() -> None:
    assert settings.read({"GRC_DATABASE_URL": "", "GRC_PORT": ""}) == settings.read({})


def test_addresses_are_asked_of_the_ign_unless_nobody_is_to_be_told() -> None:
    assert settings.read({}).geocoder_url == "https://data.geopf.fr"
    assert settings.read({"GRC_GEOCODER_URL": "aucun"}).geocoder_url is None


def test_links_begin_with_the_public_address() -> None:
    assert settings.read({"GRC_PUBLIC_URL": "https://demandes.example/"}).url() == "https://demandes.example"
    assert settings.read({"GRC_HOST": "::1", "GRC_PORT": "80"}).url() == "http://[::1]:80"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GRC_PORT", "65536"),
        ("GRC_DAILY_CAP", "0"),
        ("GRC_DATABASE_URL", "sqlite://"),
        ("GRC_SECRET", "court"),
        ("GRC_TELEGRAM_BASE_URL", "https://x.example/with/path"),
        ("GRC_LOG_LEVEL", "loud"),
        ("GRC_GEOCODER_URL", "data.geopf.fr"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name_without_being_shown(name: str, value: str) -> None:
    with pytest.raises(Misconfigured) as told:
        settings.read({name: value})
    assert str(told.value).startswith(name)
    assert value not in str(told.value).removeprefix(name)


def test_secrets_are_not_in_what_is_printed() -> None:
    given = settings.read(
        {"GRC_SECRET": "s" * 40, "GRC_DATABASE_URL": "postgresql://u:motdepasse@h/d", "GRC_RELAY": "smtp://u:motdepasse@h"}
    )
    assert "motdepasse" not in repr(given)
    assert "ssss" not in repr(given)


def test_each_purpose_has_a_key_of_its_own_that_stays(tmp_path: Path) -> None:
    here = Settings(data_dir=tmp_path / "data")
    assert here.key("signature") == Settings(data_dir=tmp_path / "data").key("signature")
    assert here.key("signature") != here.key("accounts")
    assert len(here.key("signature")) == 32
    assert stat.S_IMODE((tmp_path / "data/secret").stat().st_mode) == 0o600


def test_processes_that_make_the_secret_at_the_same_instant_agree(tmp_path: Path) -> None:
    program = "import sys; from grc.settings import Settings; print(Settings(data_dir=sys.argv[1]).key('x').hex())"

    def key(_: int) -> str:
        return subprocess.run([sys.executable, "-c", program, tmp_path / "data"], capture_output=True, text=True, check=True).stdout

    with ThreadPoolExecutor(4) as at_once:
        assert len(set(at_once.map(key, range(8)))) == 1
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["secret"]


def test_what_nothing_reads_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRC_PROT", "8040")
    assert "GRC_PROT" in settings.unknown()
