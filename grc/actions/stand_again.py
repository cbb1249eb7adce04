"""A ticket that was closed by what happened elsewhere stands again as it stood: a mistake is undone, which is no way of its life."""

from __future__ import annotations

from grc.actions import law
from grc.actions.case import Case
from grc.db.transaction import Transaction
from grc.tickets import store
from grc.tickets.model import NewErrand


async def stand_again(tx: Transaction, case: Case, state: str) -> None:
    """Straight to the state it had, with the deadlines that were freed before, and writes it."""
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
