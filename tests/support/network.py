"""A network of chats as a channel: what arrives is JSON, what leaves is kept, and how each attempt ends is said beforehand."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from grc.actions.house import House
from grc.messages.channel import Health
from grc.messages.model import Arrival, InboundMessage, OutboundMessage, Receipt, Received, Sent
from grc.web.route import Route
from tests.support.world import SAINTE_MER

NET = "net"


@dataclass
class Network:
    """The channel. Without an end in `ends` an attempt succeeds; the network calls what left `m1`, `m2`…"""

    ends: deque[Sent] = field(default_factory=deque)
    sent: list[OutboundMessage] = field(default_factory=list)
    name: str = NET
    label: str = "réseau"
    icon: str = "send"
    answers_by: str = NET
    kinds: Sequence[str] = (NET,)

    def routes(self) -> Iterable[Route]:
        return ()

    def parse(self, received: Received) -> InboundMessage:
        said = orjson.loads(received.raw)
        text = said.pop("text", "")
        receipt = Receipt(**said.pop("receipt")) if "receipt" in said else None
        said["post"] = {"account": received.account, **said.get("post", {})}
        return InboundMessage(subject=text, body_text=text, reply_text=text, date=received.received_at, receipt=receipt, **said)

    async def check(self) -> list[Health]:
        return []

    async def listen(self, stop: asyncio.Event) -> None:
        return

    async def send(self, message: OutboundMessage) -> Sent:
        self.sent.append(message)
        return self.ends.popleft() if self.ends else Sent("sent", "pris", provider_ids=(f"m{len(self.sent)}",))


def joined(house: House, network: Network) -> House:
    """The house with this channel besides."""
    return replace(house, channels={**house.channels, NET: network})


def chat(number: str, text: str, sender: str = "net:7", account: str = "page", **said: Any) -> Arrival:
    """What somebody wrote to an account of Sainte-Mer."""
    return _arrival(number, {"from_addr": sender, "text": text, **said}, account, sender)


def reported(number: str, provider_id: str, what: str, detail: str = "", account: str = "page") -> Arrival:
    """What the network tells of a message of ours."""
    return _arrival(number, {"receipt": {"provider_id": provider_id, "what": what, "detail": detail}}, account, "")


def _arrival(number: str, said: dict[str, Any], account: str, conversation: str) -> Arrival:
    return Arrival(NET, account, number, orjson.dumps(said), SAINTE_MER, conversation=conversation)
