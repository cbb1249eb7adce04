"""The channel of text messages: by OVHcloud or Twilio, in by their calls and by asking them, out short."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from channels.sms import parse as reading
from channels.sms import weigh as weighing
from channels.sms.check import account_health, standing
from channels.sms.gateway import MOST_BYTES
from channels.sms.hook import Reception
from channels.sms.receive import Collector, Pace
from channels.sms.send import CHANNEL, Sender, why_refused
from channels.sms.settings import read_account
from grc import clock
from grc.db.transaction import WORKER, Transaction
from grc.messages import accounts
from grc.messages.accounts import Account, NewAccount
from grc.messages.address import TELEPHONE
from grc.messages.channel import Health, Room, WayNote
from grc.messages.listening import Listening
from grc.messages.model import InboundMessage, OutboundMessage, Received, Sent, Settled
from grc.messages.seal import Seal
from grc.web import hook
from grc.web.route import Route, Who

if TYPE_CHECKING:
    from grc.actions.house import House


class Sms:
    """Text messages."""

    name = CHANNEL
    label = "SMS"
    icon = "message-square-text"
    answers_by = CHANNEL
    kinds: Sequence[str] = (TELEPHONE,)

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> Iterable[Route]:
        """What the providers call: OVHcloud reports by GET and tells of texts by POST, Twilio posts."""
        reception, path = Reception(self._room.settings, self._room.accept), hook.pattern(CHANNEL)
        return (
            Route("POST", path, reception.receive, Who.LINK, "sms_hook", max_body=MOST_BYTES),
            Route("GET", path, reception.receive, Who.LINK, "sms_report", max_body=MOST_BYTES),
        )

    def parse(self, received: Received) -> InboundMessage:
        """The text, or the report, in a provider's bytes."""
        return reading.parse(received)

    async def weigh(
        self, tx: Transaction, house: House, received: Received, message: InboundMessage, now: datetime
    ) -> InboundMessage | Settled:
        """Hears whoever asks that no more be sent."""
        return await weighing.weigh(tx, received, message, now)

    def way(self, address: str, post: Mapping[str, object], last_in_at: datetime | None, now: datetime) -> WayNote:
        """A text message, unless the person refused."""
        refused = post.get(weighing.REFUSES)
        return WayNote(self.label, why_not=why_refused(datetime.fromisoformat(str(refused))) if refused else "")

    def read_account(self, values: Mapping[str, str]) -> NewAccount:
        """The account that an operator's KEY=VALUE pairs describe."""
        return read_account(values)

    async def test_account(self, account: Account) -> Sequence[Health]:
        """Asks the provider what is left on the account, now."""
        return [await standing(account, self._room.settings)]

    def account_health(self, account: Account, now: datetime) -> Health:
        """How an account is, by what its collector wrote down."""
        return account_health(account, now)

    def hook(self, account: Account) -> str | None:
        """What the provider is to call."""
        return hook.path(account, Seal.of(self._room.settings))

    async def check(self) -> list[Health]:
        """How each account is: by what was written down, and by its provider."""
        now = clock.now()
        async with self._room.db.transaction(WORKER) as tx:
            mine = [account for account in await accounts.active(tx, now) if account.channel == CHANNEL]
        asked = await asyncio.gather(*(standing(account, self._room.settings) for account in mine))
        return [line for account, now_asked in zip(mine, asked, strict=True) for line in (account_health(account, now), now_asked)]

    async def listen(self, stop: asyncio.Event) -> None:
        """Asks the providers for what no call told of, until `stop`."""
        room = self._room
        collector = Collector(room.db, room.settings, room.accept, clock.now, Pace())
        await Listening(room.db, CHANNEL, collector.listen, clock.now).run(stop)

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt to send a text."""
        return await self._sender.send(message)

    @cached_property
    def _sender(self) -> Sender:
        return Sender(self._room.db, self._room.settings)


def channel(room: Room) -> Sms:
    """The channel in this house."""
    return Sms(room)
