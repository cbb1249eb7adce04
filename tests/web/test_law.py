"""What the law expects of a ticket, on its page: said in words, explained step by step, done by forms that work without script."""

from __future__ import annotations

import html
import re

import pytest

from grc.actions.house import House
from grc.db.transaction import WORKER
from tests.makers.agents import Browser, Door, Site
from tests.support.arrivals import arrive, form, row, rows, send_all


@pytest.fixture
async def reference(house: House) -> str:
    came = await arrive(house, form())
    await send_all(house)
    return str(came["ticket"])


def page_of(reference: str, act: str = "") -> str:
    return f"/agent/demandes/{reference}" + (f"/loi/{act}" if act else "")


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


SIGNED = {"signataire": "Claire Lartigue", "qualite": "Responsable du service Accueil"}


async def test_the_page_says_what_is_due_why_and_the_one_act_that_comes_first(claire: Browser, reference: str) -> None:
    told = words((await claire.get(page_of(reference))).text)
    for said in ("Ce que la loi attend", "Notifier une décision avant le", "Sans décision, le silence décide le", "pourquoi ?", "R112-11-2",
                 "Décider", "Demander des pièces", "La demande est retirée", "Accusé de réception électronique"):  # fmt: skip
        assert said in told, said
    first = re.search(r'<a class="button primary" href="[^"]*/loi/([a-z-]+)', (await claire.get(page_of(reference))).text)
    assert first is not None
    assert first[1] == "decider"


async def test_what_asking_for_items_changes_is_said_before_it_is_done(claire: Browser, reference: str) -> None:
    page = words((await claire.get(page_of(reference, "pieces"))).text)
    assert re.search(r"Le silence décidera le .* au lieu du .* \(suspension, L114-5 al\. 3\)", page)
    part = await claire.part(page_of(reference, "pieces") + "?partie=consequence&jours=10&indispensable=non")
    assert "Le délai ne change pas" in words(part.text)
    assert "<html" not in part.text


async def test_items_are_asked_for_after_a_look_at_the_notice(claire: Browser, house: House, reference: str) -> None:
    typed = {"pieces": "Une photo\nLe numéro du mât", "jours": "20", "indispensable": "oui", "voie": "courriel", "mot": "", **SIGNED}
    seen = await claire.post(page_of(reference, "pieces"), apercu="1", **typed)
    assert seen.status == 200
    assert "L’avis tel qu’il partira" in words(seen.text)
    assert "Le numéro du mât" in words(seen.text)
    assert await rows(house, "select from message where kind = 'incomplete'") == [], "nothing was written"
    done = await claire.post(page_of(reference, "pieces"), **typed)
    assert (done.status, done.headers["Location"].rpartition("=")[2]) == (303, "loi-pieces")
    page = words((await claire.get(done.headers["Location"])).text)
    assert "Pièces attendues jusqu’au" in page
    assert "Les pièces sont arrivées" in page
    assert "Demande de pièces manquantes" in page


async def test_what_was_typed_stays_where_something_is_missing(claire: Browser, reference: str) -> None:
    typed = {"sens": "rejection", "decision": "Nous n’interviendrons pas.", "motifs": "", "voie": "courriel", **SIGNED}
    answer = await claire.post(page_of(reference, "decider"), **typed)
    assert answer.status == 422
    assert "elles sont dues (L211-2)" in words(answer.text)
    assert "Nous n’interviendrons pas." in answer.text
    assert 'value="rejection" required checked' in answer.text


async def test_a_decision_is_taken_and_its_proof_is_shown(claire: Browser, house: House, reference: str) -> None:
    typed = {"sens": "rejection", "decision": "Nous n’interviendrons pas.", "motifs": "Le mât est privé.", "voie": "courriel", **SIGNED}
    done = await claire.post(page_of(reference, "decider"), **typed)
    assert done.status == 303
    await send_all(house)
    page = words((await claire.get(page_of(reference))).text)
    for said in ("Décision notifiée le", "Recours possible jusqu’au", "envoyé", "Imprimer la lettre", "Échéances légales recalculées"):
        assert said in page, said


async def test_every_notice_can_be_printed_as_a_letter(claire: Browser, house: House, reference: str) -> None:
    number = (await row(house, "select id from message where kind = 'ack'"))["id"]
    answer = await claire.get(page_of(reference, f"lettre/{number}"))
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.text.startswith("%PDF")
    inbound = (await row(house, "select id from message where direction = 'in'"))["id"]
    assert (await claire.get(page_of(reference, f"lettre/{inbound}"))).status == 404


async def test_a_date_is_corrected_with_its_reason_and_the_old_one_stays_to_be_seen(claire: Browser, house: House, reference: str) -> None:
    fact = (await row(house, "select id from legal_event where kind = 'received'"))["id"]
    refused = await claire.post(page_of(reference, "corriger"), fait=str(fact), jour="2026-01-05", pourquoi="")
    assert refused.status == 422
    done = await claire.post(page_of(reference, "corriger"), fait=str(fact), jour="2026-01-05", pourquoi="Le tampon dit le 5.")
    assert done.status == 303
    page = (await claire.get(page_of(reference))).text
    assert 'class="gone"' in page
    assert "Le tampon dit le 5." in words(page)


async def test_a_notice_that_was_not_delivered_proposes_the_letter(claire: Browser, house: House, reference: str) -> None:
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update outgoing set state = 'permanent-failure'")
    assert "Non remis : envoyez-le par la poste" in words((await claire.get(page_of(reference))).text)


async def test_an_act_that_nobody_made_is_not_found(claire: Browser, reference: str) -> None:
    assert (await claire.get(page_of(reference, "nulle-part"))).status == 404
    assert (await claire.post(page_of(reference, "nulle-part"))).status == 404


async def test_somebody_of_another_service_finds_nothing(door: Door, reference: str) -> None:
    luc = await door("luc")
    for act in ("decider", "pieces"):
        assert (await luc.get(page_of(reference, act))).status == 404
        assert (await luc.post(page_of(reference, act), voie="courriel")).status == 404


async def test_the_first_reading_of_a_notice_on_the_citizens_page_is_its_proof_and_an_agents_look_is_none(
    claire: Browser, site: Site, house: House, reference: str
) -> None:
    token = (await row(house, "select tracking_token from ticket"))["tracking_token"]
    assert (await claire.get(f"/suivi/{token}")).status == 200
    assert (await row(house, "select first_read_at from message where kind = 'ack'"))["first_read_at"] is None
    async with site.get(f"/suivi/{token}") as answer:
        assert answer.status == 200
    read = (await row(house, "select first_read_at from message where kind = 'ack'"))["first_read_at"]
    assert read is not None
    async with site.get(f"/suivi/{token}"):
        pass
    assert (await row(house, "select first_read_at from message where kind = 'ack'"))["first_read_at"] == read, "once"
    assert "lu sur la page de suivi aujourd’hui" in words((await claire.get(page_of(reference))).text)
    with pytest.raises(Exception, match="append-only"):
        async with house.db.transaction(WORKER) as tx:
            await tx.conn.execute("update message set first_read_at = now()")
