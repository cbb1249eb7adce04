"""An agent of a member asks the agency: what can be asked, what his collectivity has asked, and one of these requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web

from grc.clock import PARIS
from grc.collectivities import kinds
from grc.errors import NotFound
from grc.tickets import member, rating
from grc.tickets.member import Line
from grc.tickets.model import TicketKey
from grc.types import store as types
from grc.web import words
from grc.web.citizen import next as to_come
from grc.web.citizen import request as asked
from grc.web.citizen.offer import by_category, matching
from grc.web.desk import Desk
from grc.web.page import render
from grc.web.pages.frame import frame
from grc.web.told import told_to_requester
from workflows.form import missing

AUDIENCE = "member"
LONGEST_SEARCH = 100
PHASES = {"ouvertes": "open", "closes": "closed"}
DONE = {
    "nouvelle": "Votre demande est arrivée à l’agence.",
    "enregistree": "Votre demande est enregistrée. Elle paraîtra ici dans un moment : vous n’avez rien à renvoyer.",
    "repondre": "Votre message est arrivé.",
    "attente": "Votre message est enregistré. Il paraîtra ici dans un moment : vous n’avez rien à renvoyer.",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A request of the list, in words."""

    line: Line
    state: str
    when: str


async def offer(desk: Desk) -> web.StreamResponse:
    """`GET /agent/agence`: what the agency can be asked; `?q=` looks for words."""
    surround, agency = await frame(desk), await _agency(desk)
    looked_for = desk.request.query.get("q", "").strip()[:LONGEST_SEARCH]
    members = await desk.as_member()
    offered = [one.definition for one in await types.offered(desk.tx, agency, AUDIENCE, on=desk.now.astimezone(PARIS).date())]
    return render(
        desk.request, "agent/agency.html", asked=looked_for, offered=bool(offered),
        categories=by_category(matching(offered, looked_for) if looked_for else offered),
        open_count=await member.open_count(desk.tx, agency, members), **surround,
    )  # fmt: skip


async def listing(desk: Desk) -> web.StreamResponse:
    """`GET /agent/agence/demandes`: what his collectivities have asked, `?phase=closes` those that are over."""
    surround, agency = await frame(desk), await _agency(desk)
    query = desk.request.query
    phase = query.get("phase", "") if query.get("phase", "") in PHASES else "ouvertes"
    members = await desk.as_member()
    lines = await member.listing(desk.tx, agency, members, PHASES[phase], _after(query.get("apres", "")))
    shown = [Shown(line, await _state(desk, line), words.spoken(line.last_at, desk.now)) for line in lines]
    last = lines[-1] if len(lines) == member.PAGE else None
    return render(
        desk.request, "agent/agency_list.html", **surround, shown=shown, phase=phase, several=len(members) > 1,
        open_count=await member.open_count(desk.tx, agency, members), next=f"{last.last_at.isoformat()}~{last.id}" if last else "",
        done=DONE.get(query.get("fait", ""), ""),
    )  # fmt: skip


async def show(desk: Desk) -> web.StreamResponse:
    """`GET /agent/agence/demandes/<reference>`: one of them, as whoever asked reads it."""
    surround = await frame(desk)
    return await page(desk, surround, await own_request(desk))


async def page(
    desk: Desk, surround: Mapping[str, Any], row: Mapping[str, Any], *, error: str = "", text: str = "", status: int = 200
) -> web.StreamResponse:
    """The page of the request of this row, with an answer that could not be taken where there is one. `surround` is of `frame`."""
    ticket = await asked.whole(desk.tx, TicketKey(row["collectivity_id"], row["id"]), row)
    definition = await types.definition(desk.tx, ticket.type, ticket.version, ticket.variant)
    return render(
        desk.request, "agent/agency_request.html", status=status, **surround, ticket=ticket, member=row["member"],
        tracking_token=row["tracking_token"], state=definition.states[ticket.state],
        fields=told_to_requester(definition.fields, ticket.fields), missing=missing(definition.items, ticket.fields),
        steps=to_come.steps(ticket, definition.legal.regime, desk.now), acts=bool(definition.allowed(ticket.state, ("requester",))),
        ratings=rating.WORDS, now=desk.now, error=error, text=text, done=DONE.get(desk.request.query.get("fait", ""), ""),
    )  # fmt: skip


async def file(desk: Desk) -> web.StreamResponse:
    """`GET /agent/agence/demandes/<reference>/fichiers/<number>`: a file of the conversation."""
    row = await own_request(desk)
    found, content = await asked.file(desk.tx, TicketKey(row["collectivity_id"], row["id"]), int(desk.request.match_info["file"]))
    named = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    return web.Response(body=content, content_type="application/octet-stream", headers={"Content-Disposition": named})


async def _agency(desk: Desk) -> int:
    found = await kinds.agency(desk.tx)
    if found is None:
        raise NotFound("Aucune agence n’est là pour vous répondre.")
    return found


async def own_request(desk: Desk) -> Mapping[str, Any]:
    """The row of the request that the path names; the transaction goes on as a member. NotFound where it is not his collectivities’."""
    agency = await _agency(desk)
    return await member.request(desk.tx, agency, await desk.as_member(), desk.request.match_info["reference"])


async def _state(desk: Desk, line: Line) -> str:
    definition = await types.definition(desk.tx, line.type, line.version, line.variant)
    return definition.states[line.state].citizen


def _after(text: str) -> tuple[datetime, int] | None:
    """Where the page before ended, as its link says it; None where it says nothing of the kind."""
    at, _, number = text.partition("~")
    try:
        moment = datetime.fromisoformat(at.replace(" ", "+"))
    except ValueError:
        return None
    return (moment, int(number)) if moment.tzinfo and number.isascii() and number.isdigit() and len(number) < 19 else None
