"""The guard of every route: who may pass, under which role of the database, and what he is told when he may not."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from aiohttp import web

from grc import clock
from grc.collectivities.kinds import kinds
from grc.db.transaction import Scope, Transaction
from grc.errors import Forbidden, GrcError, NotFound, Raced, Refused, Unavailable
from grc.people.agents import SignedIn
from grc.web import sessions, submission
from grc.web.body import NO_FORM, Form, TooLarge, read_form
from grc.web.examined import examine
from grc.web.page import see_other
from grc.web.parts import db, settings
from grc.web.refusals import refusal, unavailable
from grc.web.route import Route, Who

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
WEB = Scope("grc_web")
SIGN_IN = "/agent/connexion"
RACES = 4  # how often a transaction that lost a race is done again before its person is told


@dataclass(slots=True)
class Desk:
    """What a handler for signed-in agents works with. The transaction is committed before the response leaves."""

    request: web.Request
    tx: Transaction
    agent: SignedIn
    form: Form
    now: datetime
    session: bytes
    # Set by a handler whose answer takes long (a stream, a large file): made after the commit, without a connection held.
    then: Callable[[], Awaitable[web.StreamResponse]] | None = None

    async def as_operator(self) -> None:
        """Goes on as the operator, who sees the accounts and the ledger of the whole installation, and no ticket."""
        if not self.agent.may("operator"):
            raise Forbidden("Cette page est réservée à l’exploitation.")
        await self.tx.conn.execute("set local role grc_operator")

    async def as_registrar(self) -> tuple[int, ...] | None:
        """Goes on as one who sees what came and what left, and no ticket: the operator of the whole installation (None), an administrator
        of his collectivities, which this gives. NotFound for anybody else."""
        if self.agent.may("operator"):
            await self.as_operator()
            return None
        mine = tuple(sorted({m.collectivity_id for m in self.agent.memberships if m.role == "admin" and m.service_id is None}))
        if not mine:
            raise NotFound("Cette page n’existe pas, ou ne vous est pas accessible.")
        told = ",".join(str(int(one)) for one in mine)
        await self.tx.conn.execute(f"set local role grc_registrar; set local grc.cols = '{{{told}}}'")
        return mine

    async def members(self) -> tuple[int, ...]:
        """The collectivities of his that the agency serves: those on whose behalf he may ask it. None: he asks it nothing."""
        return tuple(id for id, kind in (await kinds(self.tx, self.agent.collectivities)).items() if kind != "agency")

    async def as_member(self) -> tuple[int, ...]:
        """Goes on as one who asks the agency on behalf of his collectivities: he sees those requests as whoever asked, and nothing else.

        Gives these collectivities. NotFound where he has none.
        """
        members = await self.members()
        if not members:
            raise NotFound("Cette page n’existe pas, ou ne vous est pas accessible.")
        told = ",".join(str(int(member)) for member in members)
        await self.tx.conn.execute(f"set local role grc_member; set local grc.cols = '{{{told}}}'")
        return members


def guard(route: Route) -> Handler:
    """The handler of a route as aiohttp calls it, with the checks its `who` asks for around it."""
    if route.who in (Who.ANYONE, Who.LINK):
        return _open(route)
    return _signed_in(route)


def _open(route: Route) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            if request.content_length is not None and request.content_length > route.max_body:
                return refusal(request, TooLarge(_too_large(route.max_body)))
            response: web.StreamResponse = await route.handler(_bounded(request, route.max_body))
            return response
        except GrcError as error:
            return _told(request, error)

    return handle


def _bounded(request: web.Request, max_body: int) -> web.Request:
    """The request with the limit of its own route, for handlers that read the body themselves."""
    return request if request.method in ("GET", "HEAD") else request.clone(client_max_size=max_body)


def _signed_in(route: Route) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        digest = sessions.digest_of(request)
        if digest is None:
            return _sign_in_first(request)
        writes = request.method not in ("GET", "HEAD")
        try:
            if writes and request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
                raise Forbidden("Cette action doit venir de nos propres pages.")
            if writes and not await _known(request, digest):  # before a body is read: any cookie would fill our memory
                return _sign_in_first(request)
            form = await read_form(request, route.max_body) if writes else NO_FORM
            await examine(settings(request), form)
            for race in range(RACES):
                try:
                    return await _serve(route, request, digest, form)
                except Raced:
                    if race == RACES - 1:
                        raise
            raise AssertionError("unreachable")
        except GrcError as error:
            return _told(request, error)

    return handle


async def _known(request: web.Request, digest: bytes) -> bool:
    async with db(request).transaction(WEB) as tx:
        return await sessions.enter(tx, digest, clock.now()) is not None


async def _serve(route: Route, request: web.Request, digest: bytes, form: Form) -> web.StreamResponse:
    now = clock.now()
    async with db(request).transaction(WEB) as tx:
        agent = await sessions.enter(tx, digest, now)
        if agent is None:
            return _sign_in_first(request)
        if request.method not in ("GET", "HEAD") and not hmac.compare_digest(form.fields.get("csrf", "").encode(), agent.csrf.encode()):
            raise Forbidden("Cette page était ouverte depuis trop longtemps. Rechargez-la, puis recommencez.")
        if not agent.may(route.who.value):
            raise NotFound("Cette page n’existe pas, ou ne vous est pas accessible.")
        sent = submission.key(agent, request.path, form)
        if sent is not None and (place := await submission.begin(tx, sent, now)) is not None:
            return see_other(place)
        desk = Desk(request, tx, agent, form, now, digest)
        response: web.StreamResponse = await route.handler(desk)
        if sent is not None:
            await submission.led(tx, sent, response)
    return await desk.then() if desk.then is not None else response


def _told(request: web.Request, error: GrcError) -> web.StreamResponse:
    match error:
        case Refused():
            return refusal(request, error)
        case Raced():
            return unavailable(request, "Plusieurs personnes ont agi au même instant. Recommencez.")
        case Unavailable():
            return unavailable(request)
        case _:
            raise error


def _sign_in_first(request: web.Request) -> web.StreamResponse:
    place = f"{SIGN_IN}?suite={quote(request.path_qs, safe='')}" if request.method == "GET" and request.path != "/agent" else SIGN_IN
    if "text/event-stream" in request.headers.get("Accept", "") and request.path.endswith("/flux"):
        response = web.Response(status=401, text="")
    elif request.headers.get("HX-Request") == "true":
        response = web.Response(status=401, headers={"HX-Redirect": SIGN_IN})
    else:
        response = web.Response(status=303, headers={"Location": place})
    sessions.drop_cookie(response)
    return response


def _too_large(max_body: int) -> str:
    return f"L’envoi est trop volumineux : {max_body // 1_000_000}\u00a0Mo au plus, fichiers compris. Rien n’a été enregistré."
