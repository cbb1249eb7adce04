"""The receipt of a request: a page to print, the same as a PDF, and the same sent by mail or text message. It claims no legal delay."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime

from aiohttp import web

from channels.counter.parse import WAYS
from grc.actions import ways
from grc.actions.legal_letter import address_of
from grc.actions.send_receipt import send_receipt
from grc.actions.situation import Situation, situation
from grc.actions.ways import Way
from grc.clock import PARIS
from grc.errors import BadInput
from grc.messages.address import EMAIL
from grc.messages.model import Attachment
from grc.paper.model import Block, Facts, Heading, Items, Letterhead, Mark, Paragraph, Party, Sheet
from grc.paper.render import render as typeset
from grc.tickets import page as reading
from grc.tickets import store
from grc.tickets.model import TicketKey
from grc.types import store as types
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.files import disposition
from grc.web.pages.frame import frame
from grc.web.parts import CHANNELS
from workflows.dates import with_weekday

SENT_BY = (EMAIL, ways.TEXT)
PDF = "application/pdf"
NO_WAY = "Aucune adresse n’est connue pour envoyer ce récépissé\u00a0: imprimez-le."


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says, in words. `address` are the lines of whoever asked, `reach` those of the service."""

    reference: str
    collectivity: str
    town: str
    head: tuple[str, ...]
    subject: str
    name: str
    address: tuple[str, ...]
    came: str
    service: str
    reach: tuple[str, ...]
    link: str
    next: tuple[str, ...]
    law: str
    today: date

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What was received, from whom, when and by which way, and who has it now."""
        told = (
            ("Demande", self.subject), ("De", self.name), ("Reçue le", self.came), ("Service chargé de la demande", self.service),
            ("Joindre le service", "\n".join(self.reach)),
        )  # fmt: skip
        return tuple((label, text) for label, text in told if text)

    @property
    def short(self) -> str:
        """The same as a text message."""
        follow = f"\nLa suivre\u00a0: {self.link}" if self.link else ""
        return f"Nous avons bien reçu votre demande {self.reference} ({self.came}). Gardez cette référence.{follow}"

    @property
    def letter(self) -> str:
        """The same as a mail."""
        facts = "\n".join(f"{label}\u00a0: {', '.join(text.splitlines())}" for label, text in self.facts)
        follow = f"La suivre\u00a0: {self.link}\n\n" if self.link else ""
        return f"Bonjour,\n\nNous avons bien reçu votre demande {self.reference}.\n\n{facts}\n\n{follow}{' '.join(self.next)}\n\n{self.law}"


def receipt_of(about: Situation, channel: str, objective: datetime | None, today: date) -> Receipt:
    """The receipt of a request that came by this way; `objective` is when the service means to have answered. Pure."""
    collectivity, service = about.collectivity, about.service
    address = tuple(line for line in (collectivity.postal_address or "").splitlines() if line.strip() not in ("", collectivity.title))
    phone, mail = service.phone or collectivity.phone, service.email or collectivity.email
    day, way = with_weekday(about.received_at.astimezone(PARIS).date()), WAYS.get(channel, "")
    return Receipt(
        reference=about.reference, collectivity=collectivity.title, town=collectivity.name,
        head=(*address, *(told for told in (phone, mail) if told)), subject=about.subject, name=about.requester_name,
        address=address_of(about), came=f"{day}, {way}" if way else day, service=service.name,
        reach=tuple(told for told in (phone, mail, ", ".join(address)) if told),
        link=f"{about.public_url}/suivi/{about.tracking_token}" if about.tracking_token else "",
        next=_next(about, objective), law=_law(about, channel), today=today,
    )  # fmt: skip


def _next(about: Situation, objective: datetime | None) -> tuple[str, ...]:
    by = {EMAIL: "par courriel", ways.TEXT: "par SMS", ways.LETTER: "par lettre"}.get(about.answers_by, "")
    answers = f"Un agent la lit et vous répond{f' {by}' if by else ''}."
    if objective is not None:
        last = with_weekday(objective.astimezone(PARIS).date())
        answers += f" Le service vise une première réponse d’ici au {last}\u202f; c’est un objectif, non un délai légal."
    keep = "Gardez cette référence\u00a0: elle suffit pour parler de votre demande, au guichet comme au téléphone."
    return answers, "S’il manque quelque chose, nous vous le disons.", keep


def _law(about: Situation, channel: str) -> str:
    """What this paper is in law: never an acknowledgement (R112-5, R112-11-1), which follows where one is owed."""
    if channel == ways.LETTER or any(fact.kind == "received" for fact in about.legal):
        return "Ce récépissé n’est pas l’accusé de réception que la loi prévoit\u00a0: celui-ci vous est adressé à part."
    return (
        "Ce récépissé n’est pas un accusé de réception\u00a0: une demande faite au guichet ou par téléphone ne fait courir par elle-même "
        "aucun délai légal. Pour cela, écrivez-nous par lettre, par courriel ou par le formulaire de notre site."
    )


def sheet_of(receipt: Receipt) -> Sheet:
    """The receipt on paper. Pure."""
    blocks: list[Block] = [Facts(receipt.facts), Heading("Et maintenant", 2), Items(receipt.next)]
    if receipt.link:
        blocks.append(Mark(receipt.link, "Suivre la demande, écrire ou joindre un document. Ce lien est personnel."))
    blocks.append(Paragraph(receipt.law))
    return Sheet(
        title=f"Nous avons bien reçu votre demande {receipt.reference}",
        letterhead=Letterhead(receipt.collectivity, receipt.head),
        party=Party((receipt.name, *receipt.address)) if receipt.name else None,
        place_and_date=f"{receipt.town}, le {with_weekday(receipt.today)}",
        reference="",  # in large, above
        blocks=tuple(blocks),
        footer=f"Récépissé de la demande {receipt.reference}",
    )


async def show(desk: Desk) -> web.StreamResponse:
    """`GET /agent/guichet/recu/<reference>`: to be printed and handed over, or sent where whoever asked has an address."""
    key, receipt = await _receipt(desk)
    sent = desk.request.query.get("fait", "") == "envoye"
    return render(desk.request, "counter/receipt.html", receipt=receipt, way=await _way(desk, key), sent=sent, **await frame(desk))


async def pdf(desk: Desk) -> web.StreamResponse:
    """`GET /agent/guichet/recu/<reference>.pdf`."""
    _, receipt = await _receipt(desk)

    async def then() -> web.StreamResponse:  # typeset without a connection held
        content = await asyncio.to_thread(typeset, sheet_of(receipt))
        named = {"Content-Disposition": disposition("inline", _file(receipt))}
        return web.Response(body=content, content_type=PDF, headers=named)

    desk.then = then
    return web.Response()


async def send(desk: Desk) -> web.StreamResponse:
    """`POST /agent/guichet/recu/<reference>`: by the way in which whoever asked is answered, a mail with the paper in it."""
    key, receipt = await _receipt(desk)
    way = await _way(desk, key)
    if way is None:
        raise BadInput("voie", NO_WAY)
    by_mail = way.channel == EMAIL
    files = [Attachment(_file(receipt), PDF, await asyncio.to_thread(typeset, sheet_of(receipt)))] if by_mail else []
    subject = f"Récépissé de votre demande [{receipt.reference}]"
    await send_receipt(desk.tx, desk.agent, key, way, subject, receipt.letter if by_mail else receipt.short, files, desk.now)
    return see_other(f"/agent/guichet/recu/{receipt.reference}?fait=envoye")


def _file(receipt: Receipt) -> str:
    return f"Récépissé, {receipt.reference}.pdf"


async def _receipt(desk: Desk) -> tuple[TicketKey, Receipt]:
    page = await reading.read(desk.tx, desk.request.match_info["reference"])
    ticket = (await store.held(desk.tx, [page.key]))[page.key]
    definition = await types.definition(desk.tx, ticket.type, ticket.version, ticket.variant)
    about = await situation(desk.tx, ticket, definition, desk.agent.name, desk.now)
    objective = next((one.due_at for one in page.deadlines if one.kind == "answer" and one.met_at is None and one.due_at > desk.now), None)
    return page.key, receipt_of(about, page.channel, objective, desk.now.astimezone(PARIS).date())


async def _way(desk: Desk, key: TicketKey) -> Way | None:
    """The way back that whoever asked chose, where a receipt can leave by it now."""
    found = await ways.ways(desk.tx, desk.request.app[CHANNELS], key, desk.now)
    ticket = (await store.held(desk.tx, [key]))[key]
    return next((way for way in found if way.open and way.channel == ticket.answer_channel and way.channel in SENT_BY), None)
