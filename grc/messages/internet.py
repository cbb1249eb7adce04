"""Which addresses may be called: those of the public internet, and the networks that the operator lets be called.

A collectivity writes the address of a call; without this, the service would fetch for it what only this machine reaches (SSRF).
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import ThreadedResolver
from aiohttp.abc import AbstractResolver, ResolveResult

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# An IPv6 address in these has an IPv4 address within: where it leads is what counts.
_TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("::/96"), ip_network("::ffff:0:0:0/96"))
_NEVER = (
    ip_network("64:ff9b:1::/48"),  # translation within one's own network (RFC 8215)
    ip_network("fec0::/10"),  # what networks called their own before fc00::/7 (RFC 3879)
    ip_network("3fff::/20"),  # for documents (RFC 9637)
    ip_network("192.88.99.0/24"),  # 6to4 relays, no longer in use (RFC 7526)
    ip_network("168.63.129.16/32"),  # what a machine rented at Azure asks about itself
)


def networks(text: str) -> tuple[Network, ...]:
    """The networks in a list with commas: `10.1.0.0/16, 127.0.0.1`. Raises ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def refused(text: str, allow: Iterable[Network] = ()) -> str:
    """Why this address may not be called, in French; empty where it may."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return f"« {text[:60]} » n’est pas une adresse"
    allow = tuple(allow)
    for one in (address, *_within(address)):
        if not any(one in network for network in allow if network.version == one.version) and not _public(one):
            return f"{one} n’est pas une adresse d’internet\u202f; si elle doit être appelée, réglez GRC_WEBHOOK_ALLOW"
    return ""


def is_allowed(text: str, allow: Iterable[Network]) -> bool:
    """Whether an address is of a network that the operator lets be called."""
    address = ip_address(text.partition("%")[0])
    seen = next(iter(_within(address)), address)
    return any(seen in network for network in allow if network.version == seen.version)


def _within(address: Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, IPv4Address):
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if any(address in network for network in _TRANSLATED):
        yield IPv4Address(int(address) & 0xFFFF_FFFF)


def _public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and (address.ipv4_mapped is not None or any(address in network for network in _TRANSLATED)):
        return True  # what is within is asked
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in _NEVER if network.version == address.version)
    )


class PublicResolver(AbstractResolver):
    """Names of the public internet alone: one that leads elsewhere, or also elsewhere, is not found. `allow` as above."""

    def __init__(self, allow: Iterable[Network] = ()) -> None:
        self._allow = tuple(allow)
        self._names = ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        """What is answered is what is connected to: no second look-up could lead elsewhere."""
        found = await self._names.resolve(host, port, family)
        for one in found:
            if why := refused(one["host"], self._allow):
                raise OSError(why)
        return found

    async def close(self) -> None:
        """Nothing to close."""
