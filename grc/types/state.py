"""How a definition calls the state a ticket is in."""

from __future__ import annotations

from grc.db.transaction import Transaction
from grc.types import store
from workflows.catalogue import UnknownType


async def label(tx: Transaction, type: str, version: int, variant: int, state: str) -> str:
    """The state in words: « En cours ». The bare word where the definition is no longer there."""
    try:
        known = (await store.definition(tx, type, version, variant)).states.get(state)
    except UnknownType:
        return state
    return known.label if known else state
