"""The channel of electronic mail: in by IMAP or by our own door, out by SMTP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from channels.email.check import mailbox_health, test_account, test_relay
from channels.email.collect import House
from channels.email.door import Bounds, Door
from channels.email.letterbox import Letterbox
from channels.email.pace import Pace
from channels.email.receive import receive
from channels.email.relay import Limits
from channels.email.send import Sender
from channels.email.settings import read_account, server
from channels.email.tokens import Tokens
from grc import clock
from grc.db.transaction import WORKER
from grc.messages import accounts
from grc.messages.accounts import Account, NewAccount
from grc.messages.channel import Health, Room
from grc.messages.model import InboundMessage, OutboundMessage, Received, Sent
from grc.messages.seal import Seal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grc.web.route import Route


class EmailChannel:
    """Electronic mail."""

    name = "email"
    label = "courriel"
    icon = "mail"
    answers_by = "email"

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> Iterable[Route]:
        """None: mail servers call the door, not the web."""
        return ()

    def parse(self, received: Received) -> InboundMessage:
        """The message that the bytes of a mail hold."""
        from channels.email.parse import parse

        return parse(received)

    def read_account(self, values: Mapping[str, str]) -> NewAccount:
        """The account that an operator's KEY=VALUE pairs describe."""
        return read_account(values)

    async def test_account(self, account: Account) -> Sequence[Health]:
        """Signs in where the account reads and sends its mail, now."""
        return await test_account(account, self._seal, Tokens(self._room.db, self._seal, clock.now))

    def account_health(self, account: Account, now: datetime) -> Health:
        """How a mailbox is, by what the worker that listens to it wrote down."""
        return mailbox_health(account, now)

    def hook(self, account: Account) -> str | None:
        """None: nobody calls for a mailbox."""
        return None

    async def check(self) -> list[Health]:
        """How each mailbox is, and whether the relay of the installation answers."""
        now = clock.now()
        async with self._room.db.transaction(WORKER) as tx:
            mine = [account for account in await accounts.active(tx, now) if account.channel == self.name]
        found = [mailbox_health(account, now) for account in mine]
        if self._relay_url:
            found.append(await test_relay("relais de l’installation", server(self._relay_url, ("smtps", "smtp")), None))
        elif not any(account.settings.get("smtp_url") for account in mine):
            found.append(Health("relais de l’installation", False, "aucun", "réglez GRC_RELAY=smtps://utilisateur:motdepasse@serveur"))
        return found

    async def listen(self, stop: asyncio.Event) -> None:
        """Collects the mailboxes and keeps the doors open until `stop`."""
        room, settings = self._room, self._room.settings
        pace = Pace()
        house = House(room.db, room.accept, clock.now, settings.max_message_bytes, asyncio.Semaphore(pace.large))
        letterbox = Letterbox(room.db, room.accept, clock.now)
        bounds = Bounds(mail_bytes=settings.max_message_bytes)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(receive(house, self._seal, pace, stop))
            if settings.lmtp_port:
                tasks.create_task(Door("lmtp", letterbox, bounds).serve(settings.mail_host, settings.lmtp_port, stop))
            if settings.smtp_port:
                smtp = Door("smtp", letterbox, bounds, catches=settings.demo)
                tasks.create_task(smtp.serve(settings.mail_host, settings.smtp_port, stop))
        self._sender.close()

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt to send a mail."""
        return await self._sender.send(message)

    @cached_property
    def _seal(self) -> Seal:
        return Seal.of(self._room.settings)

    @cached_property
    def _sender(self) -> Sender:
        settings = self._room.settings
        return Sender(self._room.db, self._seal, self._relay_url, Limits(at_once=settings.relay_at_once), settings.relay_per_minute)

    @property
    def _relay_url(self) -> str:
        """Where the collectivities without a server of their own send from; the demonstration's is its own door."""
        settings = self._room.settings
        if settings.relay is not None:
            return settings.relay.get_secret_value()
        return f"smtp://127.0.0.1:{settings.smtp_port}" if settings.demo and settings.smtp_port else ""


def channel(room: Room) -> EmailChannel:
    """The channel of electronic mail."""
    return EmailChannel(room)
