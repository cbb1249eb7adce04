"""The page of letters that leave: printed one by one or as the batch of a day, posted, followed, given back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from channels.paper import glance
from channels.paper.post import WHY, Followed, Key, follow, give_back, letters, post
from channels.paper.send import bare, is_letter, queries
from grc import files
from grc.clock import PARIS
from grc.db.transaction import WORKER, Database
from grc.errors import BadInput, NotFound
from grc.messages.model import Attachment
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.frame import frame
from workflows.dates import day_in, in_words
from workflows.legal_notice import NOTICES

HERE = "/agent/courrier/depart"
PDF = "application/pdf"
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Letters that leave, as agents work on them."""

    db: Database

    async def show(self, desk: Desk) -> web.StreamResponse:
        """`GET /agent/courrier/depart`."""
        return await self._page(desk, None)

    async def act(self, desk: Desk) -> web.StreamResponse:
        """`POST /agent/courrier/depart`: the chosen letters as one PDF, or noted as posted."""
        keys = [key for text in desk.form.every.get("lettre", ()) if (key := _key(text)) is not None]
        try:
            if not 0 < len(keys) <= MOST_AT_ONCE:
                raise BadInput("lettre", f"Choisissez de une à {MOST_AT_ONCE} lettres.")
            if desk.form.text("geste", 20) == "imprimer":
                return await self._print(desk, keys, sides=2 if desk.form.fields.get("recto_verso") else 1)
            day = _day(desk, "jour")
            done = await post(desk.tx, desk.agent, keys, day, desk.form.text("recommande", 60), desk.now)
        except BadInput as error:
            return await self._page(desk, error)
        return see_other(f"{HERE}?fait=postees&combien={done}")

    async def follow(self, desk: Desk) -> web.StreamResponse:
        """`POST /agent/courrier/depart/<letter>/suivi` and `…/retour`: what the post says of a letter."""
        key = _key("{place}-{letter}".format(**desk.request.match_info))
        if key is None or desk.request.match_info["act"] not in ("suivi", "retour"):
            raise NotFound("Cette lettre n’existe pas, ou ne vous est pas accessible.")
        try:
            if desk.request.match_info["act"] == "retour":
                await give_back(desk.tx, desk.agent, key, _day(desk, "jour"), desk.form.text("motif", 20), desk.now)
                return see_other(f"{HERE}?fait=revenue")
            said = Followed(desk.form.text("recommande", 60), _day(desk, "presente"), _day(desk, "recu"))
            await follow(desk.tx, desk.agent, key, said, desk.now)
        except BadInput as error:
            return await self._page(desk, error)
        return see_other(f"{HERE}?fait=suivie")

    async def one(self, desk: Desk) -> web.StreamResponse:
        """`GET /agent/courrier/depart/<letter>.pdf`."""
        key = _key("{place}-{letter}".format(**desk.request.match_info))
        if key is None:
            raise NotFound("Cette lettre n’existe pas, ou ne vous est pas accessible.")
        return await self._print(desk, [key], sides=1)

    async def _print(self, desk: Desk, keys: Sequence[Key], *, sides: int) -> web.StreamResponse:
        rows = await letters(desk.tx, keys)
        wanted = [[(row["collectivity_id"], digest) for digest in (row["digest"], *await _enclosed(desk, row))] for row in rows]
        name = f"lettre-{rows[0]['reference']}" if len(rows) == 1 else f"lettres-{desk.now.astimezone(PARIS):%Y-%m-%d}"

        async def then() -> web.StreamResponse:
            async with self.db.transaction(WORKER) as tx:  # his own role has found the letters: a PDF of ours is attached to no request
                parts = [[await files.get(tx, *one) for one in letter] for letter in wanted]
            content, left_out = (parts[0][0], 0) if len(parts) == len(parts[0]) == 1 else await glance.joined(parts, sides=sides)
            headers = {
                "Content-Disposition": f'attachment; filename="{name}.pdf"',
                "Content-Security-Policy": "default-src 'none'; sandbox",
            }
            if left_out:
                headers["X-Left-Out"] = str(left_out)
            return web.Response(body=content, content_type=PDF, headers=headers)

        desk.then = then
        return web.Response()

    async def _page(self, desk: Desk, error: BadInput | None) -> web.StreamResponse:
        collectivities = list(desk.agent.collectivities)
        query = desk.request.query
        count = query.get("combien", "")
        return render(
            desk.request, "paper/outgoing.html", status=error.status if error else 200, error=str(error) if error else "",
            waiting=[_line(row) async for row in queries.to_print(desk.tx.conn, collectivities=collectivities)],
            posted=[_line(row) async for row in queries.posted_lately(desk.tx.conn, collectivities=collectivities)],
            why=WHY, today=desk.now.astimezone(PARIS).date().isoformat(), done=query.get("fait", ""),
            count=int(count) if count.isdigit() and len(count) < 5 else 0, **await frame(desk),
        )  # fmt: skip


async def _enclosed(desk: Desk, row: Any) -> list[bytes]:
    """The digests of the PDFs that go with a letter; what else is joined to it is printed apart."""
    rows = queries.enclosures(desk.tx.conn, collectivity_id=row["collectivity_id"], message_id=row["message_id"])
    found = [one async for one in rows if one["type"] == PDF and files.held(desk.tx, one["scan"]) is None]
    return [one["digest"] for one in found if not is_letter(Attachment(one["name"], one["type"], b""), row["kind"])]


def _key(text: str) -> Key | None:
    collectivity, _, number = text.partition("-")
    good = collectivity.isdigit() and number.isdigit() and len(collectivity) < 10 and len(number) < 19
    return (int(collectivity), int(number)) if good else None


def _day(desk: Desk, name: str) -> Any:
    typed = desk.form.text(name, 20)
    day = day_in(typed) if typed else None
    if typed and day is None:
        raise BadInput(name, "Cette date n’est pas lisible.")
    return day


def _spaced(number: str) -> str:
    """The number of a registered letter as La Poste prints it: 1A 234 567 8901 2."""
    return "\u00a0".join((number[:2], number[2:5], number[5:8], number[8:12], number[12:])) if len(number) == 13 else number


def _line(row: Any) -> dict[str, Any]:
    line = dict(row)
    days = {name: in_words(line[name]) if line.get(name) else "" for name in ("posted_on", "presented_on", "received_on", "returned_on")}
    state = str(line.get("state", "to-print"))
    lines = str(line["address"]).splitlines()
    return line | {
        "key": f"{line['collectivity_id']}-{line['outgoing_id']}", "to": lines[0], "lives": ", ".join(lines[1:]), "said": days,
        "subject": bare(line["subject"], line["reference"]), "number": _spaced(line.get("registered") or ""), "state": state,
        "to_sign": line["kind"] in NOTICES,
        "dates": {name: line[name].isoformat() if line.get(name) else "" for name in ("presented_on", "received_on")},
        "made": in_words(line["made_at"].astimezone(PARIS).date()) if line.get("made_at") else "",
    }  # fmt: skip
