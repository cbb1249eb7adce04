"""An answer leaves as a text message, short, once, and never to whoever refused."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

import structlog

from channels.sms import past, refusals
from channels.sms.gateway import Gateway, Leaving
from channels.sms.settings import carries_links, gateway
from channels.sms.short import shortened
from channels.sms.twilio import REFUSED
from grc import clock
from grc.db.transaction import WORKER, Database
from grc.errors import Misconfigured, Unavailable
from grc.messages import accounts
from grc.messages.accounts import Account
from grc.messages.address import TELEPHONE, kind_of, value_of
from grc.messages.kept import REMEMBER_SECONDS, KeptAccounts
from grc.messages.model import OutboundMessage, Sent
from grc.messages.provider import Limits
from grc.messages.seal import Seal
from grc.settings import Settings
from grc.web import hook
from workflows.dates import with_weekday

log = structlog.get_logger()

CHANNEL = "sms"


class Sender:
    """The way out, with the accounts it keeps for some seconds."""

    def __init__(self, db: Database, settings: Settings, limits: Limits | None = None) -> None:
        self._db = db
        self._settings = settings
        self._seal = Seal.of(settings)
        self._limits = limits
        self._kept = KeptAccounts(db, CHANNEL)
        self._first: dict[int, tuple[Account | None, float]] = {}

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt. Never raises for what the other side does."""
        number = value_of(message.to_addr)
        if kind_of(message.to_addr) != TELEPHONE or not number.startswith("+"):
            return Sent("permanent-failure", f"« {message.to_addr[:60]} » n’est pas un numéro auquel on écrit")
        try:
            account = await self._account(message)
            if account is None:
                return Sent("technical-failure", "la collectivité n’a pas (ou plus) de numéro qui envoie des SMS (grc account add sms)")
            if why := await self._refused(account, message):
                return Sent("permanent-failure", why)
            if message.attachments and not (message.link and carries_links(account)):
                return Sent("permanent-failure", "un SMS ne porte ni fichier, ni ici le lien qui y mène")
            return await self._leave(account, message, number)
        except (Misconfigured, KeyError) as error:
            log.error("sms.account_wrong", outgoing=message.outgoing_id, error=str(error))
            return Sent("technical-failure", str(error))
        except Unavailable as error:
            return Sent("temporary-failure", str(error))
        except Exception as error:
            log.exception("sms.send_failed", outgoing=message.outgoing_id)
            return Sent("technical-failure", f"{type(error).__name__}: {error}")

    async def _leave(self, account: Account, message: OutboundMessage, number: str) -> Sent:
        way = gateway(account, self._seal, self._settings, self._limits)
        leaving = self._leaving(account, message, number)
        async with self._db.transaction(WORKER) as tx:
            again = await past.was_tried(tx, message.collectivity_id, message.outgoing_id)
        if again and (known := await self._before(way, leaving, account)):
            return Sent("sent", "le fournisseur l’avait déjà pris\u00a0: rien n’est envoyé deux fois", provider_ids=[known])
        sent = await way.send(leaving)
        if sent.state == "permanent-failure" and str(REFUSED) in sent.detail:
            async with self._db.transaction(WORKER) as tx:
                await refusals.note(tx, account.collectivity_id, account.name, message.to_addr, sent.detail[:200], clock.now())
        return sent

    def _leaving(self, account: Account, message: OutboundMessage, number: str) -> Leaving:
        words = message.said or message.body_text
        if message.attachments:
            count = len(message.attachments)
            words += f"\n{count} document{'s' if count > 1 else ''} à lire\u00a0: {message.link}"
        text = shortened(words, message.sender_name, message.link, message.reference, links=carries_links(account))
        path = hook.path(account, self._seal)
        callback = self._settings.url() + path if path else ""
        return Leaving(number, text, f"grc.{message.outgoing_id}", message.at, callback)

    async def _before(self, way: Gateway, leaving: Leaving, account: Account) -> str | None:
        """What the provider calls it where an attempt of ours, whose end nobody saw, gave it."""

        async def ours(ids: Sequence[str]) -> Sequence[str]:
            async with self._db.transaction(WORKER) as tx:
                return await past.ours(tx, account.name, ids)

        return await way.sent_before(leaving, ours)

    async def _refused(self, account: Account, message: OutboundMessage) -> str:
        async with self._db.transaction(WORKER) as tx:
            since = await refusals.since(tx, account.collectivity_id, account.name, message.to_addr)
        return why_refused(since) if since is not None else ""

    async def _account(self, message: OutboundMessage) -> Account | None:
        """The account of the conversation; where there is none (a person known by telephone), the first one of the collectivity."""
        if message.account:
            return await self._kept.get(message.account)
        found, until = self._first.get(message.collectivity_id, (None, 0.0))
        if time.monotonic() >= until:
            async with self._db.transaction(WORKER) as tx:
                found = next(iter(await accounts.of_collectivity(tx, message.collectivity_id, CHANNEL)), None)
            self._first[message.collectivity_id] = (found, time.monotonic() + REMEMBER_SECONDS)
        return found


def why_refused(since: datetime) -> str:
    """What an agent is told."""
    day = with_weekday(since.astimezone(clock.PARIS).date())
    return f"cette personne ne veut plus recevoir de SMS (elle l’a demandé {day})\u00a0: répondez-lui autrement"
