"""The accounts by which requests arrive: how each is, what to do about it, and the three things an administrator does with one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from aiohttp import web

from grc import clock
from grc.db.transaction import WORKER
from grc.errors import Conflict, NotFound
from grc.fold import fold
from grc.messages import accounts
from grc.messages.accounts import Account
from grc.messages.channel import Health, Listens, with_accounts
from grc.web import words
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.frame import frame
from grc.web.parts import CHANNELS, channel_face, db

log = structlog.get_logger()

ONE_PAGE = 200
TEST_SECONDS = 60.0
ILL, PAUSED, WELL = "a-regarder", "en-pause", "en-ordre"
_GROUPS = ((ILL, "À regarder"), (PAUSED, "En pause"), (WELL, "En ordre"))
_MARKS = {ILL: ("late", "triangle-alert"), PAUSED: ("soon", "circle-pause"), WELL: ("done", "check")}
_DONE = {
    "pause": "La relève est en pause : le courrier attend sur son serveur, et rien n’est perdu.",
    "reprendre": "La relève reprend dans un instant.",
    "relire": "La boîte va être relue depuis le début : ce qui est déjà connu n’est pas repris une seconde fois.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One account as the page says it."""

    account: Account
    place: str
    label: str
    icon: str
    group: str
    health: Health
    mark: str
    mark_icon: str
    since: str
    last: str
    lag: str


async def show(desk: Desk) -> web.StreamResponse:
    """The accounts: those in trouble first, a few words of each, and no more than can be read."""
    around = await frame(desk)
    lines = await _lines(desk)
    asked, group = desk.request.query.get("q", "").strip()[:100], desk.request.query.get("etat", "")
    counts = {name: sum(line.group == name for line in lines) for name, _ in _GROUPS}
    found = [line for line in lines if (not group or line.group == group) and _names(line, asked)]
    page: dict[str, Any] = {
        "lines": found[:ONE_PAGE],
        "more": max(0, len(found) - ONE_PAGE),
        "all": len(lines),
        "groups": [(name, title, counts[name]) for name, title in _GROUPS if counts[name]],
        "group": group,
        "asked": asked,
        "operator": desk.agent.may("operator"),
        **around,
    }
    if desk.request.query.get("examen") and desk.agent.may("operator"):
        desk.then = lambda: _examined(desk, page)
        return web.Response()
    return render(desk.request, "agent/boites.html", faults=None, **page)


async def _examined(desk: Desk, page: Mapping[str, Any]) -> web.StreamResponse:
    """The same with what the channels find wrong when they ask their servers: after the commit, since no connection waits for that."""
    faults = []
    for name, channel in desk.request.app[CHANNELS].items():
        face = channel_face(desk.request.app[CHANNELS], name)
        faults += [(face, fault) for fault in await channel.check() if not fault.ok]
    return render(desk.request, "agent/boites.html", faults=faults, **page)


async def one(desk: Desk) -> web.StreamResponse:
    """One account: all that is known of it, and what can be done."""
    around = await frame(desk)
    line = await _line(desk)
    return _sheet(desk, around, line, done=_DONE.get(desk.request.query.get("fait", ""), ""))


async def act(desk: Desk) -> web.StreamResponse:
    """Holds an account, goes on with it, has it read again from its beginning, or tries it now."""
    around = await frame(desk)
    line = await _line(desk)
    account, what = line.account, desk.request.match_info["act"]
    match what:
        case "essayer":
            desk.then = lambda: _tried(desk, around, line)
            return web.Response()
        case "pause" | "reprendre":
            await accounts.pause(desk.tx, account.collectivity_id, account.id, paused=what == "pause")
        case "relire":
            await accounts.read_again(desk.tx, account.collectivity_id, account.id)
        case _:
            raise NotFound("Cette page n’existe pas, ou ne vous est pas accessible.")
    log.info("account.changed", account=account.id, what=what, agent=desk.agent.id)
    return see_other(f"/agent/boites/{account.id}?fait={what}")


async def _tried(desk: Desk, around: Mapping[str, Any], line: Line) -> web.StreamResponse:
    """After the commit: secrets are opened as the worker opens them, once the permission of this person is known."""
    room = with_accounts(desk.request.app[CHANNELS].get(line.account.channel))
    async with db(desk.request).transaction(WORKER) as tx:
        account = await accounts.one(tx, line.account.id, clock.now())
    if room is None or account is None:
        raise Conflict("Ce compte ne peut pas être essayé d’ici.")
    try:
        async with asyncio.timeout(TEST_SECONDS):
            found = await room.test_account(account)
    except TimeoutError:
        late = f"pas de réponse en {TEST_SECONDS:.0f} s"
        found = [Health(account.name, False, late, "vérifiez que le serveur répond depuis cette machine (nom, port, pare-feu)")]
    return _sheet(desk, around, line, tried=found)


def _sheet(desk: Desk, around: Mapping[str, Any], line: Line, *, done: str = "", tried: Sequence[Health] = ()) -> web.StreamResponse:
    account, state = line.account, line.account.state
    server = str(account.settings.get("imap_url") or "")
    facts = [
        ("Collectivité", line.place),
        ("Connectée depuis", line.since),
        ("Dernier message", line.last),
        ("Retard du dernier message", line.lag),
        ("Messages à relever", str(state["behind"]) if state.get("behind") else ""),
        ("Dernier regard", _moment(state.get("checked_at"), desk.now)),
        ("Dernière erreur", str(state.get("last_error") or "")),
        ("Survenue", _moment(state.get("last_error_at"), desk.now)),
        ("Serveur", server.rpartition("@")[2]),
        ("Dossier", str(account.settings.get("folder") or "")),
    ]
    return render(
        desk.request,
        "agent/boite.html",
        line=line,
        facts=[(name, fact) for name, fact in facts if fact],
        done=done,
        tried=tried,
        can_test=with_accounts(desk.request.app[CHANNELS].get(account.channel)) is not None,
        listens=_listens(desk, account),
        **around,
    )


async def _lines(desk: Desk) -> list[Line]:
    """The accounts this person may see, those in trouble first."""
    if desk.agent.may("operator"):
        await desk.as_operator()
        mine = None
    else:
        mine = [number for number in desk.agent.collectivities if desk.agent.may("admin", number)]
    found = [_said(desk, account, place) for account, place in await accounts.seen(desk.tx, mine, desk.now)]
    order = [name for name, _ in _GROUPS]
    return sorted(found, key=lambda line: order.index(line.group))


async def _line(desk: Desk) -> Line:
    wanted = int(desk.request.match_info["id"])
    for line in await _lines(desk):
        if line.account.id == wanted:
            return line
    raise NotFound("Ce compte n’existe pas, ou ne vous est pas accessible.")


def _said(desk: Desk, account: Account, place: str) -> Line:
    channel = desk.request.app[CHANNELS].get(account.channel)
    health = channel.account_health(account, desk.now) if isinstance(channel, Listens) else Health(account.name, True, "prêt")
    group = PAUSED if account.paused else WELL if health.ok else ILL
    face, state = channel_face(desk.request.app[CHANNELS], account.channel), account.state
    connected = not account.paused and account.listened
    return Line(
        account, place, face.label, face.icon, group, health, *_MARKS[group],
        since=_moment(state.get("connected_since"), desk.now) if connected else "",
        last=_moment(state.get("last_message_at"), desk.now),
        lag=_lag(state.get("lag")),
    )  # fmt: skip


def _listens(desk: Desk, account: Account) -> bool:
    """Whether somebody listens to it all the time: only then it can be held, and read again."""
    return isinstance(desk.request.app[CHANNELS].get(account.channel), Listens) and bool(account.settings.get("imap_url", "x"))


def _moment(text: object, now: datetime) -> str:
    return words.spoken(datetime.fromisoformat(text), now) if isinstance(text, str) and text else ""


def _lag(seconds: object) -> str:
    if not isinstance(seconds, int):
        return ""
    if seconds < 120:
        return f"{seconds}{words.NBSP}s"
    return words.duration(seconds // 60) if seconds < 172_800 else words.count(seconds // 86_400, "jour", "jours")


def _names(line: Line, asked: str) -> bool:
    return all(word in fold(f"{line.account.name} {line.place}") for word in fold(asked).split())
