"""A collectivity says on its legal pages who publishes and who answers for personal data: only with all that the law wants."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

from grc.collectivities import legal_pages
from grc.collectivities.kinds import kinds
from grc.collectivities.legal_pages import LegalPages, Missing, missing
from grc.db.transaction import Transaction
from grc.errors import BadInput, Forbidden
from grc.people.agents import SignedIn

LONGEST = 4_000


async def word_pages(tx: Transaction, agent: SignedIn, collectivity_id: int, pages: LegalPages, now: datetime) -> tuple[Missing, ...]:
    """Publishes the pages, or says what is missing and changes nothing. Forbidden to all but administrators."""
    if not agent.may("admin", collectivity_id):
        raise Forbidden("Seule l’administration de la collectivité peut changer ses pages légales.")
    for field in fields(pages):
        value = getattr(pages, field.name)
        if isinstance(value, str) and len(value) > LONGEST:
            raise BadInput(field.name, f"Ce texte est trop long\u00a0: {LONGEST} signes au plus.")
    hosts = (await kinds(tx, [collectivity_id]))[collectivity_id] == "agency"
    found = missing(pages, hosts=hosts)
    if not found:
        await legal_pages.put(tx, collectivity_id, pages, now, agent.id)
    return found
