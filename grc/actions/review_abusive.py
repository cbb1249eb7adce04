"""Two weeks before a mark of abuse ends, whoever leads is asked whether it should: a request of that source says so."""

from __future__ import annotations

from datetime import datetime

from grc.actions.draft import Draft
from grc.actions.silence import last_day
from grc.db.transaction import WORKER, Database
from grc.tickets import abusive, store

MOST = 50
ALARM = "abusive_review"


async def review(db: Database, now: datetime) -> int:
    """Puts the marks whose end comes near up for review, each once; how many."""
    async with db.transaction(WORKER) as tx:
        taken = await abusive.to_review(tx, now, MOST)
        for marked in taken:
            key = await abusive.to_look_at(tx, marked)
            if key is None:
                continue  # it went to another body: the list of sources still says so
            ticket = await store.lock(tx, key)
            draft = Draft(key, now, "Échéances")
            draft.tell(ALARM, f"{marked.value}\N{NO-BREAK SPACE}: le signalement prend fin le {last_day(marked.until)}.", kind=marked.kind)
            draft.columns |= {"alarm": ALARM, "unread": True} if ticket.alarm is None else {"unread": True}
            await store.write(tx, draft.amending(ticket))
    return len(taken)
