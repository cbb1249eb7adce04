"""What the guard refuses: forged forms, other towns' and services' tickets, pages of higher roles; and that refusals look alike."""

from __future__ import annotations

import html
import io
import re

import aiohttp
import pytest

from grc.actions.house import House
from grc.messages.model import Attachment
from tests.makers.agents import Browser, Door
from tests.support.arrivals import arrive, form, letter, row, rows
from tests.support.mails import mail

HTML = """<p>Bonjour</p><img src="https://mouchard.example/x.png"><script>alert(1)</script>"""


@pytest.fixture
async def reference(house: House) -> str:
    """A ticket of the reception of Sainte-Mer, with a file."""
    came = await arrive(house, form(files=[Attachment('plan é".pdf', "application/pdf", b"%PDF-1.7 plan")]))
    return str(came["ticket"])


async def test_a_form_without_its_token_does_nothing(claire: Browser, house: House, reference: str) -> None:
    path = f"/agent/demandes/{reference}/priorite"
    for csrf in ("", "faux", claire.csrf[:-1], claire.csrf + "x"):
        answer = await claire.post(path, csrf=csrf, priorite="1")
        assert answer.status == 403
        assert "Rechargez" in answer.text
    assert (await row(house, "select priority from ticket where reference = $1", reference))["priority"] == 2
    assert (await claire.post(path, priorite="1")).status == 303
    assert (await row(house, "select priority from ticket where reference = $1", reference))["priority"] == 1


async def test_the_token_of_one_agent_is_worth_nothing_to_another(door: Door, reference: str) -> None:
    claire, paul = await door("claire"), await door("paul")
    assert (await claire.post(f"/agent/demandes/{reference}/priorite", csrf=paul.csrf, priorite="1")).status == 403


async def test_a_form_of_another_site_is_refused_even_with_its_token(claire: Browser, reference: str) -> None:
    for origin in ("cross-site", "same-site"):
        answer = await claire.post_as({"Sec-Fetch-Site": origin}, f"/agent/demandes/{reference}/priorite", priorite="1")
        assert answer.status == 403


@pytest.mark.parametrize("who", ["bea", "luc"])  # of another town; of another service of the same town
async def test_a_ticket_of_others_looks_like_one_that_does_not_exist(door: Door, house: House, reference: str, who: str) -> None:
    browser = await door(who)
    number = (await row(house, "select id from attachment"))["id"]
    message = (await row(house, "select id from message where direction = 'in'"))["id"]
    await house.db.pool.execute("select")  # the ticket is there
    for path in ("", f"/html/{message}", f"/fichiers/{number}", "?partie=vif"):
        theirs = await browser.get(f"/agent/demandes/{reference}{path}")
        nothing = await browser.get(f"/agent/demandes/0000-000{path}")
        assert theirs.status == nothing.status == 404
        assert theirs.text == nothing.text
    for act in ("repondre", "confier", "deplacer", "priorite", "etape", "regler", "liberer"):
        theirs = await browser.post(f"/agent/demandes/{reference}/{act}", texte="Bonjour", etape="close", priorite="1", service="1")
        nothing = await browser.post(f"/agent/demandes/0000-000/{act}", texte="Bonjour", etape="close", priorite="1", service="1")
        assert theirs.status == nothing.status == 404
        assert theirs.text == nothing.text
    assert reference not in (await browser.get("/agent?vue=tous")).text


async def test_pages_of_higher_roles_look_like_pages_that_do_not_exist(door: Door) -> None:
    paul, odile = await door("paul"), await door("odile")
    for path in ("/agent/registre", "/agent/boites", "/agent/registre/1/octets"):
        refused, nothing = await paul.get(path), await paul.get("/agent/nulle-part")
        assert refused.status == nothing.status == 404
        assert re.findall("<h1>.*?</h1>", refused.text) == re.findall("<h1>.*?</h1>", nothing.text)
    assert (await paul.post("/agent/registre/1/rejouer")).status == 404
    assert (await odile.get("/agent/registre")).status == 200
    assert 'href="/agent/registre"' not in (await paul.get("/agent")).text


async def test_an_admin_sees_the_accounts_of_his_own_towns(door: Door) -> None:
    assert (await (await door("odile")).get("/agent/boites")).status == 200


async def test_the_caught_mails_are_for_the_demonstration_alone(claire: Browser) -> None:
    assert (await claire.get("/agent/sortant/1")).status == 404
    assert "démonstration" not in (await claire.get("/agent/sortant")).text


async def test_every_page_says_what_it_may_load(claire: Browser, reference: str) -> None:
    for path in ("/agent", f"/agent/demandes/{reference}", "/agent/moi", "/agent/nulle-part", "/static/css/tokens.css", "/"):
        headers = (await claire.get(path)).headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")
    assert (await claire.get("/agent")).headers["Cache-Control"] == "no-store"


async def test_a_file_is_handed_over_to_be_kept_never_opened(claire: Browser, house: House, reference: str) -> None:
    number = (await row(house, "select id from attachment"))["id"]
    for asked in ("", "?voir=1"):  # a PDF is no picture: it is never shown
        answer = await claire.get(f"/agent/demandes/{reference}/fichiers/{number}{asked}")
        assert answer.text == "%PDF-1.7 plan"
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="plan _')
        assert "filename*=UTF-8''plan%20%C3%A9" in answer.headers["Content-Disposition"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_no_file_of_either_page_is_ever_run(claire: Browser, house: House) -> None:
    script = b"<script>alert(1)</script>"
    risky = ("text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/javascript", "application/x-msdownload", "x/y")
    shown = ("image/png", "text/plain")  # what they are called is not what they hold
    files = [(f"f{number}", kind, script) for number, kind in enumerate((*risky, *shown))]
    came = await arrive(house, letter(mail("Bonjour", files=files)))
    token = (await row(house, "select tracking_token from ticket where reference = $1", came["ticket"]))["tracking_token"]
    for number, (name, kind, _) in enumerate(files):
        file = (await row(house, "select id from attachment where name = $1", name))["id"]
        ours, theirs = f"/agent/demandes/{came['ticket']}/fichiers/{file}", f"/suivi/{token}/fichier/{file}"
        for path in (ours, f"{ours}?voir=1", theirs):
            headers = (await claire.get(path)).headers
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in headers["Content-Security-Policy"]
            assert "default-src 'none'" in headers["Content-Security-Policy"]
            if number < len(risky) or path == ours:
                assert headers["Content-Disposition"].startswith("attachment")
                assert headers["Content-Type"] == "application/octet-stream"
            assert headers["Content-Type"].partition(";")[0] in ("application/octet-stream", kind)


async def test_the_html_of_a_mail_runs_nothing_and_asks_for_nothing_outside_until_told(claire: Browser, house: House) -> None:
    raw = mail("Bonjour").replace(b"text/plain", b"text/html").replace(b"Bonjour", HTML.encode())
    came = await arrive(house, letter(raw))
    message = (await row(house, "select id from message where direction = 'in' and body_html is not null"))["id"]
    path = f"/agent/demandes/{came['ticket']}/html/{message}"
    closed, opened = await claire.get(path), await claire.get(f"{path}?images=1")
    assert "<script" not in closed.text
    for answer in (closed, opened):
        policy = answer.headers["Content-Security-Policy"]
        assert "sandbox" in policy
        assert "allow-scripts" not in policy
        assert "allow-same-origin" not in policy
        assert "script-src 'none'" in policy
    assert "img-src data:;" in closed.headers["Content-Security-Policy"]
    assert "https:" in opened.headers["Content-Security-Policy"]
    assert ' src="https://' not in closed.text
    assert ' src="https://' in opened.text, "whoever asks for the pictures is shown them"
    page = (await claire.get(f"/agent/demandes/{came['ticket']}")).text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "mouchard" not in page


async def test_too_large_a_body_is_refused_in_words_before_it_is_read(claire: Browser, reference: str) -> None:
    body = aiohttp.FormData({"csrf": claire.csrf, "texte": "Bonjour"})
    body.add_field("fichiers", io.BytesIO(b"x" * 27_000_000), filename="film.mp4")
    answer = await claire.send(f"/agent/demandes/{reference}/repondre", body)
    assert answer.status == 413
    assert "trop volumineux" in answer.text


async def test_too_many_files_and_too_many_fields_are_each_refused_by_their_name(claire: Browser, house: House, reference: str) -> None:
    for named, extra, said in (
        ("fichiers", {"filename": "plan.pdf"}, "trop de fichiers à la fois\u00a0: 150 au plus"),
        ("case", {}, "trop de champs\u00a0: 200 au plus"),
    ):
        body = aiohttp.FormData({"csrf": claire.csrf, "genre": "note", "texte": "Bonjour"}, default_to_multipart=True)
        for _ in range(200):
            body.add_field(named, "x", **extra)
        answer = await claire.send(f"/agent/demandes/{reference}/repondre", body)
        assert answer.status == 400, named
        assert said in html.unescape(answer.text), named
    assert await rows(house, "select from message where direction = 'note'") == []


async def test_a_body_that_is_no_form_is_refused_in_words(claire: Browser, reference: str) -> None:
    path = claire.root + f"/agent/demandes/{reference}/repondre"
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
        async with claire.client.post(path, data=b"\xff\x00 ni queue ni t\xc3", headers={"Content-Type": kind}) as answer:
            assert answer.status in (400, 403), kind
