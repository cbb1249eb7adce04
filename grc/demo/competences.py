"""The rules of competence of the demonstration, read as the agency's own form reads one; each is marked as an example."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path

from grc.actions.competent import subjects
from grc.actions.put_competence import Typed, put_by_operator, read
from grc.db.transaction import Transaction


async def write(tx: Transaction, now: datetime) -> int:
    """Writes them all; how many. A rule that the form would refuse is a mistake of the demonstration, told at once."""
    given = tomllib.loads((Path(__file__).parent / "competences.toml").read_text(encoding="utf-8"))["rules"]
    known = await subjects(tx)
    for one in given:
        rule, faults = await read(tx, Typed(**one, example=True), known)
        assert rule is not None, f"{one['title']}: {faults}"
        await put_by_operator(tx, rule, now)
    return len(given)
