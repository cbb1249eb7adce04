"""A duplicate was none: it stands again as it stood, and what comes for it comes to it. What came meanwhile stays where it came."""

from __future__ import annotations

from datetime import datetime

from grc.actions import law
from grc.actions.case import Case, take, take_all
from grc.actions.merge import queries
from grc.db.transaction import Transaction
from grc.errors import Conflict
from grc.people.agents import SignedIn
from grc.tickets import store
from grc.tickets.model import NewErrand, TicketKey


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
        await _reopen(tx, here, before["state"])
    else:
        await here.write(tx)
    there.draft.tell("unmerged_here", reference=here.ticket.reference)
    await there.write(tx)
    await queries.unmerge(tx.conn, collectivity_id=duplicate.collectivity_id, id=duplicate.id)


async def _reopen(tx: Transaction, case: Case, state: str) -> None:
    """Straight to the state it had, with its deadlines: this undoes a mistake, it is not one of the life's own ways."""
    draft, states = case.draft, case.definition.states
    draft.tell("state", **{"from": case.ticket.state, "to": state, "from_label": states[case.ticket.state].label,
                           "to_label": states[state].label})  # fmt: skip
    ticket = (await store.held(tx, [case.ticket.key]))[case.ticket.key]  # with the deadlines that run again
    law.follow(draft, law.Standing.of(ticket), case.definition, ticket.region, is_open=True)
    draft.columns |= {
        "state": state, "phase": "open", "closed_at": None,
        "due_at": draft.next_due(ticket.open_deadlines), "legal_due_at": draft.next_due(ticket.open_deadlines, law=True),
    }  # fmt: skip
    draft.errands.append(NewErrand("reopened"))
    await store.write(tx, draft.amending(ticket))
