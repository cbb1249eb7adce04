"""Whoever asked says how content he is with what became of his request."""

from __future__ import annotations

from datetime import datetime

from grc.actions.draft import Draft
from grc.actions.happen import happen
from grc.actions.requester import held
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import BadInput, Conflict
from grc.tickets import rating, store
from grc.tickets.model import TicketKey
from workflows.engine import Happening

_queries = sql.load(__file__, "rate.sql")


async def rate(tx: Transaction, key: TicketKey, value: int | None, text: str, now: datetime) -> None:
    """Keeps his rating, 1 to 5, and what he says besides. Conflict where the question is not asked (any more)."""
    if value is None or value not in rating.WORDS:
        raise BadInput("avis", "Choisissez une réponse, de « Très satisfait » à « Pas du tout satisfait ».")
    words = text.strip()
    if len(words) > rating.LONGEST:
        raise BadInput("precision", f"Raccourcissez votre texte à {rating.LONGEST} caractères au plus.")
    ticket, definition = await held(tx, key, now)
    if not rating.may_rate(ticket.closed_at, await given(tx, key, ticket.closed_at), now):
        raise Conflict(
            "Vous ne pouvez plus changer votre avis sur cette demande. Écrivez-nous un message si vous avez quelque chose à ajouter."
        )
    draft = Draft(key, now, ticket.requester_name)
    draft.columns |= {"rating": value, "rating_text": words}
    draft.tell("rated", words, rating=value, word=rating.WORDS[value])
    await happen(tx, ticket, definition, draft, Happening("rated", "citizen", {"rating": value, "text": words}))
    await store.write(tx, draft.amending(ticket))


async def given(tx: Transaction, key: TicketKey, closed_at: datetime | None) -> int:
    """How often he has said so since this closing."""
    if closed_at is None:
        return 0
    count: int = await _queries.ratings(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, since=closed_at)
    return count
