"""A request with its acknowledgement as it left, and mails that come in for it: what the tables of forged replies, loops and bounces
begin with."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from grc.actions.house import House
from grc.messages.model import Arrival
from grc.tickets.model import TicketKey
from tests.support.arrivals import arrive, letter, opened, row, rows, send_all
from tests.support.mails import MAIRIE, mail
from tests.support.relay import Caught, Relay
from tests.support.world import SAINTE_MER

JEANNE, EVE = "jeanne@habitants.example", "Eve <eve@ailleurs.example>"
QUESTION = "question-de-jeanne@habitants.example"


@dataclass(frozen=True, slots=True)
class Asked:
    """Jeanne's request, and the mail that acknowledged it."""

    house: House
    relay: Relay
    key: TicketKey
    reference: str
    ack: Caught

    @property
    def back(self) -> str:
        """Where an answer to the acknowledgement goes."""
        return str(self.ack.mail["Reply-To"].addresses[0].addr_spec)

    @property
    def mac(self) -> str:
        return self.back.partition("@")[0].rpartition(".")[2]

    async def ticket(self) -> Any:
        """Its row."""
        return await row(self.house, "select * from ticket where collectivity_id = $1 and id = $2", self.key.collectivity_id, self.key.id)

    async def messages(self) -> Sequence[Any]:
        query = "select * from message where collectivity_id = $1 and ticket_id = $2 order by id"
        return await rows(self.house, query, self.key.collectivity_id, self.key.id)

    async def events(self) -> Sequence[str]:
        query = "select what from event where collectivity_id = $1 and ticket_id = $2 order by id"
        return [line["what"] for line in await rows(self.house, query, self.key.collectivity_id, self.key.id)]

    async def delivery(self, kind: str = "ack") -> Any:
        """How the delivery of a message of this kind stands."""
        query = """select o.* from outgoing o join message m on m.collectivity_id = o.collectivity_id and m.id = o.message_id
                   where o.ticket_id = $1 and m.kind = $2"""
        return await row(self.house, query, self.key.id, kind)

    async def attempts(self) -> Sequence[tuple[str, str]]:
        """The evidence, in order."""
        return [(one["state"], one["detail"]) for one in await rows(self.house, "select * from delivery_attempt order by id")]


async def ask(house: House, relay: Relay, question: str = QUESTION, **more: Any) -> Asked:
    """Jeanne writes, and is acknowledged."""
    key = await opened(house, letter(mail("Le lampadaire est éteint.", mail_id=f"<{question}>", **more)))
    assert await send_all(house) == ["sent"]
    reference = (await row(house, "select reference from ticket where id = $1", key.id))["reference"]
    return Asked(house, relay, key, reference, relay.mails[-1])


def incoming(
    raw: bytes, *to: str, mail_from: str = "x@relais.example", account: str = MAIRIE, collectivity_id: int = SAINTE_MER
) -> Arrival:
    """A mail as the door hands it in: the account is the plain address, the envelope says the rest."""
    meta = {"by": "lmtp", "rcpt_to": list(to) or [account], "mail_from": mail_from}
    return Arrival("email", account, secrets.token_hex(8), raw, collectivity_id, meta)


async def came(house: House, raw: bytes, *to: str, **more: Any) -> Mapping[str, Any]:
    """What became of a mail that came for these addresses: outcome, ticket, reasons."""
    return await arrive(house, incoming(raw, *to, **more))


def threaded(text: str, answers: EmailMessage | None = None, ids: str = "", **more: Any) -> bytes:
    """A mail with these References, beside or instead of those of the mail it answers."""
    headers = dict(more.pop("headers", {}))
    if ids:
        headers |= {"References": ids, "In-Reply-To": ids.split()[-1]}
    return mail(text, answers=answers, headers=headers, **more)
