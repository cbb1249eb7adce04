"""Signing in and out. Whether an address exists is never told: not by words, not by status, not by time."""

from __future__ import annotations

import asyncio
import ipaddress
from datetime import datetime, timedelta

from aiohttp import web

from grc import clock
from grc.db.transaction import GATE, Transaction
from grc.errors import Forbidden
from grc.people import passwords
from grc.web import sessions
from grc.web.body import read_form
from grc.web.desk import SIGN_IN, Desk
from grc.web.outside import outside
from grc.web.page import render, see_other
from grc.web.parts import FLUX, db, settings

WINDOW = timedelta(minutes=15)
# How many failures within the window stop further tries: from one network for one address, from one network, for one address.
BRAKES = {"pair": 6, "net": 40, "mail": 60}
_AT_ONCE = asyncio.Semaphore(2)
_WRONG = "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez les deux, puis réessayez."
_BRAKED = "Trop d’essais en peu de temps. Patientez un quart d’heure, puis réessayez."


async def ask(request: web.Request) -> web.StreamResponse:
    """The page that asks for address and password."""
    return _page(request, "", "", onward(request.query.get("suite", "")), 200)


async def sign_in(request: web.Request) -> web.StreamResponse:
    """Checks them and opens a session, or says the one sentence that tells nothing."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("La connexion doit venir de notre propre page.")
    form = await read_form(request, 20_000)
    email, given = form.text("email", 300).lower(), form.fields.get("mot_de_passe", "")[:1000]
    suite = onward(form.text("suite", 2000))
    now = clock.now()
    keys = brake_keys(email, outside(request).address)

    async with db(request).transaction(GATE) as tx:
        braked = await _braked(tx, keys, now)
        known = None if braked else await sessions.queries.agent_by_email(tx.conn, email=email)
    if braked:
        return _page(request, _BRAKED, email, suite, 429)

    # no connection is held while the hash is reckoned, and an unknown address costs as much as a known one
    right, fresh_hash = await _verify(known["password_hash"] if known else None, given)
    async with db(request).transaction(GATE) as tx:
        if not (known and known["active"] and right):
            await sessions.queries.record_failures(tx.conn, keys=keys, now=now)
            await sessions.queries.forget_failures(tx.conn, before=now - 4 * WINDOW)
            cookie = None
        else:
            cookie = await sessions.begin(tx, known["id"], sessions.client_name(request.headers.get("User-Agent", "")), now)
            if fresh_hash is not None:
                await sessions.queries.rehash(tx.conn, agent_id=known["id"], password_hash=fresh_hash)
    if cookie is None:
        return _page(request, _WRONG, email, suite, 422)
    response = see_other(suite or "/agent")
    sessions.set_cookie(response, cookie, secure=settings(request).url().startswith("https://"))
    return response


def _page(request: web.Request, error: str, email: str, suite: str, status: int) -> web.Response:
    return render(
        request, "agent/signin.html", status=status, error=error, email=email, onward=suite, demo=settings(request).demo
    )  # fmt: skip


async def _verify(stored: str | None, given: str) -> tuple[bool, str | None]:
    """Whether the password is right, and a fresh hash where the stored one was made with weaker parameters."""

    def reckon() -> tuple[bool, str | None]:
        right = passwords.is_password(given, stored)
        return right, passwords.hash_password(given) if right and stored and passwords.is_outdated(stored) else None

    async with _AT_ONCE:  # each takes memory and a core on purpose: a crowd waits its turn, the pages of others do not
        return await asyncio.to_thread(reckon)


async def _braked(tx: Transaction, keys: list[str], now: datetime) -> bool:
    rows = [row async for row in sessions.queries.failures(tx.conn, keys=keys, since=now - WINDOW)]
    return any(row["n"] >= BRAKES[row["key"].partition(":")[0]] for row in rows)


def brake_keys(email: str, address: str) -> list[str]:
    """Under what a failure is counted. IPv6 by its /64, which is one subscriber."""
    try:
        ip = ipaddress.ip_address(address)
        network = str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)
    except ValueError:
        network = "?"
    return [f"pair:{email}:{network}", f"net:{network}", f"mail:{email}"]


def onward(place: str) -> str:
    """Where to go after signing in: a page of ours for agents, or empty. Never another site."""
    plain = place.startswith(("/agent", "/admin")) and not place.startswith(SIGN_IN) and "\\" not in place
    return place if plain and place[6:7] in ("", "/", "?") and not any(ord(c) < 33 for c in place) else ""


async def sign_out(desk: Desk) -> web.StreamResponse:
    """Ends this session, here and in every open page of it."""
    await desk.tx.conn.execute("set local role grc_gate")
    await sessions.queries.end_session(desk.tx.conn, digest=desk.session, now=desk.now)
    desk.request.app[FLUX].drop(desk.session)
    response = see_other(SIGN_IN)
    sessions.drop_cookie(response)
    return response
