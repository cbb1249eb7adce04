"""Who really asks, and how: what a proxy of ours says of the client it serves, believed of nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

from grc.web.parts import settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Outside:
    """The address of the client, empty where it has none, and whether it speaks https with whoever is nearest to it."""

    address: str
    https: bool


def outside(request: web.Request) -> Outside:
    """What the request says of its client, as far as GRC_TRUSTED_PROXIES lets it be believed."""
    peer, trusted = request.remote or "", networks(settings(request).trusted_proxies)
    if not trusted:
        return Outside(peer, request.secure)
    hops, protocols = (_listed(request.headers.getall(name, ())) for name in ("X-Forwarded-For", "X-Forwarded-Proto"))
    return seen(peer, request.secure, hops, protocols, trusted)


def seen(peer: str, secure: bool, hops: Sequence[str], protocols: Sequence[str], trusted: Sequence[Network]) -> Outside:
    """The client behind proxies: the rightmost address that is none of ours, since whatever stands left of it anybody may have written.

    `hops` and `protocols` are the values of X-Forwarded-For and -Proto, in order. Pure.
    """
    client, passed = _address(peer), 0
    if client is None or not _within(client, trusted):
        return Outside(peer, secure)
    for hop in reversed(hops):
        further = _address(hop)
        if further is None:
            break  # no proxy of ours writes that: the one who handed it on is all we know
        client, passed = further, passed + 1
        if not _within(client, trusted):
            break
    said = protocols[max(len(protocols) - max(passed, 1), 0)] if protocols else ""
    return Outside(str(client), said.lower() == "https" if said else secure)


def is_loopback(address: str) -> bool:
    """Whether this is an address of this machine."""
    known = _address(address)
    return known is not None and known.is_loopback


@lru_cache(maxsize=8)
def networks(listed: str) -> tuple[Network, ...]:
    """The networks of a list that the settings have checked."""
    return tuple(ip_network(part.strip()) for part in listed.split(",") if part.strip())


def _listed(headers: Sequence[str]) -> list[str]:
    return [part.strip() for header in headers for part in header.split(",")]


def _address(text: str) -> Address | None:
    """An address, with or without the port that some proxies add, as IPv4 where it is that in disguise."""
    bare = text.partition("%")[0]
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _within(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)
