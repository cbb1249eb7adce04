"""A duplicate was none: it stands again as it stood, and what comes for it comes to it. What came meanwhile stays where it came."""

from __future__ import annotations

from datetime import datetime

from grc.actions.case import take, take_all
from grc.actions.merge import queries
from grc.actions.stand_again import stand_again
from grc.db.transaction import Transaction
from grc.errors import Conflict
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey


async def unmerge(tx: Transaction, agent: SignedIn, duplicate: TicketKey, now: datetime) -> None:
    """Parts it from the ticket it was merged into. Conflict where it is no duplicate (any more); he must reach both."""
    await take(tx, agent, duplicate, now)
    rows = [row async for row in queries.standing(tx.conn, collectivity_id=duplicate.collectivity_id, ids=[duplicate.id])]
    if rows[0]["merged_into"] is None:
        raise Conflict("Cette demande n’est plus le doublon d’une autre.")
    kept = TicketKey(duplicate.collectivity_id, rows[0]["merged_into"])
    cases = await take_all(tx, agent, (duplicate, kept), now)
    here, there = cases[duplicate], cases[kept]
    before = await queries.before(tx.conn, collectivity_id=duplicate.collectivity_id, id=duplicate.id)
    await queries.free(tx.conn, collectivity_id=duplicate.collectivity_id, id=duplicate.id, merged_at=rows[0]["merged_at"])
    here.draft.tell("unmerged", reference=there.ticket.reference)
    if before["phase"] == "open" and here.ticket.phase == "closed":
        await stand_again(tx, here, before["state"])
    else:
        await here.write(tx)
    there.draft.tell("unmerged_here", reference=here.ticket.reference)
    await there.write(tx)
    await queries.unmerge(tx.conn, collectivity_id=duplicate.collectivity_id, id=duplicate.id)
