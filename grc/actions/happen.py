"""Something happens to a ticket in hand: the engine says what follows, and it goes into the draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from grc.actions import law
from grc.actions.deadlines import Times
from grc.actions.draft import Draft
from grc.actions.effects import Means, apply
from grc.actions.notices import notice
from grc.actions.papers import write_papers
from grc.actions.situation import Situation, situation
from grc.db.transaction import Transaction
from grc.tickets.model import NewDeadline, NewMessage, Ticket
from workflows import effects as asked
from workflows.definition import Definition
from workflows.engine import Happening, Step, step

# Effects that say something of who answers: only they need the situation to be read.
_SPEAKING = (asked.Acknowledge, asked.Notify, asked.Produce, asked.AssignService)
_NO_FIELDS: Mapping[str, Any] = {}


async def happen(
    tx: Transaction,
    ticket: Ticket,
    definition: Definition,
    draft: Draft,
    happening: Happening,
    *,
    received_at: datetime | None = None,
    silent: str = "",
) -> str:
    """Puts what follows into the draft and gives the state after. Refuses as the engine does.

    `received_at`: when what happens arrived, where a deadline of the law begins with it. `silent`: why the service writes nothing by
    itself to whoever asked, which the timeline then tells (RFC 3834); empty: it may.
    """
    said = Happening(happening.kind, happening.by, {**ticket.facts(), **happening.data}, happening.fields)
    fields = draft.columns.get("fields", ticket.fields)
    state = draft.columns.get("state", ticket.state)
    after = step(definition, state, said, draft.now, fields)
    about = await situation(tx, ticket, definition, draft.who, draft.now) if _speaks(after.effects) else None
    if about is not None:
        # what an agent does is an answer of his, which an abusive source is owed as everybody is
        about = replace(about, words=str(said.data.get("text") or ""), silent=silent or (about.abusive if said.by != "agent" else ""))
    carry_out(after, said, ticket, definition, draft, about, received_at or draft.now)
    if draft.papers and about is not None:
        await write_papers(tx, draft, about)
    return after.state


def carry_out(
    after: Step, said: Happening, ticket: Ticket, definition: Definition, draft: Draft, about: Situation | None, received_at: datetime
) -> None:
    """Puts what the engine asked for into the draft, the law included. `about` is what notices are about, where any is written. Pure."""
    if after.fields != draft.columns.get("fields", ticket.fields):
        draft.columns["fields"] = dict(after.fields)
    means = means_of(ticket, definition, draft, after.state, after.fields, about, said.data)
    apply(after.effects, draft, replace(means, ends="withdrawn" if said.by == "citizen" else "notified"))
    if after.state != draft.columns.get("state", ticket.state):
        draft.columns["state"] = after.state
    _follow_the_law(ticket, definition, draft, received_at)


def means_of(
    ticket: Ticket, definition: Definition, draft: Draft, state: str, fields: Mapping[str, Any], about: Situation | None,
    facts: Mapping[str, Any],
) -> Means:  # fmt: skip
    """The means for a ticket that is held."""
    times = Times(definition, ticket.region, ticket.calendar, facts)
    after = {name: value for name, value in fields.items() if value is not None}

    def due(kinds: Sequence[str]) -> Sequence[NewDeadline]:
        return times.due(kinds, draft.now, after, state)

    def written(name: str, to: str) -> NewMessage | None:
        if about is not None and about.silent and to == "requester":
            draft.tell("not_written", about.silent, who=about.collectivity.title)
            return None
        return notice(about, name, to, draft.now, state, after) if about is not None else None

    return Means(
        definition=definition,
        due=due,
        notice=written,
        resumed=lambda kinds: times.resumed(kinds, ticket.open_deadlines, draft.now, after),
        standing=frozenset(d.kind for d in ticket.open_deadlines),
        service=about.services.get if about is not None else (lambda _slug: None),
    )


def _follow_the_law(ticket: Ticket, definition: Definition, draft: Draft, received_at: datetime) -> None:
    """Where something counts in law, or the ticket was closed or opened again, its deadlines follow."""
    standing = law.Standing.of(ticket)
    law.received(draft, standing, received_at, ticket.requester_name)
    if draft.legal or "phase" in draft.columns:
        law.follow(draft, standing, definition, ticket.region, is_open=draft.columns.get("phase", ticket.phase) == "open")


def _speaks(effects: Sequence[asked.Effect]) -> bool:
    return any(isinstance(effect, _SPEAKING) for effect in effects)
