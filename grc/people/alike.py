"""Persons who may be one with this one: same telephone number, or same name in the same street. Proposed, never joined by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction
from grc.fold import fold
from grc.people import phone

_queries = sql.load(__file__, "alike.sql")

MOST, MOST_WEIGHED, MOST_REQUESTS = 5, 50, 20
_WORD = re.compile(r"[a-z]+|[0-9]+")
_POSTCODE, _NUMBER_COMMA, _CUT = re.compile(r"\b[0-9]{5}\b"), re.compile(r"\b([0-9]{1,4}(?: ?(?:bis|ter|[a-d]))?) *,"), re.compile(r"[\n,]")
# Words that say what kind of way it is, and those that name none.
_WAYS = frozenset({
    "rue", "r", "avenue", "av", "boulevard", "bd", "bld", "chemin", "ch", "che", "route", "rte", "place", "pl", "impasse", "imp", "allee",
    "all", "quai", "cours", "square", "residence", "lotissement",
})  # fmt: skip
_NO_NAME = _WAYS | {"lieu", "dit", "de", "du", "des", "la", "le", "les", "et", "au", "aux", "bis", "ter"}
_SHORT = {"st": "saint", "ste": "sainte", "gal": "general", "mal": "marechal", "dr": "docteur", "pdt": "president"}


@dataclass(frozen=True, slots=True)
class Alike:
    """A person who may be the same one, and what speaks for it, in French."""

    id: int
    name: str
    why: Sequence[str]


@dataclass(frozen=True, slots=True)
class Clues:
    """By what a person can be recognised: folded names, E.164 numbers, streets (see `street`)."""

    names: frozenset[str]
    numbers: frozenset[str]
    streets: frozenset[tuple[str, ...]]


def street(address: str) -> tuple[str, ...]:
    """The number and the words of the street of an address, in a form to compare by; empty where it has no street with a name. Pure.

    >>> street("12, rue des Pins\\n40200 Sainte-Mer") == street("12 R. des pins")
    True
    """
    before = _NUMBER_COMMA.sub(r"\1 ", _POSTCODE.split(fold(address))[0])
    parts = [words for part in _CUT.split(before) if (words := [_SHORT.get(word, word) for word in _WORD.findall(part)])]
    words = next((part for part in parts if part[0].isdigit() or _WAYS & {*part}), parts[0] if parts else [])
    named = [word for word in words if word not in _NO_NAME and (word.isdigit() or len(word) > 1)]
    return tuple(named) if any(not word.isdigit() for word in named) else ()


def likeness(one: Clues, other: Clues) -> Sequence[str]:
    """What speaks for two being the same person, the strongest first; nothing where too little does. Pure."""
    why = []
    if one.numbers & other.numbers:
        number = min(one.numbers & other.numbers)
        why.append(f"même téléphone, {phone.spoken(number)}")
    if one.names & other.names and one.streets & other.streets:
        why.append("même nom, même rue")
    return why


async def alike(tx: Transaction, collectivity_id: int, person_id: int) -> Sequence[Alike]:
    """Those who may be one with this person, whom the asker's services deal with."""
    row = await _queries.clues(tx.conn, collectivity_id=collectivity_id, person_id=person_id, most=MOST_REQUESTS)
    mine = _clues(row["names"], row["numbers"], row["addresses"], row["fields"])
    rows = _queries.namesakes(
        tx.conn, collectivity_id=collectivity_id, person_id=person_id, names=sorted(mine.names), numbers=sorted(mine.numbers),
        most=MOST_WEIGHED,
    )  # fmt: skip
    found: dict[int, Alike] = {}
    async for other in rows:
        theirs = _clues([other["name_key"]], other["numbers"], [other["postal_address"]], other["fields"])
        if why := likeness(mine, theirs):
            found.setdefault(other["id"], Alike(other["id"], other["name"], why))
    return list(found.values())[:MOST]


def _clues(names: Iterable[str], numbers: Iterable[str], addresses: Iterable[str], fields: Iterable[Mapping[str, Any]]) -> Clues:
    said = list(fields)
    written = [phone.number(str(one["phone"])) for one in said if isinstance(one.get("phone"), str)]
    lived = [str(one["postal_address"]) for one in said if isinstance(one.get("postal_address"), str)]
    streets = (street(one) for one in (*addresses, *lived))
    return Clues(frozenset(filter(None, names)), frozenset(filter(None, (*numbers, *written))), frozenset(one for one in streets if one))
