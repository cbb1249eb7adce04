"""An answer leaves: `{"id": …, "to": …, "text": …, "link": …}` posted to the address of its account. The same `id` is the same answer."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from grc import clock
from grc.errors import Unavailable
from grc.messages.address import value_of
from grc.messages.kept import KeptAccounts
from grc.messages.model import OutboundMessage, Sent
from grc.messages.provider import call

AGAIN = frozenset({408, 425, 429})  # answers after which the same call may succeed, besides 5xx (RFC 9110, RFC 8470, RFC 6585)


@dataclass(frozen=True, slots=True)
class Sender:
    """Calls the other program."""

    accounts: KeptAccounts

    async def send(self, message: OutboundMessage) -> Sent:
        """One call, with its answer as evidence."""
        account = await self.accounts.get(message.account)
        if account is None:
            return Sent("technical-failure", f"le compte « {message.account} » n’est pas (ou plus) réglé")
        said = {"id": message.mail_id, "to": value_of(message.to_addr), "text": message.said or message.body_text, "link": message.link}
        try:
            answer = await call("POST", account.settings["url"], {"Content-Type": "application/json"}, orjson.dumps(said), cut=True)
        except Unavailable as error:
            return Sent("temporary-failure", str(error))
        if 200 <= answer.status < 300:
            return Sent("sent", answer.detail)
        if answer.status in AGAIN or answer.status >= 500:
            return Sent("temporary-failure", answer.detail, answer.again(clock.now()))
        return Sent("permanent-failure", answer.detail)
