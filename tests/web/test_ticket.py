"""The page of a ticket: all of it without a script, every act a form, and nothing typed lost."""

from __future__ import annotations

import html
import io
import re

import aiohttp
import pytest

from grc.actions.house import House
from grc.db.transaction import WORKER, Database
from tests.makers.agents import Browser, Door
from tests.support.arrivals import arrive, form, letter, row, send_all
from tests.support.mails import mail
from tests.support.world import SAINTE_MER, World


@pytest.fixture
async def reference(house: House) -> str:
    return str(
        (await arrive(house, letter(mail("Bonjour,\n\nMa rue est dans le noir.\n\n> Le lundi, la mairie a écrit :\n> Bonjour"))))["ticket"]
    )


def page_of(reference: str) -> str:
    return f"/agent/demandes/{reference}"


def words(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


async def test_the_page_says_what_an_agent_needs(claire: Browser, reference: str) -> None:
    page = await claire.get(page_of(reference))
    told = words(page.text)
    assert page.status == 200
    for said in ("Jeanne Duport", "Lampadaire éteint", reference, "jeanne@habitants.example", "Ma rue est dans le noir", "pourquoi ?",
                 "Pourquoi ce service", "Accusé de réception", "Historique", "Note interne", "Envoyer et clore"):  # fmt: skip
        assert said in told, said
    assert re.search(r"par\s+courriel,? à\s+jeanne@habitants.example", told)
    assert not re.search(r"\b(received|in_progress|general|opened|routed|created)\b", told), "a raw name on the screen"
    assert not re.search(r"\d{4}-\d\d-\d\dT", told), "a raw date on the screen"


async def test_opening_a_ticket_makes_it_seen(claire: Browser, house: House, reference: str) -> None:
    assert 'class="row new"' in (await claire.get("/agent?vue=tous")).text
    await claire.get(page_of(reference))
    assert 'class="row new"' not in (await claire.get("/agent?vue=tous")).text


async def test_an_answer_leaves_by_the_way_the_citizen_came(claire: Browser, house: House, reference: str) -> None:
    body = aiohttp.FormData({"csrf": claire.csrf, "genre": "reponse", "texte": "Bonjour,\r\nNous passons demain.", "vue": "miens"})
    body.add_field("fichiers", io.BytesIO(b"%PDF-1.7"), filename="../plan.pdf", content_type="application/pdf")
    answer = await claire.send(f"{page_of(reference)}/repondre", body)
    assert (answer.status, answer.headers["Location"]) == (303, f"{page_of(reference)}?vue=miens&fait=repondre")
    assert set(await send_all(house)) == {"sent"}
    told = words((await claire.get(answer.headers["Location"])).text)
    for said in ("Nous passons demain", "envoyé à jeanne@habitants.example", "plan.pdf", "En cours", "elle part à l’instant"):
        assert said in told, said


async def test_a_note_stays_inside(claire: Browser, house: House, reference: str) -> None:
    before = (await row(house, "select count(*) as n from outgoing"))["n"]
    assert (await claire.post(f"{page_of(reference)}/repondre", genre="note", texte="À voir avec la voirie.")).status == 303
    assert "note interne" in words((await claire.get(page_of(reference))).text)
    assert (await row(house, "select count(*) as n from outgoing"))["n"] == before


async def test_what_was_typed_stays_when_it_cannot_be_taken(claire: Browser, reference: str) -> None:
    long = "Une phrase. " * 9000
    answer = await claire.post(f"{page_of(reference)}/repondre", genre="note", texte=long)
    assert answer.status == 422
    assert long.strip() in html.unescape(answer.text)
    assert 'value="note" checked' in answer.text
    assert "trop long" in words(answer.text)
    empty = await claire.post(f"{page_of(reference)}/repondre", genre="reponse", texte="  ")
    assert empty.status == 422
    assert "Écrivez votre message" in words(empty.text)


async def test_in_an_open_page_a_refusal_is_a_notice_and_the_page_stays(claire: Browser, reference: str) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answer = await claire.post_as(headers, f"{page_of(reference)}/repondre", genre="reponse", texte="")
    assert answer.status == 422
    assert answer.headers["HX-Retarget"] == "#annonces"
    assert "<html" not in answer.text


async def test_every_setting_can_be_changed(claire: Browser, house: House, world: World, reference: str) -> None:
    path = page_of(reference)
    for act, field, value, column in (
        ("confier", "agent", world.agents["paul"], "assignee_id"),
        ("priorite", "priorite", 3, "priority"),
        ("deplacer", "service", world.services[SAINTE_MER, "voirie"], "service_id"),
    ):
        assert (await claire.post(f"{path}/{act}", **{field: str(value)})).status == 303
        assert (await row(house, f"select {column} as v from ticket where reference = $1", reference))["v"] == value


async def test_a_ticket_given_away_leads_back_to_the_list(door: Door, house: House, world: World, reference: str) -> None:
    paul = await door("paul")
    there = str(world.services[SAINTE_MER, "voirie"])
    assert (await paul.post(f"{page_of(reference)}/deplacer", service=there, vue="a-prendre")).headers["Location"] == "/agent?vue=a-prendre"
    assert (await paul.get(page_of(reference))).status == 404


async def test_only_what_the_state_allows_is_offered_and_done(claire: Browser, reference: str) -> None:
    path = page_of(reference)
    open_page = (await claire.get(path)).text
    assert 'value="close"' in open_page
    assert 'value="reopen"' not in open_page
    assert (await claire.post(f"{path}/etape", etape="close_without_answer")).status == 422  # it asks why
    assert (await claire.post(f"{path}/etape", etape="close_without_answer", texte="Publicité.")).status == 303
    closed_page = (await claire.get(path)).text
    assert 'value="reopen"' in closed_page
    assert 'value="close"' not in closed_page
    again = await claire.post(f"{path}/etape", etape="close")
    assert again.status == 409
    assert "Rechargez la page" in words(again.text)
    assert (await claire.post(f"{path}/etape", etape="reopen")).status == 303


async def test_an_alarm_is_shown_and_settled(claire: Browser, db: Database, reference: str) -> None:
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute("update ticket set alarm = 'delivery_failed' where reference = $1", reference)
    assert "n’a pas pu être remis" in words((await claire.get(page_of(reference))).text)
    assert (await claire.post(f"{page_of(reference)}/regler")).status == 303
    assert "n’a pas pu être remis" not in words((await claire.get(page_of(reference))).text)


async def test_text_of_a_stranger_is_text(claire: Browser, house: House) -> None:
    raw = mail("<script>alert(1)</script>", sender='"<b>Ève</b>" <eve@habitants.example>', subject='"><img src=x onerror=alert(1)>')
    came = await arrive(house, letter(raw))
    for page in (await claire.get(page_of(came["ticket"])), await claire.get("/agent?vue=tous")):
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "<b>Ève" not in page.text


async def test_an_agent_writes_first(claire: Browser, house: House, world: World) -> None:
    service = f"{SAINTE_MER}-{world.services[SAINTE_MER, 'voirie']}"
    assert "Voirie" in (await claire.get("/agent/ecrire")).text
    typed = {"service": service, "adresse": "marc", "nom": "Marc Lesbats", "objet": "Votre rue", "texte": "Bonjour Marc."}
    wrong = await claire.post("/agent/ecrire", **typed)
    assert wrong.status == 422
    for value in ("Marc Lesbats", "Votre rue", "Bonjour Marc.", f'value="{service}" selected'):
        assert value in wrong.text
    done = await claire.post("/agent/ecrire", **{**typed, "adresse": "marc@habitants.example"})
    assert done.status == 303
    assert "Bonjour Marc." in (await claire.get(done.headers["Location"])).text


async def test_nobody_writes_in_the_name_of_a_service_that_is_not_his(door: Door, world: World) -> None:
    luc = await door("luc")
    assert "Boisvert" not in (await luc.get("/agent/ecrire")).text
    service = f"{SAINTE_MER}-{world.services[SAINTE_MER, 'etat-civil']}"
    answer = await luc.post("/agent/ecrire", service=service, adresse="m@habitants.example", objet="x", texte="y")
    assert answer.status == 403


async def test_the_ledger_adds_up_and_a_quarantined_mail_can_be_replayed(door: Door, house: House, db: Database) -> None:
    await arrive(house, form())
    came = await arrive(house, letter(mail("Illisible")))
    async with db.transaction(WORKER) as tx:
        number = await tx.conn.fetchval(
            "update received set outcome = 'quarantined', reason = 'essai' where channel = 'email' returning id"
        )
    odile = await door("odile")
    page = words((await odile.get("/agent/registre")).text)
    assert "le compte y est" in page
    assert "essai" in page
    raw = await odile.get(f"/agent/registre/{number}/octets")
    assert "Illisible" in raw.text
    assert raw.headers["Content-Disposition"].startswith("attachment")
    assert (await odile.post(f"/agent/registre/{number}/rejouer")).status == 303
    assert (await row(house, "select outcome from received where id = $1", number))["outcome"] == "pending"
    assert (await odile.post(f"/agent/registre/{number}/rejouer")).status == 404
    assert came["ticket"]


async def test_what_left_is_listed_with_its_state(claire: Browser, house: House, reference: str) -> None:
    await send_all(house)
    told = words((await claire.get("/agent/sortant")).text)
    assert "jeanne@habitants.example" in told
    assert "envoyé" in told
    assert reference in told


async def test_preferences_are_kept(claire: Browser) -> None:
    assert (await claire.post("/agent/moi/preferences", theme="dark", vue="miens")).status == 303
    page = (await claire.get("/agent")).text
    assert 'data-theme="dark"' in page
    assert 'data-keys="off"' in page
    assert "<h1>Les miens</h1>" in page
    assert (await claire.post("/agent/moi/preferences", theme="rose", vue="miens")).status == 422


async def test_the_mail_of_the_morning_is_refused_and_wanted_again(claire: Browser) -> None:
    async def shown() -> bool:
        return 'name="rappels" value="1" checked' in (await claire.get("/agent/moi")).text

    assert await shown(), "wanted, as long as nobody says otherwise"
    await claire.post("/agent/moi/preferences", theme="", vue="tous")
    assert not await shown()
    await claire.post("/agent/moi/preferences", theme="", vue="tous", rappels="1")
    assert await shown()
