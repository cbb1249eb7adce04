"""The pages of the legal acts of a ticket: each a form that works without script, told what it changes before it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from aiohttp import web

from grc.actions.acknowledge import acknowledge
from grc.actions.ask_missing import ask_missing
from grc.actions.ask_reasons import ask_reasons
from grc.actions.attest import attest
from grc.actions.complete import complete
from grc.actions.correct import correct
from grc.actions.decide import decide
from grc.actions.give_reasons import give_reasons
from grc.actions.legal_act import PDF
from grc.actions.mark_abusive import mark_abusive
from grc.actions.notify import notify
from grc.actions.outside_refused import outside_refused
from grc.actions.pass_on import Order
from grc.actions.print_letter import print_letter
from grc.actions.send_outside import Outside, send_outside
from grc.actions.start_clock import start_clock
from grc.actions.transfer import refuse, transfer
from grc.actions.withdraw import withdraw
from grc.errors import BadInput, NotFound
from grc.paper.render import render as typeset
from grc.tickets import page as reading
from grc.tickets import store
from grc.tickets.inbox import View
from grc.tickets.model import TicketKey
from grc.web.desk import Desk
from grc.web.page import see_other
from grc.web.pages import law_forms, law_preview, law_typed, transfer_form
from grc.web.pages.pane import pane

Do = Callable[[Desk, TicketKey], Awaitable[None]]
_NOWHERE = "Cette page n’existe pas, ou ne vous est pas accessible."

DONE = {
    "loi-lancer": "Le délai légal court. Un accusé de réception est dû.",
    "loi-accuser": "Accusé de réception : c’est noté, et ce qui doit partir part à l’instant.",
    "loi-pieces": "Pièces demandées : l’avis part à l’instant, et le délai suit.",
    "loi-completee": "Pièces reçues : le délai suit.",
    "loi-decider": "Décision prise.",
    "loi-notifier": "Décision notifiée : le délai est terminé.",
    "loi-retirer": "Demande retirée : plus aucun délai ne court.",
    "loi-demande-motifs": "Motifs demandés : ils sont dus dans le mois.",
    "loi-motifs": "Motifs communiqués.",
    "loi-attester": "Attestation envoyée.",
    "loi-transmettre": "Transmission demandée : la demande part à l’instant, le demandeur est prévenu.",
    "loi-refuser": "Refus enregistré : la demande revient à l’instant à qui l’avait transmise.",
    "loi-revenue": "Refus enregistré : la demande est rouverte.",
    "loi-signaler": "Source signalée : plus aucun accusé de réception ne lui part de lui-même.",
    "loi-corriger": "Date corrigée : tout est recalculé, l’historique garde les deux.",
}


async def _start(desk: Desk, key: TicketKey) -> None:
    await start_clock(desk.tx, desk.agent, key, law_typed.day(desk), desk.form.text("pourquoi"), desk.now)


async def _acknowledge(desk: Desk, key: TicketKey) -> None:
    await acknowledge(desk.tx, desk.agent, key, desk.form.text("voie"), law_typed.day(desk), law_typed.signer(desk), desk.now)


async def _ask_missing(desk: Desk, key: TicketKey) -> None:
    await ask_missing(desk.tx, desk.agent, key, law_typed.missing(desk), desk.form.text("voie"), law_typed.signer(desk), desk.now)


async def _complete(desk: Desk, key: TicketKey) -> None:
    await complete(desk.tx, desk.agent, key, law_typed.day(desk), desk.now)


async def _decide(desk: Desk, key: TicketKey) -> None:
    await decide(desk.tx, desk.agent, key, law_typed.decision(desk), desk.form.text("voie"), law_typed.signer(desk), desk.now)


async def _notify(desk: Desk, key: TicketKey) -> None:
    await notify(desk.tx, desk.agent, key, law_typed.day(desk), desk.form.text("moyen"), desk.now)


async def _withdraw(desk: Desk, key: TicketKey) -> None:
    await withdraw(desk.tx, desk.agent, key, law_typed.day(desk), desk.form.text("pourquoi"), desk.now)


async def _ask_reasons(desk: Desk, key: TicketKey) -> None:
    await ask_reasons(desk.tx, desk.agent, key, law_typed.day(desk), desk.now)


async def _give_reasons(desk: Desk, key: TicketKey) -> None:
    await give_reasons(desk.tx, desk.agent, key, desk.form.text("motifs"), desk.form.text("voie"), law_typed.signer(desk), desk.now)


async def _attest(desk: Desk, key: TicketKey) -> None:
    await attest(desk.tx, desk.agent, key, desk.form.text("voie"), law_typed.signer(desk), desk.now)


async def _correct(desk: Desk, key: TicketKey) -> None:
    number = desk.form.number("fait")
    if number is None:
        raise BadInput("fait", "Choisissez la date à corriger.")
    void = desk.form.text("annuler") == "1"
    given = law_typed.day(desk)
    if given is None and not void:
        raise BadInput("jour", "Indiquez la date juste.")
    await correct(desk.tx, desk.agent, key, number, given, desk.form.text("pourquoi"), desk.now, void=void)


async def _transfer(desk: Desk, key: TicketKey) -> None:
    to, why, signer = await transfer_form.destination(desk), desk.form.text("pourquoi"), law_typed.signer(desk)
    if isinstance(to, Outside):
        await send_outside(desk.tx, desk.agent, key, to, why, signer, desk.now)
    else:
        await transfer(desk.tx, desk.agent, key, Order(to, why, signer), desk.now)


async def _refuse(desk: Desk, key: TicketKey) -> None:
    await refuse(desk.tx, desk.agent, key, desk.form.text("pourquoi"), desk.now)


async def _returned(desk: Desk, key: TicketKey) -> None:
    await outside_refused(desk.tx, desk.agent, key, desk.form.text("pourquoi"), desk.now)


async def _mark(desk: Desk, key: TicketKey) -> None:
    kind, value = law_typed.source(desk)
    why, last = desk.form.text("pourquoi"), law_typed.day(desk, "jusque")
    await mark_abusive(desk.tx, desk.agent, key, kind, value, why, last, law_typed.signer(desk), desk.now)


@dataclass(frozen=True, slots=True)
class ActPage:
    """One act: its title, and what sending its form does."""

    title: str
    do: Do


PAGES: Mapping[str, ActPage] = {
    "lancer": ActPage("Faire courir le délai légal", _start),
    "accuser": ActPage("Accuser réception", _acknowledge),
    "pieces": ActPage("Demander des pièces manquantes", _ask_missing),
    "completee": ActPage("Les pièces sont arrivées", _complete),
    "decider": ActPage("Décider", _decide),
    "notifier": ActPage("Notifier la décision", _notify),
    "retirer": ActPage("La demande est retirée", _withdraw),
    "demande-motifs": ActPage("Les motifs sont demandés", _ask_reasons),
    "motifs": ActPage("Communiquer les motifs", _give_reasons),
    "attester": ActPage("Envoyer l’attestation", _attest),
    "corriger": ActPage("Corriger une date", _correct),
    "transmettre": ActPage("Transmettre à la collectivité compétente", _transfer),
    "refuser": ActPage("Refuser la transmission", _refuse),
    "signaler": ActPage("Signaler une source abusive", _mark),
    "revenue": ActPage("L’organisme a refusé la demande", _returned),
}


async def ask(desk: Desk) -> web.StreamResponse:
    """The form of an act, or the line that says what it changes."""
    if desk.request.query.get("partie") == "consequence":
        return await law_forms.consequence(desk)
    return await _page(desk)


async def act(desk: Desk) -> web.StreamResponse:
    """Does it, then shows the ticket again; with what was typed and what to mend where it could not be done, or what would be sent."""
    slug, reference = desk.request.match_info["acte"], desk.request.match_info["reference"]
    found = PAGES.get(slug)
    if found is None:
        raise NotFound(_NOWHERE)
    key = await store.find(desk.tx, reference)
    try:
        if desk.form.text("chercher") == "1":
            return await _page(desk)
        if desk.form.text("apercu") == "1":
            return await _page(desk, preview=await law_preview.preview(desk, key, slug))
        await found.do(desk, key)
    except BadInput as error:
        return await _page(desk, error=error)
    view = desk.form.text("vue")
    return see_other(f"/agent/demandes/{quote(reference)}?vue={view if view in set(View) else View.ALL.value}&fait=loi-{slug}")


async def _page(desk: Desk, *, error: BadInput | None = None, preview: Any = None) -> web.StreamResponse:
    slug = desk.request.match_info["acte"]
    found = PAGES.get(slug)
    if found is None:
        raise NotFound(_NOWHERE)
    ticket = await reading.read(desk.tx, desk.request.match_info["reference"])
    values = await law_forms.values(desk, ticket, slug)
    return await pane(
        desk, "agent/_law_act.html", ticket, act=slug, act_title=found.title, error=error, preview=preview,
        status=error.status if error is not None else 200, **values,
    )  # fmt: skip


async def letter(desk: Desk) -> web.StreamResponse:
    """A notice of the conversation as a letter: its very words, to print."""
    key = await store.find(desk.tx, desk.request.match_info["reference"])
    sheet, name = await print_letter(desk.tx, desk.agent, key, int(desk.request.match_info["message"]), desk.now)
    content = await asyncio.to_thread(typeset, sheet)
    disposition = f"inline; filename*=UTF-8''{quote(name, safe='')}"
    return web.Response(body=content, content_type=PDF, headers={"Content-Disposition": disposition, "Cache-Control": "private, no-store"})
