"""What whoever asked may do himself with his request in its state: each a button, with the fields and the words it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from grc.actions.requester import ROLE
from grc.db.transaction import Transaction
from grc.types.options import options
from grc.web.asked import Asked, by_input, draw
from grc.web.citizen.request import CitizenRequest
from workflows.definition import Definition, Transition
from workflows.engine import UnsaidFact, guarded
from workflows.form import Filled, Raw, as_typed, fill, read


@dataclass(frozen=True, slots=True)
class Way:
    """One of them. `open`: it was tried and something must be mended."""

    transition: Transition
    asked: Sequence[Asked] = ()
    open: bool = False
    text: str = ""
    error: str = ""

    @property
    def plain(self) -> bool:
        """Whether one press does it."""
        return not self.asked and self.transition.text is None


@dataclass(frozen=True, slots=True)
class Tried:
    """One that could not be done as it was asked for: what was typed, what that says, and what is wrong with its words."""

    name: str
    raw: Raw
    filled: Filled
    text: str
    error: str = ""


async def ways(tx: Transaction, ticket: CitizenRequest, definition: Definition, today: date, tried: Tried | None) -> list[Way]:
    """What he may do now: what is not possible at this moment is not shown to him."""
    found = []
    for one in definition.allowed(ticket.state, (ROLE,)):
        if not one.asks and not _possible(definition, one, ticket):
            continue
        mine = tried if tried is not None and tried.name == one.name else None
        asks = [definition.by_field[name] for name in one.asks]
        raw = mine.raw if mine else as_typed(asks, ticket.fields)
        known = await options(tx, ticket.key.collectivity_id, asks, raw, today, ticket.on_behalf_of)
        filled = mine.filled if mine else read(asks, raw, today, known.find, ticket.fields)
        faults = by_input((fault.name, fault.text) for fault in filled.faults) if mine else {}
        asked = draw(asks, raw, filled, known, faults, mark=f"{one.name}-")
        found.append(Way(one, asked, mine is not None, mine.text if mine else "", mine.error if mine else ""))
    return found


async def typed(tx: Transaction, ticket: CitizenRequest, definition: Definition, name: str, raw: Raw, today: date) -> Filled:
    """What was typed on the way of a transition of his; nothing on that of any other."""
    one = definition.by_name.get(name)
    asks = [definition.by_field[asked] for asked in one.asks] if one and ROLE in one.who else []
    known = await options(tx, ticket.key.collectivity_id, asks, raw, today, ticket.on_behalf_of)
    return fill(definition, asks, raw, today, known.find, ticket.fields)


def _possible(definition: Definition, one: Transition, ticket: CitizenRequest) -> bool:
    try:
        return not guarded(definition, one, ticket.fields, ticket.facts())
    except UnsaidFact:  # it asks what only the moment itself says: it is told when it is made
        return True
