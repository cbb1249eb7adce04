"""The blocks beside a ticket that its type calls for: who else seems competent, whether the member is covered, what its module shows."""

from __future__ import annotations

from collections.abc import Sequence

from grc.actions.competent import proposals
from grc.clock import PARIS
from grc.records.cover import cover
from grc.tickets.page import TicketPage
from grc.types import store as types
from grc.web.cover import asked_by, term
from grc.web.desk import Desk
from grc.web.module import Panel, with_panels
from grc.web.parts import MODULES
from routing.competence import elsewhere
from workflows.catalogue import UnknownType, catalogue
from workflows.definition import Definition

DEEPEST = 10  # types made from types made from…


async def panels(desk: Desk, ticket: TicketPage, definition: Definition | None) -> Sequence[Panel]:
    """The blocks for this ticket, in their order."""
    if definition is None:
        return ()
    found = await _competence(desk, ticket, definition)
    today = desk.now.astimezone(PARIS).date()
    covered = await cover(desk.tx, definition, ticket.member_id, today)
    if covered is not None:
        found.append(Panel("agent/_cover.html", {"cover": covered, "term": term(covered), "asked_by": asked_by(covered)}))
    module = with_panels(desk.request.app[MODULES].get(await module_of(desk, definition)))
    if module is not None:
        found.extend(await module.panels(desk, ticket, definition))
    return found


async def _competence(desk: Desk, ticket: TicketPage, definition: Definition) -> list[Panel]:
    """Who seems competent in our place, for a request that is still ours to answer."""
    if ticket.phase == "closed" or ticket.member_id is not None or definition.audience != "citizen":
        return []
    said = next((message.body_text for message in ticket.messages if message.direction == "in"), "")
    found = await proposals(desk.tx, ticket.key.collectivity_id, definition, ticket.fields, f"{ticket.subject}\n{said}", desk.now)
    proposal = elsewhere(found, ticket.key.collectivity_id)
    return [Panel("agent/_competence.html", {"proposal": proposal})] if proposal is not None else []


async def module_of(desk: Desk, definition: Definition) -> str:
    """The name of the module that a type stands in, or that it was made from; empty where there is none."""
    for _ in range(DEEPEST):
        entry = catalogue().newest.get(definition.name)
        if entry is not None:
            return entry.folder.name
        if definition.extends is None:
            return ""
        try:
            definition = await types.definition(desk.tx, *definition.extends)
        except UnknownType:
            return ""
    return ""
