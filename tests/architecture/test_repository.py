"""What is in the repository names no machine and no registry, and is no longer than a person reads."""

from __future__ import annotations

import json
import re

import pytest

from tests.architecture.places import ROOT, name, sources, tracked

# Written in pieces, or this file would find itself.
HOSTS = "|".join(
    re.escape(".".join(parts)) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs"), ("npmjs", "org"))
)
PATHS = "|".join(re.escape("/" + folder + "/") for folder in ("wo" + "rk", "ho" + "me", "Us" + "ers"))
LONGEST = 600  # lines; 400 is already much


def texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked():
        try:
            found.append((name(path), path.read_text()))
        except UnicodeDecodeError:
            continue
    return found


def test_no_file_names_a_registry_or_a_folder_of_some_machine() -> None:
    wrong = [f"{file}: {match[0]}" for file, text in texts() if (match := re.search(rf"{HOSTS}|(?<![\w.}}]){PATHS}", text))]
    assert not wrong


def test_python_locks_have_hashes_and_no_address() -> None:
    for path in (ROOT / "requirements").glob("*.lock"):
        text = path.read_text()
        assert "://" not in text, path.name
        assert text.count("==") <= text.count("--hash=sha256:"), path.name


def test_the_browser_lock_has_integrity_and_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for package, entry in packages.items():
        if package:
            assert entry.get("integrity", "").startswith("sha512-"), package
            assert "resolved" not in entry, package


def test_what_pyproject_asks_for_is_in_the_lock() -> None:
    import tomllib

    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements/run.lock").read_text(), re.MULTILINE))
    assert {package.lower() for package in asked} <= locked


@pytest.mark.parametrize("pattern", ["*.py", "*.js", "*.css", "*.html", "*.sql"])
def test_no_file_is_longer_than_a_person_reads(pattern: str) -> None:
    long = {name(path): n for path in sources(pattern) if (n := path.read_text().count("\n")) > LONGEST}
    assert not long


def test_scripts_can_be_run() -> None:
    for script in ("bootstrap", "server", "test", "check"):
        assert (ROOT / "script" / script).stat().st_mode & 0o111, script
    assert (ROOT / ".ci/run").stat().st_mode & 0o111
