"""The screen of whoever sorts what comes in: one incident at a time, what is likely, and one key to each way on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

from aiohttp import web

from grc.actions.assign import assign
from grc.actions.begin import begin
from grc.actions.merge import merge
from grc.actions.put_under import put_under
from grc.actions.transition import transition
from grc.errors import BadInput, NotFound
from grc.tickets import reference as references
from grc.tickets import store
from grc.web import words
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.frame import frame
from grc.web.parts import CHANNELS, channel_face
from modules.incidents.proposals import proposals
from modules.incidents.waiting import Around, Waiting, around, waiting
from workflows.catalogue import catalogue
from workflows.register import registers
from workflows.values import say

IMPACTS, URGENCIES, CAUSES = ("impact", "urgence", "cause")
DONE = {
    "qualifier": "Incident qualifié.",
    "repondre": "Réponse envoyée, incident résolu.",
    "doublon": "Doublon réuni à l’autre demande.",
    "majeur": "Incident rangé sous l’incident majeur.",
    "declarer": "Incident majeur déclaré.",
}


async def show(desk: Desk) -> web.StreamResponse:
    """The incident at hand: the one asked for (`?demande=`), else the first after the one passed over (`?apres=`), else the first."""
    return await _page(desk, desk.request.query.get("demande", ""), desk.request.query.get("apres", ""))


async def _page(desk: Desk, wanted: str, after: str, error: BadInput | None = None) -> web.StreamResponse:
    line = await waiting(desk.tx, desk.agent)
    place = _place(line, wanted, after)
    values: dict[str, Any] = {"total": len(line), "done": DONE.get(desk.request.query.get("fait", ""), ""), "one": None}
    if place is not None:
        one = line[place]
        known = await around(desk.tx, one, desk.now)
        values |= _values(desk, one, known) | {"place": place + 1, "error": str(error) if error else ""}
    return render(desk.request, "incidents/triage.html", status=error.status if error else 200, **await frame(desk), **values)


def _place(line: list[Waiting], wanted: str, after: str) -> int | None:
    named = [one.reference for one in line]
    if wanted in named:
        return named.index(wanted)
    if after in named:
        return (named.index(after) + 1) % len(named)
    return 0 if line else None


def _values(desk: Desk, one: Waiting, known: Around) -> dict[str, Any]:
    definition = catalogue().get("incidents")
    likely = proposals(one, known)
    late, pressing = words.delay(one.due_at, desk.now, "prendre en charge") if one.due_at else ("", "calm")
    shown = [f for f in definition.fields if f.by == "requester" and f.name not in ("logiciel", IMPACTS, URGENCIES)]
    return {
        "one": one,
        "known": known,
        "likely": likely,
        "delay": late,
        "pressing": pressing,
        "when": words.spoken(one.opened_at, desk.now),
        "channel": channel_face(desk.request.app[CHANNELS], one.channel),
        "facts": [(f.label, text) for f in shown if (text := say(f, one.fields.get(f.name))) and text != known.text],
        "impacts": [(c.value, c.label) for c in definition.by_field[IMPACTS].choices],
        "urgencies": [(c.value, c.label) for c in definition.by_field[URGENCIES].choices],
        "causes": [(c.value, c.label) for c in definition.by_field[CAUSES].choices],
        "price": _price(definition.by_field["prix"], likely.software.values if likely.software else {}),
        "near": [(n, definition.states[n.state].label, words.ago(n.opened_at, desk.now)) for n in likely.duplicates],
        "problems": [(p, words.ago(p.opened_at, desk.now)) for p in likely.problems],
    }


def _price(field: Any, values: Mapping[str, Any]) -> str:
    """What must be said before anything is done: the price of an intervention on this software, where it is billed."""
    return say(field, values.get("prix")) if values.get("intervention") == "facturee" else ""


# -- what is done there

Act = Callable[[Desk, Waiting, Around], Awaitable[None]]


async def act(desk: Desk) -> web.StreamResponse:
    """Does it and goes on to the next; what could not be taken shows the same incident again, with why."""
    name, wanted = desk.request.match_info["act"], desk.request.match_info["reference"]
    doing = _ACTS.get(name)
    line = await waiting(desk.tx, desk.agent)
    one = next((one for one in line if one.reference == wanted), None)
    if doing is None:
        raise NotFound("Cette page n’existe pas, ou ne vous est pas accessible.")
    if one is None:  # a colleague was faster
        return see_other("/agent/triage")
    known = await around(desk.tx, one, desk.now)
    try:
        await doing(desk, one, known)
    except BadInput as error:
        return await _page(desk, wanted, "", error)
    place = next((n for n, other in enumerate(line) if other.reference == wanted), 0)
    following = line[place + 1].reference if place + 1 < len(line) else ""
    return see_other(f"/agent/triage?demande={quote(following)}&fait={name}")


async def _qualify(desk: Desk, one: Waiting, known: Around) -> None:
    fields: dict[str, Any] = {IMPACTS: desk.form.text("impact", 40), URGENCIES: desk.form.text("urgence", 40)}
    if (chosen := _chosen("logiciel", desk.form.number("logiciel"), known.softwares)) is not None:
        fields["logiciel"] = chosen
    definition = catalogue().get("incidents")
    for name in (IMPACTS, URGENCIES):
        if fields[name] not in {choice.value for choice in definition.by_field[name].choices}:
            raise BadInput(name, f"Choisissez une réponse à « {definition.by_field[name].label} ».")
    await transition(desk.tx, desk.agent, one.key, "qualify", desk.now, fields=fields)
    await assign(desk.tx, desk.agent, one.key, desk.form.number("agent"), desk.now)


async def _answer(desk: Desk, one: Waiting, known: Around) -> None:
    """With the answer of a known error, as it is or as he changed it."""
    fields: dict[str, Any] = {"cause": desk.form.text("cause", 40) or "utilisation"}
    if (chosen := _chosen("erreur_connue", desk.form.number("erreur"), known.errors)) is not None:
        fields["erreur_connue"] = chosen
    await transition(desk.tx, desk.agent, one.key, "solve", desk.now, text=desk.form.text("texte"), fields=fields)


async def _duplicate(desk: Desk, one: Waiting, _known: Around) -> None:
    kept = await store.find(desk.tx, references.read(desk.form.text("autre", 20)) or "")
    await merge(desk.tx, desk.agent, one.key, kept, desk.now, tell=True)


async def _under(desk: Desk, one: Waiting, _known: Around) -> None:
    problem = await store.find(desk.tx, references.read(desk.form.text("autre", 20)) or "")
    await put_under(desk.tx, desk.agent, problem, [one.key], desk.now)


async def _declare(desk: Desk, one: Waiting, known: Around) -> None:
    """What gnaws at several members at once becomes a major incident, with this one as its first."""
    symptom = desk.form.text("texte", 10_000)
    fields: dict[str, Any] = {"symptome": symptom}
    if (chosen := _chosen("logiciel", desk.form.number("logiciel"), known.softwares)) is not None:
        fields["logiciel"] = chosen
    subject = desk.form.text("objet", 200)
    problem = await begin(desk.tx, desk.agent, one.key.collectivity_id, "problem", subject, symptom, fields, desk.now)
    await put_under(desk.tx, desk.agent, problem, [one.key], desk.now)


def _chosen(register: str, number: int | None, lines: Any) -> dict[str, Any] | None:
    """What a ticket keeps of a line of a register that was chosen on the screen; None where none was."""
    line = next((line for line in lines if line.id == number), None)
    return registers()[register].chosen(line.id, line.title, line.values) if line is not None else None


_ACTS: Mapping[str, Act] = {
    "qualifier": _qualify,
    "repondre": _answer,
    "doublon": _duplicate,
    "majeur": _under,
    "declarer": _declare,
}
