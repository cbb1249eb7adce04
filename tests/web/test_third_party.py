"""The third choice of the box of answers: a third party, whose exchanges stand apart, and on no page but the agents'."""

from __future__ import annotations

import pytest

from grc.actions.house import House
from tests.makers.agents import Browser, Door, Site
from tests.support.arrivals import arrive, form, row, send_all

EDITOR = "support@editeur.example"
SECRET = "Entre nous, l’éditeur est lent."


@pytest.fixture
async def reference(house: House) -> str:
    """A ticket of the reception of Sainte-Mer."""
    return str((await arrive(house, form()))["ticket"])


async def test_a_word_to_a_third_party_stands_apart_and_only_where_agents_look(
    claire: Browser, house: House, site: Site, reference: str
) -> None:
    path = f"/agent/demandes/{reference}"
    assert "Écrire à un tiers" in (await claire.get(path)).text
    done = await claire.post(f"{path}/repondre", genre="tiers", tiers=EDITOR, texte=SECRET)
    assert (done.status, done.headers["Location"]) == (303, f"{path}?vue=tous&fait=tiers")
    page = (await claire.get(path)).text
    assert SECRET in page
    assert "le demandeur ne le voit pas" in page
    assert f'value="{EDITOR}"' in page, "the next word goes there too"
    await send_all(house)
    stands = await row(house, "select tracking_token from ticket where reference = $1", reference)
    async with site.get(f"/suivi/{stands['tracking_token']}") as answer:
        theirs = await answer.text()
    assert answer.status == 200
    assert SECRET not in theirs
    assert EDITOR not in theirs


async def test_what_was_typed_stays_where_the_address_cannot_be_taken(claire: Browser, reference: str) -> None:
    path = f"/agent/demandes/{reference}"
    for address in ("support", "jeanne@habitants.example", "mairie@sainte-mer.example"):
        answer = await claire.post(f"{path}/repondre", genre="tiers", tiers=address, texte=SECRET)
        assert answer.status == 422
        assert SECRET in answer.text
        assert f'value="{address}"' in answer.text
        assert 'value="tiers" checked' in answer.text


@pytest.mark.parametrize("who", ["bea", "luc"])  # of another town; of another service of the same town
async def test_a_third_party_is_not_written_to_about_a_ticket_of_others(door: Door, house: House, reference: str, who: str) -> None:
    browser = await door(who)
    for act, typed in (("repondre", {"genre": "tiers", "tiers": EDITOR, "texte": "x"}), ("reference", {"valeur": "SUP-1234"})):
        theirs = await browser.post(f"/agent/demandes/{reference}/{act}", **typed)
        nothing = await browser.post(f"/agent/demandes/0000-000/{act}", **typed)
        assert theirs.status == nothing.status == 404
        assert theirs.text == nothing.text
    assert (await row(house, "select third_addr from ticket where reference = $1", reference))["third_addr"] == ""
