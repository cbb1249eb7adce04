"""Administrators make types of request in the browser: a draft, its faults, its publication; and nobody touches another's."""

from __future__ import annotations

import pytest

from grc.actions.house import House
from grc.types import drafts, store
from tests.makers.agents import Browser, Door
from tests.support.arrivals import row, rows
from tests.support.world import AGENCY


@pytest.fixture
async def odile(door: Door) -> Browser:
    """Runs the installation at the agency: its administrator as well."""
    return await door("odile")


async def begin(who: Browser, title: str = "Réserver une salle", base: str = "general", how: str = "copie") -> str:
    """A new draft; its address."""
    answer = await who.post("/admin/types/nouveau", titre=title, base=base, maniere=how)
    assert answer.status == 303, answer.text
    return answer.headers["Location"].partition("/brouillon")[0]


async def test_a_type_is_made_and_published(odile: Browser, house: House) -> None:
    root = await begin(odile)
    assert root == "/admin/types/reserver_salle"
    for part in ("general", "champs", "etats", "actes", "reactions", "echeances", "textes", "documents", "chiffres", "scenarios", "texte"):
        page = await odile.get(f"{root}/brouillon/{part}")
        assert page.status == 200, page.text
    answer = await odile.post(f"{root}/brouillon/ajouter", **{"chemin": "fields", "libelle:fields": "Quelle salle ?", "genre:fields": "text"})
    assert answer.status == 303
    answer = await odile.post(f"{root}/publier")
    assert answer.status == 303, answer.text
