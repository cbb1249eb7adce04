"""A ticket in an agent's hands: held, with its definition and a draft of what he is about to do. Every act of his begins here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.actions.deadlines import due
from grc.actions.draft import Draft
from grc.actions.effects import Means, apply
from grc.db.transaction import Transaction
from grc.errors import Forbidden
from grc.people.agents import SignedIn
from grc.tickets import store
from grc.tickets.model import NewDeadline, Ticket, TicketKey
from workflows.catalogue import catalogue
from workflows.definition import Definition
from workflows.engine import Happening, step


@dataclass(frozen=True, slots=True)
class Case:
    """What an agent's act works on."""

    ticket: Ticket
    definition: Definition
    draft: Draft

    def happen(self, kind: str, data: dict[str, Any] | None = None) -> None:
        """Lets the engine say what follows from this act, and puts it into the draft."""
        ticket, draft = self.ticket, self.draft

        def reckon(kinds: Sequence[str]) -> Sequence[NewDeadline]:
            return due(self.definition, kinds, draft.now, draft.now, ticket.region)

        after = step(self.definition, ticket.state, Happening(kind, "agent", {"answered": ticket.answered, **(data or {})}), draft.now)
        apply(after.effects, draft, Means(self.definition, lambda _name: None, reckon))
        if after.state != ticket.state:
            draft.columns["state"] = after.state

    def allow(self, agent: SignedIn, transition: str) -> None:
        """Forbidden where the definition does not give this transition to the agent's role."""
        known = self.definition.by_name.get(transition)
        if known is not None and not agent.roles(self.ticket.key.collectivity_id, self.ticket.service_id) & set(known.who):
            raise Forbidden(f"Votre rôle ne vous permet pas de « {known.label.lower()} » cette demande.")

    async def write(self, tx: Transaction) -> list[int]:
        """Writes the draft; the numbers of its messages."""
        return await store.write(tx, self.draft.amending(self.ticket))


async def take(tx: Transaction, agent: SignedIn, key: TicketKey, now: datetime) -> Case:
    """The ticket, held for this agent. NotFound where he may not see it, Forbidden where he may see but not act."""
    ticket = await store.lock(tx, key)
    if not agent.roles(key.collectivity_id, ticket.service_id):
        raise Forbidden("Votre rôle ne vous permet pas d’agir sur cette demande.")
    return Case(ticket, catalogue().get(ticket.type, ticket.version), Draft(key, now, agent.name, agent.id))
