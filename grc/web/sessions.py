"""Sessions of agents: a random cookie, of which only the digest is stored; each can be seen and ended by its owner."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from grc.db import sql
from grc.db.transaction import Transaction
from grc.people.agents import Membership, SignedIn

queries = sql.load(__file__, "sessions.sql")

COOKIE = "grc_session"
LASTS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Session:
    """An open session, as its owner sees it."""

    fingerprint: str
    created_at: datetime
    seen_at: datetime
    client: str
    current: bool


def digest_of(request: web.Request) -> bytes | None:
    """The digest of the session cookie that came with the request, if one came."""
    cookie = request.cookies.get(COOKIE)
    return hashlib.sha256(cookie.encode("utf-8", "replace")).digest() if cookie else None


async def enter(tx: Transaction, digest: bytes, now: datetime) -> SignedIn | None:
    """The signed-in agent, with the scope of the transaction set to his; None where the session is not, or no longer."""
    row = await queries.enter(tx.conn, digest=digest, now=now)
    if row is None:
        return None
    return SignedIn(
        id=row["agent_id"],
        email=row["email"],
        name=row["name"],
        csrf=row["csrf"],
        preferences=row["preferences"],
        memberships=tuple(Membership(m["collectivity"], m["service"], m["role"]) for m in row["memberships"]),
        collectivities=tuple(row["collectivities"]),
        services=tuple(row["services"]),
    )


async def begin(tx: Transaction, agent_id: int, client: str, now: datetime) -> str:
    """A new session; gives the cookie, which is nowhere else."""
    cookie = secrets.token_urlsafe(32)
    await queries.begin_session(
        tx.conn,
        digest=hashlib.sha256(cookie.encode()).digest(),
        agent_id=agent_id,
        csrf=secrets.token_urlsafe(24),
        now=now,
        expires_at=now + LASTS,
        client=client[:200],
    )
    return cookie


async def sessions_of(tx: Transaction, agent_id: int, current: bytes | None, now: datetime) -> Sequence[Session]:
    """The open sessions of an agent, the last used first."""
    return [
        Session(row["digest"].hex()[:32], row["created_at"], row["seen_at"], row["client"], row["digest"] == current)
        async for row in queries.sessions_of(tx.conn, agent_id=agent_id, now=now)
    ]


def set_cookie(response: web.StreamResponse, cookie: str, *, secure: bool) -> None:
    """Gives the session cookie to the browser: not readable by scripts, not sent by other sites' forms."""
    response.set_cookie(
        COOKIE, cookie, max_age=int(LASTS.total_seconds()), httponly=True, secure=secure, samesite="Lax", path="/"
    )  # fmt: skip


def drop_cookie(response: web.StreamResponse) -> None:
    """Takes the session cookie away."""
    response.del_cookie(COOKIE, path="/")


def client_name(user_agent: str) -> str:
    """Which browser on which system, in words its owner recognises: `Firefox sur Windows`."""
    browsers = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    systems = (
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"),
    )  # fmt: skip
    browser = next((name for mark, name in browsers if mark in user_agent), "Navigateur inconnu")
    system = next((name for mark, name in systems if mark in user_agent), "")
    return f"{browser} sur {system}" if system else browser


def places(rows: Sequence[Any]) -> dict[tuple[int, int], tuple[int, str]]:
    """(collectivity, ticket) to (service, reference)."""
    return {(row["collectivity_id"], row["id"]): (row["service_id"], row["reference"]) for row in rows}
