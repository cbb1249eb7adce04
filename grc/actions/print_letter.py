"""A notice that was written is printed as a letter, in its very words: where it must be posted, or could not be delivered otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from grc.actions.legal_letter import letter_sheet
from grc.actions.situation import situation
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import Forbidden, NotFound
from grc.messages.marks import Marks
from grc.paper.model import Sheet
from grc.people.agents import SignedIn
from grc.tickets import store
from grc.tickets.model import TicketKey
from grc.types import store as types
from workflows.legal_notice import NOTICES
from workflows.texts import Rendered

_queries = sql.load(__file__, "print_letter.sql")


async def print_letter(tx: Transaction, agent: SignedIn, key: TicketKey, message: int, now: datetime) -> tuple[Sheet, str]:
    """The letter and the name of its file. NotFound where the conversation has no such notice, Forbidden where he may not act on it."""
    ticket = (await store.held(tx, [key]))[key]
    if not agent.roles(key.collectivity_id, ticket.service_id):
        raise Forbidden("Votre rôle ne vous permet pas d’agir sur cette demande.")
    row = await _queries.notice(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, id=message, kinds=list(NOTICES))
    if row is None:
        raise NotFound("Cet avis n’existe pas, ou ne vous est pas accessible.")
    definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    if row["written_for"] is not None:  # it bears the head of whoever wrote it
        ticket = replace(ticket, key=TicketKey(row["written_for"], key.id), service_id=row["written_for_service"])
    about = await situation(tx, ticket, definition, agent.name, now)
    notice = Rendered(row["subject"], row["body_text"], row["body_html"] or "")
    sheet = replace(letter_sheet(about, notice, None, row["at"]), code=Marks(tx.site.paper_key).letter(ticket.reference))
    return sheet, f"{NOTICES[row['kind']].title}, {ticket.reference}.pdf"
