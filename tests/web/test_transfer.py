"""The pages of a transfer: who is proposed first, what is sent where, and what remains on the page of the body that transmitted it."""

from __future__ import annotations

import pytest

from grc.actions.house import House
from tests.makers.agents import Door
from tests.support.arrivals import form, key_of, opened, row, rows, send_all, ticket, told
from tests.support.relay import Relay
from tests.support.tickets import run_errands
from tests.support.world import BOISVERT, World

SIGNED = {"signataire": "Paul Dubos", "qualite": "Agent du service Accueil", "pourquoi": "Le chemin est à Boisvert."}


@pytest.fixture
async def reference(house: House, world: World) -> str:
    return str((await ticket(house, await opened(house, form())))["reference"])


def act(reference: str, name: str = "transmettre") -> str:
    return f"/agent/demandes/{reference}/loi/{name}"


async def test_an_agent_looks_for_the_body_sees_the_notice_and_transmits(house: House, world: World, door: Door, reference: str) -> None:
    paul = await door("paul")
    assert "Transmettre à la collectivité compétente" in (await paul.get(f"/agent/demandes/{reference}")).text
    page = await paul.post(act(reference), chercher="1", cherche="bois", pourquoi="Le chemin est à Boisvert.")
    assert "Mairie de Boisvert" in page.text
    assert "Le chemin est à Boisvert." in page.text, "what was typed stays"
    told_first = await paul.post(act(reference), apercu="1", organisme=str(BOISVERT), **SIGNED)
    for part in ("3 place de la Mairie", "L114-4", "Paul Dubos"):
        assert part in told_first.text, part
    done = await paul.post(act(reference), organisme=str(BOISVERT), **SIGNED)
    assert (done.status, done.headers["Location"]) == (303, f"/agent/demandes/{reference}?vue=tous&fait=loi-transmettre")
    await run_errands(house.db)
    trace = (await paul.get(f"/agent/demandes/{reference}")).text
    for part in ("Mairie de Boisvert suit cette demande", "Le chemin est à Boisvert.", "Lampadaire éteint"):
        assert part in trace, part
    assert "jeanne@habitants.example" not in trace
    assert "Jeanne" not in trace
    assert "Transmise à Boisvert" in (await paul.get("/agent?vue=clos")).text
    bea = await door("bea")
    theirs = (await bea.get(f"/agent/demandes/{reference}")).text
    for part in ("Mairie de Sainte-Mer → Mairie de Boisvert", "Refuser la transmission", "Transmise par Mairie de Sainte-Mer"):
        assert part in theirs, part


async def test_what_is_missing_is_said_and_what_was_typed_stays(house: House, world: World, door: Door, reference: str) -> None:
    paul = await door("paul")
    nowhere = await paul.post(act(reference), **SIGNED)
    assert (nowhere.status, "Choisissez l’organisme compétent." in nowhere.text) == (422, True)
    unsaid = await paul.post(act(reference), organisme=str(BOISVERT), **{**SIGNED, "pourquoi": " "})
    assert unsaid.status == 422
    unsigned = await paul.post(act(reference), organisme=str(BOISVERT), **{**SIGNED, "signataire": ""})
    assert (unsigned.status, "L212-1" in unsigned.text) == (422, True)
    for wrong in ("0", "1", "2", "999999", "-3", "regle-1", "dehors", "٣"):
        assert (await paul.post(act(reference), organisme=wrong, **SIGNED)).status == 422, wrong
    assert await rows(house, "select from errand") == []


async def test_a_refusal_is_a_page_too_and_its_reason_is_asked(house: House, world: World, door: Door, reference: str) -> None:
    paul, bea = await door("paul"), await door("bea")
    assert (await paul.post(act(reference, "refuser"), pourquoi="Pas à nous.")).status == 409
    await paul.post(act(reference), organisme=str(BOISVERT), **SIGNED)
    await run_errands(house.db)
    assert (await bea.post(act(reference, "refuser"), pourquoi="")).status == 422
    assert (await bea.post(act(reference, "refuser"), pourquoi="Ce lampadaire est à Sainte-Mer.")).status == 303
    await run_errands(house.db)
    page = (await paul.get(f"/agent/demandes/{reference}")).text
    assert "l’a refusée" in page
    assert "Ce lampadaire est à Sainte-Mer." in page
    assert (await bea.get(f"/agent/demandes/{reference}")).text.count("Mairie de Sainte-Mer suit cette demande") == 1


async def test_a_body_outside_the_service_is_written_to_with_all_of_it_and_its_refusal_opens_the_request_again(
    house: House, world: World, door: Door, reference: str, relay: Relay
) -> None:
    paul, key = await door("paul"), await key_of(house, reference)
    await send_all(house)
    before = await ticket(house, key)
    outside = {"organisme": "dehors", "nom": "Syndicat des eaux", "courriel": "contact@syndicat.example"}
    wrong = await paul.post(act(reference), **{**outside, "courriel": "jeanne@habitants.example"}, **SIGNED)
    assert wrong.status == 422, "a mail of whoever asked would be taken for a third party's"
    assert (await paul.post(act(reference), **outside, **SIGNED)).status == 303
    await send_all(house)
    theirs = await relay.caught(lambda caught: caught.rcpt_to == "contact@syndicat.example")
    assert "Le lampadaire de la rue des Pins est éteint depuis lundi." in theirs.text
    assert [part.get_content_type() for part in theirs.mail.iter_attachments()] == ["application/pdf"]
    his = await relay.caught(lambda caught: "transmise" in caught.mail["Subject"])
    assert "Syndicat des eaux" in his.text
    closed = await ticket(house, key)
    assert (closed["phase"], closed["third_addr"]) == ("closed", "contact@syndicat.example")
    assert await rows(house, "select from deadline where ticket_id = $1 and met_at is null", key.id) == []
    page = (await paul.get(f"/agent/demandes/{reference}")).text
    assert "L’organisme l’a refusée" in page
    assert (await paul.post(act(reference, "revenue"), pourquoi="Cette rue n’est pas desservie.")).status == 303
    after = await ticket(house, key)
    for column in ("state", "phase", "due_at", "legal_due_at"):
        assert after[column] == before[column], column
    assert "transfer_refused" in await told(house, key)
    query = "select count(*) as n from message where body_text like '%Cette rue n’est pas desservie.%'"
    assert (await row(house, query))["n"] == 1
    assert (await paul.post(act(reference, "revenue"), pourquoi="Encore.")).status == 409


async def test_without_a_mail_address_a_letter_to_the_body_is_ready(house: House, world: World, door: Door, reference: str) -> None:
    paul = await door("paul")
    outside = {"organisme": "dehors", "nom": "Syndicat des eaux", "courriel": "", "adresse": "1 rue du Puits\r\n40000 Mont-de-Marsan"}
    assert (await paul.post(act(reference), **outside, **SIGNED)).status == 303
    kept = await row(house, "select a.id, a.name from attachment a join message m on m.id = a.message_id where m.direction = 'note'")
    assert kept["name"].startswith("Transmission à Syndicat des eaux")
    assert (await paul.get(f"/agent/demandes/{reference}/fichiers/{kept['id']}")).status == 200
