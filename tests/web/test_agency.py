"""An agent of a member asks the agency on behalf of his collectivity; his colleagues read it as whoever asked, and nobody else does."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from grc import clock
from grc.actions.escalate import escalate
from grc.actions.house import House
from grc.actions.note import note
from grc.actions.reply import reply
from grc.db.transaction import WORKER, Database, Scope
from grc.messages.model import Attachment
from grc.people import enrol
from tests.makers.agents import Answer, Browser, Door
from tests.makers.citizen import JPEG
from tests.makers.types import BREAKDOWN, document, publish
from tests.support.arrivals import key_of, row, rows
from tests.support.citizens import settings, working
from tests.support.world import AGENCY, BOISVERT, SAINTE_MER, World

__all__ = ["settings", "working"]

NEW = "/agent/agence/nouvelle/panne_essai"
GIVEN = {"c.appareil": "Imprimante", "c.urgence": "basse", "message": "Merci."}


@pytest.fixture(autouse=True)
async def offered(db: Database, world: World) -> None:
    """A type that the agency offers to its members."""
    await publish(db, AGENCY, document(BREAKDOWN))


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u00a0", " ").split())


async def ask(agent: Browser, more: Mapping[str, str] | None = None, files: Mapping[str, tuple[str, bytes]] | None = None) -> Answer:
    """Sends the form as an agent."""
    body = aiohttp.FormData({"csrf": agent.csrf, **GIVEN, **(more or {})})
    for name, (filename, content) in (files or {}).items():
        body.add_field(name, io.BytesIO(content), filename=filename, content_type="application/x-anything")
    return await agent.send(NEW, body)


async def asked(agent: Browser, more: Mapping[str, str] | None = None) -> str:
    """The reference of what he asked."""
    sent = await ask(agent, more)
    found = re.fullmatch(r"/agent/agence/demandes/([0-9A-Z-]+)\?fait=nouvelle", sent.headers.get("Location", ""))
    assert found is not None, (sent.status, sent.headers.get("Location"), words(sent.text))
    return found[1]


async def test_what_the_agency_offers_is_listed_to_agents_of_its_members_alone(claire: Browser, door: Door) -> None:
    told = words((await claire.get("/agent/agence")).text)
    for said in ("Demander à l’agence", "Essais", "Signaler une panne d’essai", "Un appareil d’essai ne fonctionne plus."):
        assert said in told, said
    assert "Signaler une panne d’essai" in words((await claire.get("/agent/agence?q=appareil")).text)
    assert "Rien ne répond" in words((await claire.get("/agent/agence?q=zzz")).text)
    assert 'href="/agent/agence"' in (await claire.get("/agent")).text
    odile = await door("odile")
    assert 'href="/agent/agence"' not in (await odile.get("/agent")).text
    for path in ("/agent/agence", "/agent/agence/demandes", NEW):
        assert (await odile.get(path)).status == 404, path


async def test_a_member_asks_in_his_own_name_on_behalf_of_his_collectivity(working: House, claire: Browser) -> None:
    page = await claire.get(NEW)
    assert "Au nom de Sainte-Mer, par Claire Lartigue (claire@sainte-mer.example)" in words(page.text)
    reference = await asked(claire, {"telephone": "05 58 12 34 56"})
    ticket = await row(working, "select t.*, c.name as behalf from ticket t join collectivity c on c.id = t.on_behalf_of")
    assert (ticket["collectivity_id"], ticket["behalf"], ticket["type"]) == (AGENCY, "Sainte-Mer", "panne_essai")
    assert (ticket["requester_name"], ticket["answer_addr"]) == ("Claire Lartigue", "claire@sainte-mer.example")
    assert ticket["fields"] == {"appareil": "Imprimante", "urgence": "basse", "phone": "+33558123456"}
    read = words((await claire.get(f"/agent/agence/demandes/{reference}")).text)
    for said in (
        "Signaler une panne d’essai",
        "Nous avons bien reçu votre demande.",
        "Quel appareil Imprimante",
        "Merci.",
        "Claire Lartigue",
    ):
        assert said in read, said


async def test_what_is_missing_is_told_and_nothing_typed_is_lost(working: House, claire: Browser) -> None:
    wrong = await ask(
        claire, {"c.appareil": "", "c.urgence": "haute", "vu": "c.pourquoi", "telephone": "x"}, {"c.capture": ("capture.jpg", JPEG)}
    )
    assert wrong.status == 422
    told = words(wrong.text)
    for said in (
        "3 choses sont à corriger",
        "Renseignez « Quel appareil »",
        "Renseignez « Pourquoi si vite »",
        "capture.jpg",
        "numéro de téléphone",
    ):
        assert said in told, said
    assert ">\nMerci.</textarea>" in wrong.text
    token = re.search(r'name="jeton" value="([^"]+)"', wrong.text)
    kept = re.search(r'name="garder" value="(\d+)"', wrong.text)
    assert token is not None
    assert kept is not None
    await asked(claire, {"jeton": token[1], "garder": kept[1]})
    assert (await row(working, "select name from attachment"))["name"] == "capture.jpg"


async def test_a_question_that_an_answer_opens_is_no_error(working: House, claire: Browser) -> None:
    page = await ask(claire, {"c.urgence": "haute"})
    assert page.status == 200
    assert "amènent une question de plus" in words(page.text)
    assert await rows(working, "select from ticket") == []


async def test_pressed_twice_it_is_one_request(working: House, claire: Browser) -> None:
    token = re.search(r'name="jeton" value="([^"]+)"', (await claire.get(NEW)).text)
    assert token is not None
    assert await asked(claire, {"jeton": token[1]}) == await asked(claire, {"jeton": token[1]})
    assert len(await rows(working, "select from ticket")) == 1


async def test_colleagues_read_it_and_other_towns_do_not(working: House, claire: Browser, door: Door) -> None:
    reference = await asked(claire)
    path = f"/agent/agence/demandes/{reference}"
    luc, bea = await door("luc"), await door("bea")
    assert reference in (await luc.get("/agent/agence/demandes")).text
    assert (await luc.get(path)).status == 200
    assert reference not in (await bea.get("/agent/agence/demandes")).text
    assert (await bea.get(path)).status == 404
    assert (await bea.post(f"{path}/repondre", texte="Bonjour")).status == 404
    assert (await bea.get(f"{path}/fichiers/1")).status == 404


async def test_a_colleague_answers_in_his_own_name(working: House, claire: Browser, door: Door) -> None:
    reference = await asked(claire)
    luc, path = await door("luc"), f"/agent/agence/demandes/{reference}"
    body = aiohttp.FormData({"csrf": luc.csrf, "texte": "Elle fume aussi."})
    body.add_field("fichiers", io.BytesIO(JPEG), filename="fumee.jpg", content_type="image/jpeg")
    assert (await luc.send(f"{path}/repondre", body)).headers["Location"] == f"{path}?fait=repondre"
    said = await row(working, "select author_name, body_text from message order by id desc limit 1")
    assert (said["author_name"], said["body_text"]) == ("Luc Darrigade", "Elle fume aussi.")
    read = await luc.get(path)
    assert "Elle fume aussi." in words(read.text)
    number = re.search(r'/fichiers/(\d+)"', read.text)
    assert number is not None
    given = await luc.get(f"{path}/fichiers/{number[1]}")
    assert (given.status, given.headers["Content-Disposition"]) == (200, "attachment; filename*=UTF-8''fumee.jpg")
    for _ in range(2):
        await luc.post(f"{path}/repondre", texte="Merci.")
    assert (
        len(await rows(working, "select from message where body_text = 'Merci.' and direction = 'in' and author_name = 'Luc Darrigade'"))
        == 1
    )
    empty = await luc.post(f"{path}/repondre", texte=" ")
    assert empty.status == 422
    assert "Écrivez votre message" in words(empty.text)


async def test_a_member_reads_no_note_no_third_party_and_no_timeline(working: House, world: World, claire: Browser, db: Database) -> None:
    reference = await asked(claire)
    key, now = await key_of(working, reference), clock.now()
    secret = [Attachment("interne.pdf", "application/pdf", b"%PDF-1.7 interne")]
    async with world.acting("odile") as (tx, odile):
        await note(tx, odile, key, "Ils n’ont pas payé leur adhésion.", secret, now)
    async with world.acting("odile") as (tx, odile):
        await escalate(tx, odile, key, "support@editeur.example", "Voici le numéro de licence 4242.", [], now)
    async with world.acting("odile") as (tx, odile):
        await reply(tx, odile, key, "Nous regardons.", [], now)
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute('update ticket set fields = fields || \'{"cause": "Leur faute"}\'')
    path = f"/agent/agence/demandes/{reference}"
    read = (await claire.get(path)).text
    assert "Nous regardons." in read
    for hidden in ("adhésion", "licence 4242", "editeur.example", "interne.pdf", "Leur faute", "Note interne"):
        assert hidden not in read, hidden
    for file in await rows(working, "select id from attachment where name = 'interne.pdf'"):
        assert (await claire.get(f"{path}/fichiers/{file['id']}")).status == 404
    assert (await claire.get(f"/agent/demandes/{reference}")).status == 404
    assert (await claire.get(f"/agent/demandes/{reference}/renseignements")).status == 404
    for act in ("repondre", "etape", "renseignements", "confier"):
        assert (await claire.post(f"/agent/demandes/{reference}/{act}", texte="x", etape="close", genre="note")).status == 404, act


@pytest.mark.parametrize("table", ["event", "outgoing", "link", "person", "identity", "errand", "work_time", "received"])
async def test_the_role_of_members_reaches_no_other_table(db: Database, table: str) -> None:
    with pytest.raises(Exception, match="permission denied"):
        async with db.transaction(Scope("grc_member", collectivities=(SAINTE_MER,))) as tx:
            await tx.conn.fetch(f"select * from {table} limit 1")


async def test_under_the_role_of_members_the_database_shows_only_their_own(
    working: House, claire: Browser, door: Door, db: Database
) -> None:
    await asked(claire)
    await asked(await door("bea"), {"c.appareil": "Copieur"})
    for member, appliance in ((SAINTE_MER, "Imprimante"), (BOISVERT, "Copieur")):
        async with db.transaction(Scope("grc_member", collectivities=(member,))) as tx:
            found = await tx.conn.fetch("select fields from ticket")
            assert [ticket["fields"]["appareil"] for ticket in found] == [appliance]
            assert len(await tx.conn.fetch("select from message where direction = 'in'")) == 1
    async with db.transaction(Scope("grc_member", collectivities=(AGENCY,))) as tx:
        assert await tx.conn.fetch("select id from ticket") == []


async def test_nobody_asks_on_behalf_of_a_collectivity_that_is_not_his(working: House, claire: Browser) -> None:
    await asked(claire, {"pour": str(BOISVERT)})
    assert (await row(working, "select on_behalf_of from ticket"))["on_behalf_of"] == SAINTE_MER


async def test_who_works_for_several_chooses_for_which_he_asks(working: House, claire: Browser, db: Database) -> None:
    async with db.transaction(WORKER) as tx:
        await enrol.enrol(tx, "claire@sainte-mer.example", "Claire Lartigue", "40903", None, "agent")
    page = (await claire.get(NEW)).text
    assert '<select id="pour"' in page
    reference = await asked(claire, {"pour": str(BOISVERT)})
    assert (await row(working, "select on_behalf_of from ticket"))["on_behalf_of"] == BOISVERT
    listed = words((await claire.get("/agent/agence/demandes")).text)
    assert reference in listed
    assert "pour Boisvert" in listed


async def test_the_list_goes_on_page_by_page_and_keeps_the_closed_apart(working: House, claire: Browser, db: Database) -> None:
    await asked(claire)
    async with db.transaction(WORKER) as tx:
        ticket = dict(await tx.conn.fetchrow("select * from ticket"))
        columns = ", ".join(ticket)
        for n in range(40):
            copy: dict[str, Any] = {**ticket, "id": 5000 + n, "reference": f"AAAA-{n:03}", "subject": f"Copie {n}", "tracking_token": None}
            copy["phase"] = "closed" if n % 2 else "open"
            marks = ", ".join(f"${place}" for place in range(1, len(copy) + 1))
            await tx.conn.execute(f"insert into ticket ({columns}) values ({marks})", *copy.values())
    seen: list[str] = []
    path = "/agent/agence/demandes"
    for _ in range(2):
        page = (await claire.get(path)).text
        seen += re.findall(r'<span class="ref">([0-9A-Z-]+)</span>', page)
        more = re.search(r'href="(\?phase=ouvertes&amp;apres=[^"]+)"', page)
        path = "/agent/agence/demandes" + html.unescape(more[1]) if more else ""
    assert len(seen) == len(set(seen)) == 21
    assert "Copie 1 " in words((await claire.get("/agent/agence/demandes?phase=closes")).text)
    assert (await claire.get("/agent/agence/demandes?apres=n%27importe~quoi&phase=zzz")).status == 200


async def test_a_type_that_is_not_offered_says_so(claire: Browser) -> None:
    answer = await claire.get("/agent/agence/nouvelle/general")
    assert answer.status == 404
    assert "L’agence ne propose pas cette demande" in words(answer.text)
