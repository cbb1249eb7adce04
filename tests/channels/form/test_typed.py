"""The form of a type: what is asked is told, what is missing is asked for, what is sent becomes a request with its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import FormData

from grc.actions.house import House
from grc.db.transaction import WORKER, Database
from tests.makers.citizen import JPEG, PDF, Page, Site, read, send, visit
from tests.makers.types import BEACON, EVERY_KIND, document, publish
from tests.support.arrivals import arrive, form
from tests.support.world import AGENCY, BOISVERT, World

FORM = "/40902/demarches/fanal"
SENDER = {"nom": "Marie Lafitte", "courriel": "marie@habitants.example"}
TYPED = {**SENDER, "c.lieu.text": "12 rue des Pins", "c.panne": "eteint", "message": "Merci d’avance."}


@pytest.fixture
async def typed(db: Database, world: World) -> None:
    """Two types of the agency, offered to everybody."""
    await publish(db, AGENCY, document(BEACON))
    await publish(db, AGENCY, document(EVERY_KIND))


@pytest.fixture
def rows(db: Database) -> Any:
    """Rows as the worker, who sees all of them, reads them."""

    async def read_rows(query: str) -> list[Any]:
        async with db.transaction(WORKER) as tx:
            return list(await tx.conn.fetch(query))

    return read_rows


async def post(site: Site, page: Page, fields: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]] | None = None) -> Page:
    """Sends the form of a page; a field may have several values, a file belongs to its input."""
    data = FormData(quote_fields=False)
    for name, value in {**page.fields, **fields}.items():
        for one in value if isinstance(value, list) else [value]:
            data.add_field(name, one)
    for number in page.kept:
        data.add_field("garder", number)
    for name, (filename, content) in (files or {}).items():
        data.add_field(name, content, filename=filename, content_type="application/x-anything")
    return await read(await site.post(page.action, data=data))


async def test_the_page_of_a_town_lists_what_can_be_asked_by_category(site: Site, typed: None) -> None:
    page = await visit(site, "/40902")
    for said in ("Dans la rue", "Signaler un fanal éteint", "Demander un essai complet", "Autre chose"):
        assert said in page.words, said
    assert 'href="/40902/demarches/fanal"' in page.html
    found = await visit(site, "/40902?q=lanterne")
    assert "Signaler un fanal éteint" in found.words
    assert "Demander un essai complet" not in found.words
    assert "Aucune démarche ne répond" in (await visit(site, "/40902?q=zzz")).words


async def test_a_type_of_another_town_is_not_offered_here(site: Site, db: Database, world: World) -> None:
    await publish(db, BOISVERT, document(BEACON.replace("fanal", "boisvert_fanal")))
    assert "fanal" not in (await visit(site, "/40902")).words
    assert (await visit(site, "/40902/demarches/boisvert_fanal")).status == 404
    assert (await visit(site, "/40903/demarches/boisvert_fanal")).status == 200


async def test_the_contact_page_proposes_the_types_that_its_subject_may_mean(site: Site, typed: None) -> None:
    assert "Une démarche existe peut-être" not in (await visit(site, "/40902/contact")).words
    page = await visit(site, "/40902/contact?q=le+fanal+est+en+panne")
    assert "Une démarche existe peut-être pour cela Signaler un fanal éteint" in page.words
    assert page.fields["objet"] == "le fanal est en panne"


async def test_a_typed_form_becomes_a_request_of_its_type_with_its_answers(site: Site, working: House, typed: None, rows: Any) -> None:
    page = await visit(site, FORM)
    assert page.status == 200
    for said in ("À avoir sous la main", "L’adresse la plus proche", "Où est le fanal ?", "Numéro du mât (facultatif)"):
        assert said in page.words, said
    done = await post(site, page, TYPED, {"fichiers": ("photo.jpg", JPEG)})
    assert "Votre demande est bien arrivée" in done.words
    assert "Où est le fanal ?12 rue des Pins" in done.words.replace("\n", "") or "12 rue des Pins" in done.words
    [ticket] = await rows(
        "select t.*, s.slug from ticket t join service s on s.id = t.service_id and s.collectivity_id = t.collectivity_id"
    )
    assert (ticket["type"], ticket["version"], ticket["slug"]) == ("fanal", 1, "voirie")
    assert ticket["subject"] == "Signaler un fanal éteint\u00a0: 12 rue des Pins, Sainte-Mer"
    assert ticket["fields"] == {"lieu": {"text": "12 rue des Pins", "commune": "Sainte-Mer", "insee": "40902"}, "panne": "eteint"}
    [message] = await rows("select body_text from message where direction = 'in'")
    assert message["body_text"] == "Où est le fanal ? 12 rue des Pins, Sainte-Mer\nQue se passe-t-il ? Il est éteint\n\nMerci d’avance."
    [event] = await rows("select why from event where what = 'routed'")
    assert "Le type de demande « Signaler un fanal éteint » est confié au service « Voirie »." in event["why"]
    assert [f["name"] for f in await rows("select name from attachment")] == ["photo.jpg"]


async def test_what_is_missing_is_told_beside_it_and_nothing_typed_is_lost(site: Site, typed: None) -> None:
    page = await post(site, await visit(site, FORM), {"c.numero": "M-12 " * 9, "message": "Merci."}, {"fichiers": ("photo.jpg", JPEG)})
    assert page.status == 422
    for said in ("5 choses sont à corriger", "Écrivez l’adresse ou le lieu pour « Où est le fanal ? »", "Choisissez une réponse",
                 "raccourcissez-le à 20 caractères", "Écrivez votre prénom et votre nom"):  # fmt: skip
        assert said in page.words.replace("\u00a0", " "), said
    assert 'href="#c-lieu-text"' in page.html
    assert 'id="c-lieu-text-faute"' in page.html
    assert page.fields["message"] == "Merci."
    assert page.fields["c.numero"] == "M-12 " * 9
    assert len(page.kept) == 1


async def test_a_question_that_an_answer_opens_is_asked_and_is_no_error(site: Site, working: House, typed: None, rows: Any) -> None:
    page = await visit(site, FORM)
    shut = await post(site, page, {**TYPED, "c.panne": "danger"})  # without JavaScript nobody has seen the question
    assert shut.status == 200
    assert "amènent une question de plus" in shut.words
    assert "à corriger" not in shut.words
    assert shut.fields["vu"] == "c.danger"
    wrong = await post(site, shut, {**TYPED, "c.panne": "danger"})
    assert wrong.status == 422
    assert "Quel est le danger ?" in wrong.words
    done = await post(site, wrong, {**TYPED, "c.panne": "danger", "c.danger": "Il penche."})
    assert "bien arrivée" in done.words
    [ticket] = await rows("select fields from ticket")
    assert ticket["fields"]["danger"] == "Il penche."


async def test_continue_shows_the_questions_that_follow_and_asks_for_nothing(site: Site, typed: None) -> None:
    page = await post(site, await visit(site, FORM), {"c.panne": "danger", "geste": "continuer"})
    assert page.status == 200
    assert "à corriger" not in page.words
    assert (page.fields["vu"], page.fields["c.panne"]) == ("c.danger", "danger")


async def test_lines_are_added_and_taken_away_without_javascript(site: Site, typed: None) -> None:
    page = await visit(site, "/40902/demarches/every_kind")
    assert "Ajouter une ligne" in page.words
    more = await post(site, page, {"c.lignes.0.quoi": "Chaises", "geste": "ajouter:lignes"})
    assert more.fields["c.lignes.0.quoi"] == "Chaises"
    assert "c.lignes.1.quoi" in more.fields
    fewer = await post(site, more, {"c.lignes.1.quoi": "Tables", "geste": "retirer:lignes:0"})
    assert "c.lignes.0.quoi" not in fewer.fields
    assert fewer.fields["c.lignes.1.quoi"] == "Tables"


async def test_every_kind_of_field_arrives_as_it_is_kept(site: Site, working: House, typed: None, rows: Any) -> None:
    page = await visit(site, "/40902/demarches/every_kind")
    typed_in = {
        **SENDER, "c.titre": "Un titre", "c.nombre": "12,5", "c.jour": "12/01/2099", "c.urgence": "basse", "c.couleurs": ["rouge", "bleu"],
        "c.accord": "non", "c.lieu.text": "Ici", "c.mairie": "Boisvert", "c.personne.name": "Léa", "c.lignes.0.quoi": "Chaises",
        "c.lignes.0.combien": "2", "c.lignes.0.prix": "3,5",
    }  # fmt: skip
    done = await post(site, page, typed_in, {"c.photo": ("photo.jpg", JPEG), "c.plan": ("plan.pdf", PDF), "fichiers": ("note.pdf", PDF)})
    assert "bien arrivée" in done.words, done.words
    [ticket] = await rows("select fields from ticket")
    assert ticket["fields"] == {
        "titre": "Un titre", "nombre": 12.5, "jour": "2099-01-12", "urgence": "basse", "couleurs": ["rouge", "bleu"], "accord": False,
        "rappel": False, "photo": ["photo.jpg"], "personne": {"name": "Léa"},
        "lieu": {"text": "Ici", "commune": "Sainte-Mer", "insee": "40902"}, "mairie": {"id": BOISVERT, "name": "Boisvert"},
        "lignes": [{"quoi": "Chaises", "combien": 2, "prix": 3.5, "montant": 7}], "total": 7, "plan": ["plan.pdf"],
    }  # fmt: skip
    assert {f["name"] for f in await rows("select name from attachment")} == {"photo.jpg", "plan.pdf", "note.pdf"}


async def test_documents_still_wanted_are_told_with_the_receipt(site: Site, working: House, typed: None) -> None:
    typed_in = {
        **SENDER,
        "c.titre": "T",
        "c.nombre": "1",
        "c.jour": "12/01/2099",
        "c.urgence": "basse",
        "c.accord": "oui",
        "c.lieu.text": "Ici",
    }
    done = await post(site, await visit(site, "/40902/demarches/every_kind"), typed_in)
    assert "Il manque un document Un plan" in done.words


async def test_files_of_questions_are_kept_while_the_form_is_mended(site: Site, working: House, typed: None, rows: Any) -> None:
    page = await post(
        site, await visit(site, "/40902/demarches/every_kind"), SENDER, {"c.photo": ("photo.jpg", JPEG), "c.plan": ("plan.exe", b"MZ")}
    )
    assert page.status == 422
    assert "« plan.exe » n’est pas d’un format accepté" in page.words.replace("\u00a0", " ")
    assert len(page.kept) == 1
    rest = {
        "c.titre": "T",
        "c.nombre": "1",
        "c.jour": "12/01/2099",
        "c.urgence": "basse",
        "c.accord": "oui",
        "c.lieu.text": "Ici",
        "c.rappel": [],
    }
    done = await post(site, page, rest)
    assert "bien arrivée" in done.words
    [ticket] = await rows("select fields from ticket")
    assert ticket["fields"]["photo"] == ["photo.jpg"]
    assert await rows("select from kept_file") == []


async def test_a_type_that_is_not_offered_gets_a_clear_page(site: Site, typed: None, db: Database) -> None:
    page = await visit(site, "/40902/demarches/rien")
    assert page.status == 404
    assert "Cette démarche n’existe pas" in page.words
    await publish(db, AGENCY, document(BEACON).replace("version: 1", "version: 2\nopen: false", 1))
    closed = await visit(site, FORM)
    assert closed.status == 404
    assert "« Signaler un fanal éteint » n’est pas proposé en ce moment" in closed.words.replace("\u00a0", " ")


async def test_a_form_whose_type_was_closed_meanwhile_loses_nothing(
    site: Site, working: House, typed: None, db: Database, rows: Any
) -> None:
    page = await visit(site, FORM)
    await publish(db, AGENCY, document(BEACON).replace("version: 1", "version: 2\nopen: false", 1))
    kept = await post(site, page, TYPED, {"fichiers": ("photo.jpg", JPEG)})
    assert kept.status == 410
    assert "Ce formulaire n’est plus proposé" in kept.words
    assert kept.action == "/40902/contact"
    assert "12 rue des Pins" in kept.fields["message"]
    assert "Merci d’avance." in kept.fields["message"]
    done = await send(site, kept)
    assert "bien arrivée" in done.words
    [ticket] = await rows("select type, subject from ticket")
    assert (ticket["type"], ticket["subject"]) == ("general", "Signaler un fanal éteint")
    assert [f["name"] for f in await rows("select name from attachment")] == ["photo.jpg"]


async def test_a_request_whose_type_went_away_before_it_was_read_is_general_and_keeps_its_answers(
    site: Site, working: House, typed: None, db: Database, rows: Any
) -> None:
    became = await arrive(working, form({"type": "no_such_type", "champs": {"lieu": "Ici"}}))
    assert became["outcome"] == "opened"
    [ticket] = await rows("select type, fields from ticket")
    assert (ticket["type"], ticket["fields"]) == ("general", {"lieu": "Ici"})


async def test_sent_twice_it_is_one_request(site: Site, working: House, typed: None, rows: Any) -> None:
    page = await visit(site, FORM)
    first, second = [await post(site, page, TYPED) for _ in range(2)]
    assert first.url == second.url
    assert len(await rows("select from ticket")) == 1


async def test_what_a_machine_sends_never_breaks_the_page(site: Site, typed: None) -> None:
    for odd in (
        {"geste": "ajouter:" + "x" * 500},
        {"c.lignes.999999999999.quoi": "x"},
        {"vu": ["c.x"] * 50},
        {"c.lieu": "x", "c.": "y", "c..": "z"},
    ):
        page = await post(site, await visit(site, "/40902/demarches/every_kind"), odd)
        assert page.status in (200, 422), odd
