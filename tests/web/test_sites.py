"""Administrators say which web sites may show their forms, and are given what to paste there."""

from __future__ import annotations

import html
from dataclasses import replace

import pytest
from markupsafe import Markup

from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.web.citizen.place import Place
from grc.web.pages.sites import SHARED, snippets
from tests.makers.agents import Browser, Door
from tests.support.arrivals import arrive, form, rows
from tests.support.world import AGENCY, BOISVERT, SAINTE_MER


@pytest.fixture
async def claire(house: House, door: Door) -> Browser:
    """She administers Sainte-Mer."""
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update membership set role = 'admin' where agent_id = (select id from agent where email like 'claire@%')")
    return await door("claire")


async def test_sites_are_named_and_what_is_none_is_told_beside_it(claire: Browser, house: House) -> None:
    done = await claire.post("/admin/sites", collectivite=str(SAINTE_MER), sites="www.sainte-mer.example\n\n https://ecole.example/x ")
    assert (done.status, done.headers["Location"]) == (303, f"/admin/sites?collectivite={SAINTE_MER}&fait=enregistrer")
    wrong = await claire.post("/admin/sites", collectivite=str(SAINTE_MER), sites="www.autre.example\n<b>")
    assert wrong.status == 422
    assert "« &lt;b&gt; » n’est pas l’adresse d’un site" in wrong.text.replace("\N{NO-BREAK SPACE}", " ")
    kept = await rows(house, "select collectivity_id, origin from web_site order by origin")
    assert [tuple(row) for row in kept] == [(SAINTE_MER, "https://ecole.example"), (SAINTE_MER, "https://www.sainte-mer.example")]
    page = html.unescape((await claire.get("/admin/sites?formulaire=street_light")).text)
    assert 'data-collectivite="40902" data-demarche="street_light"' in page
    assert 'src="/40902/cadre/demarches/street_light"' in page


async def test_only_the_administrators_of_a_collectivity_name_its_sites(claire: Browser, door: Door, house: House) -> None:
    for whose in (BOISVERT, AGENCY):
        assert (await claire.post("/admin/sites", collectivite=str(whose), sites="www.x.example")).status == 404
    paul = await door("paul")
    assert (await paul.get("/admin/sites")).status == 404
    assert await rows(house, "select from web_site") == []


async def test_an_agent_reads_from_which_page_a_request_was_written(claire: Browser, house: House) -> None:
    sent = form({"message": "Bonjour."})
    opened = await arrive(house, replace(sent, meta={**sent.meta, "came_from": "https://www.sainte-mer.example/nous-ecrire"}))
    page = html.unescape((await claire.get(f"/agent/demandes/{opened['ticket']}")).text)
    assert "<dt>Depuis la page</dt>" in page
    assert "Écrite depuis la page https://www.sainte-mer.example/nous-ecrire" in page


def test_what_is_pasted_is_quoted_whatever_a_type_is_called() -> None:
    here = Place(2, "commune", "40902", "Sainte-Mer", active=True, email="", phone="", postal_address=(), accent="")
    made = snippets("https://grc.example", here, "x", '"><script>')
    assert "<script>" not in made.iframe
    assert Markup.escape('"><script>') in made.link
    shared = snippets("https://grc.example", here, SHARED, "À qui s’adresser ?")
    assert 'src="https://grc.example/cadre/demarches"' in shared.iframe
    assert "data-collectivite" not in shared.script
