"""Whose event it is: one app at Meta calls one address for all the pages and numbers it speaks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels.meta.events import INSTAGRAM, PAGE, WHATSAPP, Event
from channels.meta.settings import Access, opened
from grc.db import sql
from grc.db.transaction import INTAKE, Database
from grc.errors import Misconfigured
from grc.messages.accounts import Account
from grc.messages.model import Arrival
from grc.messages.seal import Seal
from grc.settings import Settings
from grc.web.hook import same

_queries = sql.load(__file__, "owner.sql")
FOREIGN = "foreign"  # in the meta of an arrival: it is of a page that no account names


@dataclass(frozen=True, slots=True)
class Owners:
    """The accounts of the app that called: those whose secret is that of `called`. None but they can be spoken for by this call."""

    db: Database
    settings: Settings
    called: Access

    async def arrivals(self, told: Sequence[Event]) -> list[Arrival]:
        """What the events come to, each for the account it happened to."""
        others = await self._others() if any(not is_of(self.called, one) for one in told) else ()
        return [arrival(one, *self._of(one, others)) for one in told]

    def _of(self, event: Event, others: Sequence[Access]) -> tuple[Access, bool]:
        """The account of an event, and whether none is: what happened to a page that nobody names is kept, and not acted upon."""
        known = next((one for one in (self.called, *others) if is_of(one, event)), None)
        return (known, False) if known else (self.called, not may_be_of(self.called, event))

    async def _others(self) -> list[Access]:
        seal = Seal.of(self.settings)
        async with self.db.transaction(INTAKE) as tx:
            rows = [row async for row in _queries.accounts(tx.conn, channel=self.called.account.channel)]
        found = []
        for row in rows:
            try:
                one = opened(account_of(row), seal)
            except Misconfigured:
                continue
            if one.account.id != self.called.account.id and same(one.app_secret, self.called.app_secret):
                found.append(one)
        return found


def account_of(row: Mapping[str, Any]) -> Account:
    """An account as a door may know it."""
    return Account(row["collectivity_id"], row["id"], row["channel"], row["name"], row["settings"], row["sealed"], {})


def numbers(access: Access) -> Mapping[str, str]:
    """What an account is called at Meta, by the object of an event."""
    return {PAGE: access.page_id, INSTAGRAM: access.instagram_id, WHATSAPP: access.phone_id}


def is_of(access: Access, event: Event) -> bool:
    """Whether an event happened to what an account names."""
    return bool(event.owner) and numbers(access).get(event.object) == event.owner


def may_be_of(access: Access, event: Event) -> bool:
    """Whether it may be this account's, since it names none of the kind; an event of no kind is kept where it came in."""
    return not event.owner or not numbers(access).get(event.object)


def arrival(event: Event, owner: Access, foreign: bool) -> Arrival:
    """The arrival of an event. What the reading of it must know of the account goes along: it sees no settings."""
    meta: dict[str, Any] = {"human_agent": owner.human_agent, "template": bool(owner.template)}
    meta = {name: True for name, value in meta.items() if value} | ({FOREIGN: event.owner} if foreign else {})
    account = owner.account
    return Arrival(
        account.channel, account.name, event.source_id, event.raw, account.collectivity_id, meta,
        keys=(event.source_id.lower(),), conversation=event.conversation, wait=event.wait,
    )  # fmt: skip
