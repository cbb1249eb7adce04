"""What agents' acts in law share: a ticket in hand, what it is about, a notice to write, and deadlines that follow what happened."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from grc.actions import law, ways
from grc.actions.attach import attach
from grc.actions.case import Case, take
from grc.actions.legal_letter import address_of, letter_sheet
from grc.actions.legal_words import rendered, values
from grc.actions.reply import written_text
from grc.actions.situation import Situation, situation
from grc.clock import PARIS
from grc.db.transaction import Transaction
from grc.errors import BadInput, Conflict
from grc.messages.address import address
from grc.messages.marks import Marks
from grc.messages.model import Attachment
from grc.paper.render import render
from grc.people.agents import SignedIn
from grc.tickets.model import LegalFact, NewDelivery, NewMessage, TicketKey
from workflows.legal_clock import Clock
from workflows.legal_due import Reckoned
from workflows.legal_notice import NOTICES
from workflows.texts import Rendered

MAIL, LETTER = "courriel", "lettre"  # the ways in which a notice may be sent
PDF = "application/pdf"
AHEAD = timedelta(minutes=5)  # by how much a clock may differ from ours before a moment counts as in the future
LONGEST_WORDS = 20_000


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, as a letter names him: first name and surname, and his capacity (L111-2, L212-1)."""

    name: str
    capacity: str

    def checked(self) -> Signer:
        """The same without blanks around. BadInput where one of them is missing."""
        name, capacity = self.name.strip(), self.capacity.strip()
        if not name:
            raise BadInput("signataire", "Indiquez le prénom et le nom de la personne qui signe (L212-1).")
        if not capacity:
            raise BadInput(
                "qualite", "Indiquez la qualité de la personne qui signe\u00a0: maire, adjoint, responsable du service… (L212-1)."
            )
        return Signer(name[:120], capacity[:160])


@dataclass(frozen=True, slots=True)
class LegalAct:
    """An act under way: the ticket in hand, what its notices are about, and the law as it stood before."""

    case: Case
    about: Situation
    now: datetime

    @property
    def standing(self) -> law.Standing:
        """The facts and deadlines there were."""
        return law.Standing.of(self.case.ticket)

    def reckoned(self) -> Reckoned:
        """The law as the facts stand, those of this act included. Conflict where no clock runs."""
        told = law.facts(self.standing.facts, self.case.draft.legal)
        if not any(fact.kind == "received" for fact in told):
            raise Conflict("Aucun délai légal ne court sur cette demande.")
        return law.reckoned(self.case.definition, self.case.ticket.region, law.events(told))

    @property
    def clock(self) -> Clock:
        """The clock as the facts stand."""
        return self.reckoned().clock

    def fact(self, kind: str) -> LegalFact | None:
        """The last fact of this kind that stands."""
        return next((fact for fact in reversed(self.case.ticket.legal) if fact.kind == kind), None)

    def happened(self, kind: str, at: datetime, **more: Any) -> None:
        """Notes that this happened then."""
        law.noted(self.case.draft, kind, at, **more)

    def write(self, name: str, own: Mapping[str, Any]) -> Rendered:
        """A notice of the law with these values of its own."""
        return rendered(self.about, name, values(self.about, self.now, own))

    async def send(self, tx: Transaction, name: str, notice: Rendered, by: str, signer: Signer | None, *, attached: bool = False) -> None:
        """Puts the notice into the conversation: it leaves by mail, or as a letter among those to post where it is known where to; else it
        is printed from here. `attached`: the letter goes with the mail."""
        ticket, draft = self.case.ticket, self.case.draft
        by_mail = by == MAIL
        if by_mail and not ticket.answer_addr:
            raise BadInput("voie", "Cette demande n’a pas d’adresse où répondre\u00a0: choisissez la lettre.")
        way = ticket.delivery(automatic=False) if by_mail else self._by_post()
        files = []
        if attached or not by_mail:
            sheet = letter_sheet(self.about, notice, signer, self.now)
            content = await asyncio.to_thread(render, replace(sheet, code=Marks(tx.site.paper_key).letter(ticket.reference)))
            files = [Attachment(f"{NOTICES[name].title}, {ticket.reference}.pdf", PDF, content)]
        draft.messages.append(
            NewMessage(
                direction="out", kind=name, channel=way.channel if way else LETTER, at=self.now, author_id=draft.agent_id,
                author_name=draft.who, to_addrs=(ticket.answer_addr,) if by_mail else (), subject=notice.subject, body_text=notice.text,
                body_html=notice.html, attachments=await attach(tx, ticket.key.collectivity_id, files),
                delivery=way,
            )
        )  # fmt: skip
        draft.columns["last_at"] = self.now

    def _by_post(self) -> NewDelivery | None:
        to = address(ways.POST, str(self.case.ticket.requester_id))
        return NewDelivery(ways.LETTER, to, automatic=False) if address_of(self.about) else None

    async def done(self, tx: Transaction) -> list[int]:
        """Lets the deadlines follow, and writes all of it; the numbers of its messages."""
        self.reckoned()
        law.follow(self.case.draft, self.standing, self.case.definition, self.case.ticket.region, is_open=self.case.ticket.phase == "open")
        return await self.case.write(tx)


async def begin(tx: Transaction, agent: SignedIn, key: TicketKey, now: datetime) -> LegalAct:
    """The ticket in this agent's hands. NotFound and Forbidden as in every act of his."""
    case = await take(tx, agent, key, now)
    return LegalAct(case, await situation(tx, case.ticket, case.definition, agent.name, now), now)


def moment(day: date | None, now: datetime, field: str = "jour") -> datetime:
    """The moment that counts for something that happened on this day (today where none is given). BadInput where it lies ahead."""
    today = now.astimezone(PARIS).date()
    if day is None or day == today:
        return now.astimezone(PARIS)
    if day > today:
        raise BadInput(field, "Cette date est à venir\u00a0: indiquez un jour passé, ou aujourd’hui.")
    return datetime(day.year, day.month, day.day, 12, tzinfo=PARIS)


def words(text: str, field: str, missing: str) -> str:
    """What the agent wrote for a notice. BadInput at this field where it is empty or too long."""
    if not text.strip():
        raise BadInput(field, missing)
    written = written_text(text)
    if len(written) > LONGEST_WORDS:
        raise BadInput(field, f"Ce texte est trop long\u00a0: {LONGEST_WORDS} signes au plus.")
    return written
