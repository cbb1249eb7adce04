"""An agent takes back what he sent, for some seconds; and no second click sends twice."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from grc import clock
from grc.actions import hold
from grc.actions.hold import Sending
from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.settings import Settings
from tests.makers.agents import Browser, Door
from tests.support.arrivals import arrive, form, key_of, row, rows, send_all, ticket, told
from tests.support.relay import Relay
from tests.support.world import World

WAIT = timedelta(seconds=10)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation that holds answers for ten seconds, as it does by itself."""
    return settings.model_copy(update={"undo_seconds": 10})


@pytest.fixture
async def reference(house: House) -> str:
    """A ticket of the reception of Sainte-Mer."""
    return str((await arrive(house, form()))["ticket"])


def held_number(text: str) -> str:
    found = re.search(r'name="tenu" value="(\d+)"', text)
    assert found is not None
    return found[1]


async def time_is_over(house: House) -> int:
    """The seconds pass; how many leave."""
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update held_answer set due = due - interval '1 minute'")
    return await hold.let_go(house.db, clock.now())


async def test_an_answer_taken_back_never_leaves_and_is_in_the_editor_again(
    claire: Browser, house: House, relay: Relay, reference: str
) -> None:
    page = f"/agent/demandes/{reference}"
    key = await key_of(house, reference)
    await send_all(house)
    await claire.get(page)  # it is no longer new
    before, lines = dict(await ticket(house, key)), await told(house, key)
    body = aiohttp.FormData()
    for name, value in (("csrf", claire.csrf), ("genre", "reponse"), ("texte", "Une équipe passe demain."), ("clore", "1")):
        body.add_field(name, value)
    body.add_field("fichiers", b"%PDF-1.7 plan", filename="plan.pdf", content_type="application/pdf")
    sent = await claire.send(f"{page}/repondre", body)
    assert sent.headers["Location"].endswith("fait=tenu")
    shown = await claire.get(sent.headers["Location"])
    assert "Annuler l’envoi" in shown.text
    assert "encore 10 s" in shown.text
    assert dict(await ticket(house, key)) == before, "nothing of the ticket has changed yet: no deadline is met, no state is left"
    assert await hold.let_go(house.db, clock.now()) == 0

    back = await claire.post(f"{page}/reprendre", tenu=held_number(shown.text))
    assert back.headers["Location"].endswith("fait=repris")
    editor = await claire.get(back.headers["Location"])
    assert re.search(r"<textarea[^>]*>Une équipe passe demain\.</textarea>", editor.text)
    assert "Annuler l’envoi" not in editor.text
    assert await time_is_over(house) == 0
    assert (len(relay.to("jeanne@habitants.example")), await told(house, key)) == (1, lines), "the acknowledgement alone"

    kept = re.search(r'name="repris" value="(\w+)"', editor.text)
    assert kept is not None
    await claire.post(f"{page}/repondre", genre="reponse", texte="Une équipe passe jeudi.", brouillon="1", repris=kept[1])
    assert await time_is_over(house) == 1
    await send_all(house)
    answer = relay.to("jeanne@habitants.example")[1]
    assert answer.text.startswith("Une équipe passe jeudi.")
    assert [part.get_filename() for part in answer.mail.iter_attachments()] == ["plan.pdf"]
    assert await rows(house, "select from held_answer") == []
    too_late = await claire.post(f"{page}/reprendre", tenu=held_number(shown.text))
    assert too_late.headers["Location"].endswith("fait=parti")


async def test_only_its_author_takes_it_back(door: Door, house: House, reference: str) -> None:
    claire, paul, bea = await door("claire"), await door("paul"), await door("bea")
    page = f"/agent/demandes/{reference}"
    await claire.post(f"{page}/repondre", genre="reponse", texte="Bonjour.")
    shown = await paul.get(page)
    assert "part dans un instant" in shown.text
    assert "Annuler l’envoi" not in shown.text
    number = held_number((await claire.get(page)).text)
    assert (await paul.post(f"{page}/reprendre", tenu=number)).headers["Location"].endswith("fait=parti")
    assert (await bea.post(f"{page}/reprendre", tenu=number)).status == 404
    assert await time_is_over(house) == 1


async def test_a_click_beside_the_worker_is_either_taken_back_or_has_left(door: Door, house: House, reference: str) -> None:
    claire = await door("claire")
    key = await key_of(house, reference)
    for _ in range(5):
        await claire.post(f"/agent/demandes/{reference}/repondre", genre="reponse", texte="Bonjour.")
        number = (await row(house, "select id from held_answer"))["id"]
        sent = len(await rows(house, "select from message where direction = 'out' and kind = 'message'"))
        back, _ = await asyncio.gather(claire.post(f"/agent/demandes/{reference}/reprendre", tenu=str(number)), time_is_over(house))
        now = len(await rows(house, "select from message where direction = 'out' and kind = 'message'"))
        assert now == sent + (1 if back.headers["Location"].endswith("parti") else 0)
        async with house.db.transaction(WORKER) as tx:
            await tx.conn.execute("delete from held_answer where ticket_id = $1", key.id)


async def test_what_cannot_leave_any_more_is_a_draft_again_and_is_told(house: House, world: World, reference: str) -> None:
    key = await key_of(house, reference)
    async with world.acting("paul") as (tx, agent):
        assert await hold.send(tx, agent, key, Sending("reply", "Bonjour."), clock.now(), WAIT)
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("delete from membership where agent_id = $1", world.agents["paul"])
    assert await time_is_over(house) == 1
    kept = await row(house, "select state, why, body_text from held_answer")
    assert (kept["state"], kept["body_text"]) == ("failed", "Bonjour.")
    assert "rôle" in kept["why"]
    assert (await ticket(house, key))["alarm"] == "not_sent"
    assert (await told(house, key))[-1] == "not_sent"


async def test_an_agent_chooses_how_long_he_may_take_back(claire: Browser, house: House, reference: str) -> None:
    for chosen, done in (("0", "repondre"), ("20", "tenu")):
        await claire.post("/agent/moi/preferences", theme="", vue="tous", annuler=chosen)
        sent = await claire.post(f"/agent/demandes/{reference}/repondre", genre="reponse", texte=f"Bonjour {chosen}.")
        assert sent.headers["Location"].endswith(f"fait={done}")
    waits = await row(house, "select due - made_at as waits from held_answer")
    assert waits["waits"] == timedelta(seconds=20)
    assert (await claire.post("/agent/moi/preferences", theme="", vue="tous", annuler="3600")).status == 422


@pytest.mark.parametrize("kind", ["reponse", "note", "tiers"])
async def test_a_double_click_sends_once(claire: Browser, house: House, reference: str, kind: str) -> None:
    page = f"/agent/demandes/{reference}"
    number = re.search(r'name="envoi" value="([\w-]+)"', (await claire.get(page)).text)
    assert number is not None
    fields = {"genre": kind, "texte": "Bonjour.", "tiers": "support@editeur.example", "envoi": number[1]}
    both = await asyncio.gather(*(claire.post(f"{page}/repondre", **fields) for _ in range(3)))
    assert [answer.status for answer in both] == [303] * 3
    assert len({answer.headers["Location"] for answer in both}) == 1, "the second is led where the first went"
    await time_is_over(house)
    assert len(await rows(house, "select from message where body_text = 'Bonjour.'")) == 1
    await claire.post(f"{page}/repondre", **fields | {"texte": "Et bonsoir."})
    await time_is_over(house)
    assert len(await rows(house, "select from message where body_text = 'Et bonsoir.'")) == 1, "another text is another sending"


async def test_a_sending_that_was_refused_may_be_sent_again(claire: Browser, house: House, reference: str) -> None:
    page = f"/agent/demandes/{reference}/repondre"
    fields = {"genre": "tiers", "tiers": "jeanne@habitants.example", "texte": "Bonjour.", "envoi": "abc"}
    await claire.post("/agent/moi/preferences", theme="", vue="tous", annuler="0")
    assert [(await claire.post(page, **fields)).status for _ in range(2)] == [422, 422], "the address is that of whoever asked"


async def test_a_new_message_written_twice_opens_one_ticket(claire: Browser, house: House, world: World) -> None:
    service = f"2-{world.services[2, 'accueil']}"
    fields = {"service": service, "adresse": "marc@habitants.example", "nom": "", "objet": "Travaux", "texte": "Bonjour.", "envoi": "n1"}
    both = await asyncio.gather(*(claire.post("/agent/ecrire", **fields) for _ in range(2)))
    assert both[0].headers["Location"] == both[1].headers["Location"]
    assert len(await rows(house, "select from ticket where subject = 'Travaux'")) == 1


async def test_the_agents_of_others_reach_nothing_that_is_held(house: House, world: World, reference: str) -> None:
    key = await key_of(house, reference)
    async with world.acting("claire") as (tx, agent):
        await hold.send(tx, agent, key, Sending("reply", "Entre nous."), clock.now(), WAIT)
    for stranger in ("bea", "luc"):
        async with world.acting(stranger) as (tx, agent):
            assert await hold.held(tx, key) == []
            assert not await hold.undo(tx, replace(agent, id=world.agents["claire"]), key, 1)
            assert await tx.conn.fetchval("select count(*) from held_answer") == 0
