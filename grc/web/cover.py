"""What a member's subscription is said as: beside a request, and on the form before one asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from grc.db.transaction import Transaction
from grc.records.cover import Cover, cover
from workflows.catalogue import catalogue
from workflows.dates import in_words
from workflows.definition import Definition
from workflows.form import PREFIX


@dataclass(frozen=True, slots=True)
class NotCovered:
    """The member does not subscribe to what this form is about. `path` is where he asks for it; empty where nobody offers that."""

    path: str = ""


async def not_covered(tx: Transaction, definition: Definition, member_id: int, today: date) -> NotCovered | None:
    """What the form says to a member who has no line for it today; None where he has one, or the type asks for none."""
    found, asked = await cover(tx, definition, member_id, today), definition.covered_by
    if found is None or asked is None or found.subscribed:
        return None
    entry = catalogue().newest.get(found.register.asked_by or "")
    if entry is None or entry.definition.name == definition.name:
        return NotCovered()
    query = {"pour": member_id, PREFIX + asked.field: asked.value}  # the form passes over what it does not ask
    return NotCovered(f"/agent/agence/nouvelle/{entry.definition.name}?{urlencode(query)}")


def term(covered: Cover) -> str:
    """From when until when a line holds: `depuis le 1er mars 2018`, `jusqu’au 31 mars 2028`."""
    since, until = _day(covered.since), _day(covered.until)
    return ", ".join(told for told in (since and f"depuis le {since}", until and f"jusqu’au {until}") if told)


def asked_by(covered: Cover) -> str:
    """The title of the type by which a member asks for such a line; empty where there is none."""
    entry = catalogue().newest.get(covered.register.asked_by or "")
    return entry.definition.title if entry is not None else ""


def _day(text: str) -> str:
    return in_words(date.fromisoformat(text)) if text else ""
