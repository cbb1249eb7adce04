"""What people write to their town hall, and what it answers: the authored texts of the demonstration.

Each situation of `situations/*.toml` is one request with its answer. `[this|that]` is a choice, `{rue}` a word filled in once a ticket;
`{e}` and `{le}` agree with the citizen. `ask` and `reply` are a question of the agent and what the citizen answers to it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from grc.collectivities.naming import of

HERE = Path(__file__).parent / "situations"

# The files that are named after a group of services and not after one: there each situation names its service.
GROUPS = ("intercommunalite", "agence")


@dataclass(frozen=True, slots=True)
class Situation:
    """One authored request. `files` are what the citizen joins, `answer_files` what the agent does."""

    key: str
    group: str  # "commune", "intercommunalite" or "agence"
    service: str
    subject: str
    message: str
    answer: str
    note: str = ""
    ask: str = ""
    reply: str = ""
    thanks: str = ""
    files: tuple[str, ...] = ()
    reply_files: tuple[str, ...] = ()
    answer_files: tuple[str, ...] = ()
    channel: str = ""  # where this is always a mail or always a form
    gender: str = ""  # where the text says whether a woman or a man writes
    urgent: bool = False
    ends: str = "close"  # by which transition the answer ends it, where its type has one of this name
    org: str = ""  # the company or association that writes, where it is no single person


@cache
def situations() -> tuple[Situation, ...]:
    """All of them, in the order of the files."""
    found = []
    for path in sorted(HERE.glob("*.toml")):
        group = path.stem if path.stem in GROUPS else "commune"
        for number, raw in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["situation"]):
            values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()}
            values.setdefault("service", path.stem)
            found.append(Situation(key=f"{path.stem}-{number + 1}", group=group, **values))
    return tuple(found)


_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_OF_NAME = re.compile(r"\bde \{commune\}")


def fill(text: str, words: Mapping[str, str], random: Random) -> str:
    """The text with its choices made and its words filled in."""
    chosen = _CHOICE.sub(lambda found: random.choice(found[1].split("|")), text)
    if "{commune}" in chosen:
        chosen = _OF_NAME.sub(of(words["commune"]), chosen)
    for name, value in words.items():
        chosen = chosen.replace("{" + name + "}", value)
    return chosen.strip()
