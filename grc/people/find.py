"""Persons found by name, mail address, telephone number or the reference of a request, as an agent types it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from grc.db import sql
from grc.db.transaction import Transaction
from grc.fold import fold
from grc.people import phone

_queries = sql.load(__file__, "find.sql")

MOST_WORDS = 6
SHORTEST = 2  # letters; one letter finds everybody
MOST_OPEN = 50
_WORD = re.compile(r"[a-z0-9]+")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@.]+")
_NUMBER = re.compile(r"\+?[\d\s.()/-]+")
_NOT_DIGIT = re.compile(r"\D")
_TITLES = frozenset({"m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle"})


class Address(NamedTuple):
    """Something a person is known by. `kind` is that of `grc.messages.address` (email, tel, telegram…); `label` how one would say it."""

    kind: str
    value: str
    label: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A person, whoever he is joined with included.

    `within`: the asker's services deal with him, or nobody's do yet. Of anybody else the whole address was asked for: he is named, so
    that he is not met a second time, and nothing more is told. `open` counts the open requests that the asker may see, up to 100.
    """

    id: int
    name: str
    within: bool
    addresses: Sequence[Address] = ()
    postal_address: str = ""
    open: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """An open request of a person. The state is the word of its definition: (type, version, variant) says how it is called."""

    reference: str
    subject: str
    type: str
    version: int
    variant: int
    state: str
    service: str
    opened_at: datetime
    last_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, as the queries take it: beginnings of words, beginnings of addresses, whole addresses by kind."""

    words: Sequence[str] = ()
    addresses: Sequence[str] = ()
    mail: str = ""
    number: str = ""


def read(typed: str) -> Asked:
    """What somebody is looking for. Pure.

    >>> read("Jeanne Dup")
    Asked(words=['jeanne', 'dup'], addresses=[], mail='', number='')
    """
    text = " ".join(typed[:200].split())
    if _NUMBER.fullmatch(text) and len(_NOT_DIGIT.sub("", text)) >= SHORTEST:
        whole = phone.number(text)
        digits = _NOT_DIGIT.sub("", text)
        begun = "+33" + digits[1:] if digits.startswith("0") and not digits.startswith("00") else "+" + digits.removeprefix("00")
        return Asked(addresses=sorted({whole or begun, begun}), number=whole)
    folded = fold(text)
    if _MAIL.fullmatch(folded):
        return Asked(addresses=[folded], mail=folded)
    words = [word for word in _WORD.findall(folded) if word not in _TITLES][:MOST_WORDS]
    one = folded if " " not in folded and len(folded) > SHORTEST else ""
    if one and not one.isalnum():  # the beginning of an address, or a name with a hyphen: either may be meant
        return Asked(words=[] if "@" in one else words, addresses=[one])
    return Asked(words=words if any(len(word) >= SHORTEST for word in words) else [], addresses=[one] if one else [])


async def find(tx: Transaction, collectivity_id: int, words: str, most: int, reference: str = "") -> Sequence[Found]:
    """The persons that these words may mean, the latest met first; `reference`: what the words are where they name a request.

    Of a whole mail address or number also who is dealt with elsewhere in the collectivity, by his name alone.
    """
    ids: list[int] = []
    if reference:
        ids = [row["id"] async for row in _queries.asked(tx.conn, collectivity_id=collectivity_id, reference=reference)]
    asked = read(words)
    if not ids and (asked.words or asked.addresses):
        rows = _queries.search(
            tx.conn, collectivity_id=collectivity_id, words=list(asked.words), addresses=list(asked.addresses), most=most
        )
        ids = [row["id"] async for row in rows]
        for kind, value in (("email", asked.mail), ("tel", asked.number)):
            if value:
                known = [row["id"] async for row in _queries.known_at(tx.conn, collectivity_id=collectivity_id, kind=kind, values=[value])]
                ids = [*known, *(id for id in ids if id not in known)]
    return await _persons(tx, collectivity_id, ids[:most])


async def by_phone(tx: Transaction, collectivity_id: int, e164: str) -> Sequence[Found]:
    """Who is known at this number (E.164), in this collectivity; nobody where it is empty. A number belongs to one person, or to none."""
    if not e164:
        return []
    rows = _queries.known_at(tx.conn, collectivity_id=collectivity_id, kind="tel", values=[e164])
    return await _persons(tx, collectivity_id, [row["id"] async for row in rows])


async def one(tx: Transaction, collectivity_id: int, person_id: int) -> Found | None:
    """This person, or None where there is none of this number."""
    return next(iter(await _persons(tx, collectivity_id, [person_id])), None)


async def reach(tx: Transaction, code: str) -> tuple[int, tuple[int, ...]] | None:
    """The collectivity of an INSEE code or a SIREN and all its services, for the command line; None where there is none."""
    row = await _queries.reach(tx.conn, code=code)
    return (row["id"], tuple(row["services"])) if row else None


async def place(tx: Transaction, person_id: int, collectivities: Sequence[int]) -> tuple[int, int] | None:
    """In which of these collectivities there is a person of this number, and the number of whoever he is one with; None: in none."""
    row = await _queries.place(tx.conn, person_id=person_id, collectivities=list(collectivities))
    return (row["collectivity_id"], row["id"]) if row else None


async def open_requests(tx: Transaction, collectivity_id: int, person_id: int) -> Sequence[OpenRequest]:
    """What this person waits for, the latest first, as far as the asker may see it."""
    rows = _queries.open_requests(tx.conn, collectivity_id=collectivity_id, person_id=person_id, most=MOST_OPEN)
    return [OpenRequest(*row.values()) async for row in rows]


async def _persons(tx: Transaction, collectivity_id: int, ids: Sequence[int]) -> Sequence[Found]:
    if not ids:
        return []
    found = []
    async for row in _queries.persons(tx.conn, collectivity_id=collectivity_id, ids=list(ids)):
        if row["within"]:
            addresses = [Address(*address) for address in row["addresses"]]
            found.append(Found(row["id"], row["name"], True, addresses, row["postal_address"], row["open"], row["last_at"]))
        else:
            found.append(Found(row["id"], row["name"], within=False))
    return found
