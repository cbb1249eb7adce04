"""The figures of a type: reckoned in the database over a period, within the reach of whoever asks.

A figure is data; it becomes words and JSON paths given to one query, never SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction
from grc.types import store
from grc.types.store import Current
from workflows.catalogue import catalogue
from workflows.condition import Condition, conditions
from workflows.definition import Definition
from workflows.parts.words import Figure

_queries = sql.load(__file__, "figures.sql")
FIELDS = "fields"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which tickets: of these collectivities, opened from `since` to before `until`, for one member or for all."""

    collectivities: Sequence[int]
    since: datetime
    until: datetime
    member: int | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A value of what a figure is by (None: nothing was given), what was measured there, and over how many tickets.

    The value of a share is a part of one; None where there is nothing to reckon it from.
    """

    bucket: Any
    value: float | None
    tickets: int


@dataclass(frozen=True, slots=True)
class Member:
    """A member for whom tickets were opened."""

    id: int
    name: str


async def types(tx: Transaction, collectivities: Sequence[int]) -> Sequence[Current]:
    """The types with figures that have had tickets here, by category and title, as the first of these collectivities has them."""
    if not collectivities:
        return []
    rows = _queries.with_tickets(tx.conn, names=list(catalogue().names()), collectivities=list(collectivities))
    found = [await store.current(tx, collectivities[0], row["name"]) async for row in rows]
    told = [one for one in found if one.definition.figures]
    return sorted(told, key=lambda one: (one.definition.category, one.definition.title))


async def members(tx: Transaction, definition: Definition, asked: Asked) -> Sequence[Member]:
    """The members for whom tickets of this type were opened in the period."""
    rows = _queries.members(tx.conn, type=definition.name, collectivities=list(asked.collectivities), since=asked.since)
    return [Member(row["id"], row["name"]) async for row in rows]


async def reckon(tx: Transaction, definition: Definition, figure: Figure, asked: Asked) -> Sequence[Bar]:
    """What a figure comes to: one bar where it is by nothing, else one for each value, those with most tickets first."""
    rows = [
        row
        async for row in _queries.reckon(
            tx.conn, collectivities=list(asked.collectivities), type=definition.name, since=asked.since, until=asked.until,
            member=asked.member, **parameters(figure),
        )
    ]  # fmt: skip
    whole = sum(row["tickets"] for row in rows)
    return [Bar(row["bucket"], _value(figure, row, whole), row["held"]) for row in rows if row["held"] or figure.measure == "share"]


def parameters(figure: Figure) -> Mapping[str, Any]:
    """What the query is given of a figure. Pure."""
    asked = conditions(figure.when)
    of_word, of_path = _measured(figure.of)
    by_word, by_path = _measured(figure.by)
    return {
        "of_word": of_word, "of_path": of_path, "by_word": by_word, "by_path": by_path,
        "conditions": [_condition(condition) for condition in asked],
        "answered": any(condition.key == "answered" for condition in asked),
    }  # fmt: skip


def _measured(key: str | None) -> tuple[str, str]:
    """The word for a measure, and the path where it is a field."""
    if key is None:
        return "", "$"
    return (FIELDS, f"{_path(key)}[*]") if key.startswith(f"{FIELDS}.") else (key, "$")


def _path(key: str) -> str:
    """`fields.lignes.prix` as a JSON path: the names are letters, figures and underscores. With `[*]` it also reaches into a list."""
    return "$." + ".".join(f'"{step}"' for step in key.split("."))


def _condition(condition: Condition) -> dict[str, Any]:
    return {
        "path": f"{_path(condition.key)}[*]", "whole": _path(condition.key),
        "is": None if condition.is_one_of is None else list(condition.is_one_of),
        "not": None if condition.is_none_of is None else list(condition.is_none_of),
        "min": condition.at_least, "max": condition.at_most, "filled": condition.filled,
    }  # fmt: skip


def _value(figure: Figure, row: Any, whole: int) -> float | None:
    match figure.measure:
        case "count":
            return float(row["held"] if figure.of is None else row["valued"])
        case "share":  # of those in the same place where a condition is asked, else of all
            among = row["tickets"] if figure.when else whole
            return row["held"] / among if among else None
        case measure:  # sum, mean or median
            return None if row[measure] is None else float(row[measure])
