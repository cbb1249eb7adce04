"""Types for tests of what one ticket says to many: a breakdown that people report, and the major one that speaks for all of them."""

from __future__ import annotations

from grc.db.transaction import WORKER, Database
from tests.makers.types import document, publish

BREAKDOWN = document(
    """
name: essai_panne
version: 1
title: Signaler une panne
summary: Pour les essais.
fields: []
"""
)
MAJOR = """
name: essai_majeur
version: 1
title: Panne majeure
summary: Pour les essais.
audience: internal
initial: declared
legal: {regime: none, article: L112-2, why: Suivi interne.}
states:
  declared: {label: Déclarée, citizen: Nous cherchons la cause., phase: open}
  solved: {label: Résolue, citizen: La panne est réparée., phase: closed}
transitions:
  - name: tell
    label: Écrire à tous
    from: [declared]
    who: [agent, chief, admin]
    text: {label: Votre message}
    effects: [{do: tell_linked, message: true}]
  - name: solve
    label: Résoudre et tout clore
    from: [declared]
    to: solved
    who: [agent, chief, admin]
    text: {label: Ce que chacun doit savoir}
    effects: [{do: tell_linked, transition: close, message: true}]
reactions:
  - on: opened
    effects: [{do: mark_unread}]
"""


async def majors(db: Database, collectivity_id: int) -> None:
    """From now on « panne » in a message of this collectivity makes it a breakdown, « majeur » the major one."""
    for text in (BREAKDOWN, MAJOR):
        await publish(db, collectivity_id, text)
    await becomes(db, collectivity_id, {"panne": "essai_panne", "majeur": "essai_majeur"})


async def becomes(db: Database, collectivity_id: int, kinds: dict[str, str]) -> None:
    """From now on a message with one of these words is of that type."""
    async with db.transaction(WORKER) as tx:
        for position, (word, kind) in enumerate(kinds.items()):
            await tx.conn.execute(
                "insert into rule (collectivity_id, position, name, conditions, outcome) values ($1, $2, $3, $4, $5)",
                collectivity_id, position, word, {"words": [word]}, {"type": kind},
            )  # fmt: skip
