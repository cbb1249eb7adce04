"""The legal life of a request in Chromium: sent to the wrong town, transmitted, acknowledged by the right one, completed by mail, decided,
notified, read by whoever asked. Each notice is held against what the law wants in it, each step against the clock on the page."""

from __future__ import annotations

import calendar
import html
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from grc import clock
from grc.actions.house import House
from grc.clock import PARIS
from tests.support.arrivals import rows
from tests.support.chromium import desk, window
from tests.support.mails import mail, post
from tests.support.processes import Service, until
from tests.support.relay import Caught, Relay
from workflows.dates import in_words, with_weekday

pytestmark = [pytest.mark.browser, pytest.mark.alone]

SUBJECT = "Fossé bouché"
PAPER = b"%PDF-1.7\n un plan du chemin"
# Who answers for each town, as the law wants him named: service, one address, telephone.
SAINTE_MER = ("Accueil", "Mairie de Sainte-Mer", "05 58 00 00 02")
BOISVERT = ("Accueil", "Mairie de Boisvert", "05 58 00 00 03")


def contents(notice: str, today: str, implicit: str) -> Mapping[str, Sequence[str]]:
    """What the law wants in each notice, by its article; kept apart from what the program itself checks."""
    appeal = ("recours gracieux", "tribunal administratif", "deux mois")
    silence = {"R112-11-1, décision implicite": ("décision implicite", implicit, "complète", *appeal)}
    return {
        "ack of Sainte-Mer": {"R112-11-1, réception": (today,), "R112-11-1, service": SAINTE_MER, **silence},
        "transmission": {
            "L114-2, à qui": ("Mairie de Boisvert", "3 place de la Mairie"), "L114-2, quand": (today,),
            "L114-4, d’où viendra l’accusé": ("accusé de réception",), "L111-2, qui écrit": ("Paul Dubos", "Agent du service Accueil"),
            "L111-2, adresse administrative": ("Mairie de Sainte-Mer",),
        },
        "ack of Boisvert": {"R112-11-1, réception": (today,), "R112-11-1, service": BOISVERT, **silence},
        "incomplete": {
            "R112-11-4, pièces": ("Un plan du chemin", "Une photo du fossé"), "L114-5, délai": ("30 jours",),
            "L114-5 al. 3, règle": ("suspendu",), "L111-2, qui écrit": ("Béatrice Labat", "Secrétaire de mairie", "Mairie de Boisvert"),
        },
        "decision": {
            "L212-1, décision": ("Le fossé ne sera pas curé par la commune.",), "L211-2, raisons": ("Le fossé borde une parcelle privée.",),
            "L212-1, auteur": ("Béatrice Labat", "Maire de Boisvert"), "CJA R421-5, voies et délais": appeal,
        },
    }[notice]  # fmt: skip


def plain(text: str) -> str:
    """Words alone, on one line, with plain blanks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u202f", " ").replace("\xa0", " ").split()).casefold()


def holds(caught: Caught, notice: str, today: date, implicit: date) -> None:
    """Both forms of the mail say all that the law wants of this notice."""
    rich = caught.mail.get_body(("html",))
    assert rich is not None
    for text in (plain(caught.text), plain(rich.get_content())):
        for article, parts in contents(notice, with_weekday(today), with_weekday(implicit)).items():
            for part in parts:
                assert plain(part) in text, f"{notice}: {article}: {part!r} is missing in {text}"


def two_months(day: date) -> date:
    """The day of the same number two months later, or the last one (section 2 of the law's facts)."""
    year, month = divmod(day.year * 12 + day.month - 1 + 2, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


async def law_of(page: Page) -> str:
    return plain(await page.locator(".s-law").inner_html())


async def clock_says(page: Page, notify: date, born: date) -> None:
    """The block of the law gives the last day to notify, and the day on which silence decides."""
    told = await law_of(page)
    assert "notifier une décision" in told, told
    for day in (notify, born):
        assert plain(in_words(day)) in told, f"{in_words(day)} is not in {told}"


async def act(page: Page, service: Service, reference: str, name: str, typed: Mapping[str, str], ticked: Sequence[tuple[str, str]]) -> None:
    """Fills in the form of an act and sends it."""
    await page.goto(f"{service.url}/agent/demandes/{reference}/loi/{name}")
    for field, value in ticked:
        await page.check(f"[name='{field}'][value='{value}']")
    for field, text in typed.items():
        await page.fill(f".law-act [name='{field}']", text)
    await page.locator(".law-act .buttons .primary").click()
    await page.locator(".done-line, .trace").first.wait_for()


async def test_a_request_sent_to_the_wrong_town_lives_its_whole_legal_life(
    service: Service, house: House, relay: Relay, chromium: Browser
) -> None:
    today = clock.now().astimezone(PARIS).date()
    implicit = two_months(today)
    born, by = implicit + timedelta(days=1), implicit - timedelta(days=1)
    raw = mail("Le fossé du chemin des Pins est bouché.", subject=SUBJECT, mail_id="<demande@habitants.example>")
    assert (await post(service.lmtp_port, raw))[0] == 250
    first = await relay.caught(lambda caught: "mairie@sainte-mer.example" in str(caught.mail["From"]))
    holds(first, "ack of Sainte-Mer", today, implicit)

    async with desk(chromium, service, "paul@sainte-mer.example") as paul, desk(chromium, service, "bea@boisvert.example") as bea:
        (asked,) = await rows(house, "select reference, tracking_token from ticket")
        reference, here = asked["reference"], paul.page
        await paul.open(SUBJECT)
        await clock_says(here, notify=by, born=born)
        # transmitted to the right town, which is looked for by its name
        await here.goto(f"{service.url}/agent/demandes/{reference}/loi/transmettre")
        await here.fill("[name=cherche]", "boisv")
        await here.get_by_role("button", name="Chercher").click()
        await here.get_by_label("Mairie de Boisvert").check()
        await here.fill("[name=pourquoi]", "Le chemin des Pins est à Boisvert.")
        await here.fill("[name=qualite]", "Agent du service Accueil")
        await here.get_by_role("button", name="Transmettre", exact=True).click()
        gone = await relay.caught(lambda caught: "transmise" in str(caught.mail["Subject"]))
        holds(gone, "transmission", today, implicit)
        assert "mairie@sainte-mer.example" in str(gone.mail["From"])
        second = await relay.caught(lambda caught: "mairie@boisvert.example" in str(caught.mail["From"]))
        holds(second, "ack of Boisvert", today, implicit)
        await here.goto(f"{service.url}/agent/demandes/{reference}")
        await expect(here.locator(".trace")).to_contain_text("Mairie de Boisvert suit cette demande")
        await expect(here.locator("body")).not_to_contain_text("Le fossé du chemin des Pins est bouché.")

        # the right town has it within the moment, in a window that was never reloaded
        await bea.open(SUBJECT)
        assert await bea.was_never_reloaded()
        there = bea.page

        async def acknowledged() -> bool | None:
            await there.goto(f"{service.url}/agent/demandes/{reference}")
            return "accuser réception avant" not in await law_of(there) or None

        await until(acknowledged, 30, lambda: "the receipt of Boisvert counts")
        await clock_says(there, notify=by, born=born)
        for step in ("L114-3", "L114-4", "Mairie de Sainte-Mer → Mairie de Boisvert"):
            assert plain(step) in plain(await there.locator(".s-law").inner_html()), step

        # items are missing: the clock stands still, and says until when
        signed = {"signataire": "Béatrice Labat", "qualite": "Secrétaire de mairie"}
        await act(there, service, reference, "pieces", {"pieces": "Un plan du chemin\nUne photo du fossé", "jours": "30", **signed}, ())
        wanted = await relay.caught(lambda caught: "Il manque des pièces" in str(caught.mail["Subject"]))
        later = implicit + timedelta(days=30)
        holds(wanted, "incomplete", today, later)
        await clock_says(there, notify=later - timedelta(days=1), born=later + timedelta(days=1))
        assert "30 jours de suspension" in plain(await there.locator(".s-law").inner_html())

        # they come by mail, as an answer
        back = wanted.mail["Reply-To"].addresses[0].addr_spec
        raw = mail("Voici le plan.", to=back, answers=wanted.mail, files=[("plan.pdf", "application/pdf", PAPER)])
        assert (await post(service.lmtp_port, raw, to=back))[0] == 250
        await expect(bea.conversation.filter(has_text="Voici le plan.")).to_be_visible()
        await act(there, service, reference, "completee", {}, ())
        await clock_says(there, notify=by, born=born)

        # decided, notified
        signed["qualite"] = "Maire de Boisvert"
        refusal = {"decision": "Le fossé ne sera pas curé par la commune.", "motifs": "Le fossé borde une parcelle privée.", **signed}
        await act(there, service, reference, "decider", refusal, [("sens", "rejection")])
        decision = await relay.caught(lambda caught: "ne sera pas curé" in caught.text)
        holds(decision, "decision", today, implicit)

        async def notified() -> bool | None:
            await there.goto(f"{service.url}/agent/demandes/{reference}")
            return plain(f"Décision notifiée le {in_words(today)}") in await law_of(there) or None

        await until(notified, 30, lambda: "the decision counts as notified")

        # read on the page of the first link, then seen as read by the town
        async with window(chromium) as citizen:
            await citizen.goto(f"{service.url}/suivi/{asked['tracking_token']}")
            for said in ("Le fossé du chemin des Pins est bouché.", "Le fossé ne sera pas curé par la commune.", "Mairie de Boisvert"):
                await expect(citizen.get_by_text(said).first).to_be_visible()
        await there.goto(f"{service.url}/agent/demandes/{reference}")
        await expect(there.locator(".law-proofs")).to_contain_text("lu sur la page de suivi")
        assert len(await rows(house, "select from ticket where passed_to is null")) == 1
