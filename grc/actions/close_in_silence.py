"""A ticket closes by what happened elsewhere: nobody is told by the way."""

from __future__ import annotations

from grc.actions.case import Case
from grc.db.transaction import Transaction
from grc.errors import Refused
from grc.people.agents import SignedIn
from grc.tickets.model import NewErrand
from workflows.definition import Definition, Transition
from workflows.effects import Acknowledge, CallHook, Notify, Produce
from workflows.reckoned import CreateBy, TellBy

# A closing that does one of these speaks to somebody: whoever asked is told by the agent's choice, not by the way.
_SPEAKS = (Acknowledge, CallHook, CreateBy, Notify, Produce, TellBy)


async def close_in_silence(tx: Transaction, agent: SignedIn, case: Case) -> None:
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
