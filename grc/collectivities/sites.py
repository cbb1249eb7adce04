"""The web sites of a collectivity: which may show our forms within their pages, and which page of them a citizen comes from."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from grc.db import sql
from grc.db.transaction import Transaction

_queries = sql.load(__file__, "sites.sql")

MOST, LONGEST, LONGEST_PAGE = 50, 200, 300
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_STANDARD = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Named:
    """A collectivity and the web sites it has named."""

    code: str
    name: str
    origins: Sequence[str]


def origin(typed: str) -> str:
    """The origin of what somebody typed or pasted, as a browser says it: `https://www.ville.example`; empty where it is none.

    Without a scheme it is https. A path is left out, a name with accents is written as it is resolved (RFC 5891), and the port where it
    says nothing.
    """
    text = typed.strip()
    if not text or len(text) > LONGEST * 2:
        return ""
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii").lower()
        port = parts.port
    except (ValueError, UnicodeError):
        return ""
    if parts.scheme not in _STANDARD or parts.username is not None or len(host) > LONGEST or not _HOST.fullmatch(host):
        return ""
    return f"{parts.scheme}://{host}" + (f":{port}" if port is not None and port != _STANDARD[parts.scheme] else "")


def page_of(address: str, origins: Collection[str]) -> str:
    """The page of an allowed web site that this address names, without its query and fragment; empty for any other."""
    told = address.strip()[: LONGEST * 2]
    found = origin(told)
    if not found or found not in origins or "://" not in told:
        return ""
    path = "".join(one for one in urlsplit(told).path if one.isprintable() and not one.isspace())
    return f"{found}{path or '/'}"[:LONGEST_PAGE]


async def own(tx: Transaction, collectivity_id: int) -> tuple[str, ...]:
    """The web sites that a collectivity has named."""
    return tuple([row["origin"] async for row in _queries.own(tx.conn, collectivity_id=collectivity_id)])


async def allowed(tx: Transaction, collectivity_id: int) -> tuple[str, ...]:
    """The web sites that may show its forms: its own, and the agency's."""
    return tuple([row["origin"] async for row in _queries.allowed(tx.conn, collectivity_id=collectivity_id)])


async def everything(tx: Transaction) -> Sequence[Named]:
    """All collectivities that have named some."""
    return [Named(row["code"], row["name"], tuple(row["origins"])) async for row in _queries.everything(tx.conn)]


async def keep(tx: Transaction, collectivity_id: int, origins: Sequence[str], agent_id: int | None, now: datetime) -> None:
    """These web sites, and no others, from now on."""
    await _queries.keep(tx.conn, collectivity_id=collectivity_id, origins=list(origins), now=now, agent_id=agent_id)
