"""Two tickets belong together, side by side: what is learnt of one may serve the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from grc.actions.case import Case, take_all
from grc.collectivities.naming import title
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import BadInput, Conflict
from grc.people.agents import SignedIn
from grc.tickets.model import NewLink, Ticket, TicketKey

queries = sql.load(__file__, "link.sql")


async def link(tx: Transaction, agent: SignedIn, one: TicketKey, other: TicketKey, now: datetime) -> None:
    """Links them. BadInput where they are one and the same, Conflict where they belong together already. Both must be within his reach."""
    if one == other:
        raise BadInput("other", "Une demande ne se lie pas à elle-même : choisissez-en une autre.")
    cases = await take_all(tx, agent, (one, other), now)
    if await linked(tx, one, (other,)):
        raise Conflict("Ces deux demandes sont déjà liées.")
    places = await titles(tx, cases)
    for here, there in ((cases[one], cases[other]), (cases[other], cases[one])):
        here.draft.links.append(end("beside", there.ticket, places))
        here.draft.tell("linked", reference=there.ticket.reference)
    for case in cases.values():
        await case.write(tx)


async def linked(tx: Transaction, key: TicketKey, others: Collection[TicketKey]) -> set[TicketKey]:
    """Those of the others that belong together with this ticket already."""
    rows = queries.standing(
        tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, collectivities=[o.collectivity_id for o in others],
        tickets=[o.id for o in others],
    )  # fmt: skip
    return {TicketKey(row["other_collectivity_id"], row["other_ticket_id"]) async for row in rows}


async def titles(tx: Transaction, cases: Mapping[TicketKey, Case]) -> Mapping[int, str]:
    """How the collectivities of these tickets are called."""
    rows = queries.places(tx.conn, collectivities=list({key.collectivity_id for key in cases}))
    return {row["id"]: title(row["kind"], row["name"]) async for row in rows}


def end(kind: str, other: Ticket, places: Mapping[int, str]) -> NewLink:
    """This side's row of a link: what the other is to it, and how it stands now."""
    place = places[other.key.collectivity_id]
    return NewLink(kind, other.key, other.reference, other.subject, place, closed=other.phase == "closed")
