"""The ledger on screen: what arrived and what became of it, found again, looked at, corrected as a copy, put back in line.

An operator sees all of it, an administrator what came for his collectivities; neither sees a ticket by it. Each look is written down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from grc.errors import BadInput, NotFound
from grc.messages import arrivals, ledger
from grc.messages.arrivals import NEWEST, Found, Who
from grc.tickets import reference
from grc.web import telling, words
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.files import disposition
from grc.web.pages.frame import frame
from grc.web.parts import CHANNELS, channel_face

HOME = "/agent/registre"
MOST_EDITED = 200_000  # bytes: a longer arrival is corrected as a file
MOST_SHOWN = 20_000
DONE = {
    "rejoue": f"Remis dans la file{words.NBSP}: l’arrivée sera relue dans un instant.",
    "corrige": "La copie corrigée est dans la file. L’original reste, tel qu’il est arrivé.",
}
META = {
    "by": "Porte", "mail_from": "Expéditeur de l’enveloppe", "rcpt_to": "Destinataires de l’enveloppe", "helo": "Serveur qui l’a remis",
    "peer": "Adresse de ce serveur", "folder": "Dossier de la boîte", "uid": "Numéro dans le dossier", "uidvalidity": "Version du dossier",
}  # fmt: skip
LOOKS = {"shown": "affichée", "fetched": "téléchargée", "corrected": "corrigée", "replayed": "remise dans la file"}


@dataclass(frozen=True, slots=True)
class Line:
    """An arrival in a row."""

    id: int
    when: str
    channel: str
    icon: str
    account: str
    place: str
    outcome: str
    pressing: str
    reason: str
    size: int


@dataclass(frozen=True, slots=True)
class ChannelSum:
    """What came by one channel, and what became of it."""

    label: str
    icon: str
    received: str
    outcomes: Sequence[str]


async def show(desk: Desk) -> web.StreamResponse:
    """The arrivals, the latest first, by channel and outcome; or those that were searched for."""
    around = await frame(desk)
    scope = await desk.as_registrar()
    query = desk.request.query
    asked, before = query.get("q", "")[:400].strip(), number(query.get("avant", ""))
    channels = desk.request.app[CHANNELS]
    channel = query["canal"] if query.get("canal") in channels else ""
    outcome = query["issue"] if query.get("issue") in ledger.OUTCOMES else ""
    if asked:
        found = await arrivals.search(desk.tx, asked, before or NEWEST)
    else:
        found = await arrivals.page(
            desk.tx, scope, [channel] if channel else list(channels), [outcome] if outcome else list(ledger.OUTCOMES), before or NEWEST
        )
    kept = {name: value for name, value in (("canal", channel), ("issue", outcome), ("q", asked)) if value}
    return render(
        desk.request, "agent/registre.html", lines=await _lines(desk, found), asked=asked, channel=channel, outcome=outcome,
        channels=[(name, channel_face(channels, name).label) for name in channels], outcomes=list(telling.OUTCOMES.items()),
        sums=None if before or asked else await _sums(desk, scope),
        older=f"{HOME}?{urlencode(kept | {'avant': str(found.older)})}" if found.older else "",
        done=DONE.get(query.get("fait", ""), ""), **around,
    )  # fmt: skip


async def _lines(desk: Desk, found: Found) -> list[Line]:
    channels = desk.request.app[CHANNELS]
    places = await arrivals.names(desk.tx, [line.collectivity_id for line in found.lines])
    lines = []
    for line in found.lines:
        face = channel_face(channels, line.channel)
        lines.append(
            Line(line.id, words.spoken(line.at, desk.now), face.label, face.icon, line.account, places.get(line.collectivity_id, ""),
                 *telling.outcome(line.outcome), line.reason.partition("\n")[0][:200], line.size)
        )  # fmt: skip
    return lines


async def _sums(desk: Desk, scope: tuple[int, ...] | None) -> Mapping[str, Any]:
    """Received = the sum of outcomes, in figures."""
    sums = await arrivals.sums(desk.tx, scope)
    received = sum(number for _, _, number in sums)
    by_outcome = {outcome: sum(n for _, o, n in sums if o == outcome) for outcome in ledger.OUTCOMES}
    lines = []
    for name in sorted({channel for channel, _, _ in sums}):
        here = {outcome: number for channel, outcome, number in sums if channel == name}
        face = channel_face(desk.request.app[CHANNELS], name)
        lines.append(ChannelSum(face.label, face.icon, _said(sum(here.values())), [_said(here.get(o, 0)) for o in ledger.OUTCOMES]))
    return {
        "received": _said(received), "outcomes": [(telling.OUTCOMES[o], _said(n), o) for o, n in by_outcome.items()],
        "figures": [(_said(n), telling.outcome(o)[0] if n == 1 else telling.OUTCOMES[o]) for o, n in by_outcome.items()],
        "holds": received == sum(by_outcome.values()), "channels": lines,
    }  # fmt: skip


async def one(desk: Desk) -> web.StreamResponse:
    """One arrival: where it came from, what became of it and why, how it begins, and who looked at it."""
    around = await frame(desk)
    await desk.as_registrar()
    return await _one(desk, around)


def _provenance(meta: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the door wrote down beside the bytes, by the words of `META`."""
    return [
        (META.get(name, name), ", ".join(map(str, value)) if isinstance(value, list) else str(value))
        for name, value in sorted(meta.items())
    ]


async def _one(desk: Desk, around: Mapping[str, Any], fault: BadInput | None = None) -> web.StreamResponse:
    row = await _row(desk)
    raw = await arrivals.raw(desk.tx, row)
    earlier = await arrivals.looks(desk.tx, row)
    await arrivals.looked(desk.tx, row["collectivity_id"], _who(desk), "shown", desk.now, received=row["id"])
    outcome, pressing = telling.outcome(row["outcome"])
    correctable = row["outcome"] in arrivals.CORRECTABLE
    his = row["ticket_id"] is not None and row["ticket_collectivity_id"] in desk.agent.collectivities
    return render(
        desk.request, "agent/arrivee.html", status=fault.status if fault else 200, row=row, outcome=outcome, pressing=pressing,
        face=channel_face(desk.request.app[CHANNELS], row["channel"]), when=words.moment(row["received_at"]),
        decided=words.spoken(row["decided_at"], desk.now) if row["decided_at"] else "", digest=bytes(row["digest"]).hex(),
        meta=_provenance(row["meta"]),
        reasons=[line for line in row["reason"].split("\n") if line], reference=reference.encode(row["ticket_id"]) if his else "",
        head=raw[:MOST_SHOWN].decode("utf-8", "replace").replace("\0", "\ufffd"), shortened=len(raw) > MOST_SHOWN,
        correctable=correctable, editable=_text(raw) if correctable else None, corrections=await arrivals.corrections(desk.tx, row),
        looks=[(words.spoken(look["at"], desk.now), look["who"], LOOKS[look["what"]], look["detail"]) for look in earlier],
        error=str(fault) if fault else "", done=DONE.get(desk.request.query.get("fait", ""), ""), **around,
    )  # fmt: skip


async def octets(desk: Desk) -> web.StreamResponse:
    """The bytes of one arrival as they came, to keep and to look at elsewhere: never shown as a page."""
    await desk.as_registrar()
    row = await _row(desk)
    raw = await arrivals.raw(desk.tx, row)
    await arrivals.looked(desk.tx, row["collectivity_id"], _who(desk), "fetched", desk.now, received=row["id"])
    return web.Response(
        body=raw,
        content_type="application/octet-stream",
        headers={"Content-Disposition": disposition("attachment", f"arrivee-{row['id']}-{row['channel']}.bin")},
    )


async def correct(desk: Desk) -> web.StreamResponse:
    """Puts a corrected copy in line: the file that was chosen, else the text that was edited."""
    around = await frame(desk)
    await desk.as_registrar()
    row = await _row(desk)
    file = next((f.content for f in desk.form.files.get("fichier", ()) if f.content), None)
    content = file if file is not None else _edited(desk.form.fields.get("texte", ""), await arrivals.raw(desk.tx, row))
    try:
        new = await arrivals.correct(desk.tx, row, content, _who(desk), desk.now)
    except BadInput as error:
        return await _one(desk, around, error)
    return see_other(f"{HOME}/{new}?fait=corrige")


async def replay(desk: Desk) -> web.StreamResponse:
    """Puts a quarantined arrival back in line."""
    await desk.as_registrar()
    row = await _row(desk)
    if not await ledger.replay(desk.tx, row["id"], desk.now):
        raise NotFound("Cette arrivée n’est pas, ou n’est plus, en quarantaine.")
    await arrivals.looked(desk.tx, row["collectivity_id"], _who(desk), "replayed", desk.now, received=row["id"])
    return see_other(f"{HOME}?fait=rejoue")


async def _row(desk: Desk) -> Mapping[str, Any]:
    return await arrivals.one(desk.tx, int(desk.request.match_info["id"]))


def _who(desk: Desk) -> Who:
    return Who(desk.agent.id, desk.agent.name)


def _text(raw: bytes) -> str | None:
    """The bytes as a text that a page can hold and give back, or None."""
    if len(raw) > MOST_EDITED or b"\0" in raw:
        return None
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def _edited(text: str, original: bytes) -> bytes:
    """What was typed, with the ends of lines that the arrival has: a page does not keep them."""
    plain = text.replace("\r\n", "\n")
    return plain.replace("\n", "\r\n").encode() if b"\r\n" in original else plain.encode()


def number(text: str) -> int | None:
    """A number of a query, or None where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _said(number: int) -> str:
    return f"{number:,}".replace(",", words.NNBSP)
