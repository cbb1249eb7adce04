"""The helpdesk in Chromium: by form and by mail, sorted, priced, escalated, closed with thirty others; and what the town never sees."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Browser, Page, expect

from grc.actions.house import House
from tests.makers import helpdesk
from tests.makers.helpdesk import EDITOR, HELPDESK
from tests.support.arrivals import rows
from tests.support.chromium import desk
from tests.support.mails import mail, post
from tests.support.processes import Service, until
from tests.support.relay import Relay
from tests.support.world import World

pytestmark = [pytest.mark.browser, pytest.mark.alone]

CLAIRE, BEA = "claire@sainte-mer.example", "bea@boisvert.example"
SECRET = "Ne pas le dire à la commune : contrat en litige."
THIRTY = 30


async def by_mail(service: Service, sender: str, subject: str, text: str) -> None:
    raw = mail(text, sender=sender, to=HELPDESK, subject=subject)
    assert (await post(service.lmtp_port, raw, to=HELPDESK, sender=sender))[0] == 250


async def step(page: Page, label: str, **typed: str) -> None:
    """Takes a way on from the menu of the open ticket, filling in what it asks."""
    menu = page.locator("#tete details.ask")
    await menu.locator("> summary").click()
    await menu.locator("details.sub > summary", has_text=re.compile(f"^{re.escape(label)}$")).click()
    form = menu.locator("details.sub[open] form")
    for name, value in typed.items():
        await form.locator(f"[name='{name.replace('__', '.')}']").fill(value)
    await form.get_by_role("button", name=label, exact=True).last.click()
    await expect(page.locator("#tete details.ask[open]")).to_have_count(0)


async def state(page: Page, word: str) -> None:
    await expect(page.locator("#tete .state")).to_have_text(word)


async def test_an_incident_from_the_towns_form_to_the_major_incident_that_closes_thirty(
    service: Service, house: House, relay: Relay, world: World, chromium: Browser
) -> None:
    await helpdesk.opened(world)
    async with desk(chromium, service, CLAIRE) as claire, desk(chromium, service, "tom@agence.example") as tom:
        # the town reports by its form, another by mail
        await claire.page.goto(f"{service.url}/agent/agence")
        await claire.page.get_by_role("link", name="Signaler un incident").click()
        page = claire.page
        await page.select_option("[name='c.logiciel']", label="Famille")
        await page.select_option("[name='c.impact']", label="Une personne")
        await page.select_option("[name='c.urgence']", label="Oui, cela peut attendre")
        await page.fill("[name='c.description']", "Les nouveaux tarifs sont à saisir.")
        await page.get_by_role("button", name="Envoyer").last.click()

        async def taken_in() -> bool | None:
            return bool(await rows(house, "select from ticket where on_behalf_of = 2")) or None

        await until(taken_in, 20, lambda: "the form is a ticket")
        await page.goto(f"{service.url}/agent/agence/demandes")
        await expect(page.get_by_role("main")).to_contain_text("Signaler un incident")
        await by_mail(service, BEA, "Messagerie bloquée", "Bonjour, la messagerie est bloquée, plus rien ne part.")

        # triage by keys: the urgent mail first, then the form
        await expect(tom.rows.filter(has_text="Messagerie bloquée").first).to_be_visible()
        page = tom.page
        await page.goto(f"{service.url}/agent/triage")
        await expect(page.get_by_text("1 sur 2 à trier")).to_be_visible()
        first = await page.locator(".workbench-case h2").inner_text()
        await page.keyboard.press("q")
        await expect(page.get_by_text("1 sur 1 à trier")).to_be_visible()
        assert await page.locator(".workbench-case h2").inner_text() != first
        await expect(page.get_by_text("Intervention facturée : 90")).to_be_visible()
        await page.get_by_role("button", name="Qualifier, au suivant").click()
        await expect(page.get_by_text("Tout est trié.")).to_be_visible()

        # the price is said before anything is done, and the town accepts it
        (priced,) = await rows(house, "select reference, tracking_token from ticket where on_behalf_of = 2")
        await page.goto(f"{service.url}/agent/demandes/{priced['reference']}")
        await page.locator("#tete details.ask > summary").click()
        await expect(page.locator("#tete .refused", has_text="Commencer")).to_contain_text("annoncez d’abord son prix")
        await page.keyboard.press("Escape")
        await step(page, "Annoncer le prix", c__intervention="Saisie des tarifs par un technicien", c__prix="90")
        await state(page, "Prix annoncé")
        told = await relay.caught(lambda caught: "prix de l’intervention" in caught.mail["Subject"])
        assert "90 € HT" in told.text.replace("\u00a0", " ")
        await claire.page.goto(f"{service.url}/suivi/{priced['tracking_token']}")
        await claire.page.get_by_role("button", name="Accepter ce prix").click()
        await relay.caught(lambda caught: any(part.get_filename() == f"accord-{priced['reference']}.pdf" for part in caught.mail.walk()))
        await state(page, "Qualifié")

        # the editor is asked, and its answer comes back
        await page.locator("#reponse [name=genre][value=note]").check(force=True)
        await page.fill("#texte", SECRET)
        await page.get_by_role("button", name="Ajouter la note").click()
        await expect(page.locator("#fil .bubble", has_text=SECRET)).to_be_visible()
        await page.locator("#reponse [name=genre][value=tiers]").check(force=True)
        await page.fill("#tiers", EDITOR)
        await page.fill("#texte", "Les tarifs refusent de s’enregistrer, que faire ?")
        await page.get_by_role("button", name="Envoyer au tiers").click()
        await state(page, "Chez l’éditeur")
        asked = await relay.caught(lambda caught: caught.rcpt_to == EDITOR)
        assert priced["tracking_token"] not in asked.mail.as_string(), "the link is the town's own"
        back = asked.mail["Reply-To"].addresses[0].addr_spec
        words = "Votre demande ED-4812 est corrigée dans la version 8."
        raw = mail(words, sender=EDITOR, to=back, subject=asked.mail["Subject"], answers=asked.mail)
        assert (await post(service.lmtp_port, raw, to=back, sender=EDITOR))[0] == 250
        await expect(page.locator("#fil .bubble", has_text="corrigée dans la version 8")).to_be_visible()
        await state(page, "En cours")

        # the town reads what is for it, and nothing else: on its pages, and by hand-made requests
        for path in (f"/suivi/{priced['tracking_token']}", f"/agent/agence/demandes/{priced['reference']}"):
            response = await claire.page.goto(service.url + path)
            seen = await claire.page.content()
            assert response is not None
            assert response.status == 200, path
            assert "Saisie des tarifs par un technicien" in seen, path
            assert SECRET not in seen, path
            assert "version 8" not in seen, path
        for path in (f"/agent/demandes/{priced['reference']}", f"/agent/demandes/{priced['reference']}/html/1"):
            response = await claire.page.goto(service.url + path)
            assert response is not None
            assert response.status == 404, path

    # thirty towns are told and closed at once
    await asyncio.gather(*(by_mail(service, BEA, f"Messagerie {n}", "Plus aucun message ne part.") for n in range(THIRTY)))
    async with desk(chromium, service, "lise@agence.example") as lise:
        page = lise.page

        async def taken() -> bool | None:
            found = await rows(house, "select count(*) as n from ticket where subject like 'Messagerie %' and state = 'received'")
            return found[0]["n"] == THIRTY or None

        await until(taken, 30, lambda: f"{THIRTY} mails are tickets")
        await page.goto(f"{service.url}/agent/triage")
        await expect(page.get_by_text(f"1 sur {THIRTY} à trier")).to_be_visible()
        await page.get_by_text("Déclarer un incident majeur").click()
        await page.fill("#objet", "Messagerie en panne")
        await page.get_by_role("button", name="Déclarer, avec cet incident dessous").click()
        await expect(page.get_by_text("Incident majeur déclaré.")).to_be_visible()
        (problem,) = await rows(house, "select reference from ticket where type = 'problem'")
        for _ in range(6):  # a page of candidates at a time
            await page.goto(f"{service.url}/agent/demandes/{problem['reference']}/liens?q=Messagerie")
            everything = page.locator("[data-pick-all]")
            if not await page.locator("fieldset.picks input[type=checkbox]").count():
                break
            if await everything.count():
                await everything.check()
            else:
                for box in await page.locator("fieldset.picks input[type=checkbox]").all():
                    await box.check()
            await page.get_by_role("button", name="Rattacher à cette demande").click()
            await expect(page.locator("#tete, .ties").first).to_be_visible()
            below = await rows(house, "select from link where kind = 'below' and ended_at is null")
            if len(below) >= THIRTY:
                break
        await page.goto(f"{service.url}/agent/demandes/{problem['reference']}")
        before = len(relay.mails)
        await step(page, "Résoudre et tout clore", texte="La messagerie est rétablie.")
        await state(page, "Résolu")

        async def closed() -> bool | None:
            found = await rows(house, "select count(*) as n from ticket where subject like 'Messagerie %' and phase = 'closed'")
            return found[0]["n"] >= THIRTY or None

        await until(closed, 30, lambda: f"{THIRTY} incidents are closed")

    async def told_of_the_end() -> bool | None:
        return len(relay.mails) >= before + THIRTY or None

    await until(told_of_the_end, 30, lambda: f"{THIRTY} towns are told")
    ends = [caught for caught in relay.mails[before:] if "rétablie" in caught.text]
    assert len({caught.mail["Subject"] for caught in ends}) == len(ends), "nobody is told twice"
    assert len(ends) >= THIRTY
