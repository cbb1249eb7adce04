"""Where the program lies, for tests that read it."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("grc", "channels", "routing", "workflows", "modules", "migrations")


def sources(*patterns: str) -> list[Path]:
    """The files of the program that match, without what was fetched for the browser."""
    found = [path for package in PACKAGES for pattern in patterns for path in (ROOT / package).rglob(pattern)]
    return sorted(path for path in found if "vendor" not in path.parts)


def tracked() -> list[Path]:
    """The files that are in the repository, or would be: not what it ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    return sorted(path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file())


def channel_rooms() -> list[Path]:
    """The rooms of `channels/`: packages."""
    return sorted(path for path in (ROOT / "channels").iterdir() if (path / "__init__.py").is_file())


def name(path: Path) -> str:
    """A file as a person writes it."""
    return str(path.relative_to(ROOT))
