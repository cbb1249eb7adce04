"""Something happens to a ticket in hand: the engine says what follows, and it goes into the draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

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
from workflows.engine import Happening, step

# Effects that say something of who answers: only they need the situation to be read.
_SPEAKING = (asked.Acknowledge, asked.Notify, asked.Produce, asked.AssignService)
_NO_FIELDS: Mapping[str, Any] = {}


async def happen(
    tx: Transaction, ticket: Ticket, definition: Definition, draft: Draft, happening: Happening, *, received_at: datetime | None = None
) -> str:
    """Puts what follows into the draft and gives the state after. Refuses as the engine does.

    `received_at`: when what happens arrived, where a deadline of the law begins with it.
    """
    said = Happening(happening.kind, happening.by, {**ticket.facts(), **happening.data}, happening.fields)
    fields = draft.columns.get("fields", ticket.fields)
    state = draft.columns.get("state", ticket.state)
    after = step(definition, state, said, draft.now, fields)
    about = await situation(tx, ticket, definition, draft.who, draft.now) if _speaks(after.effects) else None
    if about is not None:
        about = replace(about, words=str(said.data.get("text") or ""))
    if after.fields != fields:
        draft.columns["fields"] = dict(after.fields)
    apply(after.effects, draft, means_of(ticket, definition, draft, after.state, after.fields, about, said.data, received_at))
    if after.state != state:
        draft.columns["state"] = after.state
    if draft.papers and about is not None:
        await write_papers(tx, draft, about)
    return after.state


def means_of(
    ticket: Ticket, definition: Definition, draft: Draft, state: str, fields: Mapping[str, Any], about: Situation | None,
    facts: Mapping[str, Any], received_at: datetime | None = None,
) -> Means:  # fmt: skip
    """The means for a ticket that is held."""
    times = Times(definition, received_at or draft.now, ticket.region, ticket.calendar, facts)
    after = {name: value for name, value in fields.items() if value is not None}

    def due(kinds: Sequence[str]) -> Sequence[NewDeadline]:
        return times.due(kinds, draft.now, after, state)

    def written(name: str, to: str) -> NewMessage | None:
        return notice(about, name, to, draft.now, state, after) if about is not None else None

    return Means(
        definition=definition,
        due=due,
        notice=written,
        resumed=lambda kinds: times.resumed(kinds, ticket.open_deadlines, draft.now, after),
        standing=frozenset(d.kind for d in ticket.open_deadlines),
        service=about.services.get if about is not None else (lambda _slug: None),
    )


def _speaks(effects: Sequence[asked.Effect]) -> bool:
    return any(isinstance(effect, _SPEAKING) for effect in effects)
