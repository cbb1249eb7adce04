"""Whoever asked is told of an appointment, with the calendar file that his own program takes."""

from __future__ import annotations

from dataclasses import replace

from grc.actions.attach import attach
from grc.actions.case import Case
from grc.actions.notices import variables
from grc.actions.situation import situation
from grc.clock import PARIS
from grc.db.transaction import Transaction
from grc.messages.model import Attachment
from grc.people.agents import SignedIn
from grc.tickets import ics
from grc.tickets.appointments import Appointment
from grc.tickets.model import NewMessage
from workflows.dates import with_weekday
from workflows.notice import written
from workflows.parts.words import Notice

FILE = "rendez-vous.ics"

_SIGNED = "{{ agent_name }}\n{{ service_name }}\n{{ collectivity_name }}"
# By the name of the text with which a type says it in its own words; `words` is the appointment in a sentence.
PLAIN = {
    "appointment": Notice(
        subject="Votre rendez-vous [{{ reference }}]",
        body="{{ greeting }}\n\n{{ words }}\n\n"
        "Si cela ne vous convient pas, répondez à ce message : nous chercherons un autre moment.\n\n"
        f"Le fichier joint ajoute le rendez-vous à votre agenda.\n\n{_SIGNED}",
    ),
    "appointment_cancelled": Notice(
        subject="Rendez-vous annulé [{{ reference }}]",
        body=f"{{{{ greeting }}}}\n\n{{{{ words }}}}\n\nLe fichier joint le retire de votre agenda.\n\n{_SIGNED}",
    ),
}
_WHAT = {
    "visit": "{agent} vient sur place",
    "remote": "{agent} prend la main à distance sur votre poste",
    "phone": "{agent} vous appelle par téléphone",
}


async def invite(tx: Transaction, agent: SignedIn, case: Case, one: Appointment) -> bool:
    """Puts the message into the draft; whether there was a way to tell him."""
    ticket = case.ticket
    if not ticket.answer_addr:
        return False
    now = case.draft.now
    about = replace(await situation(tx, ticket, case.definition, one.agent, now), words=in_words(one))
    name = "appointment_cancelled" if one.state == "cancelled" else "appointment"
    own = case.definition.texts.get(name, PLAIN[name])
    rendered = written(own.subject, own.body, variables(about, now))
    file = Attachment(FILE, ics.TYPE, ics.calendar([one], tx.site.public_url, now, whose="requester"))
    case.draft.messages.append(
        NewMessage(
            direction="out", channel=ticket.answer_channel, at=now, author_id=agent.id, author_name=agent.name, kind="appointment",
            to_addrs=(ticket.answer_addr,), subject=rendered.subject, body_text=rendered.text, body_html=rendered.html,
            attachments=await attach(tx, ticket.key.collectivity_id, [file]),
            delivery=ticket.delivery(automatic=False),
        )
    )  # fmt: skip
    return True


def in_words(one: Appointment) -> str:
    """`Lundi 12 janvier 2026 de 9 h 00 à 10 h 30, Claire Lartigue vient sur place : 2 place de la Mairie.`"""
    when = span(one)
    if one.state == "cancelled":
        return f"Le rendez-vous du {when} est annulé."
    where = f" : {one.place}" if one.place and one.kind == "visit" else ""
    return f"{when[:1].upper()}{when[1:]}, {_WHAT[one.kind].format(agent=one.agent)}{where}."


def span(one: Appointment) -> str:
    """`lundi 12 janvier 2026 de 9 h 00 à 10 h 30`, in Paris."""
    begins, ends = one.starts_at.astimezone(PARIS), one.ends_at.astimezone(PARIS)
    until = "" if ends.date() == begins.date() else f"{with_weekday(ends.date())} "
    return f"{with_weekday(begins.date())} de {_hour(begins.hour, begins.minute)} à {until}{_hour(ends.hour, ends.minute)}"


def _hour(hour: int, minute: int) -> str:
    return f"{hour}\u00a0h\u00a0{minute:02}"
