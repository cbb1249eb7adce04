"""The brake on machines: how many forms went of late from one page and from one network. No address is kept, only its digest."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from grc.db import sql
from grc.db.transaction import INTAKE, Database

_queries = sql.load(__file__, "brake.sql")


@dataclass(frozen=True, slots=True)
class Counts:
    """Forms of late: from this page, and without proof of work from this network."""

    by_page: int
    by_network: int


@dataclass(frozen=True, slots=True)
class Brake:
    """Counts forms under digests made with a key of the installation."""

    db: Database
    key: bytes
    window: timedelta

    async def counts(self, sending: str, remote: str, now: datetime) -> Counts:
        """How many went from this page and from the network of this address within the window."""
        page, network = self._page(sending), self._network(remote)
        async with self.db.transaction(INTAKE) as tx:
            rows = _queries.sent_since(tx.conn, keys=[page, network], since=now - self.window)
            counted = {bytes(row["key"]): int(row["n"]) async for row in rows}
        return Counts(counted.get(page, 0), counted.get(network, 0))

    async def note(self, sending: str, remote: str, now: datetime, *, proved: bool) -> None:
        """Counts a form that was taken; its network only where it came without proof."""
        keys = [self._page(sending)] if proved else [self._page(sending), self._network(remote)]
        async with self.db.transaction(INTAKE) as tx:
            await _queries.note_sent(tx.conn, keys=keys, now=now)
            await _queries.sweep(tx.conn, before=now - self.window)

    def _page(self, sending: str) -> bytes:
        return hmac.digest(self.key, b"page:" + sending.encode(), "sha256")[:16]

    def _network(self, remote: str) -> bytes:
        return hmac.digest(self.key, b"network:" + network_of(remote).encode(), "sha256")[:16]


def network_of(remote: str) -> str:
    """The network an address belongs to: itself for IPv4, the /56 a household is given for IPv6."""
    try:
        address = ip_address(remote.partition("%")[0])
    except ValueError:
        return remote
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 56), strict=False))
    return str(address)
