"""What the page of a ticket says of a third party: whom one may write to, and the reference it seems to have given. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grc.actions.escalate import THEIR_REFERENCE
from grc.actions.write import plausible
from grc.messages.foreign_reference import reference_in
from grc.tickets.page import TicketPage
from workflows.definition import Definition


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody a register knows: the line it stands in, and the address."""

    name: str
    address: str


def parties(definition: Definition | None, fields: Mapping[str, Any]) -> list[Party]:
    """The addresses that the lines of registers on this ticket carry: the editor of its software, its supplier."""
    found: dict[str, Party] = {}
    for field in definition.fields if definition else ():
        line = fields.get(field.name)
        if field.kind == "record" and isinstance(line, Mapping):
            for value in line.values():
                if isinstance(value, str) and plausible(value.lower()):
                    found.setdefault(value.lower(), Party(str(line.get("title") or field.label), value.lower()))
    return list(found.values())


def proposed(definition: Definition | None, ticket: TicketPage) -> str:
    """The reference the third party gave in its last messages, where the type has room for one and none is kept yet; else empty."""
    if definition is None or THEIR_REFERENCE not in definition.by_field or ticket.fields.get(THEIR_REFERENCE):
        return ""
    for message in reversed(ticket.messages):
        if message.audience == "third" and message.direction == "in":
            found = reference_in(message.subject, message.body_text, ticket.reference)
            if found:
                return found
    return ""


def values(definition: Definition | None, ticket: TicketPage, typed: str) -> dict[str, Any]:
    """The values of `_compose.html` and `_third.html`; `typed` is an address that could not be taken."""
    known: Sequence[Party] = parties(definition, ticket.fields)
    return {
        "parties": known,
        "third": typed or ticket.third_addr or (known[0].address if known else ""),
        "their_reference": proposed(definition, ticket),
    }
