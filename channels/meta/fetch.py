"""What a message says by reference is looked up at Meta: its files, and the name of whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from channels.meta.graph import Graph, Key
from channels.meta.loose import is_id, text
from channels.meta.media import Shelf
from channels.meta.messenger import PROFILE
from channels.meta.send import CHANNEL
from channels.meta.settings import Access, opened
from grc.db.transaction import Database
from grc.errors import Misconfigured
from grc.messages.address import kind_of, value_of
from grc.messages.kept import KeptAccounts
from grc.messages.model import InboundMessage, Received
from grc.messages.seal import Seal

PROFILE_SECONDS = 5.0
MOST_NAMES = 10_000  # kept in this process


@dataclass(slots=True)
class Fetching:
    """Looks up what messages of the accounts of this installation refer to. `most` is how many bytes a file may have."""

    db: Database
    seal: Seal
    graph: Graph
    most: int
    clock: Callable[[], datetime]
    _names: dict[str, tuple[str, str]] = field(default_factory=dict)
    _accounts: KeptAccounts = field(init=False)

    def __post_init__(self) -> None:
        self._accounts = KeptAccounts(self.db, CHANNEL)

    async def files(self, received: Received, message: InboundMessage) -> InboundMessage:
        """The message with its files and the name of its writer. Raises Unavailable where a file may still come."""
        account = await self._accounts.get(received.account)
        wanted = tuple(one for one in message.remote if not one.key.startswith(PROFILE))
        try:
            access = opened(account, self.seal) if account is not None else None
        except Misconfigured:
            access = None
        if access is None:
            lost = tuple(f"{one.name}\u00a0: le compte n’est plus en usage" for one in wanted)
            return replace(message, remote=(), defects=(*message.defects, *lost))
        if len(wanted) < len(message.remote):
            message = await self._named(message, access)
        token = access.phone_token if kind_of(message.from_addr) == "whatsapp" else access.page_token
        shelf = Shelf(self.graph, self.most)
        return await shelf.fetch(replace(message, remote=wanted), Key(token, access.app_secret), self.clock())

    async def _named(self, message: InboundMessage, access: Access) -> InboundMessage:
        """The same with the name that Meta tells of its writer; without one, nothing is lost but the name."""
        who = message.from_addr
        if who not in self._names:
            if len(self._names) >= MOST_NAMES:
                self._names.clear()
            self._names[who] = await self._ask(who, access)
        name, label = self._names[who]
        return replace(message, from_name=name or message.from_name, from_label=label or message.from_label)

    async def _ask(self, who: str, access: Access) -> tuple[str, str]:
        number = value_of(who)
        if not is_id(number):
            return "", ""
        fields = "name,username" if kind_of(who) == "instagram" else "first_name,last_name"
        quick = replace(self.graph, limits=replace(self.graph.limits, whole=PROFILE_SECONDS))
        said = await quick.get(Key(access.page_token, access.app_secret), number, self.clock(), fields)
        if not said.ok:
            return "", ""
        username = text(said.body, "username")
        name = text(said.body, "name") or f"{text(said.body, 'first_name')} {text(said.body, 'last_name')}"
        return " ".join(name.split())[:200], f"@{username}"[:100] if username else ""
