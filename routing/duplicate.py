"""Whether this message is here already."""

from __future__ import annotations

from routing.model import Facts, Reason, SameFact


def duplicate(facts: Facts, collectivity_id: int) -> SameFact | None:
    """The message kept under the same Message-ID, in the same collectivity, with the same words; else None."""
    same = facts.same_message
    return same if same is not None and same.collectivity_id == collectivity_id and same.same_words else None


DUPLICATE = Reason("duplicate", "Ce message est déjà arrivé : il porte le même identifiant et dit la même chose.")
