"""Another program is told what became of a ticket: a message for the outbox, which retries it and keeps the evidence."""

from __future__ import annotations

from datetime import datetime

import orjson

from grc.actions.draft import Draft
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import BadInput
from grc.tickets import store
from grc.tickets.model import NewDelivery, NewMessage, TicketKey

_queries = sql.load(__file__, "call.sql")
CHANNEL = "webhook"


async def leave(tx: Transaction, key: TicketKey, hook: str, now: datetime) -> None:
    """Puts the call into the outbox. BadInput where the collectivity has set no address under this name."""
    account = await _queries.hook(tx.conn, collectivity_id=key.collectivity_id, channel=CHANNEL, name=f"{key.collectivity_id}/{hook}")
    if account is None:
        raise BadInput("hook", f"Aucune adresse n’est réglée pour l’appel « {hook} » : ajoutez-la avec grc account add webhook.")
    ticket = await store.lock(tx, key)
    body = {
        "reference": ticket.reference, "type": ticket.type, "version": ticket.version, "state": ticket.state, "phase": ticket.phase,
        "subject": ticket.subject, "fields": dict(ticket.fields), "hook": hook, "at": now.isoformat(),
    }  # fmt: skip
    draft = Draft(key, now, "Suites")
    draft.tell("called", hook=hook)
    draft.messages.append(
        NewMessage(
            direction="out", channel=CHANNEL, at=now, author_name=ticket.service_name, body_text=orjson.dumps(body).decode(), kind="call",
            to_addrs=(account["name"],), subject=hook, is_auto=True, audience="machine",
            delivery=NewDelivery(CHANNEL, account["name"], automatic=False),
        )
    )  # fmt: skip
    await store.write(tx, draft.amending(ticket))
