"""What comes in during the lives of modules, in the ledger with its bytes: as real mails and forms do, so that its sums agree."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction
from grc.demo import mail, rows
from grc.messages.envelope import seal
from grc.messages.model import Arrival, InboundMessage
from grc.tickets.model import TicketKey

_queries = sql.load(__file__, "load.sql")
_WITH_BYTES = ("email", "form")  # what is said on the telephone leaves none


@dataclass(frozen=True, slots=True)
class Coming:
    """Something that comes in: by which way, to which address or page, from whom. `type` and `answers` are those of a form."""

    channel: str
    account: str
    name: str
    address: str
    subject: str
    text: str
    type: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)


async def arrived(tx: Transaction, coming: Coming, key: TicketKey, outcome: str, at: datetime) -> int | None:
    """Its number in the ledger, where it was decided at once that it opens or joins this ticket; None for what has no bytes."""
    if coming.channel not in _WITH_BYTES:
        return None
    row = rows.arrival(_arrival(coming, key.collectivity_id, at), key, at, outcome, "")
    (written,) = [found async for found in _queries.insert_received(tx.conn, rows=[row])]
    return int(written["id"])


def _arrival(coming: Coming, collectivity_id: int, at: datetime) -> Arrival:
    if coming.channel == "form":
        form = {"objet": coming.subject, "service": "", "message": coming.text, "nom": coming.name, "courriel": coming.address,
                "telephone": "", "adresse": "", "type": coming.type, "champs": dict(coming.answers)}  # fmt: skip
        raw = seal(form, ())
        source = f"{secrets.token_urlsafe(16)}.{hashlib.sha256(raw).hexdigest()[:12]}"
        page = f"/{coming.account}/demarches/{coming.type}"
        return Arrival("form", coming.account, source, raw, collectivity_id, {"page": page, "proved": True})
    written = InboundMessage(
        from_addr=coming.address, from_name=coming.name, subject=coming.subject, body_text=coming.text, reply_text=coming.text, date=at,
        recipients=(coming.account,), to=(coming.account,), message_id=mail.new_id(coming.address),
    )  # fmt: skip
    domain = coming.address.rpartition("@")[2]
    meta = {"by": "lmtp", "mail_from": coming.address, "rcpt_to": [coming.account], "helo": f"mx.{domain}", "peer": "127.0.0.1"}
    return Arrival("email", coming.account, str(written.message_id), mail.write(written, at), collectivity_id, meta)
