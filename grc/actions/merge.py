"""A request that was made twice is followed once: the duplicate closes, and what comes for it goes to the one that is kept.

Only what the same person wrote, or agents of the same member, is one: else each would read what the other writes; such requests are
linked, or put under a problem. The older one is kept, since the delays of the law run from it.
"""

from __future__ import annotations

from datetime import datetime

from grc.actions.case import take_all
from grc.actions.close_in_silence import close_in_silence
from grc.actions.reply import answer_subject
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import BadInput, Conflict, NotFound
from grc.people.agents import SignedIn
from grc.tickets.model import NewMessage, Ticket, TicketKey

queries = sql.load(__file__, "merge.sql")


async def merge(
    tx: Transaction, agent: SignedIn, one: TicketKey, other: TicketKey, now: datetime, *, tell: bool, same: bool = False
) -> None:
    """Makes the younger a duplicate of the older; `tell`: whoever asked is told. BadInput or Conflict says why they cannot be one.

    `same`: an agent has looked and says that one person asked both, whatever their addresses.
    """
    duplicate, kept = await _ordered(tx, one, other)
    cases = await take_all(tx, agent, (duplicate, kept), now)
    here, there = cases[duplicate], cases[kept]
    await _may_be_one(tx, here.ticket, there.ticket, same=same)
    draft, stood = here.draft, here.ticket
    if tell and stood.answer_addr:
        draft.messages.append(_message(agent, stood, there.ticket, tx.site.public_url, now))
    if stood.phase == "open":
        await close_in_silence(tx, agent, here)
    draft.met.extend({d.kind for d in stood.open_deadlines} - set(draft.met))
    draft.tell("merged", reference=there.ticket.reference, told=bool(draft.messages), state=stood.state, phase=stood.phase)
    there.draft.tell("merged_here", reference=stood.reference)
    if stood.alarm == "review_link":
        draft.columns["alarm"] = None
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


async def _may_be_one(tx: Transaction, duplicate: Ticket, kept: Ticket, *, same: bool) -> None:
    if not same and not _same_side(duplicate, kept):
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
        delivery=duplicate.delivery(automatic=False),
    )  # fmt: skip
