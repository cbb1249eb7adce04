"""An agent writes first: a ticket that begins with us."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from grc.actions.attach import attach
from grc.actions.draft import Draft, excerpt
from grc.actions.opening import Opening, opened
from grc.actions.reply import written_text
from grc.collectivities.model import Collectivity, Service
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import BadInput, Forbidden
from grc.messages.model import Attachment
from grc.people.agents import SignedIn
from grc.tickets import reference, store
from grc.tickets.model import NewDelivery, NewMessage, NewPerson, TicketKey
from grc.types import store as types

_queries = sql.load(__file__, "write.sql")

CHANNEL = "email"  # the only way an agent can write first to somebody of whom he knows an address
TYPE = "general"


async def write(
    tx: Transaction,
    agent: SignedIn,
    collectivity_id: int,
    service_id: int,
    to_addr: str,
    to_name: str,
    subject: str,
    text: str,
    files: Sequence[Attachment],
    now: datetime,
) -> TicketKey:
    """Opens a ticket with the agent's message and sends it. BadInput names the field that is wrong."""
    if not agent.roles(collectivity_id, service_id):
        raise Forbidden("Vous ne pouvez écrire qu’au nom d’un service auquel vous appartenez.")
    address, written = to_addr.strip().lower(), written_text(text)
    if not plausible(address):
        raise BadInput("to_addr", "Indiquez une adresse électronique complète, par exemple prenom.nom@exemple.fr.")
    if not subject.strip():
        raise BadInput("subject", "Donnez un objet à votre message : c’est ce que la personne lira en premier.")
    facts = await _queries.facts(tx.conn, collectivity_id=collectivity_id, service_id=service_id)
    if facts is None:
        raise BadInput("service", "Ce service n’existe pas dans cette collectivité : choisissez-en un autre dans la liste.")
    known = await _queries.known(tx.conn, collectivity_id=collectivity_id, value=address)
    number, person_number = await store.next_numbers(tx)
    key, ref = TicketKey(collectivity_id, number), reference.encode(number)
    name = to_name.strip() or (known["name"] if known else "") or address.partition("@")[0]

    draft = Draft(key, now, agent.name, agent.id)
    draft.tell("written", to=address, channel=CHANNEL)
    draft.messages.append(
        NewMessage(
            direction="out", channel=CHANNEL, at=now, author_id=agent.id, author_name=agent.name, to_addrs=(address,),
            subject=f"{subject.strip()} [{ref}]", body_text=written, attachments=await attach(tx, collectivity_id, files),
            delivery=NewDelivery(CHANNEL, address, automatic=False),
        )
    )  # fmt: skip
    opening = Opening(
        key=key, current=await types.current(tx, collectivity_id, TYPE), collectivity=Collectivity(*facts["collectivity"]),
        service=Service(*facts["service"]), reference=ref, subject=subject.strip(), requester_id=known["id"] if known else person_number,
        requester_name=name, channel=CHANNEL, answers_by=CHANNEL, answer_addr=address, received_at=now,
        tracking_token=secrets.token_urlsafe(16), excerpt=excerpt(written), by="agent", assignee_id=agent.id,
    )  # fmt: skip
    ticket = await opened(tx, opening, draft)
    await store.write(tx, draft.opening(ticket, None if known else NewPerson(person_number, name, "email", address, now)))
    return key


def plausible(address: str) -> bool:
    """Whether this can be a mail address at all; only sending to it will tell more."""
    local, at, domain = address.partition("@")
    return bool(
        local and at and "." in domain.strip(".") and not set(address) & set(' ,;<>"\t\r\n') and "@" not in domain and len(address) <= 254
    )
