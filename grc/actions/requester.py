"""Whoever asked does himself what the definition lets him do: accept a price, say that it is not settled. His link has proved who he is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from grc.actions.draft import Draft, excerpt
from grc.actions.happen import happen
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import NotFound, Refused
from grc.tickets import store
from grc.tickets.model import NewMessage, Ticket, TicketKey
from grc.types import store as types
from workflows.definition import Definition
from workflows.engine import Happening

_queries = sql.load(__file__, "requester.sql")

ROLE = "requester"
LONGEST = 5_000  # characters of his words
MOST, WITHIN = 10, timedelta(hours=1)  # acts of his on one request: a link that was stolen does not fill a timeline


class TooOften(Refused):
    """He has done this many times of late."""

    status = 429


async def step(tx: Transaction, key: TicketKey, name: str, text: str, fields: Mapping[str, Any], channel: str, now: datetime) -> None:
    """Makes a transition in his name; his words are a message of the conversation as well. Refuses as the engine does.

    NotFound where the definition gives him no such transition, TooOften where he has acted much of late.
    """
    ticket, definition = await held(tx, key, now)
    known = definition.by_name.get(name)
    if known is None or ROLE not in known.who:
        raise NotFound("Cette action n’existe pas pour votre demande.")
    draft = Draft(key, now, ticket.requester_name)
    words = text.strip()[:LONGEST] if known.text else ""
    if words:
        draft.messages.append(NewMessage("in", channel, now, ticket.requester_name, words))
        draft.columns |= {"last_at": now, "excerpt": excerpt(words)}
    await happen(tx, ticket, definition, draft, Happening(f"transition:{name}", "citizen", {"text": words}, fields))
    await store.write(tx, draft.amending(ticket))


async def held(tx: Transaction, key: TicketKey, now: datetime) -> tuple[Ticket, Definition]:
    """The ticket, held, and what it runs on. TooOften where whoever asked has acted much of late."""
    ticket = await store.lock(tx, key)
    if await _queries.acts(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, since=now - WITHIN) >= MOST:
        raise TooOften("Vous avez déjà beaucoup agi sur cette demande. Attendez une heure, ou écrivez-nous un message.")
    return ticket, await types.definition(tx, ticket.type, ticket.version, ticket.variant)
