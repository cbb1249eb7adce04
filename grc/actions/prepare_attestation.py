"""The attestation of an implicit acceptance is ready the day it is born: kept with the ticket, to sign and to send when it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from grc.actions import law
from grc.actions.attach import attach
from grc.actions.attest import attested
from grc.actions.draft import Draft
from grc.actions.legal_act import PDF, Signer
from grc.actions.legal_letter import letter_sheet
from grc.actions.legal_words import rendered, values
from grc.actions.situation import situation
from grc.db.transaction import Transaction
from grc.messages.model import Attachment
from grc.paper.render import render
from grc.tickets.model import NewMessage, Ticket
from workflows.definition import Definition
from workflows.legal_notice import NOTICES

NAME = "attestation"


async def prepare_attestation(
    tx: Transaction, ticket: Ticket, definition: Definition, draft: Draft, heads: Sequence[tuple[int, str]]
) -> None:
    """Puts it into the draft as a note with its PDF, in the name of the head of the service (L232-3)."""
    about = await situation(tx, ticket, definition, "", draft.now)
    name, capacity = (heads[0][1], f"Responsable du service {about.service.name}") if heads else (about.collectivity.title, "")
    signer = Signer(name, capacity)
    clock = law.reckoned(definition, ticket.region, law.events(law.facts(ticket.legal))).clock
    notice = rendered(about, NAME, values(about, draft.now, attested(about, clock, signer)))
    content = await asyncio.to_thread(render, letter_sheet(about, notice, signer, draft.now))
    title = NOTICES[NAME].title
    files = await attach(tx, ticket.key.collectivity_id, [Attachment(f"{title}, {ticket.reference}.pdf", PDF, content)])
    text = f"{title}, prête à signer et à envoyer si le demandeur la demande (L232-3)."
    draft.messages.append(NewMessage("note", "note", draft.now, draft.who, text, kind=NAME, is_auto=True, attachments=files))
    draft.tell("attestation_ready", document=title)
