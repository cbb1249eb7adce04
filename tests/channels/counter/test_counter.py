"""A request taken at the counter goes the way of every arrival, for a person who is known or met."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from grc import clock
from grc.actions.acknowledge import acknowledge
from grc.actions.house import House
from grc.actions.legal_act import LETTER, Signer
from grc.messages.envelope import seal
from grc.messages.model import Arrival
from grc.tickets import person
from tests.channels.counter.test_browser import work
from tests.makers.agents import Browser, Door
from tests.support.arrivals import arrive, form, key_of, opened, row, rows, ticket, told
from tests.support.pdf import Pdf
from tests.support.world import SAINTE_MER, World

TYPED = {
    "nom": "Jeanne Duport", "personne": None, "courriel": "", "telephone": "+33639980100", "adresse": "12 rue des Pins\n40200 Sainte-Mer",
    "voie": "counter", "arrivee": "", "type": "", "service": "voirie", "objet": "Nid-de-poule", "texte": "Devant chez elle.",
    "reponse": "paper", "agent": 1, "pris_par": "Claire Lartigue",
}  # fmt: skip


def taken(number: str = "1", **more: object) -> Arrival:
    return Arrival("counter", "guichet", number, seal({**TYPED, **more}, ()), SAINTE_MER)


async def test_somebody_new_is_met_with_what_he_told_and_answered_as_he_wishes(house: House) -> None:
    key = await opened(house, taken())
    found = await ticket(house, key)
    assert (found["requester_name"], found["channel"], found["answer_channel"], found["answer_addr"]) == (
        "Jeanne Duport", "counter", "paper", "",
    )  # fmt: skip
    met = await row(house, "select * from person")
    assert met["postal_address"] == "12 rue des Pins\n40200 Sainte-Mer"
    number = await row(house, "select kind, value, label, verified_at from identity")
    assert tuple(number) == ("tel", "+33639980100", "06 39 98 01 00", None), "told, not proved"
    why = await row(house, "select why from event where what = 'opened'")
    assert why["why"] == "Prise par Claire Lartigue\u00a0: guichet."
    assert await rows(house, "select from outgoing") == [], "no acknowledgement is owed at the counter"


async def test_whoever_is_known_has_one_line_over_his_channels(house: House) -> None:
    first = await ticket(house, await opened(house, form()))
    key = await opened(house, taken(personne=first["requester_id"], courriel="jeanne@habitants.example", reponse="email"))
    found = await ticket(house, key)
    assert found["requester_id"] == first["requester_id"]
    assert (found["answer_channel"], found["answer_addr"]) == ("email", "jeanne@habitants.example")
    assert len(await rows(house, "select from person")) == 1


async def test_a_mail_a_call_and_a_letter_are_one_line(house: House, world: World) -> None:
    first = await ticket(house, await opened(house, form()))
    for number, way in enumerate(("phone", "paper", "counter")):
        await opened(house, taken(f"n{number}", voie=way, personne=first["requester_id"], objet=f"Affaire {way}"))
    async with world.acting("claire") as (tx, _):
        line = await person.line(tx, SAINTE_MER, first["requester_id"])
    assert [said.channel for said in line.said if said.direction == "in"] == ["counter", "paper", "phone", "form"]


async def test_a_letter_is_dated_from_the_day_it_came(house: House) -> None:
    came = clock.now() - timedelta(days=3)
    key = await opened(house, taken(voie="paper", arrivee=came.isoformat()))
    found = await ticket(house, key)
    assert found["channel"] == "paper"
    assert found["opened_at"] == came


async def test_sent_twice_it_is_one_request(house: House) -> None:
    first, second = await arrive(house, taken("a")), await arrive(house, taken("a"))
    assert first["ticket"] == second["ticket"]
    assert len(await rows(house, "select from ticket")) == 1
    assert "opened" in await told(house, await key_of(house, first["ticket"]))


async def test_what_is_missing_is_said_and_nothing_typed_is_lost(claire: Browser) -> None:
    page = await claire.post("/agent/guichet", qui="", objet="Nid-de-poule", service="voi", reponse="sms", voie="counter")
    assert page.status == 422
    for said in ("Indiquez le nom", "il faut son téléphone", 'value="Nid-de-poule"', 'value="voi"'):
        assert said in page.text, said


async def test_the_form_is_taken_into_the_ledger(house: House, claire: Browser) -> None:
    sent = await claire.post(
        "/agent/guichet", qui="Jeanne Duport", objet="Nid-de-poule", service="voi", voie="counter", reponse="", envoi="x"
    )
    assert sent.status == 303
    assert (await row(house, "select channel, outcome from received"))["channel"] == "counter"


async def test_the_questions_of_a_type_stand_in_the_form_and_their_answers_in_the_request(house: House, claire: Browser) -> None:
    told = {"qui": "Jeanne Duport", "type": "chau", "voie": "counter", "reponse": "", "envoi": "q"}
    shown = await claire.post("/agent/guichet/champs", **told)
    assert 'name="c.dommage"' in shown.text
    assert 'type="file"' not in shown.text, "papers come later"
    first = await claire.post("/agent/guichet", **told)
    assert (first.status, "Ce type pose des questions" in first.text) == (200, True), "not seen yet: shown, not refused"
    wrong = await claire.post("/agent/guichet", **told, **{"pose": "road_damage", "c.lieu.text": "2 rue des Pins", "c.dommage": "lune"})
    assert wrong.status == 422
    for said in ("Choisissez parmi les réponses proposées", 'value="2 rue des Pins"'):
        assert said in wrong.text, said
    answers = {"pose": "road_damage", "c.lieu.text": "2 rue des Pins", "c.dommage": "trou"}
    working = asyncio.create_task(work(house))
    try:
        taken = await claire.post("/agent/guichet", **told, **answers)
    finally:
        working.cancel()
    assert taken.status == 303
    kept = await row(house, "select type, subject, fields from ticket")
    assert (kept["type"], kept["fields"]["dommage"], kept["fields"]["lieu"]["text"]) == ("road_damage", "trou", "2 rue des Pins")
    assert kept["subject"] == "Chaussée ou trottoir abîmé\u00a0: 2 rue des Pins, Sainte-Mer"


async def test_a_letter_starts_the_clock_the_day_it_came_and_is_acknowledged_on_paper_a_visit_does_neither(
    house: House, world: World
) -> None:
    came, now = clock.now() - timedelta(days=3), clock.now()
    letter = await opened(house, taken("l", voie="paper", arrivee=came.isoformat()))
    received = await row(house, "select at from legal_event where kind = 'received'")
    assert received["at"] == came
    async with world.acting("claire") as (tx, agent):
        await acknowledge(tx, agent, letter, LETTER, None, Signer("Claire Lartigue", "Agente d’accueil"), now)
    assert "ack_letter" in await told(house, letter)
    for way in ("counter", "phone"):
        await opened(house, taken(way, voie=way))
    assert len(await rows(house, "select from legal_event where kind = 'received'")) == 1
    assert {one["kind"] for one in await rows(house, "select kind from deadline where ticket_id <> $1", letter.id)} == {"answer"}


async def test_the_receipt_says_what_was_taken_and_claims_no_legal_delay(house: House, claire: Browser) -> None:
    found = await ticket(
        house, await opened(house, taken(courriel="jeanne@habitants.example", reponse="email", texte="Devant <chez> elle"))
    )
    path = f"/agent/guichet/recu/{found['reference']}"
    page = (await claire.get(path)).text
    for said in (found["reference"], "au guichet", "Voirie", "aucun délai légal", "jeanne@habitants.example", found["tracking_token"]):
        assert said in page, said
    async with claire.client.get(f"{claire.root}{path}.pdf") as answer:
        pdf = await answer.read()
    words = " ".join(Pdf(pdf).text().split())
    for said in (found["reference"], "Jeanne Duport", "Et maintenant", "aucun délai légal", found["tracking_token"]):
        assert said in words, said
    due = await rows(house, "select kind, met_at from deadline")
    sent = await claire.post(path)
    assert sent.status == 303
    assert tuple(await row(house, "select channel, to_addr, automatic from outgoing")) == ("email", "jeanne@habitants.example", False)
    assert (await row(house, "select name from attachment"))["name"] == f"Récépissé, {found['reference']}.pdf"
    assert await rows(house, "select kind, met_at from deadline") == due, "it answers nothing"


async def test_a_receipt_is_only_printed_for_who_has_no_address(house: House, claire: Browser) -> None:
    found = await ticket(house, await opened(house, taken()))
    path = f"/agent/guichet/recu/{found['reference']}"
    assert "Envoyer à" not in (await claire.get(path)).text
    assert (await claire.post(path)).status == 422
    assert await rows(house, "select from outgoing") == []


async def test_persons_are_found_while_one_types(house: House, claire: Browser) -> None:
    first = await ticket(house, await opened(house, form()))
    page = await claire.part("/agent/guichet/personnes?qui=dup")
    assert f'value="{first["requester_id"]}"' in page.text
    assert "Prendre une demande" in (await claire.get(f"/agent/guichet?personne={first['requester_id']}")).text
    assert first["reference"] in (await claire.get(f"/agent/guichet/recu/{first['reference']}")).text


async def test_what_is_taken_for_another_service_is_said_to_be_taken(house: House, door: Door) -> None:
    paul = await door("paul")
    working = asyncio.create_task(work(house))
    try:
        typed = {"qui": "Jeanne Duport", "objet": "Nid-de-poule", "service": "voirie", "voie": "counter", "reponse": "", "envoi": "x"}
        sent = await paul.post("/agent/guichet", **typed)
        again = await paul.post("/agent/guichet", **typed)
    finally:
        working.cancel()
    assert sent.headers["Location"].startswith("/agent/guichet?fait=")
    assert again.headers["Location"] == sent.headers["Location"], "a double click is one request"
    assert "un autre service la suit" in (await paul.get(sent.headers["Location"])).text
    assert len(await rows(house, "select from ticket")) == 1
