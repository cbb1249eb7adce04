"""The agency says who is competent for what, where; every agent is told why, and nobody else may say it."""

from __future__ import annotations

import html
import re

import asyncpg
import pytest

from grc.actions.house import House
from grc.db.transaction import WORKER
from tests.makers.agents import Browser, Door
from tests.support.arrivals import arrive, form, row, rows
from tests.support.world import SAINTE_MER, World

WATER = {
    "sujet": "l’eau potable", "mots": "fuite d’eau\ncompteur d’eau", "qui": "outside", "organisme": "Syndicat des eaux du Tuc",
    "adresse-electronique": "Eau@syndicat.example", "appliquee": "1",
}  # fmt: skip


@pytest.fixture
async def odile(house: House, door: Door) -> Browser:
    """She administers the agency."""
    return await door("odile")


def words(page: str) -> str:
    return re.sub(r" ([.,])", r"\1", " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split()))


async def test_a_rule_is_written_listed_and_changed_with_who_did_it(odile: Browser, house: House) -> None:
    done = await odile.post("/admin/competences/nouvelle", **WATER, territoire="Sainte-Mer\n40903", debut="2026-01-01", type="general")
    assert (done.status, done.headers["Location"]) == (303, "/admin/competences?fait=enregistrer")
    kept = await row(house, "select * from competence")
    assert (kept["title"], kept["communes"], kept["body_email"], kept["collectivity_id"]) == (
        "L’eau potable", ["40902", "40903"], "eau@syndicat.example", 1,
    )  # fmt: skip
    listed = words((await odile.get(done.headers["Location"])).text)
    assert "L’eau potable à partir du jeudi 1er janvier 2026" in listed
    assert "Sainte-Mer, Boisvert Syndicat des eaux du Tuc" in listed
    assert "Odile Castets" in listed
    form_again = (await odile.get(f"/admin/competences/{kept['id']}")).text
    assert "Sainte-Mer\nBoisvert" in form_again
    changed = await odile.post(f"/admin/competences/{kept['id']}", **WATER | {"sujet": "L’eau", "appliquee": ""})
    assert changed.status == 303
    assert [(r["title"], r["communes"], r["active"]) for r in await rows(house, "select * from competence")] == [("L’eau", [], False)]


FAULTS: tuple[tuple[dict[str, str], str], ...] = (
    ({"mots": ""}, "Donnez au moins un mot, ou un type de demande."),
    ({"mots": "…"}, "n’est pas un mot"),
    ({"sujet": " "}, "Dites de quoi il s’agit"),
    ({"type": "rien"}, "Le type de demande « rien » n’existe pas."),
    ({"territoire": "Ailleurs"}, "« Ailleurs » n’est ni une commune ni une intercommunalité d’ici."),
    ({"qui": "collectivity", "collectivite-competente": "Nulle part"}, "Aucune collectivité ne s’appelle ainsi"),
    ({"qui": "tout le monde"}, "Dites qui est compétent."),
    ({"organisme": ""}, "Dites le nom de cet organisme."),
    ({"adresse-electronique": ""}, "Donnez son adresse électronique ou son adresse postale"),
    ({"adresse-electronique": "nulle part"}, "Il manque le signe @"),
    ({"debut": "2027-01-01", "fin": "2026-01-01"}, "La fin vient avant le début."),
    ({"debut": "le 1er"}, "Cette date n’existe pas"),
)


async def test_what_is_wrong_in_a_rule_is_told_beside_it_and_nothing_is_kept(odile: Browser, house: House) -> None:
    for typed, told in FAULTS:
        answer = await odile.post("/admin/competences/nouvelle", **WATER | typed)
        assert answer.status == 422
        assert told in words(answer.text)
    assert await rows(house, "select from competence") == []


async def test_a_case_is_tried_and_says_who_why_and_why_not_the_others(odile: Browser) -> None:
    await odile.post("/admin/competences/nouvelle", **WATER)
    await odile.post("/admin/competences/nouvelle", **WATER | {"sujet": "Le feu", "mots": "feu"})
    told = words((await odile.get("/admin/competences?essai=1&texte=Une+fuite+d'eau&commune=sainte-mer")).text)
    assert "L’eau potable à Sainte-Mer relève du Syndicat des eaux du Tuc : règle 1 de l’agence" in told
    assert "Règle 2, « Le feu » : Ni le type de la demande ni ses mots ne la concernent." in told
    assert "Aucune règle ne désigne quelqu’un" in words((await odile.get("/admin/competences?essai=1&texte=rien")).text)
    assert "Aucune commune d’ici" in words((await odile.get("/admin/competences?essai=1&commune=%00Rien")).text)


async def test_an_agent_reads_who_seems_competent_and_why_and_the_competent_one_reads_nothing(
    odile: Browser, door: Door, house: House
) -> None:
    await odile.post("/admin/competences/nouvelle", **WATER)
    opened = await arrive(house, form({"message": "Bonjour, il y a une fuite d’eau devant chez moi."}))
    claire = await door("claire")
    told = words((await claire.get(f"/agent/demandes/{opened['ticket']}")).text)
    assert "Cette demande semble relever de : Syndicat des eaux du Tuc" in told
    assert "règle 1 de l’agence, car la demande parle de « fuite d’eau »" in told
    await odile.post("/admin/competences/1", **WATER | {"qui": "commune"})
    assert "semble relever" not in (await claire.get(f"/agent/demandes/{opened['ticket']}")).text


async def test_only_the_administrators_of_the_agency_write_rules_and_every_agent_reads_them(
    odile: Browser, door: Door, house: House, world: World
) -> None:
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update membership set role = 'admin' where agent_id = (select id from agent where email like 'claire@%')")
    await odile.post("/admin/competences/nouvelle", **WATER)
    claire = await door("claire")
    for path in ("/admin/competences", "/admin/competences/nouvelle", "/admin/competences/1"):
        assert (await claire.get(path)).status == 404
        assert path == "/admin/competences" or (await claire.post(path, **WATER)).status == 404
    assert (await odile.get("/admin/competences/99")).status == 404
    async with world.acting("claire") as (tx, _):  # whose transaction has her scope: no page of hers asks this
        assert len(await tx.conn.fetch("select from competence")) == 1
        assert await tx.conn.execute("update competence set title = 'x'") == "UPDATE 0"
    insert = (
        "insert into competence (collectivity_id, title, words, who, made_at, changed_at) values ($1, 'x', '{x}', 'epci', now(), now())"
    )
    for whose in (SAINTE_MER, 1):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with world.acting("claire") as (tx, _):
                await tx.conn.execute(insert, whose)
