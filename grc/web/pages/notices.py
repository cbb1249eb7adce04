"""`/admin/avis`: the notices of the law in a collectivity's own words, seen as they leave, saved where the law lacks nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from markupsafe import Markup

from grc.actions.legal_act import PDF, Signer
from grc.actions.legal_letter import sample_sheet
from grc.actions.legal_words import sent_as
from grc.actions.word_notice import known, word_notice
from grc.errors import NotFound
from grc.paper.render import render as typeset
from grc.tickets import notice_texts
from grc.tickets.notice_texts import Place, Version
from grc.web import words
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.administered import administered
from grc.web.pages.files import disposition
from grc.web.pages.frame import frame
from grc.web.pages.notice_variables import MEANING
from workflows.legal_notice import NOTICES, LegalNotice, Refusal, Wording
from workflows.mandatory import owed
from workflows.notice import BadText, blocks
from workflows.notice_samples import samples
from workflows.texts import shared

FORMS = {"subject": "Objet", "text": "Texte", "html": "HTML"}


@dataclass(frozen=True, slots=True)
class Row:
    """A notice in the list: whether it has words of its own here, and since when."""

    notice: LegalNotice
    own: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A notice as somebody would read it: its case, its subject, its text and its HTML."""

    case: str
    subject: str
    text: str
    html: Markup


async def show(desk: Desk) -> web.StreamResponse:
    """All notices, and which of them this collectivity words itself."""
    here, places = await administered(desk)
    own = {one.name: one for one in await notice_texts.versions(desk.tx, here.id) if one.current}
    rows = [Row(notice, words.day(own[name].made_at) if name in own else "") for name, notice in NOTICES.items()]
    return render(desk.request, "agent/avis.html", rows=rows, here=here, places=places, **await frame(desk))


async def edit(desk: Desk) -> web.StreamResponse:
    """The words of one notice, in force or of an older version, and how they read."""
    here, _ = await administered(desk)
    notice = known(desk.request.match_info["avis"])
    kept = [one for one in await notice_texts.versions(desk.tx, here.id) if one.name == notice.name]
    asked = desk.request.query.get("version", "")
    version = next((one for one in kept if str(one.id) == asked), None) or next((one for one in kept if one.current), None)
    wording = Wording(version.subject, version.text, version.html) if version and asked != "proposee" else _proposed(notice)
    return await _page(desk, here, notice, wording, kept)


async def save(desk: Desk) -> web.StreamResponse:
    """Puts the words in force, or says what the law still wants of them; shows them as they would leave where that is asked."""
    here, _ = await administered(desk)
    notice = known(desk.request.match_info["avis"])
    form = desk.form
    if form.text("reprendre") == "1":
        await word_notice(desk.tx, desk.agent, here.id, notice.name, None, here.settings, desk.now)
        return see_other(f"/admin/avis/{notice.name}?collectivite={here.id}&fait=reprendre")
    wording = Wording(form.text("objet", 500), form.text("texte"), form.text("html"))
    if form.text("deriver") == "1":
        wording = Wording(wording.subject, wording.text, _derived(wording.text))
    asked = form.number("lettre")
    if asked is not None:
        return await _letter(desk, here, notice, wording, asked)
    if form.text("deriver") == "1" or form.text("apercu") == "1":
        return await _page(desk, here, notice, wording, await _kept(desk, here, notice))
    refused = await word_notice(desk.tx, desk.agent, here.id, notice.name, wording, here.settings, desk.now)
    if refused:
        return await _page(desk, here, notice, wording, await _kept(desk, here, notice), refused, status=422)
    return see_other(f"/admin/avis/{notice.name}?collectivite={here.id}&fait=enregistrer")


async def _letter(desk: Desk, here: Place, notice: LegalNotice, wording: Wording, case: int) -> web.StreamResponse:
    """The letter of a case, in the words that were typed; the page with what is wrong where they cannot be written."""
    cases = list(_first(samples(notice, shared(), here.settings)).values())
    if not 0 <= case < len(cases):
        raise NotFound("Ce cas n’existe pas.")
    said = cases[case]
    try:
        rendered = sent_as(wording.render(said))
    except BadText:
        return await _page(desk, here, notice, wording, await _kept(desk, here, notice), status=422)
    signer = Signer(said["signer_name"], said["signer_capacity"]) if "signer" in notice.variables else None
    content = await asyncio.to_thread(typeset, sample_sheet(said, rendered, signer, desk.now))
    headers = {"Content-Disposition": disposition("inline", f"{notice.title}.pdf"), "Cache-Control": "private, no-store"}
    return web.Response(body=content, content_type=PDF, headers=headers)


async def _kept(desk: Desk, here: Place, notice: LegalNotice) -> list[Version]:
    return [one for one in await notice_texts.versions(desk.tx, here.id) if one.name == notice.name]


async def _page(
    desk: Desk,
    here: Place,
    notice: LegalNotice,
    wording: Wording,
    kept: Sequence[Version],
    refused: Sequence[Refusal] = (),
    status: int = 200,
) -> web.StreamResponse:
    cases = samples(notice, shared(), here.settings)
    contents = list(dict.fromkeys(content for _, values in cases for content in owed(notice.name, values)))
    seen, fault = _seen(wording, cases)
    done = {"enregistrer": "Ces mots sont en vigueur.", "reprendre": "Le texte proposé est de nouveau en vigueur."}
    values: dict[str, Any] = {
        "here": here, "notice": notice, "wording": wording, "seen": seen, "fault": fault,
        "refused": [(FORMS[one.where], one.what, one.article) for one in refused], "contents": contents,
        "variables": [(name, MEANING[name]) for name in notice.variables], "kept": [(one, words.moment(one.made_at)) for one in kept],
        "own": any(one.current for one in kept), "done": done.get(desk.request.query.get("fait", ""), ""),
        "older": _older(desk.request.query.get("version", ""), kept), "csrf": desk.agent.csrf,
    }  # fmt: skip
    return render(desk.request, "agent/avis_un.html", status=status, **{**await frame(desk), **values})


def _seen(wording: Wording, cases: Sequence[tuple[str, dict[str, Any]]]) -> tuple[list[Seen], str]:
    """The notice in each of its cases, or why it cannot be written."""
    seen: list[Seen] = []
    try:
        for case, values in _first(cases).items():
            rendered = sent_as(wording.render(values))
            seen.append(Seen(case, rendered.subject, rendered.text, Markup(rendered.html)))  # noqa: S704  # cleaned just above
    except BadText as error:
        return [], str(error)
    return seen, ""


def _first(cases: Sequence[tuple[str, dict[str, Any]]]) -> Mapping[str, dict[str, Any]]:
    """The first sample of each case, by its name."""
    first: dict[str, dict[str, Any]] = {}
    for case, values in cases:
        first.setdefault(case, values)
    return first


def _older(asked: str, kept: Sequence[Version]) -> str:
    """Which words stand in the form, where they are not those in force: so that they may be put in force again."""
    if asked == "proposee":
        return "du texte proposé"
    return next((f"de la version du {words.moment(one.made_at)}" for one in kept if str(one.id) == asked and not one.current), "")


def _proposed(notice: LegalNotice) -> Wording:
    return Wording(*shared().source(notice.name))


def _derived(text: str) -> str:
    """HTML made of the text: its blocks as paragraphs and lists, its variables of several lines in their HTML form."""
    several = ("items", "words", "decision", "reasons", "remedies", "silence", "signer")
    html = str(blocks(text))
    for name in several:
        html = html.replace(f"<p>{{{{ {name} }}}}</p>", f"{{{{ {name}_html }}}}")
    return html.replace("&#34;", '"').replace("&#39;", "'")
