"""The command line: exit statuses, one clear line on errors, nothing read that is not asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grc.cli.main import commands


def grc(*words: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the real command."""
    clean = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "-m", "grc.cli.main", *words], input=given, capture_output=True, text=True, env=clean | environment
    )


def test_every_command_has_the_same_face() -> None:
    found = commands()
    assert {"serve", "web", "worker", "migrate", "doctor", "agent", "password", "ledger", "ticket"} <= {module.NAME for module in found}
    for module in found:
        assert module.__name__ == "grc.cli." + module.NAME.replace("-", "_")
        assert module.HELP
        assert callable(module.add_arguments)
        assert callable(module.run)


@pytest.mark.parametrize("words", [(), ("no-such-command",), ("migrate", "--no-such-option"), ("ticket",)])
def test_a_wrong_usage_is_status_two(words: tuple[str, ...]) -> None:
    done = grc(*words)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: grc")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GRC_PORT", "many"),
        ("GRC_DATABASE_URL", "mysql://x"),
        ("GRC_SECRET", "short"),
        ("GRC_DATA_DIR", "/proc/nowhere"),
        ("GRC_PUBLIC_URL", "x"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(name: str, value: str) -> None:
    done = grc("migrate", **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"grc migrate : {name}")
    assert done.stderr.count("\n") == 1


def test_no_error_shows_a_secret() -> None:
    done = grc("migrate", GRC_SECRET="hush-hush", GRC_DATABASE_URL="mysql://user:hunter2@host/db")
    assert "hush" not in done.stderr
    assert "hunter2" not in done.stderr


def test_a_database_that_is_away_is_told_in_one_line(tmp_path: Path) -> None:
    done = grc("migrate", GRC_DATABASE_URL=f"postgresql://grc@/grc?host={tmp_path}")
    assert done.returncode == 1
    assert done.stderr.startswith("grc migrate : la base de données ne répond pas")
    assert done.stderr.count("\n") == 1


def test_one_command_does_not_read_the_others() -> None:
    program = "import sys; from grc.cli.main import main; main(['migrate', '--sql'])"
    listed = "; print(*sorted(name for name in sys.modules if name.startswith(('grc.cli.', 'aiohttp'))), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", program + listed],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "GRC_DATABASE_URL": "postgresql://grc@/grc?host=/nowhere"},
    )
    assert done.stderr.split("\n")[-2].split() == ["grc.cli.main", "grc.cli.migrate"]


def test_a_reader_who_goes_away_is_no_error_of_ours() -> None:
    command = f"{sys.executable} -m grc.cli.main --help | head -c 1"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
    assert "Traceback" not in done.stderr


class TestAgents:
    """An operator makes agents with the real commands, on a real database."""

    @pytest.fixture
    def environment(self, database_url: str, tmp_path: Path) -> dict[str, str]:
        (tmp_path / "data").mkdir(exist_ok=True)
        return {"GRC_DATABASE_URL": database_url, "GRC_DATA_DIR": str(tmp_path / "data")}

    @pytest.fixture
    async def commune(self, database_url: str) -> None:
        import asyncpg

        conn = await asyncpg.connect(database_url)
        await conn.execute("begin; set local role grc_worker")
        await conn.execute(
            "insert into collectivity (id, kind, insee, name, slug) values (40192, 'commune', '40192', 'Mont-de-Marsan', 'mont')"
        )
        await conn.execute("insert into service (collectivity_id, slug, name) values (40192, 'voirie', 'Voirie')")
        await conn.execute("commit")
        await conn.close()

    def test_an_agent_is_made_and_gets_a_password(self, environment: dict[str, str], commune: None) -> None:
        done = grc(
            "agent", "create", "Ana@Mairie.example", "--collectivity", "40192", "--service", "voirie", "--role", "chief", **environment
        )
        assert done.returncode == 0, done.stderr
        assert '"email":"ana@mairie.example"' in done.stdout
        assert done.stdout.count("\n") == 1
        assert grc("password", "ana@mairie.example", given="pin maritime et dune\n", **environment).returncode == 0

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("--collectivity", "99999"), "99999"),
            (("--collectivity", "40192", "--service", "piscine"), "voirie"),
            (("--collectivity", "40192", "--role", "king"), "operator"),
        ],
    )
    def test_what_does_not_exist_is_refused_with_the_choice(
        self, environment: dict[str, str], commune: None, words: tuple[str, ...], told: str
    ) -> None:
        done = grc("agent", "create", "a@b.example", *words, **environment)
        assert done.returncode == 1
        assert told in done.stderr

    def test_a_short_password_and_an_unknown_agent_are_refused(self, environment: dict[str, str]) -> None:
        assert "12" in grc("password", "ana@mairie.example", given="short\n", **environment).stderr
        assert "aucun agent" in grc("password", "ana@mairie.example", given="pin maritime et dune\n", **environment).stderr
