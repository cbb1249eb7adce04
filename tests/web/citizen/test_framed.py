"""Our forms within the pages of members' web sites, as a browser asks for them: who may frame them, and where a request came from."""

from __future__ import annotations

import pytest

from grc import clock
from grc.actions.house import House
from grc.actions.name_sites import name_by_operator
from grc.db.transaction import WORKER, Database
from tests.makers.citizen import Site, send, visit
from tests.support.world import AGENCY, SAINTE_MER, World

TOWN, PORTAL = "https://www.sainte-mer.example", "https://portail.agence.example"
CONTACT = "/40902/cadre/contact"
TYPED = {"objet": "Lampadaire", "message": "Il est éteint.", "nom": "Marie Lafitte", "courriel": "marie@habitants.example"}


@pytest.fixture
async def sites(db: Database, world: World) -> None:
    """The town and the agency have named a web site each."""
    async with db.transaction(WORKER) as tx:
        await name_by_operator(tx, SAINTE_MER, [TOWN], clock.now())
        await name_by_operator(tx, AGENCY, ["portail.agence.example"], clock.now())


async def ancestors(site: Site, path: str, **headers: str) -> str:
    answer = await site.get(path, headers=headers, allow_redirects=False)
    assert "Set-Cookie" not in answer.headers or "/cadre/" not in path  # third-party cookies are blocked: nothing of this may need one
    return answer.headers["Content-Security-Policy"].rpartition("frame-ancestors ")[2]


async def test_the_sites_of_a_town_and_of_the_agency_may_frame_its_forms_and_nothing_else_may_be_framed(site: Site, sites: None) -> None:
    assert await ancestors(site, CONTACT) == f"'self' {PORTAL} {TOWN}"
    assert await ancestors(site, "/40902/cadre/demarches/street_light") == f"'self' {PORTAL} {TOWN}"
    assert await ancestors(site, "/40902/cadre/demarches/no_such") == f"'self' {PORTAL} {TOWN}"
    assert await ancestors(site, "/40903/cadre/contact") == f"'self' {PORTAL}"
    assert await ancestors(site, "/cadre/demarches?lieu=x") == f"'self' {PORTAL}"
    assert await ancestors(site, "/99999/cadre/contact") == "'self'"
    for path in (
        "/",
        "/40902",
        "/40902/contact",
        "/demarches",
        "/suivi",
        "/suivi/" + "a" * 22,
        "/agent/connexion",
        "/agent",
        "/admin/sites",
    ):
        assert await ancestors(site, path) == "'none'", path


async def test_a_framed_request_says_which_page_it_came_from_and_no_more_of_it_than_its_path(
    site: Site, working: House, sites: None, db: Database
) -> None:
    page = await visit(site, f"{CONTACT}?page={TOWN}/vie-pratique/nous-ecrire%3Fjeton=secret%23bas&couleur=1c5a45")
    receipt = await send(site, page, typed=TYPED)
    assert receipt.status == 200
    assert "/40902/cadre/contact/recu/" in str(receipt.url)
    assert 'target="_blank"' in receipt.html  # the page of the request is never framed
    async with db.transaction(WORKER) as tx:
        [told] = await tx.conn.fetch("select data from event where what = 'came_from'")
        [line] = await tx.conn.fetch("select meta from received")
    assert told["data"]["page"] == line["meta"]["came_from"] == f"{TOWN}/vie-pratique/nous-ecrire"


@pytest.mark.parametrize(
    "claimed", ["https://ailleurs.example/x", "javascript:alert(1)", "https://www.sainte-mer.example.evil.example/", "//x", ""]
)
async def test_a_page_of_a_site_that_is_not_named_is_not_told(site: Site, working: House, sites: None, db: Database, claimed: str) -> None:
    page = await visit(site, f"{CONTACT}?page={claimed}")
    await send(site, page, typed={**TYPED, "venu": claimed})
    async with db.transaction(WORKER) as tx:
        assert await tx.conn.fetch("select from event where what = 'came_from'") == []
        assert len(await tx.conn.fetch("select from ticket")) == 1


async def test_a_plain_link_tells_its_page_by_the_referrer(site: Site, working: House, sites: None) -> None:
    answer = await site.get("/40902/contact", headers={"Referer": f"{TOWN}/accueil?q=1"})
    assert f'name="venu" value="{TOWN}/accueil"' in await answer.text()


async def test_colours_of_the_page_around_are_readable_and_go_along(site: Site, sites: None) -> None:
    page = await (await site.get(f"{CONTACT}?couleur=ffee00&fond=ffffff")).text()
    assert 'href="/couleurs.css?couleur=ffee00&amp;fond=ffffff"' in page
    assert 'data-theme="light"' in page
    sheet = await (await site.get("/couleurs.css?couleur=ffee00&fond=ffffff")).text()
    assert "--dune:#ffffff" in sheet
    assert "ffee00" not in sheet
    assert await (await site.get("/couleurs.css?couleur=red}body{x&fond=zz")).text() == ""
