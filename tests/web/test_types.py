"""Administrators make types of request in the browser: a draft, its faults, its publication; and nobody touches another's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from grc import clock
from grc.actions.house import House
from grc.actions.publish import publish
from grc.db.transaction import WORKER, Transaction
from grc.types import drafts, setting_rows, store
from tests.makers.agents import Answer, Browser, Door
from tests.makers.types import document
from tests.support.arrivals import arrive, form, row, rows
from tests.support.world import AGENCY, BOISVERT, SAINTE_MER, World, join
from workflows.yaml_lines import read
from workflows.yaml_write import write

PARTS = ("general", "champs", "etats", "actes", "reactions", "echeances", "textes", "documents", "chiffres", "scenarios", "texte")


@pytest.fixture
async def odile(door: Door) -> Browser:
    """Runs the installation at the agency: its administrator as well."""
    return await door("odile")


@pytest.fixture
async def maud(door: Door, world: World) -> Browser:
    """The administrator of Sainte-Mer."""
    await join(world.db, "maud@sainte-mer.example", "Maud Lafitte", "40902", "admin")
    return await door("maud@sainte-mer.example")


@pytest.fixture
async def gael(door: Door, world: World) -> Browser:
    """The administrator of Boisvert."""
    await join(world.db, "gael@boisvert.example", "Gaël Dupouy", "40903", "admin")
    return await door("gael@boisvert.example")


@asynccontextmanager
async def working(house: House) -> AsyncIterator[Transaction]:
    async with house.db.transaction(WORKER) as tx:
        yield tx


async def begin(who: Browser, title: str = "Réserver une salle", base: str = "general", how: str = "copie") -> str:
    """A new draft; its address."""
    answer = await who.post("/admin/types/nouveau", titre=title, base=base, maniere=how)
    assert answer.status == 303, answer.text
    return answer.headers["Location"].partition("/brouillon")[0]


async def act(who: Browser, root: str, name: str, **fields: str) -> Answer:
    return await who.post(f"{root}/brouillon/{name}", **fields)


async def written(house: House, name: str, collectivity: int = AGENCY) -> Any:
    """What a draft says."""
    async with working(house) as tx:
        draft = await drafts.draft(tx, collectivity, name)
    assert draft is not None
    return read(draft.document).data


async def publish_text(house: House, text: str, collectivity: int = AGENCY) -> int:
    """A type with this document, published as its administrators do."""
    name = read(text).data["name"]
    async with working(house) as tx:
        agent = await tx.conn.fetchval("select id from agent limit 1")
        await drafts.begin(tx, collectivity, name, text, agent, clock.now())
        return await publish(tx, collectivity, name, agent, clock.now())


def sound(text: str) -> str:
    """A small type with the scenario that its life wants, as administrators publish it."""
    data = read(text).data
    facts = {"channel": "form", "may_answer": True, "automatic": False}
    life = [
        {"happens": "opened", "by": "citizen", "data": facts, "state": "received"},
        {"happens": "transition:take", "by": "agent", "state": "doing"},
        {"happens": "transition:close", "by": "agent", "state": "closed"},
        {"happens": "transition:reopen", "by": "agent", "state": "doing"},
    ]
    return write({**data, "scenarios": [{"title": "Une vie", "life": life}]})


BENCH = """
name: public_bench
version: 1
title: Signaler un banc cassé
summary: Un banc public est abîmé, ou manque.
category: Dans la rue
fields:
  - {name: lieu, kind: place, label: "Où est le banc ?"}
  - {name: etat, kind: choice, label: État, choices: [{value: casse, label: Il est cassé}, {value: manque, label: Il manque}]}
"""
PUBLIC_BENCH = sound(document(BENCH))


async def test_a_type_is_made_checked_and_published(odile: Browser, house: House) -> None:
    root = await begin(odile)
    assert root == "/admin/types/reserver_salle"
    for part in PARTS:
        page = await odile.get(f"{root}/brouillon/{part}")
        assert page.status == 200, page.text
        assert "Rien à corriger" in page.text
    answer = await act(odile, root, "ajouter", **{"chemin": "fields", "libelle:fields": "Quelle salle ?", "genre:fields": "text"})
    assert answer.headers["Location"].endswith("#fields-quelle_salle")
    await act(odile, root, "poser", **{"o:fields/@quelle_salle/help": "Son nom.", "b1:fields/@quelle_salle/required": ""})
    field = {"name": "quelle_salle", "kind": "text", "label": "Quelle salle ?", "help": "Son nom.", "required": False}
    assert (await written(house, "reserver_salle"))["fields"] == [field]
    answer = await odile.post(f"{root}/publier")
    assert answer.status == 303, answer.text
    async with working(house) as tx:
        here = await store.current(tx, SAINTE_MER, "reserver_salle")
        assert await drafts.draft(tx, AGENCY, "reserver_salle") is None
    assert (here.definition.version, here.definition.fields[0].label) == (1, "Quelle salle ?")
    sheet = await odile.get(root)
    assert "Odile Castets" in sheet.text


async def test_a_dead_end_is_told_with_the_way_to_mend_it_and_keeps_the_draft_back(odile: Browser, house: House) -> None:
    root = await begin(odile)
    await act(odile, root, "ajouter", **{"chemin": "states", "libelle:states": "À chiffrer", "genre:states": "open"})
    page = await odile.get(f"{root}/brouillon/general")
    assert "Le texte est vide" in page.text, "what the citizen reads is still to be said"
    await act(odile, root, "poser", **{"t:states/a_chiffrer/citizen": "Nous chiffrons votre demande."})
    page = await odile.get(f"{root}/brouillon/general")
    assert "aucun chemin ne mène à un état clos" not in page.text, "closing is possible from any open state"
    assert "n’est jamais atteint" in page.text
    assert f'href="{root}/brouillon/etats#states-a_chiffrer"' in page.text
    refused = await odile.post(f"{root}/publier")
    assert refused.status == 409
    assert "ne peut pas encore être publié" in refused.text
    assert await rows(house, "select from request_type where version > 0") == []


async def test_every_change_can_be_undone_and_done_again(odile: Browser, house: House) -> None:
    root = await begin(odile)
    before = await written(house, "reserver_salle")
    await act(odile, root, "retirer", chemin="transitions/@reopen")
    without = await written(house, "reserver_salle")
    assert "reopen" not in [part["name"] for part in without["transitions"]]
    page = await odile.get(f"{root}/brouillon/actes?retire=Rouvrir")
    assert "« Rouvrir » est supprimé" in page.text
    await act(odile, root, "annuler")
    assert await written(house, "reserver_salle") == before
    await act(odile, root, "annuler")
    assert await written(house, "reserver_salle") == without


async def test_a_form_made_for_a_part_that_is_gone_changes_nothing(odile: Browser, house: House) -> None:
    root = await begin(odile)
    before = await written(house, "reserver_salle")
    for fields in (
        {"t:fields/@nowhere/label": "x"}, {"chemin": "reactions/99"}, {"chemin": ""}, {"chemin": "fields/@x/@y/@z"}, {"chemin": "name/x"},
        {"w:fields/@nowhere/when/0/key": "answered"}, {"t:title/x": "y", "t:title": "z"}, {"t:@x": "y"},
    ):  # fmt: skip
        answer = await act(odile, root, "retirer" if "chemin" in fields else "poser", **fields)
        assert answer.status == 409, (fields, answer.status)
    assert await written(house, "reserver_salle") == before
    assert (await act(odile, root, "inconnu")).status == 404


async def test_a_document_that_nobody_can_read_keeps_its_forms_back_and_can_be_mended(odile: Browser, house: House) -> None:
    root = await begin(odile)
    for text in ("a: [", "[]", "fields: 12\nstates: non", "états: {}", "title: {a: b}", "\ttitle: x", "fields: [[1]]\ntransitions: {a: 1}"):
        answer = await odile.post(f"{root}/brouillon/texte", document=text)
        assert answer.status == 303
        for part in PARTS:
            page = await odile.get(f"{root}/brouillon/{part}")
            assert page.status == 200, (text, part)
            assert "à corriger" in page.text
        answer = await act(odile, root, "poser", **{"t:title": "x"})
        assert answer.status in (303, 409)
        assert (await odile.post(f"{root}/publier")).status == 409
        assert (await odile.get(f"{root}/brouillon/essai")).status == 200
    await odile.post(f"{root}/brouillon/texte", document=PUBLIC_BENCH)
    assert (await odile.get(f"{root}/brouillon/champs")).text.count("Où est le banc") > 0


async def test_a_type_of_the_program_is_said_anew_on_top_of_itself_for_its_next_version(odile: Browser, house: House) -> None:
    assert (await odile.post("/admin/types/general/brouillon")).status == 303
    await act(odile, "/admin/types/general", "poser", **{"t:title": "Écrire à la mairie"})
    said = await written(house, "general")
    assert said == {"name": "general", "version": 1, "extends": {"name": "general", "version": 1}, "title": "Écrire à la mairie"}
    assert (await odile.post("/admin/types/general/publier")).status == 303
    async with working(house) as tx:
        here = (await store.current(tx, SAINTE_MER, "general")).definition
    assert (here.version, here.title, len(here.scenarios) > 5) == (2, "Écrire à la mairie", True)
    came = await arrive(house, form())
    assert (await row(house, "select version from ticket where reference = $1", came["ticket"]))["version"] == 2


async def test_a_published_version_never_changes_even_for_the_worker(odile: Browser, house: House) -> None:
    assert await publish_text(house, PUBLIC_BENCH) == 1
    for query in (
        "update request_type set document = 'x' where version = 1",
        "delete from request_type where version = 1",
        "update request_type set version = 0, state = 'draft' where version = 1",
    ):
        with pytest.raises(Exception, match="published version stays"):
            await rows(house, query)
    assert (await odile.post("/admin/types/public_bench/retirer", version="1")).status == 303
    assert (await odile.post("/admin/types/public_bench/retirer", version="1")).status == 404
    with pytest.raises(Exception, match="published version stays"):
        await rows(house, "update request_type set state = 'published' where version = 1")


async def test_the_administrator_of_a_town_makes_types_for_its_citizens_alone(
    maud: Browser, odile: Browser, gael: Browser, house: House
) -> None:
    root = await begin(maud, "Réserver la salle des fêtes")
    assert root == "/admin/types/c40902_reserver_salle_fetes"
    assert (await maud.post(f"{root}/publier")).status == 303
    async with working(house) as tx:
        names = {
            place: {one.definition.name for one in await store.offered(tx, place, on=clock.now().date())}
            for place in (SAINTE_MER, BOISVERT)
        }
    assert "c40902_reserver_salle_fetes" in names[SAINTE_MER]
    assert "c40902_reserver_salle_fetes" not in names[BOISVERT]
    for other in (odile, gael):
        for path in (root, f"{root}/brouillon/general", f"{root}/reglages/40903"):
            assert (await other.get(path)).status == 404, path


async def test_nobody_reaches_the_drafts_of_another(maud: Browser, gael: Browser, odile: Browser, door: Door, house: House) -> None:
    agencys, maries = await begin(odile), await begin(maud, "Chez nous")
    before = await rows(house, "select * from request_type order by name")
    claire = await door("claire")  # the head of all services, and no administrator
    for who, roots in ((maud, [agencys]), (gael, [agencys, maries]), (odile, [maries]), (claire, [agencys, maries])):
        for root in roots:
            nothing = await who.get("/admin/types/rien_du_tout/brouillon/general")
            for path in (f"{root}/brouillon/general", f"{root}/brouillon/texte", f"{root}/brouillon/essai"):
                answer = await who.get(path)
                assert answer.status == nothing.status == 404
                assert answer.text == nothing.text
            for path, fields in (
                (f"{root}/brouillon/poser", {"t:title": "Volé"}), (f"{root}/brouillon/texte", {"document": "name: x"}),
                (f"{root}/brouillon/annuler", {}), (f"{root}/brouillon/abandonner", {}), (f"{root}/publier", {}),
                (f"{root}/retirer", {"version": "1"}), (f"{root}/brouillon", {}), (f"{root}/passer", {"version": "1"}),
                (f"{root}/brouillon/essai", {"acte": "opened", "vie": "{}"}),
            ):  # fmt: skip
                assert (await who.post(path, **fields)).status in (404, 409), path
    assert await rows(house, "select * from request_type order by name") == before
    assert (await claire.get("/admin/types")).status == 404
    assert (await maud.post("/admin/types/nouveau", titre="X", base="general", pour="40903")).status == 404


async def test_the_database_itself_keeps_a_town_from_the_names_of_others(house: House, world: World) -> None:
    await join(world.db, "maud@sainte-mer.example", "Maud Lafitte", "40902", "admin")
    for name in ("general", "c40903_x", "x", "c40902"):
        with pytest.raises(Exception, match="row-level security"):
            async with world.acting("claire") as (tx, _):
                await drafts.begin(tx, SAINTE_MER, name, "name: x", world.agents["claire"], clock.now())
    async with world.acting("claire") as (tx, _):
        await drafts.begin(tx, SAINTE_MER, "c40902_x", "name: x", world.agents["claire"], clock.now())


async def test_a_town_says_its_own_words_and_the_agency_cannot_undo_them(maud: Browser, odile: Browser, house: House) -> None:
    await publish_text(house, PUBLIC_BENCH)
    settings = "/admin/types/public_bench/reglages/40902"
    assert (await maud.get(settings)).status == 200
    saved = await maud.post(settings, **{"o:title": "Banc abîmé", "o:summary": "Un banc public est abîmé, ou manque."})
    assert saved.status == 303
    async with working(house) as tx:
        kept = await setting_rows.current(tx, SAINTE_MER, "public_bench")
        here, there = [await store.current(tx, place, "public_bench") for place in (SAINTE_MER, BOISVERT)]
    assert kept is not None
    assert (kept.patch, kept.seen) == ({"title": "Banc abîmé"}, {"title": "Signaler un banc cassé"})
    assert (here.definition.title, there.definition.title) == ("Banc abîmé", "Signaler un banc cassé")

    newer = read(PUBLIC_BENCH).data | {"title": "Un banc est en mauvais état", "summary": "Cassé, ou absent.", "version": 2}
    await publish_text(house, write(newer))
    async with working(house) as tx:
        here = await store.current(tx, SAINTE_MER, "public_bench")
    assert (here.definition.version, here.definition.title, here.definition.summary) == (
        2,
        "Banc abîmé",
        "Cassé, ou absent.",
    )
    page = await maud.get(settings)
    assert "1 différence à regarder" in page.text
    assert "Un banc est en mauvais état" in page.text
    assert "1 différence à regarder" in (await maud.get("/admin/types")).text
    assert (await maud.post(f"{settings}/choisir", chemin="title", garder="1")).status == 303
    assert "différence à regarder" not in (await maud.get(settings)).text
    async with working(house) as tx:
        assert (await store.current(tx, SAINTE_MER, "public_bench")).definition.title == "Banc abîmé"
    assert (await maud.post(f"{settings}/choisir", chemin="title", garder="0")).status == 303
    async with working(house) as tx:
        here = await store.current(tx, SAINTE_MER, "public_bench")
    assert (here.definition.title, here.variant) == ("Un banc est en mauvais état", store.PLAIN)
    assert (await row(house, "select count(*) as n, count(*) filter (where current) as now from type_setting")) == (2, 0)


async def test_settings_reach_neither_the_law_nor_the_life_nor_another_town(
    maud: Browser, gael: Browser, odile: Browser, house: House
) -> None:
    await publish_text(house, PUBLIC_BENCH)
    settings = "/admin/types/public_bench/reglages/40902"
    for fields in (
        {"t:legal/regime": "sva"}, {"t:legal/article": "L1"}, {"t:states/received/label": "X"}, {"t:transitions/@close/to": "doing"},
        {"s:transitions/@close/from/doing": "1"}, {"t:name": "autre"}, {"t:fields/@lieu/kind": "text"}, {"b1:fields/@lieu/required": ""},
        {"t:audience": "internal"}, {"s:transitions/@close/who/mayor": "1"}, {"o:opens": "un jour"}, {"t:fields/@inconnu/label": "x"},
        {"n:version": "7"}, {"t:reactions/0/on": "note"},
    ):  # fmt: skip
        answer = await maud.post(settings, **fields)
        assert answer.status == 422, (fields, answer.status)
    assert await rows(house, "select from type_setting") == []
    for who, code in ((gael, "40902"), (odile, "40902"), (maud, "40903"), (maud, "200000017")):
        path = f"/admin/types/public_bench/reglages/{code}"
        assert (await who.get(path)).status == 404
        assert (await who.post(path, **{"o:title": "Volé"})).status == 404
    assert (await maud.get("/admin/types/public_bench/brouillon/general")).status == 404
    assert await rows(house, "select from type_setting") == []


async def test_a_life_is_tried_out_and_kept_as_a_scenario(odile: Browser, house: House) -> None:
    root = await begin(odile)
    page = await odile.get(f"{root}/brouillon/essai")
    assert page.status == 200
