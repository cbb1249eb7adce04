"""A request that was made twice is followed once: the duplicate closes, and what comes for it goes to the one that is kept.

Only what the same person wrote, or agents of the same member, is one: else each would read what the other writes; such requests are
linked, or put under a problem. The older one is kept, since the delays of the law run from it.
"""

from __future__ import annotations

from datetime import datetime

from grc.actions.case import Case, take_all
from grc.actions.reply import answer_subject
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import BadInput, Conflict, NotFound, Refused
from grc.people.agents import SignedIn
from grc.tickets.model import NewDelivery, NewErrand, NewMessage, Ticket, TicketKey
from workflows.definition import Definition, Transition
from workflows.effects import Acknowledge, CallHook, Notify, Produce
from workflows.reckoned import CreateBy, TellBy

queries = sql.load(__file__, "merge.sql")
# A closing that does one of these speaks to somebody: whoever asked is told by the agent's choice, not by the way.
_SPEAKS = (Acknowledge, CallHook, CreateBy, Notify, Produce, TellBy)


async def merge(tx: Transaction, agent: SignedIn, one: TicketKey, other: TicketKey, now: datetime, *, tell: bool) -> None:
    """Makes the younger a duplicate of the older; `tell`: whoever asked is told. BadInput or Conflict says why they cannot be one."""
    duplicate, kept = await _ordered(tx, one, other)
    cases = await take_all(tx, agent, (duplicate, kept), now)
    here, there = cases[duplicate], cases[kept]
    await _may_be_one(tx, here.ticket, there.ticket)
    draft, stood = here.draft, here.ticket
    if tell and stood.answer_addr:
        draft.messages.append(_message(agent, stood, there.ticket, tx.site.public_url, now))
    if stood.phase == "open":
        await _close(tx, agent, here)
    draft.met.extend({d.kind for d in stood.open_deadlines} - set(draft.met))
    draft.tell("merged", reference=there.ticket.reference, told=bool(draft.messages), state=stood.state, phase=stood.phase)
    there.draft.tell("merged_here", reference=stood.reference)
    for case in cases.values():
        await case.write(tx)
    await queries.merge(tx.conn, collectivity_id=duplicate.collectivity_id, id=duplicate.id, kept=kept.id, now=now)


async def _ordered(tx: Transaction, one: TicketKey, other: TicketKey) -> tuple[TicketKey, TicketKey]:
    """The younger and the older."""
    if one == other or one.collectivity_id != other.collectivity_id:
        raise BadInput("other", "Choisissez une autre demande de la même collectivité.")
    rows = [row async for row in queries.standing(tx.conn, collectivity_id=one.collectivity_id, ids=[one.id, other.id])]
    if len(rows) < 2:
        raise NotFound("Cette demande n’existe pas, ou ne vous est pas accessible.")
    older, younger = sorted(rows, key=lambda row: (row["opened_at"], row["id"]))
    return TicketKey(one.collectivity_id, younger["id"]), TicketKey(one.collectivity_id, older["id"])


async def _may_be_one(tx: Transaction, duplicate: Ticket, kept: Ticket) -> None:
    if not _same_side(duplicate, kept):
        raise BadInput(
            "other",
            "Ces demandes ne viennent pas de la même personne : réunies, chacune lirait ce que l’autre écrit. Liez-les plutôt.",
        )
    if kept.phase != "open":
        raise Conflict(f"La demande {kept.reference}, la plus ancienne, est close : rouvrez-la avant d’y réunir une autre.")
    ids = [duplicate.key.id, kept.key.id]
    merged = {row["id"] async for row in queries.standing(tx.conn, collectivity_id=kept.key.collectivity_id, ids=ids) if row["merged_into"]}
    for ticket in (duplicate, kept):
        if ticket.key.id in merged:
            raise Conflict(f"La demande {ticket.reference} est déjà le doublon d’une autre.")


def _same_side(one: Ticket, other: Ticket) -> bool:
    """Whether both were asked by the same person, or for the same member."""
    if one.requester_id == other.requester_id or (one.answer_addr and one.answer_addr.lower() == other.answer_addr.lower()):
        return True
    return one.on_behalf_of is not None and one.on_behalf_of == other.on_behalf_of


async def _close(tx: Transaction, agent: SignedIn, case: Case) -> None:
    """By its own definition where it has a closing that asks nothing and speaks to nobody, else straight."""
    ticket, definition = case.ticket, case.definition
    roles = agent.roles(ticket.key.collectivity_id, ticket.service_id)
    for transition in definition.allowed(ticket.state, roles):
        if _closes_in_silence(definition, transition):
            try:
                await case.happen(tx, f"transition:{transition.name}")
                return
            except Refused:  # a guard does not hold
                continue
    closed = next(state for state in definition.states.values() if state.phase == "closed")  # every definition has one: check
    labels = {"from": ticket.state, "to": closed.name, "from_label": definition.states[ticket.state].label, "to_label": closed.label}
    case.draft.tell("state", **labels)
    case.draft.columns |= {"state": closed.name, "phase": "closed", "closed_at": case.draft.now}
    case.draft.errands.append(NewErrand("closed"))


def _closes_in_silence(definition: Definition, transition: Transition) -> bool:
    asks = transition.asks or (transition.text is not None and transition.text.required)
    ends = transition.to is not None and definition.states[transition.to].phase == "closed"
    return ends and not asks and not any(isinstance(consequence.effect, _SPEAKS) for consequence in transition.consequences)


def _message(agent: SignedIn, duplicate: Ticket, kept: Ticket, public_url: str, now: datetime) -> NewMessage:
    words = (
        f"Vous nous avez écrit plusieurs fois à propos de la même chose. Votre demande {duplicate.reference} est réunie à votre demande "
        f"{kept.reference}, que nous suivons. Vous n’avez rien à faire : ce que vous écrirez pour l’une arrivera à l’autre."
    )
    if kept.tracking_token and kept.answer_addr.lower() == duplicate.answer_addr.lower():
        words += f"\n\nSuivre votre demande {kept.reference} : {public_url}/suivi/{kept.tracking_token}"
    return NewMessage(
        direction="out", channel=duplicate.answer_channel, at=now, author_id=agent.id, author_name=agent.name,
        to_addrs=(duplicate.answer_addr,), subject=answer_subject(duplicate.subject, duplicate.reference), body_text=words,
        delivery=NewDelivery(duplicate.answer_channel, duplicate.answer_addr, automatic=False),
    )  # fmt: skip
