"""The notices of the law in a collectivity's own words: seen before, refused with the article where one lacks something, kept for ever."""

from __future__ import annotations

import html
import re

import pytest
from playwright.async_api import Browser as Chromium

from grc.actions.house import House
from grc.db.transaction import WORKER
from tests.makers.agents import Browser, Door, Site
from tests.support.arrivals import arrive, form, row, rows
from tests.support.chromium import chromium
from tests.support.pdf import Pdf
from tests.support.world import SAINTE_MER, World
from tests.web.test_browser import Window, obstacles, sitting
from workflows.legal_notice import NOTICES, Wording, refusals
from workflows.notice_samples import samples
from workflows.texts import shared

__all__ = ["chromium"]


@pytest.fixture
async def claire(house: House, door: Door) -> Browser:
    """She administers Sainte-Mer."""
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update membership set role = 'admin' where agent_id = (select id from agent where email like 'claire@%')")
    return await door("claire")


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def proposed(name: str) -> dict[str, str]:
    """The fields of the form with the proposed words."""
    subject, text, source = shared().source(name)
    return {"collectivite": str(SAINTE_MER), "objet": subject.strip(), "texte": text, "html": source}


@pytest.mark.parametrize("name", NOTICES)
def test_the_proposed_words_of_every_notice_say_all_that_the_law_wants_in_every_case(name: str) -> None:
    cases = [values for _, values in samples(NOTICES[name], shared())]
    assert refusals(NOTICES[name], Wording(*shared().source(name)), cases) == ()


@pytest.mark.parametrize("name", ["ack", "aee", "paper_ack"])
def test_a_date_typed_by_hand_in_place_of_its_variable_is_found(name: str) -> None:
    """What is right for one request is wrong for the next."""
    cases = [values for _, values in samples(NOTICES[name], shared())]
    subject, text, source = shared().source(name)
    typed = text.replace("{{ received_on }}", cases[0]["received_on"])
    found = refusals(NOTICES[name], Wording(subject, typed, source), cases)
    assert {(one.where, one.what) for one in found} == {("text", "il manque la date de réception")}
    assert all(one.article for one in found)


async def test_every_notice_is_listed_with_its_article(claire: Browser) -> None:
    page = words((await claire.get("/admin/avis")).text)
    for notice in NOTICES.values():
        assert notice.title in page
        assert notice.article in page


async def test_words_of_ones_own_are_sent_from_then_on_and_each_notice_keeps_its_exact_text(claire: Browser, house: House) -> None:
    before = await arrive(house, form())
    typed = proposed("ack")
    typed["texte"] = typed["texte"].replace("est bien arrivée", "est bien arrivée à Sainte-Mer")
    done = await claire.post("/admin/avis/ack", **typed)
    assert done.status == 303
    after = await arrive(house, form())
    said = [line["body_text"] for line in await rows(house, "select body_text from message where kind = 'ack' order by id")]
    assert ["à Sainte-Mer" in text for text in said] == [False, True]
    assert before["ticket"] != after["ticket"]
    assert "Le texte proposé" not in words((await claire.get(done.headers["Location"])).text)
    again = await claire.post("/admin/avis/ack", collectivite=str(SAINTE_MER), reprendre="1")
    assert again.status == 303
    assert (await row(house, "select count(*) as n from notice_text where not current"))["n"] == 1, "the words are kept"


async def test_words_without_the_ways_of_appeal_are_refused_with_their_article_and_stay_as_typed(claire: Browser, house: House) -> None:
    typed = proposed("decision")
    typed["texte"] = typed["texte"].partition("SI VOUS N’ÊTES PAS D’ACCORD")[0] + "{{ signer }}\n"
    answer = await claire.post("/admin/avis/decision", **typed)
    told = words(answer.text)
    assert answer.status == 422
    assert re.search(r"Texte : il manque les voies de recours \(CJA R421-5\)", told)
    assert "HTML : il manque" not in told
    assert html.unescape(answer.text).count("SI VOUS N’ÊTES PAS D’ACCORD") == 0
    assert await rows(house, "select from notice_text") == []


async def test_a_variable_that_does_not_exist_and_an_element_that_would_not_leave_are_named(claire: Browser) -> None:
    typed = proposed("aee")
    told = words((await claire.post("/admin/avis/aee", **{**typed, "texte": typed["texte"] + "{{ nom }}"})).text)
    assert "la variable « nom » n’existe pas ici" in told
    told = words((await claire.post("/admin/avis/aee", **{**typed, "html": typed["html"] + "<script>alert(1)</script>"})).text)
    assert "« <script> » n’est pas admis" in html.unescape(told)
    told = words((await claire.post("/admin/avis/aee", **{**typed, "texte": "{% for x in subject %}{{ x }}{% endfor %}"})).text)
    assert "admis" in told


async def test_the_html_can_be_made_of_the_text_and_is_then_whole(claire: Browser) -> None:
    for name in NOTICES:
        typed = proposed(name)
        made = await claire.post(f"/admin/avis/{name}", **typed, deriver="1")
        source = re.search(r'<textarea id="html"[^>]*>\n(.*?)</textarea>', made.text, re.DOTALL)
        assert source is not None
        done = await claire.post(f"/admin/avis/{name}", **{**typed, "html": html.unescape(source[1])})
        assert done.status == 303, (name, words(done.text)[:600])


async def test_only_an_administrator_words_notices_and_only_those_of_his_own_collectivity(
    claire: Browser, door: Door, world: World
) -> None:
    paul = await door("paul")
    assert (await paul.get("/admin/avis")).status == 404
    assert (await paul.post("/admin/avis/ack", **proposed("ack"))).status == 404
    assert (await claire.get("/admin/avis/ack?collectivite=3")).status == 404
    assert (await claire.post("/admin/avis/ack", **{**proposed("ack"), "collectivite": "3"})).status == 404
    assert (await claire.get("/admin/avis/nulle_part")).status == 404


@pytest.mark.parametrize("name", NOTICES)
async def test_each_notice_is_seen_as_a_letter_in_the_words_that_were_typed_and_nothing_is_kept(
    claire: Browser, house: House, name: str
) -> None:
    typed = proposed(name)
    typed["texte"] = "Bonjour de la place de la Mairie.\n\n" + typed["texte"]
    cases = dict(samples(NOTICES[name], shared()))
    for number, _ in enumerate(cases):
        filled = {"csrf": claire.csrf, **typed, "lettre": str(number)}
        async with claire.client.post(f"{claire.root}/admin/avis/{name}", data=filled) as letter:
            assert (letter.status, letter.headers["Content-Type"]) == (200, "application/pdf")
            pdf = Pdf(await letter.read())
        said = " ".join(pdf.text().split())
        assert "Bonjour de la place de la Mairie." in said
        assert "Anne Dupuy" in said, "to whom"
        assert "jeudi 7 mai 2026" in said or "received_on" not in typed["texte"]
        if "signer" in NOTICES[name].variables:
            assert "Responsable du service Éclairage public" in said
        assert pdf.is_for_all
    assert (await claire.post(f"/admin/avis/{name}", **typed, lettre=str(len(cases)))).status == 404
    assert (await claire.post(f"/admin/avis/{name}", **{**typed, "texte": "{{ nom }}"}, lettre="0")).status == 422
    assert await rows(house, "select from notice_text") == []


async def test_every_notice_goes_back_to_an_earlier_version_and_to_the_proposed_words(claire: Browser, house: House) -> None:
    for name in NOTICES:
        typed = proposed(name)
        for hello in ("Bonjour.", "Re-bonjour."):
            assert (await claire.post(f"/admin/avis/{name}", **{**typed, "texte": f"{hello}\n\n{typed['texte']}"})).status == 303, name
        old = (await row(house, f"select min(id) as n from notice_text where name = '{name}'"))["n"]
        page = (await claire.get(f"/admin/avis/{name}?version={old}")).text
        source = re.search(r'<textarea id="texte"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
        assert source is not None
        assert (await claire.post(f"/admin/avis/{name}", **{**typed, "texte": html.unescape(source[1])})).status == 303
        assert (await row(house, f"select body_text from notice_text where current and name = '{name}'"))["body_text"].startswith(
            "Bonjour."
        )
        assert "du texte proposé" in words((await claire.get(f"/admin/avis/{name}?version=proposee")).text)
        await claire.post(f"/admin/avis/{name}", collectivite=str(SAINTE_MER), reprendre="1")
        assert await rows(house, f"select from notice_text where current and name = '{name}'") == []


@pytest.mark.browser
async def test_in_the_browser_a_decision_without_the_ways_of_appeal_is_refused_with_the_article(
    chromium: Chromium, site: Site, claire: Browser, house: House
) -> None:
    async with sitting(chromium, site, bypass_csp=True) as window:
        page = window.page
        await page.goto(f"{window.root}/admin/avis")
        await page.get_by_role("link", name="Décision", exact=True).click()
        assert await obstacles(page) == []
        text = await page.input_value("#texte")
        await page.fill("#texte", text.partition("SI VOUS N’ÊTES PAS D’ACCORD")[0] + "{{ signer }}")
        await page.get_by_role("button", name="Mettre en vigueur").click()
        refused = page.locator("#refus")
        await refused.wait_for()
        told = await refused.inner_text()
        assert "il manque les voies de recours" in told.replace("\u00a0", " ")
        assert "CJA R421-5" in told
        assert await obstacles(page) == []
        assert await rows(house, "select from notice_text") == []
        await page.fill("#texte", text.replace("Dans les deux mois", "Pendant les deux mois"))
        await page.get_by_role("button", name="Mettre en vigueur").click()
        await page.locator(".done-line").wait_for()
        assert (await row(house, "select count(*) as n from notice_text where current"))["n"] == 1


async def _lives(window: Window, house: House, name: str) -> None:
    """One notice in the browser: worded, seen as HTML and as a letter, refused, in force, and restored as it was and as it is proposed."""
    page = window.page
    in_force, done = page.get_by_role("button", name="Mettre en vigueur"), page.locator(".done-line")
    await page.goto(f"{window.root}/admin/avis/{name}")
    text = await page.input_value("#texte")
    await page.fill("#texte", "Bonjour à vous.\n\n" + text)
    await page.get_by_role("button", name="Le refaire d’après le texte").click()
    await page.locator(".seen .letter.mail p", has_text="Bonjour à vous.").first.wait_for()
    assert await page.locator(".seen .case").count() == len(dict(samples(NOTICES[name], shared())))
    async with page.context.expect_event("response", lambda one: one.request.method == "POST") as answered:
        await page.get_by_role("button", name="Voir la lettre").first.click()
    letter = await answered.value
    assert (letter.status, letter.headers["content-type"]) == (200, "application/pdf")
    await in_force.click()
    await done.wait_for()
    first = (await row(house, "select max(id) as n from notice_text"))["n"]
    await page.fill("#texte", "Bonjour.")
    await in_force.click()
    assert re.search(r"\((article |CJA )", (await page.locator("#refus").inner_text()).replace("\u00a0", " "))
    await page.fill("#texte", "Une autre fois.\n\n" + text)
    await in_force.click()
    await done.wait_for()
    await page.goto(f"{window.root}/admin/avis/{name}?version={first}")
    assert "Vous voyez les mots de la version du" in await page.locator("#ancienne").inner_text()
    await in_force.click()
    await done.wait_for()
    assert (await page.input_value("#texte")).startswith("Bonjour à vous.")
    await page.get_by_role("button", name="Reprendre le texte proposé").click()
    await done.get_by_text("proposé").wait_for()
    assert (await page.input_value("#texte")).strip() == text.strip()
    assert await rows(house, "select from notice_text where current") == []
    assert len(await rows(house, f"select from notice_text where name = '{name}'")) == 3, "every version is kept"


@pytest.mark.browser
async def test_in_the_browser_a_notice_is_worded_seen_refused_kept_and_restored(
    chromium: Chromium, site: Site, claire: Browser, house: House
) -> None:
    async with sitting(chromium, site, bypass_csp=True) as window:
        await _lives(window, house, "paper_ack")


@pytest.mark.browser
@pytest.mark.long
async def test_in_the_browser_every_notice_is_worded_seen_refused_kept_and_restored(
    chromium: Chromium, site: Site, claire: Browser, house: House
) -> None:
    async with sitting(chromium, site, bypass_csp=True) as window:
        for name in NOTICES:
            await _lives(window, house, name)
