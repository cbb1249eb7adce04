"""It shows: a type of request is made by the keyboard alone, a citizen uses it, and what changes later changes nothing for him."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from grc.actions.house import House
from tests.makers.agents import address
from tests.support.arrivals import row, rows
from tests.support.chromium import window
from tests.support.processes import Service, until
from tests.support.relay import Relay
from tests.support.world import PASSWORD, World, join

pytestmark = [pytest.mark.browser, pytest.mark.alone]

MAUD = "maud@sainte-mer.example"
MOST_TABS = 400


class Keyboard:
    """Somebody who has no mouse: every act is a key."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def reach(self, wanted: Locator, key: str = "Tab") -> None:
        """Goes on by Tab until this has the focus."""
        for _ in range(MOST_TABS):
            if await wanted.evaluate("element => element === document.activeElement"):
                return
            await self.page.keyboard.press(key)
        raise AssertionError(f"{wanted} is not reached by {key}")

    async def press(self, wanted: Locator, key: str = "Enter") -> None:
        """Goes to a link, a button or a box, and presses it."""
        await wanted.first.wait_for()
        await self.reach(wanted.first)
        await self.page.keyboard.press(key)

    async def type(self, label: str, text: str, within: Locator | None = None) -> None:
        """Types into the field of this label what replaces what was there, and leaves it."""
        field = (within or self.page.locator("main")).get_by_label(label, exact=True).first
        await field.wait_for()
        await self.reach(field)
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.type(text)

    async def choose(self, label: str, option: str, within: Locator | None = None) -> None:
        """Chooses in a list by the first letters of the answer."""
        field = (within or self.page.locator("main")).get_by_label(label, exact=True).first
        await field.wait_for()
        await self.reach(field)
        await self.page.keyboard.type(option)

    async def kept(self, key: str = "Tab") -> None:
        """Presses a key by which a change is kept, and waits until it is kept and shown."""
        async with self.page.expect_response(lambda response: "/brouillon/" in response.url and response.request.method == "GET"):
            await self.page.keyboard.press(key)
        await expect(self.page.locator(".htmx-request, .htmx-swapping")).to_have_count(0)

    async def tick(self, box: Locator) -> None:
        """Ticks or unticks a box, which is kept at once."""
        await self.reach(box)
        await self.kept("Space")


@asynccontextmanager
async def seated(chromium: Browser, service: Service, who: str) -> AsyncIterator[Keyboard]:
    """An administrator signed in, at his types, without having touched a mouse."""
    async with window(chromium) as page:
        await page.goto(f"{service.url}/agent/connexion?suite=%2Fadmin%2Ftypes")
        keyboard = Keyboard(page)
        await keyboard.type("Adresse électronique", who, page.locator("body"))
        await keyboard.type("Mot de passe", PASSWORD, page.locator("body"))
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/admin/types")
        yield keyboard


async def test_a_type_is_made_by_the_keyboard_alone_and_lives(
    service: Service, house: House, world: World, relay: Relay, chromium: Browser
) -> None:
    await join(world.db, MAUD, "Maud Lafitte", "40902", "admin")
    async with seated(chromium, service, address("odile")) as odile:
        await make_a_type(odile)
        await meet_a_dead_end_and_mend_it(odile)
        await keep_a_life_as_a_scenario(odile)
        await publish(odile, 1)
        assert (await row(house, "select name, version, state from request_type"))["name"] == "emprunter_broyeur"

        await a_citizen_asks(chromium, service)
        await until(lambda: _ticket(house), 10, lambda: f"the request is opened; {service.told('worker')}")
        first = await row(house, "select t.type, t.version, t.fields, t.state from ticket t")
        assert (first["type"], first["version"], first["state"]) == ("emprunter_broyeur", 1, "received")
        assert first["fields"]["quel_jour"]

        async with seated(chromium, service, MAUD) as maud:
            await say_it_our_way(maud)
        await make_a_second_version(odile)
        (running,) = await rows(house, "select version from ticket")
        assert running["version"] == 1, "what runs keeps its version"

        async with window(chromium) as page:
            await page.goto(f"{service.url}/40902/demarches/emprunter_broyeur")
            await expect(page.get_by_role("heading", name="Broyeur à végétaux de Sainte-Mer")).to_be_visible()
        async with seated(chromium, service, MAUD) as maud:
            await see_the_difference(maud)


async def make_a_type(odile: Keyboard) -> None:
    page = odile.page
    await odile.press(page.get_by_role("link", name="Nouveau type"))
    await page.wait_for_url("**/nouveau*")
    await odile.type("Titre", "Emprunter le broyeur")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/emprunter_broyeur/brouillon/general*")
    await odile.type("Résumé", "Un broyeur à végétaux, prêté pour la journée.")
    await odile.kept()
    await odile.press(page.get_by_role("link", name="Champs", exact=True))
    await page.wait_for_url("**/champs")
    await odile.type("Nouveau champ", "Quel jour ?")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Date")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    label = page.locator("#fields-quel_jour-label")
    await expect(label).to_be_focused()
    await expect(page.get_by_label("Genre", exact=True).first).to_have_value("date")


async def meet_a_dead_end_and_mend_it(odile: Keyboard) -> None:
    page = odile.page
    side = page.locator("#a-corriger")
    await odile.press(page.get_by_role("link", name="États", exact=True))
    await page.wait_for_url("**/etats")
    await odile.type("Nouvel état", "Broyeur prêté")
    await page.keyboard.press("Enter")
    await expect(page.locator("#states-broyeur_prete-label")).to_be_focused()
    await odile.type("Ce que lit le demandeur", "Le broyeur est chez vous.", page.locator("#states-broyeur_prete"))
    await odile.kept()
    await expect(side).to_contain_text("n’est jamais atteint")

    await odile.press(page.get_by_role("link", name="Actes", exact=True))
    await page.wait_for_url("**/actes")
    await an_act(odile, "Prêter le broyeur", ["Reçue", "En cours"], "Broyeur prêté")
    for name in ("close", "close_without_answer", "withdraw"):
        await not_from_everywhere(odile, name)
    await expect(side).to_contain_text("aucun chemin ne mène à un état clos")
    await expect(page.locator(".wf-name", has_text="Broyeur")).to_have_count(1)

    # the link of the fault leads to what is wrong, and the mend is an act more
    await odile.press(side.get_by_role("link", name="Broyeur prêté"))
    await page.wait_for_url("**/etats#states-broyeur_prete")
    await expect(page.locator("#states-broyeur_prete summary")).to_be_focused()
    await odile.press(page.get_by_role("link", name="Actes", exact=True))
    await page.wait_for_url("**/actes")
    await an_act(odile, "Broyeur rendu", ["Broyeur prêté"], "Close")
    await expect(side).not_to_contain_text("aucun chemin")
    await expect(side).to_contain_text("Aucun scénario ne passe par")


async def an_act(odile: Keyboard, label: str, sources: list[str], target: str) -> None:
    """A new act with where it is possible and where it leads."""
    page = odile.page
    await odile.type("Nouvel acte", label)
    await page.keyboard.press("Enter")
    piece = page.locator(".piece", has=page.locator("summary .p-name", has_text=label))
    await expect(piece.get_by_label("Ce que dit le bouton")).to_be_focused()
    for source in sources:
        await odile.tick(piece.get_by_role("group", name="Possible dans").get_by_label(source, exact=True))
    await odile.choose("Mène à", target, piece)
    await odile.kept()
    await expect(piece.locator(".p-about").first).to_contain_text(target)


async def not_from_everywhere(odile: Keyboard, name: str) -> None:
    """An act that was possible in any open state is possible in the three it was meant for."""
    page = odile.page
    piece = page.locator(f"#transitions-{name}")
    await odile.press(piece.locator("summary").first)
    group = piece.get_by_role("group", name="Possible dans")
    for source in ("Reçue", "En cours", "En attente du demandeur", "tout état ouvert"):
        await odile.tick(group.get_by_label(source, exact=True))


async def keep_a_life_as_a_scenario(odile: Keyboard) -> None:
    page = odile.page
    await odile.press(page.get_by_role("link", name="Essayer"))
    await page.wait_for_url("**/essai")
    await odile.reach(page.get_by_label("Quel jour ?"))
    await page.keyboard.type("03122026")
    await odile.press(page.get_by_role("button", name="Envoyer cette demande"))
    await expect(page.locator(".step").first).to_contain_text("Reçue")
    await expect(page.locator(".step").first).to_contain_text("Objectif de réponse")
    await odile.press(page.get_by_role("button", name="Prêter le broyeur"))
    await expect(page.locator(".step").last).to_contain_text("Reçue → Broyeur prêté")
    await odile.press(page.get_by_role("button", name="Broyeur rendu"))
    await expect(page.locator(".step").last).to_contain_text("Broyeur prêté → Close")
    await odile.type("Garder cette vie comme scénario", "Le broyeur est prêté, puis rendu")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/scenarios*")
    await expect(page.locator(".pieces")).to_contain_text("Le broyeur est prêté, puis rendu")
    await expect(page.locator("#a-corriger")).to_contain_text("Rien à corriger")


async def publish(odile: Keyboard, version: int) -> None:
    await odile.press(odile.page.get_by_role("button", name="Publier"))
    await odile.page.wait_for_url("**/emprunter_broyeur?fait=publier")
    await expect(odile.page.locator("tbody tr").first).to_contain_text(str(version))


async def a_citizen_asks(chromium: Browser, service: Service) -> None:
    async with window(chromium) as page:
        await page.goto(f"{service.url}/40902")
        await page.get_by_role("link", name="Emprunter le broyeur").first.click()
        await page.get_by_label("Quel jour ?").fill("2027-03-12")
        await page.get_by_label("Prénom et nom").fill("Jeanne Duport")
        await page.get_by_label("Adresse e-mail").fill("jeanne@habitants.example")
        await page.get_by_role("button", name="Envoyer").last.click()
        await expect(page.get_by_role("heading", name="Votre demande est bien")).to_be_visible()


async def _ticket(house: House) -> bool | None:
    return bool(await rows(house, "select from ticket")) or None


async def say_it_our_way(maud: Keyboard) -> None:
    page = maud.page
    await maud.press(page.get_by_role("link", name="Emprunter le broyeur"))
    await maud.press(page.get_by_role("link", name="Régler"))
    await page.wait_for_url("**/reglages/40902")
    await maud.type("Titre", "Broyeur à végétaux de Sainte-Mer")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/reglages/40902?fait=regler*")
    await expect(page.get_by_text("L’agence dit : « Emprunter le broyeur »")).to_be_visible()


async def make_a_second_version(odile: Keyboard) -> None:
    page = odile.page
    await odile.press(page.get_by_role("button", name="Préparer la version suivante"))
    await page.wait_for_url("**/brouillon/general")
    await odile.type("Titre", "Emprunter le broyeur à végétaux")
    await odile.kept()
    await expect(page.locator("#changements")).to_contain_text("1 changement depuis la version 1")
    await publish(odile, 2)
    await expect(page.locator("tbody").first).to_contain_text("2")
    await expect(page.locator(".passage")).to_contain_text("Reçue")


async def see_the_difference(maud: Keyboard) -> None:
    page = maud.page
    await expect(page.locator("tr", has_text="Broyeur à végétaux de Sainte-Mer")).to_contain_text("1 différence à regarder")
    await maud.press(page.get_by_role("link", name="1 différence à regarder"))
    choice = page.locator(".choice-of")
    await expect(choice).to_contain_text("Broyeur à végétaux de Sainte-Mer")
    await expect(choice).to_contain_text("Emprunter le broyeur à végétaux")
    await maud.press(choice.get_by_role("button", name="Garder le nôtre"))
    await page.wait_for_url("**?fait=garder")
    await expect(page.locator(".choice-of")).to_have_count(0)
    await expect(page.locator("#title")).to_have_value("Broyeur à végétaux de Sainte-Mer")
