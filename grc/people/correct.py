"""What is known of a person is put right: name, addresses, the wish to be answered on paper. The history keeps what it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import BadInput, NotFound
from grc.messages.address import kind_of, value_of
from grc.people import phone
from grc.people.join import By, note

_queries = sql.load(__file__, "correct.sql")

LONGEST_NAME, LONGEST_ADDRESS = 200, 1000
_NOBODY = "Cette personne n’existe pas, ou ne vous est pas accessible."
KINDS = {"email": "Adresse électronique", "tel": "Téléphone"}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a person besides name and addresses. `on_paper_since`: he refuses electronic answers since then (L112-14)."""

    postal_address: str
    on_paper_since: datetime | None
    on_paper_how: str


async def standing(tx: Transaction, collectivity_id: int, person_id: int) -> Standing:
    """How that stands; a refusal of anybody who is one with him counts for the whole."""
    row = await _queries.standing(tx.conn, collectivity_id=collectivity_id, person_id=person_id)
    if row is None:
        raise NotFound(_NOBODY)
    return Standing(*row.values())


async def rename(tx: Transaction, collectivity_id: int, person_id: int, name: str, by: By, now: datetime) -> None:
    """His name, and that of his open requests. BadInput where there is none."""
    wanted = " ".join(name.split())[:LONGEST_NAME]
    if not wanted:
        raise BadInput("nom", "Indiquez le nom de la personne.")
    was = (await _known(tx, collectivity_id, person_id))["name"]
    if wanted != was:
        await _queries.rename(tx.conn, collectivity_id=collectivity_id, person_id=person_id, name=wanted)
        await note(tx, collectivity_id, person_id, by, "renamed", "", {"from": was, "to": wanted}, now)


async def lives(tx: Transaction, collectivity_id: int, person_id: int, address: str, by: By, now: datetime) -> None:
    """His postal address, in lines as on an envelope; empty: not known."""
    wanted = "\n".join(line for one in address.splitlines() if (line := " ".join(one.split())))[:LONGEST_ADDRESS]
    was = (await _known(tx, collectivity_id, person_id))["postal_address"]
    if wanted != was:
        await _queries.lives(tx.conn, collectivity_id=collectivity_id, person_id=person_id, postal_address=wanted)
        await note(tx, collectivity_id, person_id, by, "lives", "", {"from": was, "to": wanted}, now)


async def on_paper(tx: Transaction, collectivity_id: int, person_id: int, since: datetime | None, how: str, by: By, now: datetime) -> None:
    """He refuses electronic answers since then (L112-14), or, with None, takes them again. `how` we know it: kept, and wanted."""
    told = " ".join(how.split())[:500]
    if not told:
        raise BadInput("comment", "Dites comment vous le savez : au guichet, par sa lettre du 3 mars…")
    await _known(tx, collectivity_id, person_id)
    await _queries.on_paper(tx.conn, collectivity_id=collectivity_id, person_id=person_id, since=since, how=told if since else "")
    what = "on_paper" if since else "electronic"
    await note(tx, collectivity_id, person_id, by, what, told, {"since": since.date().isoformat()} if since else {}, now)


async def add(tx: Transaction, collectivity_id: int, person_id: int, kind: str, typed: str, by: By, now: datetime) -> None:
    """One more address of his, not verified. BadInput where it is none, or another person's: then they may be one, to be joined."""
    value, label = read(kind, typed)
    await _known(tx, collectivity_id, person_id)
    given = {"collectivity_id": collectivity_id, "kind": kind, "value": value}
    if await _queries.add(tx.conn, **given, person_id=person_id, label=label) is None:
        whose = await _queries.whose(tx.conn, **given)
        if whose is not None and whose["id"] == person_id:
            raise BadInput("adresse", "Cette adresse est déjà la sienne.")
        name = whose["name"] if whose is not None else "une autre personne"
        raise BadInput("adresse", f"Cette adresse est celle de {name}. S’il s’agit de la même personne, réunissez les deux fiches.")
    await note(tx, collectivity_id, person_id, by, "address_added", "", {"kind": kind, "value": value, "label": label or value}, now)


async def drop(tx: Transaction, collectivity_id: int, person_id: int, kind: str, value: str, by: By, now: datetime) -> None:
    """Takes an address away. NotFound where it is not his."""
    label = await _queries.drop(tx.conn, collectivity_id=collectivity_id, person_id=person_id, kind=kind, value=value)
    if label is None:
        raise NotFound("Cette adresse n’est plus la sienne.")
    await note(tx, collectivity_id, person_id, by, "address_dropped", "", {"kind": kind, "value": value, "label": label or value}, now)


async def meet(tx: Transaction, collectivity_id: int, person_id: int, addresses: Sequence[str], postal_address: str) -> None:
    """Keeps what somebody who came told of himself, as far as nobody is known at it yet: nothing of it is verified."""
    await _queries.meet(
        tx.conn, collectivity_id=collectivity_id, person_id=person_id, postal_address=postal_address[:LONGEST_ADDRESS],
        kinds=[kind_of(one) for one in addresses], values=[value_of(one) for one in addresses],
        labels=[phone.spoken(value_of(one)) if kind_of(one) == "tel" else "" for one in addresses],
    )  # fmt: skip


def read(kind: str, typed: str) -> tuple[str, str]:
    """An address as it is kept and as one says it. BadInput where it cannot be one. Pure."""
    text = typed.strip()[:254]
    if kind == "tel":
        number = phone.number(text)
        if not number:
            raise BadInput("adresse", "Ce numéro de téléphone ne peut pas être lu. Exemple : 05 58 00 11 22.")
        return number, phone.spoken(number)
    local, at, domain = text.lower().partition("@")
    if kind != "email" or not (local and at and "." in domain.strip(".")) or set(text) & set(' ,;<>"') or "@" in domain:
        raise BadInput("adresse", "Indiquez une adresse électronique complète, par exemple prenom.nom@exemple.fr.")
    return text.lower(), ""


async def _known(tx: Transaction, collectivity_id: int, person_id: int) -> Any:
    row = await _queries.known(tx.conn, collectivity_id=collectivity_id, person_id=person_id)
    if row is None:
        raise NotFound(_NOBODY)
    return row
