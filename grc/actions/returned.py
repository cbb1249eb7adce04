"""A server reports of a mail of ours: the very delivery it is about says so, and whoever must act is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grc.actions.draft import Draft
from grc.db import sql
from grc.db.transaction import Transaction
from grc.messages.gist import gist
from grc.messages.model import InboundMessage
from grc.tickets.model import TicketKey
from workflows.legal_notice import NOTICES

_queries = sql.load(__file__, "returned.sql")

DELAYED, FAILED, DELIVERED, COMPLAINT = "delayed", "failed", "delivered", "complaint"
_ENVELOPE = "grc."  # how the outbox names a delivery to the relay


@dataclass(frozen=True, slots=True)
class Returned:
    """What a report says of one delivery. `kind` is that of our message: a notice of the law, or any other."""

    what: str
    outgoing_id: int
    to_addr: str
    kind: str


def what_of(message: InboundMessage) -> str:
    """DELAYED, FAILED, DELIVERED or COMPLAINT; empty where it reports nothing. What may still arrive has not failed (RFC 3463: 4.x.x)."""
    report = message.report
    if report.get("kind") != "bounce":
        return report.get("kind", "")
    action, status = report.get("action", ""), report.get("status", "")
    return DELAYED if action == "delayed" or (action != "failed" and status.startswith("4")) else FAILED


async def returned(tx: Transaction, key: TicketKey, message: InboundMessage, now: datetime, *, third: bool) -> Returned | None:
    """Notes on the delivery of this ticket, or of a duplicate of it, what the report says; None where it names none of them. `third`:
    it proved itself by what a third party was given, and speaks of mails to third parties alone, as others do of the others.

    A mail that failed after it had left has failed for good: the relay has tried it for days. One that has not left is not judged.
    """
    report, what = message.report, what_of(message)
    envelope = report.get("envelope_id", "")
    number = envelope.removeprefix(_ENVELOPE) if envelope.startswith(_ENVELOPE) else ""
    row = await _queries.delivery(
        tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, mail_id=report.get("of", ""),
        outgoing_id=int(number) if number.isdecimal() and len(number) < 19 else 0, to_addr=report.get("recipient", "").lower(),
        third=third,
    )  # fmt: skip
    if row is None:
        return None
    found = Returned(what, row["id"], row["to_addr"], row["kind"])
    detail = " ".join(filter(None, (report.get("status"), report.get("detail")))) or message.subject
    await _queries.note(
        tx.conn, collectivity_id=key.collectivity_id, id=found.outgoing_id, what=what, detail=f"{detail} ({message.from_addr})"[:2000],
        answer=f"rapport : {report.get('status') or gist(detail)}", now=now,
        state={FAILED: "permanent-failure", DELIVERED: "delivered"}.get(what),
    )  # fmt: skip
    if what == COMPLAINT:
        await _queries.mute(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, address=found.to_addr.lower(), now=now)
    return found


def tell_returned(draft: Draft, found: Returned | None, message: InboundMessage) -> None:
    """The line of the timeline, and the alarm: none for a mail that is only late. What the law owes is owed all the same by the post."""
    what, code = what_of(message), message.report.get("status", "")
    to = found.to_addr if found is not None else message.report.get("recipient") or "une adresse inconnue"
    told = f" (code {code})" if code else ""
    match what:
        case "delayed":
            draft.tell("delivery_delayed", f"Le message à {to} est en retard{told}\u00a0: le serveur du destinataire essaie encore.")
        case "failed":
            draft.tell("delivery_failed", f"Le message à {to} n’a pas pu être remis{told}.", detail=message.report.get("detail", "")[:500])
            notice = found is not None and found.kind in NOTICES
            draft.columns |= {"alarm": "notice_failed" if notice else "delivery_failed", "alarm_text": None}
        case "complaint" if found is not None:
            why = f"{to} a signalé notre message comme indésirable\u00a0: plus aucun message automatique ne part à cette adresse."
            draft.tell("complained", why)
            draft.columns |= {"alarm": "complained", "alarm_text": None}
