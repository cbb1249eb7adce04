"""A message leaves by SMTP: through the collectivity's own server where it has one, else through the relay of the installation."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from channels.email.compose import compose
from channels.email.grant import Grant
from channels.email.rate import wait
from channels.email.relay import Busy, Failed, Letter, Limits, Relay, Wrong
from channels.email.settings import Mailbox, Server, mailbox, server
from channels.email.signin import ByToken, by_token
from channels.email.tokens import Tokens
from channels.email.verdict import verdict
from grc import clock
from grc.db.transaction import WORKER, Database
from grc.errors import Misconfigured, Unavailable
from grc.messages import accounts
from grc.messages.model import OutboundMessage, Sent
from grc.messages.seal import Seal

log = structlog.get_logger()

REMEMBER_SECONDS = 10.0
BUSY = timedelta(seconds=2)
_ADDRESS = re.compile(r"^[^\s@<>,;\x00-\x1f\x7f]+@[^\s@<>,;\x00-\x1f\x7f]+$")


@dataclass(frozen=True, slots=True)
class _Way:
    """A server with how it is signed in to, and what it bears: mails a minute (0: any number), connections."""

    server: Server
    by: ByToken | None
    per_minute: int
    at_once: int


class Sender:
    """The way out, with the connections and settings it keeps between two mails."""

    def __init__(self, db: Database, seal: Seal, relay_url: str, limits: Limits | None = None, per_minute: int = 0) -> None:
        self._db = db
        self._seal = seal
        self._relay_url = relay_url
        self._limits = limits or Limits()
        self._per_minute = per_minute
        self._tokens = Tokens(db, seal, clock.now)
        self._relays: dict[tuple[Server, Grant | None, int], Relay] = {}
        self._boxes: dict[int, tuple[list[Mailbox], float]] = {}

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt, bounded in time, with the relay's own words as evidence. Never raises for what the other side does."""
        if not _ADDRESS.match(message.to_addr):
            return Sent("permanent-failure", f"« {message.to_addr[:100]} » n’est pas une adresse")
        if not _ADDRESS.match(message.sender_addr):
            return Sent("technical-failure", "la collectivité n’a pas d’adresse d’expédition : donnez-lui en une")
        try:
            way = await self._way(message)
            if way.per_minute and (again := await wait(self._db, repr(way.server), way.per_minute, clock.now())):
                return Sent("not-yet", f"{way.per_minute} courriels par minute au plus par {way.server!r}", again)
            words = await self._relay(way).deliver(
                Letter(
                    mail_from=message.reply_to or message.sender_addr,
                    plain_from=message.sender_addr,
                    rcpt_to=message.to_addr,
                    raw=compose(message),
                    envelope_id=f"grc.{message.outgoing_id}",
                    proof=message.proof,
                )
            )
        except (Wrong, Misconfigured) as error:
            log.error("mail.relay_wrong", outgoing=message.outgoing_id, error=str(error))
            return Sent("technical-failure", str(error))
        except Unavailable as error:
            return Sent("temporary-failure", str(error))
        except Busy:
            return Sent("not-yet", "toutes les connexions au relais sont prises", clock.now() + BUSY)
        except Failed as error:
            return Sent(verdict(error.step, error.code, error.words), str(error))
        except Exception as error:
            log.exception("mail.send_failed", outgoing=message.outgoing_id)
            return Sent("technical-failure", f"{type(error).__name__}: {error}")
        return Sent("sent", words)

    async def _way(self, message: OutboundMessage) -> _Way:
        """The server of the account that has the sender's address, else of any account of the collectivity, else the relay."""
        boxes = await self._mailboxes(message.collectivity_id)
        sending = [box for box in boxes if box.smtp is not None]
        for box in sorted(sending, key=lambda box: box.address != message.sender_addr.lower()):
            assert box.smtp is not None
            return _Way(box.smtp, by_token(box, box.smtp, self._tokens), box.per_minute, box.at_once)
        if not self._relay_url:
            raise Misconfigured("GRC_RELAY : aucun relais n’est réglé, et la collectivité n’a pas de compte avec smtp_url")
        try:
            return _Way(server(self._relay_url, ("smtps", "smtp")), None, self._per_minute, self._limits.at_once)
        except ValueError as error:
            raise Misconfigured(f"GRC_RELAY : {error}") from error

    async def _mailboxes(self, collectivity_id: int) -> list[Mailbox]:
        found, until = self._boxes.get(collectivity_id, ([], 0.0))
        if time.monotonic() >= until:
            async with self._db.transaction(WORKER) as tx:
                mine = await accounts.of_collectivity(tx, collectivity_id, "email")
            found = [mailbox(account, self._seal) for account in mine]
            self._boxes[collectivity_id] = (found, time.monotonic() + REMEMBER_SECONDS)
        return found

    def _relay(self, way: _Way) -> Relay:
        key = (way.server, way.by.grant if way.by is not None else None, way.at_once)
        known = self._relays.get(key)
        if known is None:
            known = self._relays[key] = Relay(way.server, replace(self._limits, at_once=way.at_once), way.by)
        return known

    def close(self) -> None:
        """Closes the connections that are kept."""
        for relay in self._relays.values():
            relay.close()
