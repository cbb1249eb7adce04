"""A provider calls: a text that came, or how one of ours fares. It is told "taken" once that is in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from channels.sms.gateway import MOST_BYTES, TEXT, Called, Said
from channels.sms.parse import read_sender
from channels.sms.past import source_id
from channels.sms.settings import gateway
from grc.errors import Forbidden, Misconfigured, Unavailable
from grc.messages.accounts import Account
from grc.messages.channel import Accept
from grc.messages.model import Arrival, TryLater
from grc.messages.provider import Limits
from grc.messages.seal import Seal
from grc.settings import Settings
from grc.web import hook

LIMITS = Limits(connect=3.0, whole=8.0)  # while the provider waits for our answer, its own is asked for
NO_REPLY = "<Response></Response>"  # Twilio sends to the person whatever plain text it is answered


@dataclass(frozen=True, slots=True)
class Reception:
    """Takes calls in."""

    settings: Settings
    accept: Accept

    async def receive(self, request: web.Request) -> web.Response:
        """`/hooks/sms/<account>/<token>`. Twilio's calls are signed besides; of OVHcloud's only the number of a text is believed."""
        found = await hook.called(request, "sms", MOST_BYTES)
        called = Called(self.settings.url() + request.raw_path, request.headers, request.query_string, found.body)
        try:
            said = await gateway(found.account, Seal.of(self.settings), self.settings, LIMITS).heard(called)
        except (Unavailable, Misconfigured) as error:
            return hook.answer(TryLater(str(error)))
        if said is None:
            raise Forbidden("La signature de cet appel n’est pas celle du fournisseur.")
        taken = hook.answer(*[await self.accept(arrival(found.account, one)) for one in said])
        return web.Response(text=NO_REPLY, content_type="text/xml") if taken.status == 200 else taken


def arrival(account: Account, said: Said) -> Arrival:
    """What a provider said as it goes into the ledger, the same whether it called or was asked."""
    sender = read_sender(said.sender).address if said.what == TEXT else ""
    return Arrival(
        channel="sms",
        account=account.name,
        source_id=source_id(said.what, said.id),
        raw=said.raw,
        collectivity_id=account.collectivity_id,
        meta={"gateway": account.settings.get("gateway"), "what": said.what},
        keys=_keys(sender, said.id),
        conversation=sender,
    )


def _keys(sender: str, number: str) -> Sequence[str]:
    """By what an operator looks for it: the number, with its kind and without, and the provider's own."""
    return tuple(dict.fromkeys(key for key in (sender, sender.partition(":")[2], number.partition(":")[0].lower()) if key))
