"""The other program calls with a message, and is told "taken" once that is in the ledger."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from grc.errors import BadInput
from grc.messages.address import address
from grc.messages.channel import Accept
from grc.messages.model import Arrival
from grc.sample.parse import NAME, read
from grc.web import hook

MOST_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Reception:
    """Takes calls in."""

    accept: Accept

    async def receive(self, request: web.Request) -> web.Response:
        """`POST /hooks/sample/<account>/<token>`: 200 kept, 503 call again, 4xx never taken. One `id`, one message."""
        called = await hook.called(request, NAME, MOST_BYTES)
        said = read(called.body)
        if said is None:
            raise BadInput("text", "un objet JSON est attendu, avec « id » et « text »")
        sender = address(NAME, said.sender)
        arrival = Arrival(
            channel=NAME, account=called.account.name, source_id=said.id, raw=called.body, collectivity_id=called.account.collectivity_id,
            keys=tuple({said.id.lower(), sender} - {""}), conversation=sender,
        )  # fmt: skip
        return hook.answer(await self.accept(arrival))
