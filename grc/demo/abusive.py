"""The sources that the demonstration holds to be abusive: one whose end is near, one marked last week."""

from __future__ import annotations

from datetime import datetime, timedelta

from grc.actions.draft import Draft
from grc.actions.mark_abusive import end_of, review_at
from grc.actions.silence import last_day
from grc.db import sql
from grc.db.transaction import Transaction
from grc.tickets import abusive, store
from grc.tickets.abusive import Source
from grc.tickets.model import TicketKey

_queries = sql.load(__file__, "abusive.sql")

MONT_DE_MARSAN = 40192
# How many days ago each was marked, for how many, and why.
MARKS = (
    (80, 88, "La même réclame pour des panneaux solaires, envoyée vingt-trois fois en une semaine à tous les services."),
    (8, 182, "Quarante formulaires identiques en deux jours, sans réponse à nos questions."),
)


async def write(tx: Transaction, now: datetime) -> int:
    """Marks them, each from a request there is; how many."""
    for ago, days, why in MARKS:
        at = now - timedelta(days=ago)
        found = await _queries.request(tx.conn, collectivity_id=MONT_DE_MARSAN, before=at)
        assert found is not None, f"nobody wrote to Mont-de-Marsan before {at}"
        key, value = TicketKey(found["collectivity_id"], found["id"]), found["value"]
        until = end_of(at.date() + timedelta(days=days), at)
        await abusive.put(
            tx, key.collectivity_id, Source("email", value, None), why, found["reference"], found["agent_id"], until=until,
            review_at=review_at(until, at), told_at=at, now=at,
        )  # fmt: skip
        draft = Draft(key, at, await _queries.name_of(tx.conn, agent_id=found["agent_id"]), found["agent_id"])
        draft.tell("marked_abusive", f"{value}, jusqu’au {last_day(until)}. Elle en est prévenue. {why}", kind="email", value=value)
        await store.write(tx, draft.amending(await store.lock(tx, key)))
    return len(MARKS)
