"""One person on several channels: what he has proved makes him one, an agent may part him again, and what he is told finds another way."""

from __future__ import annotations

import asyncio
import re
import shutil
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from channels.paper import ingest
from grc import worker
from grc.actions.house import House
from grc.app import compose
from grc.db.transaction import WORKER
from grc.settings import Settings
from grc.tickets.dossier import dossier
from tests.channels.telegram.talk import PATIENCE, Talk, talking
from tests.makers import scans
from tests.makers.agents import Browser, Site, open_door
from tests.makers.switchboard import Switchboard, has_line, line
from tests.makers.telegram import Telegram, telegram
from tests.support.arrivals import arrive, letter, row, rows
from tests.support.mails import mail
from tests.support.processes import until
from tests.support.relay import Relay
from tests.support.world import SAINTE_MER, World

MAILS = "jeanne@habitants.example"
_CHOICE = re.compile(r'<option value="([^"]+)"( disabled)?>')


@pytest.fixture
async def there() -> AsyncIterator[Telegram]:
    """The Bot API."""
    async with telegram() as running:
        yield running


@pytest.fixture
async def town(settings: Settings, world: World, relay: Relay, there: Telegram) -> AsyncIterator[Talk]:
    """The service with the bot of Sainte-Mer."""
    async with talking(settings, there, "40902", relay=f"smtp://127.0.0.1:{relay.port}", smtp_port=0, lmtp_port=0) as talk:
        yield talk


@pytest.fixture
async def claire(site: Site, world: World) -> AsyncIterator[Browser]:
    """The head of all services of Sainte-Mer."""
    async with open_door(site, world) as door:
        yield await door("claire")


async def asks_the_bot(town: Talk, words: str) -> int:
    """A request written to the bot; whose it is."""
    await town.says("/start")
    await town.presses("Autre demande")
    await town.says(words)
    return int((await row(town.house, "select requester_id from ticket where channel = 'telegram'"))["requester_id"])


async def writes(house: House, text: str) -> tuple[str, int]:
    """A mail of Jeanne's; the reference of its request, and whose it is."""
    became = await arrive(house, letter(mail(text, subject=text)))
    assert became["outcome"] == "opened", became
    found = await row(house, "select requester_id from ticket where reference = $1", became["ticket"])
    return str(became["ticket"]), int(found["requester_id"])


async def proves(town: Talk, relay: Relay) -> None:
    """He gives his mail address, and the code that comes to it."""
    before = len(relay.mails)
    await town.says("/courriel")
    assert "code à six chiffres" in (await town.says(MAILS)).text

    async def mailed() -> str | None:
        found = [re.findall(r"\b[0-9]{6}\b", one.text) for one in relay.mails[before:] if one.rcpt_to == MAILS]
        return next((codes[0] for codes in found if codes), None)

    assert "confirmée" in (await town.says(await until(mailed, PATIENCE, lambda: "the code in his mailbox"))).text


async def test_he_writes_to_the_bot_proves_his_address_and_the_mail_he_writes_from_there_is_of_the_same_person(
    town: Talk, relay: Relay, claire: Browser
) -> None:
    one = await asks_the_bot(town, "Le banc du parc est cassé.")
    await proves(town, relay)
    reference, other = await writes(town.house, "Le portail du parc ne ferme plus.")
    assert other == one
    page = (await claire.get(f"/agent/personnes/{one}")).text
    for said in ("Le banc du parc est cassé.", "Le portail du parc ne ferme plus.", "reçu par Telegram", "reçu par courriel", MAILS):
        assert said in page, said
    assert "Séparer" not in page, "one card, nothing was joined"

    # The address was not his after all: it is taken from his card, and whoever writes from it is somebody else.
    assert (await claire.post(f"/agent/personnes/{one}/oter", genre="email", adresse=MAILS)).status == 303
    _, stranger = await writes(town.house, "Une question sur la cantine.")
    assert stranger != one
    assert "la cantine" not in (await claire.get(f"/agent/personnes/{one}")).text
    assert reference in (await claire.get(f"/agent/personnes/{one}")).text, "what was his stays his"


async def test_two_cards_are_one_once_the_address_is_proved_and_stay_two_once_an_agent_has_parted_them(
    town: Talk, relay: Relay, claire: Browser
) -> None:
    by_mail, jeanne = await writes(town.house, "Le portail du parc ne ferme plus.")
    bot = await asks_the_bot(town, "Le banc du parc est cassé.")
    assert bot != jeanne, "a name alone joins nobody"
    await proves(town, relay)

    for card in (bot, jeanne):
        page = (await claire.get(f"/agent/personnes/{card}")).text
        assert "banc du parc" in page, card
        assert "portail du parc" in page, card
        assert "Séparer" in page, card
    links = (await claire.get(f"/agent/demandes/{by_mail}/liens")).text
    assert "banc du parc" in links, "what the same person asked is proposed, whichever card it is on"
    async with town.house.db.transaction(WORKER) as tx:
        known = (await dossier(tx, by_mail))["requester"]["identities"]
    assert {one["kind"] for one in known} == {"email", "telegram"}

    joining = await row(town.house, "select id, person_id from person_event where what = 'joined'")
    assert (await claire.post(f"/agent/personnes/{joining['person_id']}/separer", reunion=str(joining["id"]))).status == 303
    assert "banc du parc" not in (await claire.get(f"/agent/personnes/{jeanne}")).text
    await proves(town, relay)
    assert await rows(town.house, "select from person where joined_into is not null") == [], "an agent knows better than a further proof"
    assert "portail du parc" not in (await claire.get(f"/agent/personnes/{bot}")).text


@asynccontextmanager
async def at_work(settings: Settings, relay: Relay) -> AsyncIterator[House]:
    """The service, which works in this process."""
    given = Settings.model_validate(
        settings.model_dump() | {"relay": f"smtp://127.0.0.1:{relay.port}", "undo_seconds": 0, "smtp_port": 0, "lmtp_port": 0}
    )
    async with compose(given) as composed:
        stop = asyncio.Event()
        working = asyncio.create_task(worker.run(composed.house, composed.wake, stop, ("intake", "deliver", "errands", "channels")))
        try:
            yield composed.house
        finally:
            stop.set()
            await working


async def call(house: House, settings: Settings, site: Site, claire: Browser, service: int) -> None:
    """He calls, Claire takes it, and writes down what he says."""
    url = str(site.make_url(await line(house, settings)))
    async with aiohttp.ClientSession() as client:
        switchboard = Switchboard(url, client)
        name = switchboard.call()
        assert await switchboard.tell("newCall", name) == 200
        assert await switchboard.tell("answer", name, answeringNumber="215") == 200
        assert await switchboard.tell("hangup", name, cause="normalClearing") == 200

    async def answered() -> int | None:
        found = await rows(house, "select id from call where outcome = 'answered'")
        return found[0]["id"] if found else None

    number = await until(answered, PATIENCE, lambda: "the call in the book")
    typed = {"objet": "Passage piéton effacé", "texte": "Il ne se voit plus devant l’école.", "service": str(service)}
    answer = await claire.post(f"/agent/appels/{SAINTE_MER}/{number}/fiche", **typed)
    assert answer.status == 303, answer.text


async def scanned(house: House, settings: Settings, content: bytes) -> str:
    """A letter, as the copier hands it in; its number on the desk."""
    path = settings.data_dir / "lettre.pdf"
    path.write_bytes(content)
    args = Namespace(collectivity="40902", service="", arrived=None, paths=[path])
    assert [one["letters"][0]["outcome"] async for one in ingest.ingest(args, house, settings)] == ["waiting"]
    return f"{SAINTE_MER}-{(await row(house, 'select id from scan_letter'))['id']}"


async def left(house: House, channel: str, state: str) -> str:
    """The one delivery by this channel, once it stands so: the address it goes to, and its number."""

    async def found() -> str | None:
        query = "select collectivity_id, id from outgoing where channel = $1 and state = $2 and not automatic"
        stands = await rows(house, query, channel, state)
        return f"{stands[0]['collectivity_id']}-{stands[0]['id']}" if stands else None

    return await until(found, PATIENCE, lambda: f"{channel} {state}")


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
async def test_a_mail_a_call_and_a_letter_are_one_line_and_an_answer_the_post_gives_back_leaves_by_mail(
    settings: Settings, world: World, relay: Relay, site: Site, claire: Browser
) -> None:
    async with at_work(settings, relay) as house:
        await has_line(house, world.agents["claire"], "215")
        _, jeanne = await writes(house, "Le portail du parc ne ferme plus.")
        assert (await claire.post(f"/agent/personnes/{jeanne}/ajouter", genre="tel", adresse="06 39 98 00 11")).status == 303
        roads = world.services[SAINTE_MER, "voirie"]
        await call(house, settings, site, claire, roads)

        # Her letter: she is chosen among those known, and lives where she says.
        key = await scanned(house, settings, scans.with_script())
        desk = {"personne": str(jeanne), "nom": "Jeanne Duport", "adresse": "14 rue des Genêts\n40100 Dax", "objet": "Le portail, encore"}
        assert (await claire.post(f"/agent/courrier/{key}", service=f"{SAINTE_MER}-{roads}", **desk)).status == 303

        async def of_letter() -> str | None:
            found = await rows(house, "select reference, requester_id from ticket where channel = 'paper'")
            return str(found[0]["reference"]) if found and found[0]["requester_id"] == jeanne else None

        reference = await until(of_letter, PATIENCE, lambda: "her letter is a request of hers")
        page = (await claire.get(f"/agent/personnes/{jeanne}")).text
        for said in ("Le portail du parc ne ferme plus.", "Il ne se voit plus", "Le portail, encore", "06 39 98 00 11"):
            assert said in page, said

        # Answered by letter, printed, posted, given back by the post.
        ticket = f"/agent/demandes/{reference}"
        page = (await claire.get(ticket)).text
        assert "Renseignements" in page, "where she lives is told under its own heading"
        by_letter = next(one for one, _ in _CHOICE.findall(page) if one.startswith("paper "))
        answer = await claire.post(f"{ticket}/repondre", genre="reponse", voie=by_letter, texte="Le portail sera réparé lundi.")
        assert answer.status == 303, answer.text
        key = await left(house, "paper", "to-print")
        assert "14 rue des Genêts" in (await claire.get("/agent/courrier/depart")).text
        sheet = await claire.get(f"/agent/courrier/depart/{key}.pdf")
        assert sheet.text.startswith("%PDF-")
        assert (await claire.post("/agent/courrier/depart", lettre=key, geste="poster")).status == 303
        await left(house, "paper", "sent")
        assert (await claire.post(f"/agent/courrier/depart/{key}/retour", motif="npai")).status == 303

        # The next way is first, and « Renvoyer par » takes it.
        page = (await claire.get(ticket)).text
        box = page.partition('id="reponse"')[2]
        assert _CHOICE.findall(box)[0][0] == f"email  {MAILS}"
        assert "Le dernier envoi par cette voie a échoué." in box
        assert "Renvoyer par" in page
        number = re.findall(r'name="envoi_manque" value="([0-9]+)"', page)[0]
        assert (await claire.post(f"{ticket}/renvoyer", envoi_manque=number, voie=f"email  {MAILS}")).status == 303
        await left(house, "email", "sent")
        assert any("Le portail sera réparé lundi." in one.text for one in relay.mails if one.rcpt_to == MAILS)
        page = (await claire.get(ticket)).text
        assert "Renvoyer par" not in page
        assert (await row(house, "select alarm from ticket where reference = $1", reference))["alarm"] is None
