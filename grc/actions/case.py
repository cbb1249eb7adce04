"""A ticket in an agent's hands: held, with its definition and a draft of what he is about to do. Every act of his begins here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.actions.draft import Draft
from grc.actions.happen import happen
from grc.db.transaction import Transaction
from grc.errors import Conflict, Forbidden
from grc.people.agents import SignedIn
from grc.tickets import store
from grc.tickets.model import Ticket, TicketKey
from grc.types import store as types
from workflows.definition import Definition
from workflows.engine import Happening


@dataclass(frozen=True, slots=True)
class Case:
    """What an agent's act works on."""

    ticket: Ticket
    definition: Definition
    draft: Draft

    async def happen(
        self, tx: Transaction, kind: str, data: Mapping[str, Any] | None = None, fields: Mapping[str, Any] | None = None
    ) -> None:
        """Lets the engine say what follows from this act, and puts it into the draft."""
        await happen(tx, self.ticket, self.definition, self.draft, Happening(kind, "agent", data or {}, fields or {}))

    def allow(self, agent: SignedIn, transition: str) -> None:
        """Forbidden where the definition does not give this transition to the agent's role."""
        known = self.definition.by_name.get(transition)
        if known is not None and not agent.roles(self.ticket.key.collectivity_id, self.ticket.service_id) & set(known.who):
            raise Forbidden(f"Votre rôle ne vous permet pas de « {known.label.lower()} » cette demande.")

    def take_on(self, agent: SignedIn) -> None:
        """Whoever writes takes care of a ticket that nobody has."""
        if self.ticket.assignee_id is None:
            self.draft.columns["assignee_id"] = agent.id
            self.draft.tell("assigned", to=agent.name, to_id=agent.id)

    async def write(self, tx: Transaction) -> list[int]:
        """Writes the draft; the numbers of its messages."""
        return await store.write(tx, self.draft.amending(self.ticket))


async def take(tx: Transaction, agent: SignedIn, key: TicketKey, now: datetime) -> Case:
    """The ticket, held for this agent. NotFound where he may not see it, Forbidden where he may see but not act."""
    ticket = await store.lock(tx, key)
    if ticket.passed_to is not None:
        raise Conflict("Cette demande a été transmise\u00a0: un autre organisme la suit.")
    if not agent.roles(key.collectivity_id, ticket.service_id):
        raise Forbidden("Votre rôle ne vous permet pas d’agir sur cette demande.")
    definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    return Case(ticket, definition, Draft(key, now, agent.name, agent.id))


async def take_all(tx: Transaction, agent: SignedIn, keys: Iterable[TicketKey], now: datetime) -> dict[TicketKey, Case]:
    """Several tickets, held like one; always in the same order, so that two agents never wait for each other."""
    return {key: await take(tx, agent, key, now) for key in sorted(set(keys), key=lambda key: (key.collectivity_id, key.id))}
