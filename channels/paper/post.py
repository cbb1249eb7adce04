"""What an agent says of letters that leave: posted, presented, received, given back by the post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from channels.paper.send import queries
from grc.actions.case import take
from grc.actions.legal_act import moment
from grc.actions.notify import notify
from grc.clock import PARIS
from grc.db.transaction import Transaction
from grc.errors import BadInput, Conflict, NotFound
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey
from workflows.dates import with_weekday
from workflows.legal_notice import NOTICES

Key = tuple[int, int]  # the collectivity, the number of the delivery
WHY = {
    "npai": "destinataire inconnu à cette adresse",
    "non-reclame": "pli avisé et non réclamé",
    "refuse": "refusé par le destinataire",
}
LONGEST_NUMBER = 30


@dataclass(frozen=True, slots=True)
class Followed:
    """What the post says of a registered letter."""

    registered: str
    presented_on: date | None
    received_on: date | None


async def letters(tx: Transaction, keys: Sequence[Key]) -> list[Any]:
    """These letters, as far as this agent may see them; NotFound where one of them is none."""
    found = [row async for row in queries.letters(tx.conn, collectivities=[one[0] for one in keys], ids=[one[1] for one in keys])]
    if len(found) < len(set(keys)):
        raise NotFound("Cette lettre n’existe pas, ou ne vous est pas accessible.")
    return found


async def post(tx: Transaction, agent: SignedIn, keys: Sequence[Key], day: date | None, registered: str, now: datetime) -> int:
    """Notes that these letters were posted that day (today); how many of them were not before. A decision that leaves as a simple letter is
    notified by it; the receipt of a registered one notifies it."""
    at, number = moment(day, now), registered_number(registered)
    if number and len(keys) > 1:
        raise BadInput("recommande", "Un numéro de recommandé est celui d’une seule lettre.")
    chosen = await letters(tx, keys)
    if any(at.date() < row["written_at"].astimezone(PARIS).date() for row in chosen):
        raise BadInput("jour", "Une lettre ne peut pas être postée avant d’avoir été écrite.")
    done = 0
    for row in chosen:
        case = await take(tx, agent, TicketKey(row["collectivity_id"], row["ticket_id"]), now)
        detail = f"postée le {with_weekday(at.date())}" + (f", recommandé {number}" if number else "")
        if await queries.posted(
            tx.conn, collectivity_id=row["collectivity_id"], outgoing_id=row["outgoing_id"], day=at.date(), agent_id=agent.id,
            registered=number, at=at, detail=detail,
        ) is None:  # fmt: skip
            continue
        case.draft.tell("letter_posted", f"La lettre est {detail}.")
        await case.write(tx)
        if not number:
            await _notified(tx, agent, row, at.date(), "lettre", now)
        done += 1
    return done


async def follow(tx: Transaction, agent: SignedIn, key: Key, said: Followed, now: datetime) -> None:
    """Notes the dates of a registered letter. The receipt of a decision notifies it."""
    (row,) = await letters(tx, [key])
    number = registered_number(said.registered)
    if not number:
        raise BadInput("recommande", "Indiquez le numéro du recommandé : c’est lui qui prouve.")
    today = moment(None, now).date()
    last = row["posted_on"]
    for field, day in (("presente", said.presented_on), ("recu", said.received_on)):
        if day is None:
            continue
        if last is None or day < last or day > today:
            raise BadInput(field, "Cette date ne suit pas celle de l’envoi, ou est à venir.")
        last = day
    case = await take(tx, agent, TicketKey(row["collectivity_id"], row["ticket_id"]), now)
    told = ", ".join(
        f"{word} le {with_weekday(day)}" for word, day in (("présenté", said.presented_on), ("reçu", said.received_on)) if day is not None
    )
    detail = f"recommandé {number}" + (f", {told}" if told else "")
    if await queries.followed(
        tx.conn, collectivity_id=key[0], outgoing_id=key[1], registered=number, presented_on=said.presented_on,
        received_on=said.received_on, now=now, detail=detail,
    ) is None:  # fmt: skip
        raise Conflict("Cette lettre n’est pas encore postée, ou est revenue.")
    case.draft.tell("letter_followed", f"Lettre {detail}.")
    await case.write(tx)
    if said.received_on is not None:
        await _notified(tx, agent, row, said.received_on, "recommande", now)


async def give_back(tx: Transaction, agent: SignedIn, key: Key, day: date | None, why: str, now: datetime) -> None:
    """Notes that the post gave a letter back. An unknown addressee makes his address wrong; a registered letter that was presented and
    not fetched has been notified on the day it was presented."""
    if why not in WHY:
        raise BadInput("motif", "Dites pourquoi la lettre est revenue.")
    (row,) = await letters(tx, [key])
    at = moment(day, now)
    if row["posted_on"] is None or at.date() < row["posted_on"]:
        raise BadInput("jour", "Une lettre ne revient pas avant d’être partie.")
    case = await take(tx, agent, TicketKey(row["collectivity_id"], row["ticket_id"]), now)
    said = {"day": at.date(), "why": WHY[why], "now": now, "detail": f"revenue : {WHY[why]}"}
    if await queries.returned(tx.conn, collectivity_id=key[0], outgoing_id=key[1], **said) is None:
        raise Conflict("Cette lettre n’est pas partie, ou est déjà revenue.")
    if why == "npai":
        await queries.mark_wrong(tx.conn, collectivity_id=key[0], person_id=row["requester_id"], address=row["address"], day=at.date())
    case.draft.tell("letter_returned", f"La Poste a rendu la lettre : {WHY[why]}.")
    case.draft.columns["alarm"] = "notice_failed" if row["kind"] in NOTICES else "delivery_failed"
    await case.write(tx)
    if why != "npai" and row["presented_on"] is not None:
        await _notified(tx, agent, row, row["presented_on"], "recommande", now)


def registered_number(typed: str) -> str:
    """The number of a registered letter, without its blanks. BadInput where it is none."""
    number = "".join(typed.split()).upper()
    if len(number) > LONGEST_NUMBER or not (number.isalnum() or not number):
        raise BadInput("recommande", "Ce numéro de recommandé n’est pas lisible : des chiffres et des lettres seulement.")
    return number


async def _notified(tx: Transaction, agent: SignedIn, row: Any, day: date, way: str, now: datetime) -> None:
    """A decision is notified by its letter that day, unless it was before."""
    if row["kind"] != "decision":
        return
    try:
        await notify(tx, agent, TicketKey(row["collectivity_id"], row["ticket_id"]), day, way, now)
    except Conflict:  # it was said before
        return
