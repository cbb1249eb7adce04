"""A citizen sends the form: one ticket, whatever he or his browser does, and nothing that he typed is lost."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from grc import clock
from grc.actions.house import House
from grc.db.transaction import WORKER, Database
from grc.settings import Settings
from grc.web.citizen.token import TokenMaker
from tests.makers.citizen import JPEG, PDF, Page, Site, send, visit
from tests.support.world import World

CONTACT = "/40902/contact"
TYPED = {
    "objet": "Lampadaire éteint",
    "message": "Bonjour,\nle lampadaire de la rue des Pins est éteint.",
    "nom": "Marie Lafitte",
    "courriel": "marie@habitants.example",
}
Rows = Callable[[str], Awaitable[list[Any]]]


@pytest.fixture
def rows(db: Database) -> Rows:
    """Rows as the worker, who sees all of them, reads them."""

    async def read(query: str) -> list[Any]:
        async with db.transaction(WORKER) as tx:
            return list(await tx.conn.fetch(query))

    return read


def _older(page: Page, settings: Settings, age: timedelta, place: str = "40902") -> Page:
    """The page as if it had been given out some time ago."""
    maker = TokenMaker(settings.key("form"), "form")
    token = maker.read(page.fields["jeton"], place)
    assert token is not None
    page.fields["jeton"] = maker.write(maker.new(token.at - age, token.number), place)
    return page


async def test_a_request_becomes_a_ticket_and_its_receipt_says_so(site: Site, working: House, rows: Rows) -> None:
    page = await visit(site, CONTACT)
    assert "Écrire à la mairie de Sainte-Mer" in page.words
    more = {"service": "voirie", "telephone": "05 58 12 34 56", "adresse": "1 rue des Pins"}
    receipt = await send(site, page, TYPED | more, [("photo.jpg", JPEG), ("avis.pdf", PDF)])

    [ticket] = await rows("select * from ticket")
    assert receipt.status == 200
    assert "Votre demande est bien arrivée" in receipt.words
    assert ticket["reference"] in receipt.words
    assert f"/suivi/{ticket['tracking_token']}" in receipt.html
    assert "photo.jpg" in receipt.words
    assert "Lampadaire éteint" in receipt.words
    assert "Nous visons une première réponse d’ici au" in receipt.words
    assert receipt.headers["Referrer-Policy"] == "no-referrer"
    assert receipt.headers["Cache-Control"] == "no-store"

    [service] = await rows(f"select slug from service where id = {ticket['service_id']}")
    assert service["slug"] == "voirie"
    assert (ticket["requester_name"], ticket["answer_channel"], ticket["answer_addr"]) == ("Marie Lafitte", "email", TYPED["courriel"])
    assert ticket["fields"] == {"postal_address": "1 rue des Pins", "phone": "+33558123456"}
    assert [f["name"] for f in await rows("select name from attachment order by position")] == ["photo.jpg", "avis.pdf"]
    assert await rows("select from outgoing where automatic") != []


async def test_the_ledger_keeps_the_very_bytes(site: Site, working: House, rows: Rows) -> None:
    await send(site, await visit(site, CONTACT), files=[("photo.jpg", JPEG)], typed=TYPED)
    [line] = await rows("select * from received")
    assert line["raw"].endswith(JPEG)
    assert hashlib.sha256(line["raw"]).digest() == line["digest"]
    assert (line["channel"], line["account"], line["outcome"]) == ("form", "40902", "opened")
    assert line["meta"]["proved"] is True


async def test_two_clicks_make_one_ticket(site: Site, working: House, rows: Rows) -> None:
    page = await visit(site, CONTACT)
    first, second = await asyncio.gather(
        send(site, page, files=[("p.jpg", JPEG)], typed=TYPED), send(site, page, files=[("p.jpg", JPEG)], typed=TYPED)
    )
    assert first.url == second.url
    assert "bien arrivée" in second.words
    assert len(await rows("select from ticket")) == 1
    assert len(await rows("select from outgoing")) == 1


async def test_what_is_changed_after_going_back_is_not_lost(site: Site, working: House, rows: Rows) -> None:
    page = await visit(site, CONTACT)
    await send(site, page, typed=TYPED)
    await send(site, page, typed=TYPED | {"message": "J’oubliais : au numéro 12."})
    assert len(await rows("select from received")) == 2


async def test_one_page_is_not_a_machine_for_requests(site: Site, working: House, rows: Rows) -> None:
    page = await visit(site, CONTACT)
    for number in range(5):
        await send(site, page, typed=TYPED | {"message": str(number)})
    refused = await send(site, page, typed=TYPED | {"message": "encore"})
    assert "déjà servi plusieurs fois" in refused.words
    assert refused.fields["message"] == "encore"
    assert (await send(site, refused)).status == 200
    assert len(await rows("select from received")) == 6


async def test_errors_are_told_first_and_beside_and_nothing_is_lost(site: Site, world: World, rows: Rows) -> None:
    wrong = await send(site, await visit(site, CONTACT), typed={"objet": "Lampadaire", "message": "Deux\n\nlignes ", "courriel": "marie"})
    assert wrong.status == 422
    assert "2 choses sont à corriger" in wrong.words
    assert wrong.html.index('id="erreurs"') < wrong.html.index("<form")
    assert 'href="#courriel"' in wrong.html
    assert 'aria-describedby="courriel-aide courriel-faute" aria-invalid="true"' in wrong.html
    assert wrong.html.count("Il manque le signe @") == 2
    assert (wrong.fields["objet"], wrong.fields["message"], wrong.fields["courriel"]) == ("Lampadaire", "Deux\n\nlignes ", "marie")
    assert "<title>À corriger" in wrong.html
    assert await rows("select from received") == []


async def test_files_need_not_be_chosen_again_after_an_error(site: Site, working: House, rows: Rows) -> None:
    page = await visit(site, CONTACT)
    wrong = await send(site, page, files=[("un.jpg", JPEG), ("deux.pdf", PDF), ("jeu.exe", b"MZ")], typed=TYPED | {"nom": ""})
    assert "«\u00a0jeu.exe\u00a0» n’est pas d’un format accepté" in wrong.html
    assert len(wrong.kept) == 2
    again = await send(site, wrong, files=[("trois.jpg", JPEG + b"3")], kept=wrong.kept[1:], typed={"courriel": "marie"})
    assert len(again.kept) == 2
    done = await send(site, again, typed={"nom": "Marie Lafitte", "courriel": TYPED["courriel"]})
    assert done.status == 200
    assert [f["name"] for f in await rows("select name from attachment order by position")] == ["deux.pdf", "trois.jpg"]
    assert await rows("select from kept_file") == []


async def test_kept_files_are_reached_with_their_own_page_only(site: Site, world: World, rows: Rows) -> None:
    wrong = await send(site, await visit(site, CONTACT), files=[("prive.pdf", PDF)], typed=TYPED | {"nom": ""})
    stranger = await visit(site, CONTACT)
    seen = await send(site, stranger, kept=wrong.kept, typed=TYPED | {"nom": ""})
    assert "prive.pdf" not in seen.html
    assert len(await rows("select from kept_file")) == 1


async def test_nobody_comes_back_and_the_files_go(site: Site, world: World, db: Database, rows: Rows) -> None:
    await send(site, await visit(site, CONTACT), files=[("vieux.pdf", PDF)], typed=TYPED | {"nom": ""})
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute("update kept_file set kept_at = kept_at - interval '13 hours'")
    await send(site, await visit(site, CONTACT), files=[("neuf.pdf", PDF)], typed=TYPED | {"nom": ""})
    assert [f["name"] for f in await rows("select name from kept_file")] == ["neuf.pdf"]


async def test_a_machine_that_fills_every_field_is_stopped_and_a_person_is_not(site: Site, working: House, rows: Rows) -> None:
    trapped = await send(site, await visit(site, CONTACT), typed=TYPED | {"site_web": "https://spam.example"})
    assert trapped.status == 422
    assert "Un champ caché a été rempli" in trapped.words
    assert await rows("select from received") == []
    assert trapped.fields["site_web"] == ""
    assert (await send(site, trapped)).status == 200
    assert len(await rows("select from ticket")) == 1


async def test_without_javascript_it_works_and_a_machine_loses_its_time(site: Site, working: House, rows: Rows) -> None:
    loop = asyncio.get_running_loop()
    page, began = await visit(site, CONTACT), loop.time()
    receipt = await send(site, page, proof=False, typed=TYPED)
    assert "bien arrivée" in receipt.words
    assert loop.time() - began >= 1
    [line] = await rows("select meta from received")
    assert line["meta"]["proved"] is False


async def test_a_network_without_proof_is_slowed_down_and_one_with_proof_is_not(
    site: Site, working: House, db: Database, settings: Settings, rows: Rows
) -> None:
    page = _older(await visit(site, CONTACT), settings, timedelta(minutes=1))
    assert (await send(site, page, proof=False, typed=TYPED)).status == 200
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute("insert into form_sent (key, at) select f.key, f.at from form_sent f, generate_series(1, 120)")
    page = _older(await visit(site, CONTACT), settings, timedelta(minutes=1))
    refused = await send(site, page, proof=False, typed=TYPED)
    assert refused.status == 429
    assert refused.fields["message"] == TYPED["message"]
    assert len(await rows("select from received")) == 1
    assert (await send(site, refused)).status == 200
    assert len(await rows("select from received")) == 2


@pytest.mark.parametrize("mark", ["", "n’importe quoi", "of another place"])
async def test_a_page_that_is_not_ours_is_renewed_and_the_text_stays(
    site: Site, working: House, settings: Settings, rows: Rows, mark: str
) -> None:
    page = await visit(site, CONTACT)
    maker = TokenMaker(settings.key("form"), "form")
    page.fields["jeton"] = maker.write(maker.new(clock.now()), "40903") if mark == "of another place" else mark
    renewed = await send(site, page, files=[("photo.jpg", JPEG)], typed=TYPED)
    assert renewed.status == 422
    assert "devait être renouvelée" in renewed.words
    assert renewed.fields["message"] == TYPED["message"]
    assert len(renewed.kept) == 1
    assert (await send(site, renewed)).status == 200
    assert len(await rows("select from ticket")) == 1


async def test_a_page_left_open_for_a_day_keeps_its_number(site: Site, working: House, settings: Settings, rows: Rows) -> None:
    page = _older(await visit(site, CONTACT), settings, timedelta(days=1))
    renewed = await send(site, page, typed=TYPED)
    assert "devait être renouvelée" in renewed.words
    assert renewed.fields["jeton"].split(".")[1] == page.fields["jeton"].split(".")[1]
    assert (await send(site, renewed)).status == 200


async def test_two_hundred_megabytes_are_refused_early_and_the_text_stays(site: Site, world: World, rows: Rows) -> None:
    page = await visit(site, CONTACT)
    refused = await send(site, page, files=[("film.pdf", b"%PDF-" + bytes(200_000_000))], typed=TYPED)
    assert refused.status == 413
    assert "trop lourd" in refused.words
    assert refused.fields["message"] == TYPED["message"]
    assert await rows("select from kept_file") == []


async def test_files_at_the_limit_are_taken(site: Site, working: House, rows: Rows) -> None:
    files = [("un.pdf", b"%PDF-" + bytes(9_999_995)), ("deux.pdf", b"%PDF-" + bytes(9_999_994) + b"2")]
    assert "bien arrivée" in (await send(site, await visit(site, CONTACT), files=files, typed=TYPED)).words
    assert [f["size"] for f in await rows("select size from attachment order by position")] == [10_000_000, 10_000_000]


async def test_when_the_worker_is_down_it_is_received_and_said_so(site: Site, world: World, rows: Rows) -> None:
    receipt = await send(site, await visit(site, CONTACT), typed=TYPED)
    assert "bien enregistrée" in receipt.words
    assert "Vous n’avez rien à renvoyer" in receipt.words
    assert len(await rows("select from received where outcome = 'pending'")) == 1


async def test_a_receipt_is_seen_by_whoever_holds_its_number_only(site: Site, world: World) -> None:
    unknown = await visit(site, "/40902/contact/recu/AAAAAAAAAAAAAAAAAAAAAA.000000000000")
    assert unknown.status == 404
    assert "Nous n’avons rien reçu sous ce numéro" in unknown.words


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", b"objet=x"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=a", b"--b\r\n\r\nx"),
        ("multipart/form-data; boundary=a", b"--a\r\nContent-Disposition: form-data\r\n\r\nx\r\n--a--"),
        ("multipart/form-data; boundary=a", b"--a\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c--\r\n--a--"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(500))),
    ],
)
async def test_what_no_browser_sends_is_refused_in_plain_words(site: Site, world: World, rows: Rows, kind: str, body: bytes) -> None:
    response = await site.post(CONTACT, data=body, headers={"Content-Type": kind})
    assert response.status in (400, 422)
    assert "text/html" in response.headers["Content-Type"]
    assert await rows("select from received") == []


async def test_a_form_without_files_may_be_sent_the_plain_way(site: Site, working: House, settings: Settings, rows: Rows) -> None:
    page = _older(await visit(site, CONTACT), settings, timedelta(minutes=1))
    response = await site.post(CONTACT, data={**page.fields, **TYPED})
    assert "bien arrivée" in await response.text()
    assert len(await rows("select from ticket")) == 1


async def test_nul_and_strange_characters_do_no_harm(site: Site, working: House, rows: Rows) -> None:
    odd = "a\x00b\u202e\U0001f333 <script>alert(1)</script>"
    receipt = await send(site, await visit(site, CONTACT), typed=TYPED | {"objet": odd, "message": odd, "nom": odd})
    assert receipt.status == 200
    assert "<script>alert" not in receipt.html
    assert len(await rows("select from ticket")) == 1
