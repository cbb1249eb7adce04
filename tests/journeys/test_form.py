"""A citizen fills in the form of his town, with JavaScript and without: a receipt, a page to follow, one ticket however he clicks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from grc.actions.house import House
from tests.support.arrivals import rows
from tests.support.chromium import desk, window
from tests.support.processes import Service
from tests.support.relay import Relay

pytestmark = pytest.mark.browser

CITIZEN = "jeanne@habitants.example"


async def fill_in(page: Page, service: Service) -> None:
    """Types a request about the road into the form of Sainte-Mer."""
    await page.goto(f"{service.url}/sainte-mer/contact")
    assert page.url.endswith("/40902/contact"), "the name of a town leads to its form"
    await page.select_option("#service", "voirie")
    await page.fill("#objet", "Trou dans la chaussée")
    await page.fill("#message", "Devant le numéro 12, depuis la pluie de mardi.")
    await page.fill("#nom", "Jeanne Duport")
    await page.fill("#courriel", CITIZEN)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_a_form_becomes_a_ticket_a_receipt_and_a_page_to_follow(
    service: Service, house: House, relay: Relay, chromium: Browser, tmp_path: Path, javascript: bool
) -> None:
    photo = tmp_path / "trou.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 400)
    async with desk(chromium, service, "luc@sainte-mer.example") as luc, window(chromium, javascript=javascript) as page:
        await fill_in(page, service)
        await page.set_input_files("[name=fichiers]", photo)
        await page.get_by_role("button", name="Envoyer ma demande").click()
        await page.wait_for_url("**/contact/recu/*")
        await expect(page.get_by_role("heading", name="Votre demande est bien arrivée")).to_be_visible()

        (stands,) = await rows(house, "select t.reference, s.slug, r.meta from ticket t "
                                      "join service s on s.id = t.service_id join received r on r.ticket_id = t.id")  # fmt: skip
        assert stands["slug"] == "voirie", "the service he chose has it"
        assert stands["meta"]["proved"] is javascript, "the proof of work was done, or spared who has no JavaScript"
        await expect(page.get_by_text(stands["reference"]).first).to_be_visible()
        acknowledged = await relay.caught(lambda caught: caught.rcpt_to == CITIZEN)
        assert stands["reference"] in acknowledged.mail["Subject"] + acknowledged.text

        await page.get_by_role("link", name="Suivre ma demande").click()
        await page.wait_for_url("**/suivi/*")
        link = re.search(r"http://\S+/suivi/\S+", acknowledged.text)
        assert link is not None
        assert link[0] == page.url, "the page of the receipt and the link of the mail are one"
        await expect(page.get_by_text("Devant le numéro 12, depuis la pluie de mardi.")).to_be_visible()
        await expect(page.get_by_role("link", name="trou.jpg")).to_be_visible()

        await luc.open("Trou dans la chaussée")
        await luc.write("Réparé ce matin.")
        await page.reload()
        await expect(page.get_by_text("Réparé ce matin.")).to_be_visible()
        await page.fill("#message", "Merci beaucoup !")
        await page.get_by_role("button", name="Envoyer mon message").click()
        await expect(page.get_by_text("Votre message est bien arrivé.")).to_be_visible()
        await expect(luc.conversation.filter(has_text="Merci beaucoup !")).to_be_visible()
    assert len(await rows(house, "select from ticket")) == 1


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_a_citizen_who_clicks_twice_has_one_ticket(
    service: Service, house: House, relay: Relay, chromium: Browser, javascript: bool
) -> None:
    async with window(chromium, javascript=javascript) as page:
        await fill_in(page, service)
        await page.get_by_role("button", name="Envoyer ma demande").dblclick()
        await page.wait_for_url("**/contact/recu/*")
        await expect(page.get_by_role("heading", name="Votre demande est bien arrivée")).to_be_visible()
        await relay.caught(lambda caught: caught.rcpt_to == CITIZEN)
    assert len(await rows(house, "select from ticket")) == 1
    assert len(relay.to(CITIZEN)) == 1, "and one acknowledgement"


async def test_a_file_of_two_hundred_megabytes_is_refused_in_plain_words_and_the_text_stays(
    service: Service, house: House, chromium: Browser, tmp_path: Path
) -> None:
    film = tmp_path / "film.jpg"
    with film.open("wb") as sparse:
        sparse.write(b"\xff\xd8\xff\xe0")
        sparse.truncate(200 * 1024 * 1024)
    async with window(chromium, javascript=False) as page:
        await fill_in(page, service)
        await page.set_input_files("[name=fichiers]", film)
        await page.get_by_role("button", name="Envoyer ma demande").click()
        await expect(page.get_by_text("trop lourd").first).to_be_visible(timeout=30_000)
        assert await page.input_value("#message") == "Devant le numéro 12, depuis la pluie de mardi."
        await page.get_by_role("button", name="Envoyer ma demande").click()
        await page.wait_for_url("**/contact/recu/*")
    assert len(await rows(house, "select from ticket")) == 1, "without the film it is taken"
