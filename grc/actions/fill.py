"""An agent mends or completes the fields of a request; the timeline says what changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from grc.actions.case import take
from grc.db.transaction import Transaction
from grc.errors import Conflict
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey
from workflows.computed import computed
from workflows.parts.fields import Field
from workflows.values import say

LONGEST = 80  # characters of a value in the timeline
MEANWHILE = (
    "Un collègue a modifié ces renseignements pendant que vous les aviez sous les yeux. Les vôtres sont encore là : vérifiez, puis "
    "enregistrez de nouveau."
)


async def fill(
    tx: Transaction, agent: SignedIn, ticket: TicketKey, values: Mapping[str, Any], names: Collection[str], seen: str, now: datetime
) -> bool:  # fmt: skip
    """Sets the fields of these names to these values, those without one become empty; whether anything changed.

    Conflict where the fields are no longer those that `seen` is the mark of.
    """
    case = await take(tx, agent, ticket, now)
    before = case.ticket.fields
    if mark(before) != seen:
        raise Conflict(MEANWHILE)
    after = dict(computed(case.definition, {**{name: kept for name, kept in before.items() if name not in names}, **values}))
    changed = list(changes(case.definition.fields, before, after))
    if not changed:
        return False
    case.draft.columns["fields"] = after
    case.draft.tell(
        "filled", f"{' ; '.join(changed)}.", fields=sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    )
    await case.write(tx)
    return True


def mark(fields: Mapping[str, Any]) -> str:
    """The mark of the fields as they stand: a form carries it, so that nobody writes over what he has not seen."""
    return hashlib.sha256(json.dumps(dict(fields), sort_keys=True).encode()).hexdigest()[:16]


def changes(fields: Iterable[Field], before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
    """What changed, field by field: « Urgence : basse → haute »."""
    for one in fields:
        if before.get(one.name) != after.get(one.name):
            old, new = (_short(say(one, values.get(one.name))) for values in (before, after))
            yield f"{one.label.rstrip(' :')}\u00a0: {f'{old} → ' if old else ''}{new or 'vide'}"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST else words[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
