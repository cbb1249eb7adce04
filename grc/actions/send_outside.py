"""A request goes to a body that does not use the service: by mail with all that was said, or by letter; whoever asked is told (L114-2)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from grc import files
from grc.actions import carry, law
from grc.actions.attach import attach
from grc.actions.close_in_silence import close_in_silence
from grc.actions.escalate import refuse_others
from grc.actions.legal_act import LETTER, MAIL, PDF, LegalAct, Signer, begin
from grc.actions.legal_letter import letter_sheet
from grc.actions.pass_on import NOTICE, said
from grc.actions.reply import tagged
from grc.actions.transfer import reason
from grc.actions.write import plausible
from grc.clock import PARIS
from grc.collectivities.naming import title
from grc.db.transaction import Transaction
from grc.errors import BadInput, Conflict
from grc.messages.model import Attachment
from grc.messages.signature import without_tag
from grc.paper.model import Party
from grc.paper.render import render
from grc.people.agents import SignedIn
from grc.tickets import transfers
from grc.tickets.model import NewAttachment, NewDelivery, NewMessage, TicketKey
from workflows.dates import with_weekday
from workflows.texts import Rendered

LONGEST_NAME, LONGEST_ADDRESS = 200, 600
MOST_MESSAGES, MOST_BYTES = 100, 20 * 1024 * 1024  # in one mail
# Why a file does not go along, by what the antivirus said of it.
_LEFT_OUT = {"infected": "il contient un programme nuisible", "waiting": "l’antivirus ne l’a pas encore examiné\u00a0: demandez-le-nous"}


@dataclass(frozen=True, slots=True)
class Outside:
    """A body outside the service: its name, and a mail address or a postal one at least."""

    name: str
    email: str = ""
    address: str = ""

    def checked(self) -> Outside:
        """The same without blanks around. BadInput says what is missing or wrong."""
        name, email, address = " ".join(self.name.split()), self.email.strip().lower(), self.address.replace("\r\n", "\n").strip()
        if not name:
            raise BadInput("nom", "Indiquez le nom de l’organisme.")
        if not email and not address:
            raise BadInput("courriel", "Indiquez l’adresse électronique ou l’adresse postale de l’organisme.")
        if email and not plausible(email):
            raise BadInput("courriel", "Cette adresse électronique n’est pas complète, par exemple contact@syndicat.fr.")
        return Outside(name[:LONGEST_NAME], email, address[:LONGEST_ADDRESS])


async def send_outside(tx: Transaction, agent: SignedIn, key: TicketKey, to: Outside, why: str, signer: Signer, now: datetime) -> None:
    """Sends the request there, tells whoever asked, and closes it here. Refused where it cannot go."""
    to, why, signer = to.checked(), reason(why), signer.checked()
    act = await begin(tx, agent, key, now)
    ticket, draft = act.case.ticket, act.case.draft
    await carry.movable(tx, ticket, now)
    if act.case.definition.audience != "citizen":
        raise Conflict("Une demande de ce type ne se transmet pas.")
    if to.email:
        await refuse_others(tx, ticket, to.email)
        await _refuse_ours(tx, to.email)
    notice = act.write(NOTICE, said(to.name, to.address or to.email, signer, now))
    await _hand_over(tx, act, to, signer)
    await act.send(tx, NOTICE, notice, MAIL if ticket.answer_addr else LETTER, signer)
    await close_in_silence(tx, agent, act.case)
    draft.met.extend({d.kind for d in ticket.open_deadlines} - set(draft.met))
    draft.voided.clear()  # they are over here, and run again should it return
    draft.deadlines.clear()
    if law.running(ticket.legal):
        act.happened("transferred", now, why=f"Transmise à {to.name}.")
    draft.tell("transferred", why, to=to.name)
    draft.columns["third_addr"] = to.email
    await act.case.write(tx)
    await transfers.queries.add(
        tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, kind=transfers.SENT, to_collectivity_id=None, body=to.name,
        address=to.email, state=ticket.state, at=now, who=agent.name, agent_id=agent.id, why=why,
    )  # fmt: skip


async def _refuse_ours(tx: Transaction, address: str) -> None:
    """A mail to a body that uses the service would open a second request there, in our name."""
    plain, _ = without_tag(address)
    if (body := await transfers.queries.reached_at(tx.conn, address=plain)) is not None:
        named = title(body["kind"], body["name"])
        raise BadInput("organisme", f"{named} utilise le service\u00a0: choisissez cet organisme par son nom.")


async def _hand_over(tx: Transaction, act: LegalAct, to: Outside, signer: Signer) -> None:
    """The request with all that was said and its files: a mail to the body, and the letter to print where it has no mail address."""
    ticket, draft, now = act.case.ticket, act.case.draft, act.now
    where = {"collectivity_id": ticket.key.collectivity_id, "ticket_id": ticket.key.id}
    spoken = [m async for m in carry.queries.conversation(tx.conn, **where, most=MOST_MESSAGES + 1)]
    given, left_out = [], []
    async for f in carry.queries.files(tx.conn, **where):
        if (held := files.held(tx, f["scan"])) is None:
            given.append(NewAttachment(f["name"], f["type"], f["size"], f["digest"]))
        else:
            left_out.append(f"«\u00a0{f['name']}\u00a0» ({_LEFT_OUT[held]})")
    text = _words(act, to, signer, left_out, [(m["author_name"], m["at"], m["body_text"]) for m in spoken[:MOST_MESSAGES]])
    if len(spoken) > MOST_MESSAGES:
        text += f"\nVoici les {MOST_MESSAGES} premiers messages\u00a0: nous tenons les suivants à votre disposition.\n"
    letter = replace(
        letter_sheet(act.about, Rendered(f"Transmission de la demande {ticket.reference}", text, ""), signer, now),
        party=Party((to.name, *(line.strip() for line in to.address.splitlines() if line.strip()))),
    )
    pdf = Attachment(f"Transmission à {to.name}, {ticket.reference}.pdf".replace("/", " "), PDF, await asyncio.to_thread(render, letter))
    (printed,) = await attach(tx, ticket.key.collectivity_id, [pdf])
    if not to.email:
        words = f"Lettre à imprimer et à poster à {to.name}, avec les fichiers de la demande."
        draft.messages.append(
            NewMessage("note", LETTER, now, draft.who, words, kind="notice", author_id=draft.agent_id, attachments=(printed,))
        )
        return
    carried = _within(given)
    if len(carried) < len(given):
        raise BadInput("courriel", "Les fichiers de cette demande sont trop lourds pour un courriel\u00a0: transmettez-la par lettre.")
    draft.messages.append(
        NewMessage(
            direction="out", kind="message", channel="email", at=now, author_id=draft.agent_id, author_name=draft.who, to_addrs=(to.email,),
            subject=tagged(ticket.subject, ticket.reference), body_text=text, audience="third", attachments=(printed, *carried),
            delivery=NewDelivery("email", to.email, automatic=False),
        )
    )  # fmt: skip


def _within(given: Sequence[NewAttachment]) -> list[NewAttachment]:
    """The first of these files that one mail carries."""
    kept, left = [], MOST_BYTES
    for file in given:
        left -= file.size
        if left >= 0:
            kept.append(file)
    return kept


def _words(act: LegalAct, to: Outside, signer: Signer, left_out: Sequence[str], spoken: Sequence[tuple[str, datetime, str]]) -> str:
    """What the body reads: why it is written to, who asked, which files do not go along, and what was said, in order."""
    about, ticket = act.about, act.case.ticket
    known = f" ({ticket.answer_addr})" if ticket.answer_addr else ""
    received = with_weekday((ticket.opened_at or act.now).astimezone(PARIS).date())
    lines = [
        "Madame, Monsieur,", "",
        f"Nous avons reçu le {received} une demande de {ticket.requester_name}{known}, qui relève de votre compétence. Nous vous la "
        "transmettons en application de l’article L114-2 du code des relations entre le public et l’administration. Son accusé de "
        "réception vous revient (L114-4).", "",
        f"Objet\u00a0: {ticket.subject}", f"Référence\u00a0: {ticket.reference}", "",
        "Si vous n’êtes pas compétents, répondez à ce message\u00a0: la demande nous reviendra.", "",
        f"{signer.name}", f"{signer.capacity}", f"{about.collectivity.title}",
    ]  # fmt: skip
    if left_out:
        lines += ["", f"Ne sont pas joints à cet envoi\u00a0: {', '.join(left_out)}."]
    for who, at, text in spoken:
        lines += ["", f"{who}, le {with_weekday(at.astimezone(PARIS).date())}", "", text.strip()]
    return "\n".join(lines) + "\n"
