"""By which way an answer leaves, as the box of answers lets an agent choose it; and what could not be delivered is sent by another."""

from __future__ import annotations

import html
import re

import orjson
import pytest
from playwright.async_api import Browser as Chromium

from grc import clock
from grc.actions.house import House
from grc.actions.reply import reply
from grc.db.transaction import WORKER
from grc.messages.model import Arrival
from grc.settings import Settings
from tests.makers.agents import Browser, Door, Site
from tests.support.arrivals import arrive, form, key_of, row, rows
from tests.support.chromium import chromium
from tests.support.world import SAINTE_MER, World
from tests.web.test_browser import sitting

__all__ = ["chromium"]

LETTER = "paper  post:"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation that holds answers for ten seconds."""
    return settings.model_copy(update={"undo_seconds": 10})


@pytest.fixture
async def reference(house: House) -> str:
    """A request that came by a public post of Mastodon, from somebody of whom a mail address is known."""
    status = {
        "id": "9001", "visibility": "public", "content": "<p>Le lampadaire est éteint.</p>", "url": "https://ailleurs.example/@jeanne/9001",
        "created_at": "2026-03-02T09:00:00Z", "account": {"id": "7", "acct": "jeanne@ailleurs.example", "display_name": "Jeanne Duport"},
    }  # fmt: skip
    raw, meta = orjson.dumps(status), {"what": "mention", "host": "net.example", "me": "mairie@net.example"}
    found = str((await arrive(house, Arrival("mastodon", "mairie@net.example", "9001", raw, SAINTE_MER, meta)))["ticket"])
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute(
            "insert into identity (collectivity_id, kind, value, person_id)"
            " select collectivity_id, 'email', 'jeanne@habitants.example', requester_id from ticket where reference = $1",
            found,
        )
    return found


def box_of(text: str) -> str:
    """The choice of ways in the box of answers."""
    box = re.search(r'<select name="voie" class="back-way">(.*?)</select>', text, re.DOTALL)
    assert box is not None
    return html.unescape(box[1])


def ways_of(text: str) -> list[str]:
    """The ways that the box offers."""
    return re.findall(r'<option value="([^"]*)"', box_of(text))


def chosen_of(text: str) -> str:
    """The way that stands chosen; empty where it is the first."""
    found = re.search(r'<option value="([^"]*)" selected>', box_of(text))
    return found[1] if found else ""


async def failed(house: House, world: World, reference: str) -> int:
    """The delivery of an answer to a request, which failed for good."""
    key = await key_of(house, reference)
    async with world.acting("claire") as (tx, claire):
        await reply(tx, claire, key, "Une équipe passe demain.", (), clock.now())
    async with house.db.transaction(WORKER) as tx:
        number = await tx.conn.fetchval("select max(id) from outgoing where ticket_id = $1", key.id)
        await tx.conn.execute("update outgoing set state = 'permanent-failure' where id = $1", number)
    return int(number)


async def test_the_way_that_was_chosen_comes_back_with_the_draft(claire: Browser, house: House, reference: str) -> None:
    page = f"/agent/demandes/{reference}"
    box = (await claire.get(page)).text
    network, mail, letter = ways_of(box)
    assert (network.split()[0], mail.split()[0], letter.startswith(LETTER)) == ("mastodon", "email", True)
    assert chosen_of(box) == "", "the first is what is proposed"
    await claire.post(f"{page}/repondre", genre="reponse", texte="Bonjour.", voie=mail)
    held = await row(house, "select id from held_answer")
    back = await claire.post(f"{page}/reprendre", tenu=str(held["id"]))
    assert chosen_of((await claire.get(back.headers["Location"])).text) == mail
    refused = await claire.post(f"{page}/repondre", genre="reponse", texte="", voie=letter)
    assert (refused.status, chosen_of(refused.text)) == (422, letter), "nor is it lost where the text was forgotten"


async def test_only_a_tick_makes_an_answer_public_and_only_where_the_way_has_it(claire: Browser, house: House, reference: str) -> None:
    page = f"/agent/demandes/{reference}"
    box = (await claire.get(page)).text
    network, mail, _ = ways_of(box)
    assert f'name="public" value="{network}">' in html.unescape(box), "not ticked by itself"
    for way, ticked in ((network, {}), (mail, {"public": network}), (network, {"public": network})):
        await claire.post(f"{page}/repondre", genre="reponse", texte="Bonjour.", voie=way, **ticked)
    ways = [line["way"] for line in await rows(house, "select way from held_answer order by id")]
    assert [(way["channel"], way["public"]) for way in ways] == [("mastodon", False), ("email", False), ("mastodon", True)]
    held = await rows(house, "select max(id) as id from held_answer")
    back = await claire.post(f"{page}/reprendre", tenu=str(held[0]["id"]))
    assert f'name="public" value="{network}" checked>' in html.unescape((await claire.get(back.headers["Location"])).text)


@pytest.mark.browser
async def test_what_is_to_be_known_of_a_way_is_said_where_it_is_chosen_however_many_there_are(
    chromium: Chromium, site: Site, house: House, world: World, reference: str
) -> None:
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute(
            "insert into identity (collectivity_id, kind, value, person_id)"
            " select collectivity_id, 'email', n || '@habitants.example', requester_id from ticket, generate_series(1, 7) n"
            " where reference = $1",
            reference,
        )
    await failed(house, world, reference)  # the network: it is proposed last from now on
    async with sitting(chromium, site) as window:
        await window.go(f"/agent/demandes/{reference}")
        await window.page.locator("html.js").wait_for()
        box, said = window.page.locator(".back-way"), window.page.locator(".way-notes [data-way]:visible")
        ways = await box.locator("option").evaluate_all("options => options.map(option => option.value)")
        assert len(ways) > 7
        assert await said.count() == 0
        await box.select_option(next(way for way in ways if way.startswith("mastodon")))
        assert (await said.inner_text()).startswith("Le dernier envoi par cette voie a échoué.")
        await box.select_option(ways[0])
        assert await said.count() == 0


async def test_a_way_that_is_none_of_this_request_is_refused(claire: Browser, house: House, reference: str) -> None:
    page = f"/agent/demandes/{reference}"
    for forged in (
        "email  eve@ailleurs.example",
        "telegram bot telegram:1",
        "mastodon autre mastodon:jeanne@ailleurs.example",
        "paper  post:999",
    ):
        answer = await claire.post(f"{page}/repondre", genre="reponse", texte="Bonjour.", voie=forged)
        assert answer.status == 422, forged
        assert "Cette voie n’existe plus" in html.unescape(answer.text)
    assert await rows(house, "select from held_answer") == []


async def test_what_was_not_delivered_is_sent_again_by_another_way(claire: Browser, house: House, world: World, reference: str) -> None:
    page = f"/agent/demandes/{reference}"
    number = await failed(house, world, reference)
    shown = (await claire.get(page)).text
    assert f'name="envoi_manque" value="{number}"' in shown
    mail = next(way for way in ways_of(shown) if way.startswith("email"))
    done = await claire.post(f"{page}/renvoyer", envoi_manque=str(number), voie=mail)
    assert done.headers["Location"].endswith("fait=renvoye")
    sent = await rows(house, "select id, channel, to_addr, message_id, settled_at from outgoing where id >= $1 order by id", number)
    assert [(one["channel"], one["to_addr"]) for one in sent] == [
        ("mastodon", "mastodon:jeanne@ailleurs.example"), ("email", "jeanne@habitants.example"),
    ]  # fmt: skip
    assert sent[0]["message_id"] == sent[1]["message_id"]
    assert sent[0]["settled_at"] is not None
    again = await claire.post(f"{page}/renvoyer", envoi_manque=str(number), voie=mail)
    assert again.status == 404, "once"


async def test_an_acknowledgement_that_was_not_delivered_is_sent_again_by_another_way(claire: Browser, house: House) -> None:
    reference = str((await arrive(house, form({"courriel": "jeanne@habitants.example"})))["ticket"])
    page = f"/agent/demandes/{reference}"
    ack = await row(house, "update outgoing set state = 'permanent-failure' returning id")
    shown = (await claire.get(page)).text
    assert f'name="envoi_manque" value="{ack["id"]}"' in shown
    assert "Non remis" in shown
    letter = re.findall(rf'<option value="({LETTER}[0-9]+)"', shown)[0]
    assert (await claire.post(f"{page}/renvoyer", envoi_manque=str(ack["id"]), voie=letter)).status == 303
    sent = await rows(house, "select channel, automatic, message_id from outgoing order by id")
    assert [(one["channel"], one["automatic"]) for one in sent] == [("email", True), ("paper", True)]
    assert sent[0]["message_id"] == sent[1]["message_id"]
    shown = (await claire.get(page)).text
    assert "envoi_manque" not in shown, "once"
    assert "Non remis" not in shown, "what the law expects was done"


async def test_nothing_of_another_request_of_a_third_party_or_of_a_machine_is_sent_again(
    claire: Browser, door: Door, house: House, world: World, reference: str
) -> None:
    page = f"/agent/demandes/{reference}"
    mail = next(way for way in ways_of((await claire.get(page)).text) if way.startswith("email"))
    other = str((await arrive(house, form({"courriel": "autre@habitants.example"})))["ticket"])
    foreign = await failed(house, world, other)
    assert (await claire.post(f"{page}/renvoyer", envoi_manque=str(foreign), voie=mail)).status == 404
    mine = await failed(house, world, reference)
    bea = await door("bea")
    assert (await bea.post(f"{page}/renvoyer", envoi_manque=str(mine), voie=mail)).status == 404
    for audience in ("third", "machine"):
        async with house.db.transaction(WORKER) as tx:
            await tx.conn.execute(
                "update message m set audience = $2 from outgoing o where o.message_id = m.id and o.id = $1", mine, audience
            )
        assert "envoi_manque" not in (await claire.get(page)).text, audience
        assert (await claire.post(f"{page}/renvoyer", envoi_manque=str(mine), voie=mail)).status == 404, audience
    assert len(await rows(house, "select from outgoing where id > $1", mine)) == 0
