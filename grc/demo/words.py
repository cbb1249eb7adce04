"""The proper names of the demonstration, from `words.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Words:
    """Names of people and places. `children` suit a girl as well as a boy."""

    surnames: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    children: tuple[str, ...]
    streets: tuple[str, ...]
    districts: tuple[str, ...]
    schools: tuple[str, ...]
    mail_domains: tuple[str, ...]


@cache
def words() -> Words:
    """All of them."""
    raw = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    return Words(**{name: tuple(values) for name, values in raw.items()})
