"""A letter from the ledger as a message: what the desk sealed. Pure; never raises."""

from __future__ import annotations

from datetime import datetime, time

from channels.paper.bounds import MOST_TEXT
from channels.paper.decision import NO_NAME, NO_SUBJECT
from grc.clock import PARIS
from grc.messages.envelope import Envelope, unseal
from grc.messages.model import InboundMessage, Received

UNREAD = "(Le texte de cette lettre n’a pas pu être lu : voyez le document joint.)"


def parse(received: Received) -> InboundMessage:
    """The message: its text as it was read, the original and the searchable PDF, who wrote it, and the request it continues."""
    sealed = unseal(received.raw)
    form, text = sealed.form, sealed.text("text", MOST_TEXT).strip()
    said = form.get("defects")
    remark = sealed.text("remark", 500)
    defects = [str(one) for one in (said if isinstance(said, list) else ())] + ([remark] if remark else [])
    ticket, known = form.get("ticket"), sealed.text("known", 300)
    return InboundMessage(
        from_name=sealed.text("name", 200).strip() or NO_NAME,
        subject=" ".join(sealed.text("subject", 300).split()) or NO_SUBJECT,
        date=_written(sealed),
        body_text=text or UNREAD,
        reply_text=text or UNREAD,
        attachments=sealed.files,
        defects=(*sealed.defects, *defects),
        service_slug=sealed.text("service", 100),
        type=sealed.text("type", 100),
        fields=_fields(sealed),
        phone=sealed.text("phone", 40),
        ticket_id=ticket if type(ticket) is int and 0 < ticket < 2**63 else None,
        proves=(known,) if known else (),
    )


def _fields(sealed: Envelope) -> dict[str, str]:
    address = sealed.text("address", 600).strip()
    return {"postal_address": address} if address else {}


def _written(sealed: Envelope) -> datetime | None:
    try:
        return datetime.combine(datetime.fromisoformat(sealed.text("written_on", 10)).date(), time(12), PARIS)
    except ValueError:
        return None
