"""An administrator says for how long a reply reopens a closed request."""

from __future__ import annotations

from datetime import datetime

from grc.collectivities import replies
from grc.db.transaction import Transaction
from grc.errors import BadInput, Forbidden
from grc.people.agents import SignedIn

MOST_DAYS = 3650


async def set_replies(tx: Transaction, agent: SignedIn, collectivity_id: int, days: int | None, now: datetime) -> None:
    """Keeps the number of days. BadInput outside 1 to MOST_DAYS; Forbidden to all but administrators of the collectivity."""
    if not agent.may("admin", collectivity_id):
        raise Forbidden("Seule l’administration de la collectivité peut changer ce réglage.")
    if days is None or not 1 <= days <= MOST_DAYS:
        raise BadInput("jours", f"Indiquez un nombre de jours, de 1 à {MOST_DAYS}.")
    await replies.keep(tx, collectivity_id, days, agent.id, now)
