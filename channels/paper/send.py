"""An answer becomes a letter, among those to print: our letterhead, his address in the window, a code by which its answer finds it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc import files
from grc.actions.legal_letter import lines_of
from grc.clock import PARIS
from grc.collectivities.naming import title
from grc.db import sql
from grc.db.transaction import WORKER, Database
from grc.errors import BadInput, Unavailable
from grc.messages.marks import Marks
from grc.messages.model import Attachment, OutboundMessage, Sent
from grc.paper.blocks import blocks_of
from grc.paper.model import Block, Letterhead, Party, Sheet, Signature
from grc.paper.render import render
from workflows.dates import in_words
from workflows.legal_notice import NOTICES

queries = sql.load(__file__, "outgoing.sql")

TO_PRINT = "to-print"
ANSWER = "Pour nous répondre par courrier, joignez cette page : son code mène à votre demande."
NO_ADDRESS = "Aucune adresse postale n’est connue de cette personne : indiquez-la, ou choisissez une autre voie."
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Printer:
    """Writes letters. `marks` signs their codes."""

    db: Database
    marks: Marks
    clock: Callable[[], datetime]

    async def send(self, message: OutboundMessage) -> Sent:
        """Writes the letter, once: tried again it is written anew in the same place."""
        try:
            return await self._send(message)
        except Unavailable as error:
            return Sent("temporary-failure", str(error))
        except BadInput as error:  # too long for paper, an address of ten lines
            return Sent("permanent-failure", str(error))

    async def _send(self, message: OutboundMessage) -> Sent:
        where = {"collectivity_id": message.collectivity_id}
        async with self.db.transaction(WORKER) as tx:
            about = await queries.about(tx.conn, **where, outgoing_id=message.outgoing_id)
            address = address_of(about) if about is not None else ()
            wrong = await queries.is_wrong(tx.conn, **where, person_id=about["person_id"], address="\n".join(address)) if about else None
        if about is None:
            return Sent("technical-failure", "ce message n’est plus là où il était écrit")
        if len(address) < 2:
            return Sent("permanent-failure", NO_ADDRESS)
        if wrong is not None:
            return Sent("permanent-failure", f"La Poste a rendu une lettre à cette adresse le {in_words(wrong)} : elle est à corriger.")
        content = _written(message)
        if content is None:
            sheet = sheet_of(message, about, address, self.marks.letter(message.reference))
            content = await asyncio.to_thread(render, sheet)
        digest = await files.keep(self.db.store, content)
        async with self.db.transaction(WORKER) as tx:
            await files.record(tx, message.collectivity_id, [(digest, content)])
            await queries.print(
                tx.conn, **where, outgoing_id=message.outgoing_id, ticket_id=message.ticket_id, message_id=about["message_id"],
                address="\n".join(address), digest=digest, pages=await asyncio.to_thread(_pages, content), now=self.clock(),
            )  # fmt: skip
        return Sent(TO_PRINT, "lettre à imprimer")


def address_of(about: Mapping[str, Any]) -> tuple[str, ...]:
    """The lines on the envelope: his name, then where the request says that he lives, else where we know him to live. Pure."""
    lines = lines_of(about["fields"], about["postal_address"] or "")
    name = (about["person_name"] or about["requester_name"]).strip()
    return lines if lines and lines[0].casefold() == name.casefold() else (name, *lines) if lines else ()


def bare(subject: str, reference: str) -> str:
    """A subject without what a mail needs: the reference that it quotes, « Re: »."""
    return subject.removesuffix(f"[{reference}]").strip().removeprefix("Re: ")


def sheet_of(message: OutboundMessage, about: Mapping[str, Any], address: tuple[str, ...], code: str) -> Sheet:
    """The letter, before it is a PDF. Pure."""
    reach = (about["service_phone"] or about["collectivity_phone"], about["service_email"] or about["collectivity_email"])
    named = title(about["collectivity_kind"], about["collectivity_name"])
    lines = [line for line in (about["ours"] or "").splitlines() if line.strip() not in ("", named)]
    head = Letterhead(
        named, (*lines, *(way for way in reach if way)),
        **({"accent": about["accent"]} if about["accent"] else {}),
    )  # fmt: skip
    day = in_words(message.at.astimezone(PARIS).date())
    return Sheet(
        title=bare(message.subject, message.reference) or "Votre demande",
        letterhead=head, party=Party(address), place_and_date=f"{about['collectivity_name']}, le {day}",
        reference=f"Référence : {message.reference}", blocks=tuple(_blocks(message, about)), footer=ANSWER, code=code,
    )  # fmt: skip


def _blocks(message: OutboundMessage, about: Mapping[str, Any]) -> Iterator[Block]:
    yield from blocks_of(message.said or message.body_text)
    if about["author_id"] is not None:  # L111-2: the first name, surname and capacity of the agent in charge
        yield Signature(place="", name=about["author_name"], capacity=about["service_name"])


def _written(message: OutboundMessage) -> bytes | None:
    """The letter that an act of law has made and signed already."""
    if message.kind not in NOTICES:
        return None
    return next((file.content for file in message.attachments if is_letter(file, message.kind)), None)


def is_letter(file: Attachment, kind: str) -> bool:
    """Whether this file is the letter itself, and not what goes with it."""
    return kind in NOTICES and file.type == PDF and file.name.startswith(NOTICES[kind].title)


def _pages(content: bytes) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)  # our own
    try:
        return len(document)
    finally:
        document.close()
