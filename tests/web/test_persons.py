"""The pages of persons: found, looked at, joined and parted, put right; never across services or towns."""

from __future__ import annotations

from grc.actions.house import House
from tests.makers.agents import Browser, Door
from tests.support.arrivals import arrive, form, opened, row, ticket
from tests.support.world import World


async def person(house: House, name: str, address: str, **more: str) -> int:
    found = await ticket(house, await opened(house, form({"nom": name, "courriel": address, **more})))
    return int(found["requester_id"])


async def test_two_cards_become_one_and_two_again(house: House, claire: Browser) -> None:
    jeanne = await person(house, "Jeanne Duport", "jeanne@habitants.example")
    other = await person(house, "J. Duport", "jd@travail.example")
    found = await claire.get("/agent/personnes?q=duport")
    assert all(f'href="/agent/personnes/{one}"' in found.text for one in (jeanne, other))
    await claire.post(f"/agent/personnes/{jeanne}/reunir", autre=str(other), pourquoi="Vu au guichet.")
    page = await claire.get(f"/agent/personnes/{other}")
    assert "jeanne@habitants.example" in page.text and "jd@travail.example" in page.text and "Séparer" in page.text  # noqa: PT018
    joining = await row(house, "select id from person_event where what = 'joined'")
    await claire.post(f"/agent/personnes/{jeanne}/separer", reunion=str(joining["id"]))
    page = await claire.get(f"/agent/personnes/{other}")
    assert "jeanne@habitants.example" not in page.text
    assert "Séparée de la fiche de Jeanne Duport" in page.text


async def test_what_is_known_is_put_right_and_kept_as_it_was(house: House, claire: Browser) -> None:
    one = await person(house, "Jeane Duport", "jeanne@habitants.example")
    for act, typed in {
        "nommer": {"nom": "Jeanne Duport"}, "habiter": {"lieu": "12 rue des Pins\n40200 Sainte-Mer"},
        "ajouter": {"genre": "tel", "adresse": "06 39 98 01 00"}, "papier": {"depuis": "2026-01-12", "comment": "Par sa lettre."},
        "oter": {"genre": "email", "adresse": "jeanne@habitants.example"},
    }.items():  # fmt: skip
        await claire.post(f"/agent/personnes/{one}/{act}", **typed)
    page = await claire.get(f"/agent/personnes/{one}")
    for said in ("12 rue des Pins", "06 39 98 01 00", "Refuse les réponses électroniques", "Jeane Duport devient Jeanne Duport"):
        assert said in page.text, said
    assert (await row(house, "select requester_name from ticket"))["requester_name"] == "Jeanne Duport"
    wrong = await claire.post(f"/agent/personnes/{one}/ajouter", genre="tel", adresse="douze")
    assert wrong.status == 422
    assert "ne peut pas être lu" in wrong.text


async def test_another_service_sees_the_name_alone_and_another_town_nothing(house: House, world: World, door: Door) -> None:
    one = await person(house, "Jeanne Duport", "jeanne@habitants.example")
    luc, bea = await door("luc"), await door("bea")
    page = await luc.get(f"/agent/personnes/{one}")
    assert "suivies par d’autres services" in page.text
    assert "jeanne@habitants.example" not in page.text
    assert (await luc.post(f"/agent/personnes/{one}/nommer", nom="X")).status == 403
    assert (await bea.get(f"/agent/personnes/{one}")).status == 404
    assert (await bea.post(f"/agent/personnes/{one}/nommer", nom="X")).status == 404


async def test_the_side_of_a_ticket_leads_to_its_person(house: House, claire: Browser) -> None:
    became = await arrive(house, form())
    page = await claire.get(f"/agent/demandes/{became['ticket']}")
    one = await row(house, "select requester_id from ticket")
    assert f"/agent/personnes/{one['requester_id']}" in page.text
