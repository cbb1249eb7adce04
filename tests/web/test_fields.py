"""The fields of a ticket on an agent's pages: told in words, mended with what changed in the timeline, asked for on the way of a step."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from grc.actions.house import House
from grc.db.transaction import Database
from tests.makers.agents import Browser, Door
from tests.makers.types import QUOTE, QUOTE_STEPS, document, publish
from tests.support.arrivals import arrive, form, row, rows
from tests.support.world import AGENCY


@pytest.fixture
async def reference(house: House, db: Database) -> str:
    """A typed request of Sainte-Mer, just arrived."""
    await publish(db, AGENCY, document(QUOTE, QUOTE_STEPS))
    given = {"type": "devis_essai", "champs": {"besoin": "Une rampe", "urgence": "basse"}, "telephone": "+33558123456"}
    return str((await arrive(house, form(given)))["ticket"])


def page_of(reference: str) -> str:
    return f"/agent/demandes/{reference}"


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u00a0", " ").split())


async def fields(house: House) -> dict[str, Any]:
    return dict((await row(house, "select fields from ticket"))["fields"])


async def seen(claire: Browser, reference: str) -> str:
    found = re.search(r'name="vu_le" value="([0-9a-f]+)"', (await claire.get(f"{page_of(reference)}/renseignements")).text)
    assert found is not None
    return found[1]


async def test_the_side_tells_the_fields_in_words(claire: Browser, reference: str) -> None:
    told = words((await claire.get(page_of(reference))).text)
    for said in ("Votre besoin Une rampe", "Urgence Basse", "Téléphone 05 58 12 34 56", "Modifier"):
        assert said in told, said
    assert "Urgence basse" not in told, "a raw value on the screen"


async def test_an_agent_mends_the_fields_and_the_timeline_says_what_changed(claire: Browser, house: House, reference: str) -> None:
    path = f"{page_of(reference)}/renseignements"
    shown = await claire.get(path)
    assert 'value="Une rampe"' in shown.text
    assert "Ajoutés par le service" in words(shown.text)
    done = await claire.post(
        path,
        vu_le=await seen(claire, reference),
        vue="tous",
        **{"c.besoin": "Une rampe d’accès", "c.urgence": "haute", "c.montant": "1 000"},
    )
    assert (done.status, done.headers["Location"]) == (303, f"{page_of(reference)}?vue=tous&fait=remplir")
    assert await fields(house) == {
        "besoin": "Une rampe d’accès", "urgence": "haute", "montant": 1000, "avec_taxe": 1200, "phone": "+33558123456",
    }  # fmt: skip
    told = words((await claire.get(done.headers["Location"])).text)
    assert "Renseignements enregistrés" in told
    assert "Renseignements modifiés" in told
    assert "Votre besoin : Une rampe → Une rampe d’accès ; Urgence : Basse → Haute ; Montant : 1 000 €" in told.replace("\u202f", " ")
    assert "Toutes taxes comprises 1 200 €" in told.replace("\u202f", " ")


async def test_saving_what_nobody_changed_says_nothing(claire: Browser, house: House, reference: str) -> None:
    path = f"{page_of(reference)}/renseignements"
    done = await claire.post(path, vu_le=await seen(claire, reference), **{"c.besoin": "Une rampe", "c.urgence": "basse"})
    assert done.headers["Location"] == f"{page_of(reference)}?vue=tous"
    assert await rows(house, "select from event where what = 'filled'") == []


async def test_what_is_wrong_is_told_beside_it_and_stays_typed(claire: Browser, house: House, reference: str) -> None:
    answer = await claire.post(
        f"{page_of(reference)}/renseignements", vu_le=await seen(claire, reference), **{"c.besoin": "Un pont", "c.montant": "beaucoup"}
    )
    assert answer.status == 422
    assert "Écrivez un nombre en chiffres" in words(answer.text)
    for kept in ('value="Un pont"', 'value="beaucoup"', 'aria-describedby="c-montant-faute'):
        assert kept in answer.text, kept
    assert (await fields(house))["besoin"] == "Une rampe"


async def test_what_a_colleague_did_meanwhile_is_not_written_over(claire: Browser, house: House, reference: str) -> None:
    path, before = f"{page_of(reference)}/renseignements", await seen(claire, reference)
    assert (await claire.post(path, vu_le=before, **{"c.besoin": "Du collègue"})).status == 303
    late = await claire.post(path, vu_le=before, **{"c.besoin": "De moi"})
    assert late.status == 409
    assert "Un collègue a modifié ces renseignements" in words(late.text)
    assert 'value="De moi"' in late.text
    assert (await fields(house))["besoin"] == "Du collègue"
    again = re.search(r'name="vu_le" value="([0-9a-f]+)"', late.text)
    assert again is not None
    assert (await claire.post(path, vu_le=again[1], **{"c.besoin": "De moi"})).status == 303


async def test_nobody_mends_what_is_not_his(door: Door, reference: str) -> None:
    bea = await door("bea")
    assert (await bea.get(f"{page_of(reference)}/renseignements")).status == 404
    assert (await bea.post(f"{page_of(reference)}/renseignements", **{"c.besoin": "x"})).status == 404


async def test_a_step_whose_guard_does_not_hold_is_shown_with_the_reason(claire: Browser, reference: str) -> None:
    page = await claire.get(page_of(reference))
    assert re.search(r'<button class="choice" disabled aria-describedby="non-plan">Planifier</button>', page.text)
    assert "Chiffrez d’abord la demande." in words(page.text)
    forced = await claire.post(f"{page_of(reference)}/etape", etape="plan")
    assert forced.status == 409
    assert "Chiffrez d’abord la demande." in words(forced.text)


async def test_a_step_asks_its_fields_on_the_way_and_keeps_them(claire: Browser, house: House, reference: str) -> None:
    page = await claire.get(page_of(reference))
    assert 'name="c.montant"' in page.text
    done = await claire.post(f"{page_of(reference)}/etape", etape="price", **{"c.montant": "12,50", "c.secret": "pirate"})
    assert done.status == 303
    kept = await fields(house)
    assert (kept["montant"], kept["avec_taxe"]) == (12.5, 15)
    assert "secret" not in kept, "a step takes what it asks for and nothing else"
    assert "Planifier" in words((await claire.get(page_of(reference))).text)
    assert "Chiffrez d’abord" not in words((await claire.get(page_of(reference))).text)


async def test_what_a_step_lacks_is_told_beside_it_in_the_open_page(claire: Browser, house: House, reference: str) -> None:
    for headers in ({}, {"HX-Request": "true", "HX-Request-Type": "partial"}):
        answer = await claire.post_as(
            headers, f"{page_of(reference)}/etape", etape="price", texte="Voici.", **{"c.montant": "0", "c.pourquoi": "Gardé"}
        )
        assert answer.status == 422
        assert "Écrivez un nombre d’au moins 1 €" in words(answer.text)
        assert 'id="price-c-montant-faute"' in answer.text
        assert ">Voici.</textarea>" in answer.text
        assert re.search(r'<details class="sub" open><summary>Chiffrer', answer.text)
    empty = await claire.post(f"{page_of(reference)}/etape", etape="price", **{"c.montant": ""})
    assert "Renseignez « Montant »." in words(empty.text)
    assert "montant" not in await fields(house)


async def test_a_condition_among_what_a_step_asks_is_asked(claire: Browser, house: House, reference: str) -> None:
    page = await claire.post(f"{page_of(reference)}/etape", etape="price", **{"c.montant": "5000"})
    assert page.status == 422
    assert "Renseignez « Pourquoi si cher »" in words(page.text)
    done = await claire.post(f"{page_of(reference)}/etape", etape="price", **{"c.montant": "5000", "c.pourquoi": "Le béton"})
    assert done.status == 303
    assert (await fields(house))["pourquoi"] == "Le béton"
