"""Documents that a type asks for, written as PDF and tied to the ticket before the draft is."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from grc.actions.attach import attach
from grc.actions.draft import Draft
from grc.actions.notices import delivery, variables
from grc.actions.situation import Situation
from grc.clock import PARIS
from grc.db.transaction import Transaction
from grc.messages.model import Attachment
from grc.paper.blocks import blocks_of
from grc.paper.model import Block, Facts, Letterhead, Party, Sheet, Signature
from grc.paper.render import render
from grc.tickets.model import NewMessage
from workflows.dates import in_words
from workflows.definition import Definition
from workflows.notice import fill
from workflows.parts.words import Paper
from workflows.values import say

PDF = "application/pdf"


async def write_papers(tx: Transaction, draft: Draft, about: Situation) -> None:
    """Writes each document the draft asks for: sent with a short message to whoever asked, or kept with the ticket."""
    papers, draft.papers = draft.papers, []
    for name, to in papers:
        paper = about.definition.documents[name]
        sheet = sheet_of(paper, replace(about, state=draft.columns.get("state", about.state)), draft)
        content = await asyncio.to_thread(render, sheet)
        file = Attachment(_file_name(paper, about, draft), PDF, content)
        attached = await attach(tx, about.collectivity.id, [file])
        sent = to == "requester" and about.answer_addr and not about.silent
        draft.tell("produced", document=sheet.title, sent=bool(sent))
        text = f"Vous trouverez ci-joint\u00a0: {sheet.title}." if sent else f"Document établi\u00a0: {sheet.title}."
        draft.send(
            NewMessage(
                direction="out" if sent else "note", channel=about.answers_by if sent else "note", at=draft.now,
                author_name=about.collectivity.title, to_addrs=(about.answer_addr,) if sent else (), body_text=text, kind="notice",
                subject=f"{sheet.title} [{about.reference}]" if sent else "", is_auto=True, attachments=attached,
                delivery=delivery(about, about.answers_by, about.answer_addr, third=False) if sent else None,
            )
        )  # fmt: skip


def sheet_of(paper: Paper, about: Situation, draft: Draft) -> Sheet:
    """A document of a type for this ticket, before it is a PDF."""
    values = variables(replace(about, fields=draft.columns.get("fields", about.fields)), draft.now)
    fields = draft.columns.get("fields", about.fields)
    collectivity = about.collectivity
    blocks: list[Block] = list(blocks_of(fill(paper.body, values)))
    told = _facts(paper, about.definition, fields)
    if told:
        blocks.append(Facts(told))
    today = in_words(draft.now.astimezone(PARIS).date())
    if paper.signed:
        blocks.append(Signature(place="", name=about.agent_name, capacity=about.service.name, image=None))
    address = tuple((collectivity.postal_address or collectivity.title).splitlines())
    reach = (about.service.phone or collectivity.phone, about.service.email or collectivity.email)
    return Sheet(
        title=fill(paper.title, values),
        letterhead=Letterhead(collectivity.title, (*address[1:], *(way for way in reach if way))),
        party=Party((about.member or about.requester_name,)) if about.member or about.requester_name else None,
        place_and_date=f"{collectivity.name}, le {today}",
        reference=f"Référence : {about.reference}",
        blocks=tuple(blocks),
    )


def _facts(paper: Paper, definition: Definition, fields: dict[str, object]) -> tuple[tuple[str, str], ...]:
    told = ((definition.by_field[name].label, say(definition.by_field[name], fields.get(name))) for name in paper.facts)
    return tuple((label, text) for label, text in told if text)


def _file_name(paper: Paper, about: Situation, draft: Draft) -> str:
    name = fill(paper.file, variables(about, draft.now)).replace("/", "-").replace("\\", "-").strip(" .")[:100] or "document"
    return name if name.lower().endswith(".pdf") else f"{name}.pdf"
