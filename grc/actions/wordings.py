"""The notices of the law as a collectivity words them: read once a process, since a row never changes."""

from __future__ import annotations

from collections.abc import Mapping

from grc.db import sql
from grc.db.transaction import Transaction
from workflows.legal_notice import Wording

_queries = sql.load(__file__, "wordings.sql")
MOST_KNOWN = 5_000
_known: dict[int, Wording] = {}


async def wordings(tx: Transaction, numbers: Mapping[str, int]) -> Mapping[str, Wording]:
    """The words of these notices, by the names of the notices."""
    unread = [number for number in numbers.values() if number not in _known]
    if unread:
        if len(_known) + len(unread) > MOST_KNOWN:
            _known.clear()
        async for row in _queries.wordings(tx.conn, ids=list(numbers.values())):
            _known[row["id"]] = Wording(row["subject"], row["body_text"], row["body_html"])
    return {name: _known[number] for name, number in numbers.items()}
