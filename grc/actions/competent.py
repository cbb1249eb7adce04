"""Who is competent for a request of a collectivity: what its type, its place and its words say to the rules of the agency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from grc.clock import PARIS
from grc.collectivities.competence import Place
from grc.collectivities.competence_rows import home_of, place_of, rules
from grc.collectivities.kinds import agency
from grc.db.transaction import Transaction
from grc.types import store as types
from routing.competence import Proposal, Subject, choices, competent
from workflows.definition import Definition
from workflows.propose import propose


async def proposals(
    tx: Transaction, collectivity_id: int, definition: Definition | None, fields: Mapping[str, Any], text: str, now: datetime
) -> Sequence[Proposal]:
    """The bodies that are competent, the likeliest first, each with its reason; none where the agency has no rule for it.

    `fields` are those of the request, `text` its subject and its first words. Where no field says the commune, it is about the place that
    the collectivity stands for.
    """
    standing = await rules(tx)
    if not standing:
        return ()
    subject = Subject(definition.name, definition.title, text) if definition is not None else Subject(text=text)
    return competent(subject, await _place(tx, collectivity_id, definition, fields), standing, now.astimezone(PARIS).date())


async def bodies(tx: Transaction, insee: str, text: str, now: datetime) -> Sequence[Proposal]:
    """Who is competent in a commune for what somebody says in his own words, each with the reason as he is told it; nobody where no rule
    covers it. Where no rule knows his words, what the types of request know of them may still tell."""
    standing, place, today = await rules(tx), await place_of(tx, insee), now.astimezone(PARIS).date()
    found = choices(Subject(text=text), place, standing, today)
    if found or not standing or (owner := await agency(tx)) is None:
        return found
    likely = propose(text, [one.definition for one in await types.offered(tx, owner, on=today)], most=1)
    return choices(Subject(likely[0].definition.name, likely[0].definition.title), place, standing, today) if likely else ()


async def _place(tx: Transaction, collectivity_id: int, definition: Definition | None, fields: Mapping[str, Any]) -> Place | None:
    named = (fields.get(field.name) for field in (definition.fields if definition else ()) if field.kind == "place")
    code = next((str(value["insee"]) for value in named if isinstance(value, Mapping) and value.get("insee")), "")
    found = await place_of(tx, code) if code else None
    return found or await home_of(tx, collectivity_id)


async def subjects(tx: Transaction) -> Mapping[str, str]:
    """The types of request that a rule of the agency may name, with their titles."""
    owner = await agency(tx)
    offered = await types.offered(tx, owner, on=None) if owner is not None else ()
    return {one.definition.name: one.definition.title for one in offered}
