"""A provider reports of a message of ours: it arrived, it was read, it failed. The very delivery says so."""

from __future__ import annotations

from datetime import datetime, timedelta

from grc.actions.draft import Draft
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import Unavailable
from grc.messages.gist import gist
from grc.messages.model import Receipt, Received, Settled
from grc.tickets import store
from grc.tickets.model import TicketKey
from workflows.legal_notice import NOTICES

_queries = sql.load(__file__, "receipt.sql")

WAIT = timedelta(seconds=30)  # a provider may be faster than our own note of having sent
FAILED = "failed"
_STATES = {"sent": None, "delivered": "delivered", "read": "delivered", FAILED: "permanent-failure"}
TOLD = {"sent": "parti de chez le fournisseur", "delivered": "remis", "read": "lu", FAILED: "non remis"}


async def note_receipt(tx: Transaction, received: Received, receipt: Receipt, now: datetime) -> Settled:
    """Notes it on the delivery it is about. Unavailable while that may not be written yet; one of no message of ours is set aside."""
    row = await _queries.delivery(tx.conn, channel=received.channel, account=received.account, provider_id=receipt.provider_id)
    if row is None:
        if now < received.received_at + WAIT:
            raise Unavailable("ce message n’est pas encore noté comme parti")
        return Settled("filtered", "Avis sur un message que nous n’avons pas envoyé par ce compte, ou que nous ne reconnaissons pas.")
    told = TOLD.get(receipt.what, receipt.what)
    at = receipt.at or received.received_at
    await _queries.note(
        tx.conn, collectivity_id=row["collectivity_id"], id=row["id"], state=_STATES.get(receipt.what), what=receipt.what,
        detail=f"{told}\u00a0: {receipt.detail}"[:2000] if receipt.detail else told, answer=gist(receipt.detail), at=at,
    )  # fmt: skip
    if row["ticket_id"] is None:
        return Settled("filtered", f"Avis du fournisseur\u00a0: message {told}.")
    key = TicketKey(row["collectivity_id"], row["ticket_id"])
    if receipt.what == FAILED and row["state"] != "permanent-failure":
        ticket = await store.lock(tx, key)
        draft = Draft(key, now, "Envoi")
        draft.tell("delivery_failed", f"Le message à {row['label'] or row['to_addr']} n’a pas pu être remis.", detail=receipt.detail[:500])
        draft.columns["alarm"] = "notice_failed" if row["kind"] in NOTICES else "delivery_failed"
        await store.write(tx, draft.amending(ticket))
    else:
        tx.wake("ticket", f"{key.collectivity_id}:{key.id}:delivery")
    return Settled("filtered", f"Avis du fournisseur\u00a0: message {told}.", (key.collectivity_id, key.id))
