"""Everything about one ticket as one document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import NotFound

_queries = sql.load(__file__, "dossier.sql")


async def dossier(tx: Transaction, reference: str) -> Mapping[str, Any]:
    """The document of the ticket with this reference. NotFound where there is none that this transaction may see."""
    row = await _queries.dossier(tx.conn, reference=reference)
    if row is None:
        raise NotFound(f"Aucune demande ne porte la référence {reference}.")
    document: Mapping[str, Any] = row["document"]
    return document
