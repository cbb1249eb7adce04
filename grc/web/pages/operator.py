"""What keeps the service running, for whoever runs it: the ledger of arrivals and the health of the accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from grc.db import sql
from grc.errors import NotFound
from grc.messages import ledger
from grc.web import telling, words
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.files import disposition
from grc.web.pages.frame import frame
from grc.web.parts import CHANNELS, channel_face

queries = sql.load(__file__, "operator.sql")


@dataclass(frozen=True, slots=True)
class ChannelSum:
    """What came by one channel, and what became of it."""

    label: str
    icon: str
    received: str
    outcomes: list[str]


async def registre(desk: Desk) -> web.StreamResponse:
    """The ledger: everything that arrived is one of its outcomes, and what could not be read is there with its bytes."""
    around = await frame(desk)
    await desk.as_operator()
    sums = await ledger.sums(desk.tx)
    received = sum(number for _, _, number in sums)
    by_outcome = {outcome: sum(n for _, o, n in sums if o == outcome) for outcome in ledger.OUTCOMES}
    channels = desk.request.app[CHANNELS]
    lines = []
    for name in sorted({channel for channel, _, _ in sums}):
        here = {outcome: number for channel, outcome, number in sums if channel == name}
        face = channel_face(channels, name)
        lines.append(ChannelSum(face.label, face.icon, _said(sum(here.values())), [_said(here.get(o, 0)) for o in ledger.OUTCOMES]))
    quarantined = await ledger.quarantined(desk.tx)
    return render(
        desk.request,
        "agent/registre.html",
        received=_said(received),
        outcomes=[(telling.OUTCOMES[o], _said(n), o) for o, n in by_outcome.items()],
        holds=received == sum(by_outcome.values()),
        channels=lines,
        quarantined=[(q, channel_face(channels, q.channel).label, words.spoken(q.at, desk.now)) for q in quarantined],
        done=desk.request.query.get("fait", ""),
        **around,
    )


async def octets(desk: Desk) -> web.StreamResponse:
    """The bytes of one arrival as they came, to keep and to look at elsewhere."""
    await desk.as_operator()
    found = await ledger.content(desk.tx, int(desk.request.match_info["id"]))
    if found is None:
        raise NotFound("Cette arrivée n’existe pas.")
    row, raw = found
    return web.Response(
        body=raw,
        content_type="application/octet-stream",
        headers={"Content-Disposition": disposition("attachment", f"arrivee-{row['id']}-{row['channel']}.bin")},
    )


async def rejouer(desk: Desk) -> web.StreamResponse:
    """Puts a quarantined arrival back in line."""
    await desk.as_operator()
    if not await ledger.replay(desk.tx, int(desk.request.match_info["id"]), desk.now):
        raise NotFound("Cette arrivée n’est pas, ou n’est plus, en quarantaine.")
    return see_other("/agent/registre?fait=rejoue")


async def boites(desk: Desk) -> web.StreamResponse:
    """The accounts of the channels: which listen, since when, and what to do about those that do not."""
    around = await frame(desk)
    if desk.agent.may("operator"):
        await desk.as_operator()
        rows: list[Any] = [row async for row in queries.accounts(desk.tx.conn, now=desk.now)]
    else:
        rows = [row async for row in queries.accounts_of(desk.tx.conn, collectivities=list(desk.agent.collectivities), now=desk.now)]
    desk.then = lambda: _boites(desk, rows, around)
    return web.Response()


async def _boites(desk: Desk, rows: list[Any], around: Mapping[str, Any]) -> web.StreamResponse:
    """After the commit, since the channels ask their servers how they are: no connection waits for that."""
    channels = desk.request.app[CHANNELS]
    health = [
        (channel_face(channels, name), [h for h in await channel.check() if not h.ok])
        for name, channel in (channels.items() if desk.agent.may("operator") else ())
    ]
    return render(
        desk.request,
        "agent/boites.html",
        accounts=[(row, channel_face(channels, row["channel"]), _state(row)) for row in rows],
        health=[(face, faults) for face, faults in health if faults],
        **around,
    )


def _state(row: Any) -> tuple[str, str]:
    state = row["state"] or {}
    if state.get("error"):
        return str(state["error"])[:300], "late"
    if row["listened"]:
        return "à l’écoute", "done"
    return "n’est écoutée par aucun processus", "soon"


def _said(number: int) -> str:
    return f"{number:,}".replace(",", words.NNBSP)
