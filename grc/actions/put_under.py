"""Tickets are put under another one, which speaks for all of them: the problem behind thirty incidents."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from grc.actions.case import take_all
from grc.actions.link import end, linked, titles
from grc.db.transaction import Transaction
from grc.errors import BadInput, Conflict
from grc.people.agents import SignedIn
from grc.tickets import store
from grc.tickets.model import TicketKey

MOST = 100  # tickets at once: each is held until all are written


async def put_under(tx: Transaction, agent: SignedIn, above: TicketKey, below: Collection[TicketKey], now: datetime) -> int:
    """Puts them there and says how many; those that belong together with it already are passed over. Conflict where that leaves none."""
    wanted = set(below) - {above}
    if not wanted:
        raise BadInput("other", "Choisissez au moins une demande à rattacher.")
    if len(wanted) > MOST:
        raise BadInput("other", f"Rattachez {MOST} demandes au plus à la fois.")
    cases = await take_all(tx, agent, {above, *wanted}, now)
    new = [key for key in cases if key in wanted - await linked(tx, above, wanted)]
    if not new:
        raise Conflict("Ces demandes sont déjà liées à celle-ci.")
    top, places = cases[above], await titles(tx, cases)
    for key in new:
        case = cases[key]
        top.draft.links.append(end("below", case.ticket, places))
        case.draft.links.append(end("above", top.ticket, places))
        case.draft.tell("put_under", reference=top.ticket.reference)
    top.draft.tell("gathered", count=len(new))
    await store.write_all(tx, [cases[key].draft.amending(cases[key].ticket) for key in (above, *new)])
    return len(new)
