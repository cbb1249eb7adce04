"""Imports only go down, and each outside library stays where it belongs: the contracts are in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.architecture.places import ROOT


def test_the_contracts_on_imports_are_kept() -> None:
    command: list[str | Path] = [Path(sys.executable).parent / "lint-imports", "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:]
