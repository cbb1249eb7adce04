"""The blocks beside a ticket that its type calls for: whether the member is covered for it, and what the type's module shows of its own."""

from __future__ import annotations

from collections.abc import Sequence

from grc.clock import PARIS
from grc.records.cover import cover
from grc.tickets.page import TicketPage
from grc.types import store as types
from grc.web.cover import asked_by, term
from grc.web.desk import Desk
from grc.web.module import Panel, with_panels
from grc.web.parts import MODULES
from workflows.catalogue import UnknownType, catalogue
from workflows.definition import Definition

DEEPEST = 10  # types made from types made from…


async def panels(desk: Desk, ticket: TicketPage, definition: Definition | None) -> Sequence[Panel]:
    """The blocks for this ticket, in their order."""
    if definition is None:
        return ()
    found = []
    today = desk.now.astimezone(PARIS).date()
    covered = await cover(desk.tx, definition, ticket.member_id, today)
    if covered is not None:
        found.append(Panel("agent/_cover.html", {"cover": covered, "term": term(covered), "asked_by": asked_by(covered)}))
    module = with_panels(desk.request.app[MODULES].get(await module_of(desk, definition)))
    if module is not None:
        found.extend(await module.panels(desk, ticket, definition))
    return found


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
