"""What was said on the telephone becomes a request, or joins one: the sheet that an agent fills in while he speaks."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.phone.call_back import CHANNEL, queries
from grc.actions.case import take
from grc.actions.draft import Draft, excerpt
from grc.actions.happen import happen
from grc.actions.opening import Opening, opened
from grc.actions.reply import written_text
from grc.collectivities.model import Collectivity, Service
from grc.db.transaction import Transaction
from grc.errors import BadInput, Forbidden
from grc.people.agents import SignedIn
from grc.people.phone import spoken
from grc.tickets import reference, store
from grc.tickets.model import NewMessage, NewPerson, TicketKey
from grc.types import store as types
from workflows.engine import Happening

TYPE = "general"
LONGEST_SUBJECT = 300
UNKNOWN = "Personne au téléphone"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What an agent wrote about a call."""

    collectivity_id: int
    number: str  # E.164; empty where it was hidden
    text: str
    name: str = ""


async def open_request(tx: Transaction, agent: SignedIn, sheet: Sheet, service_id: int, subject: str, now: datetime) -> TicketKey:
    """A new request of whoever called, in the agent's care. BadInput names what is missing."""
    if not agent.roles(sheet.collectivity_id, service_id):
        raise Forbidden("Vous ne pouvez ouvrir une demande que dans un service auquel vous appartenez.")
    if not subject.strip():
        raise BadInput("objet", "Donnez un objet à cette demande, en quelques mots.")
    text = _written(sheet)
    row = await queries.place(tx.conn, collectivity_id=sheet.collectivity_id, service_id=service_id, number=sheet.number)
    ticket_number, person_number = await store.next_numbers(tx)
    key = TicketKey(sheet.collectivity_id, ticket_number)
    name = row["person"] or sheet.name.strip()[:200] or spoken(sheet.number) or UNKNOWN
    draft = Draft(key, now, agent.name, agent.id)
    draft.tell("opened", "Demande faite au téléphone.", channel=CHANNEL)
    draft.messages.append(_message(sheet, name, text, now))
    opening = Opening(
        key=key, current=await types.current(tx, sheet.collectivity_id, TYPE), collectivity=Collectivity(*row["collectivity"]),
        service=Service(*row["service"]), reference=reference.encode(ticket_number), subject=subject.strip()[:LONGEST_SUBJECT],
        requester_id=row["person_id"] or person_number, requester_name=name, channel=CHANNEL, answers_by="", answer_addr="",
        received_at=now, tracking_token=secrets.token_urlsafe(16), excerpt=excerpt(text),
        facts={"may_answer": False, "automatic": False}, assignee_id=agent.id,
    )  # fmt: skip
    ticket = await opened(tx, opening, draft)
    kind, value = ("tel", sheet.number) if sheet.number else ("email", "")
    stranger = None if row["person_id"] else NewPerson(person_number, name, kind, value, now, label=spoken(sheet.number))
    await store.write(tx, draft.opening(ticket, stranger))
    return key


async def add_to_request(tx: Transaction, agent: SignedIn, sheet: Sheet, key: TicketKey, now: datetime) -> None:
    """What was said joins an open request, as a message of whoever asked."""
    text = _written(sheet)
    case = await take(tx, agent, key, now)
    ticket, draft = case.ticket, case.draft
    draft.tell("received", "Dit au téléphone.", channel=CHANNEL)
    draft.messages.append(_message(sheet, ticket.requester_name, text, now))
    draft.columns |= {"channel": CHANNEL, "last_at": now, "excerpt": excerpt(text)}
    await happen(tx, ticket, case.definition, draft, Happening("citizen_message", "citizen", {"channel": CHANNEL}), received_at=now)
    if ticket.assignee_id == agent.id:
        draft.columns["unread"] = False  # he has just written it
    await case.write(tx)


def _written(sheet: Sheet) -> str:
    if not sheet.text.strip():
        raise BadInput("texte", "Écrivez en quelques mots ce qui a été dit.")
    return written_text(sheet.text)


def _message(sheet: Sheet, name: str, text: str, now: datetime) -> NewMessage:
    address: dict[str, Any] = {"from_addr": f"tel:{sheet.number}"} if sheet.number else {}
    return NewMessage("in", CHANNEL, now, name, text, **address)
