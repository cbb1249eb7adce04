"""Behind the door: whose address this is, and mail handed to the ledger, once for each place it reached."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from channels.email.marks import marks
from channels.email.stand_in import source_id
from grc.db import sql
from grc.db.transaction import INTAKE, WORKER, Database
from grc.errors import Unavailable
from grc.messages.channel import Accept
from grc.messages.model import Accepted, Arrival, Rejected, TryLater
from grc.messages.signature import without_tag

_queries = sql.load(__file__, "letterbox.sql")

REMEMBER_SECONDS = 10.0  # an address that was removed is refused after so long
REMEMBER_MOST = 10_000

Answer = Accepted | Rejected | TryLater


@dataclass(frozen=True, slots=True)
class Place:
    """Where a recipient of the envelope leads: the plain address, and whose it is; nobody's where the mail is only caught."""

    address: str
    collectivity_id: int | None


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the client said before the mail itself. Every recipient was found to have a place."""

    by: str
    mail_from: str
    recipients: Sequence[tuple[str, Place]]
    helo: str
    peer: str


class Letterbox:
    """Mail that comes in by the door. `catches` takes mail for strangers too, to be shown: the demonstration's relay."""

    def __init__(self, db: Database, accept: Accept, now: Callable[[], datetime]) -> None:
        self._db = db
        self._accept = accept
        self._now = now
        self._known: dict[str, tuple[Place, float]] = {}

    async def place(self, recipient: str) -> Place | None:
        """Whose this address is, upper or lower case, with or without a tag; None where it is nobody's. Raises Unavailable."""
        address = recipient.lower()
        place, until = self._known.get(address, (None, 0.0))
        if place is not None and time.monotonic() < until:
            return place
        plain, _ = without_tag(address)
        async with self._db.transaction(INTAKE) as tx:
            collectivity_id = await _queries.place(tx.conn, address=address, plain=plain)
        if collectivity_id is None:
            return None
        if len(self._known) >= REMEMBER_MOST:
            self._known.clear()
        place = Place(plain, int(collectivity_id))
        self._known[address] = (place, time.monotonic() + REMEMBER_SECONDS)
        return place

    async def post(self, envelope: Envelope, raw: bytes) -> Mapping[str, Answer]:
        """What becomes of a mail, for each recipient. Two addresses of the envelope that lead to one place are one arrival."""
        source = source_id(raw, secrets.token_hex(8))
        together: dict[Place, list[str]] = {}
        for recipient, place in envelope.recipients:
            together.setdefault(place, []).append(recipient)
        answers: dict[str, Answer] = {}
        for place, recipients in together.items():
            if place.collectivity_id is not None:
                answer = await self._accept(_arrival(envelope, place.collectivity_id, place.address, recipients, source, raw))
                answers |= dict.fromkeys(recipients, answer)
        strangers = [recipient for recipient, place in envelope.recipients if place.collectivity_id is None]
        if strangers:
            answers |= dict.fromkeys(strangers, await self._catch(envelope.mail_from, strangers, raw))
        return answers

    async def _catch(self, mail_from: str, recipients: Sequence[str], raw: bytes) -> Answer:
        try:
            async with self._db.transaction(WORKER) as tx:
                await _queries.catch(tx.conn, now=self._now(), mail_from=mail_from, rcpt_to=list(recipients), raw=raw)
        except Unavailable as error:
            return TryLater(str(error))
        return Accepted(received_id=0, collectivity_id=0, new=True)


def _arrival(envelope: Envelope, collectivity_id: int, account: str, recipients: Sequence[str], source: str, raw: bytes) -> Arrival:
    meta = {
        "by": envelope.by,
        "mail_from": envelope.mail_from,
        "rcpt_to": list(dict.fromkeys(recipients)),
        "helo": envelope.helo,
        "peer": envelope.peer,
    }
    return Arrival("email", account, source, raw, collectivity_id, meta, marks(raw, meta))
