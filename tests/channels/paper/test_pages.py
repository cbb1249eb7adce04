"""The pages of letters: confirmed at the desk, printed, posted, given back; nobody reaches those of another service."""

from __future__ import annotations

import asyncio
import shutil
from typing import Any

import aiohttp
import pytest

from grc import clock
from grc.actions.house import House
from grc.db.transaction import WORKER
from tests.channels.paper.conftest import Read
from tests.makers import scans
from tests.support.processes import Service
from tests.support.signed_in import Agent, signed_in
from tests.support.world import SAINTE_MER, World

pytestmark = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")


async def sent(agent: Agent, path: str, page: str, **fields: str) -> str:
    """The page after a form."""
    csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
    async with agent.client.post(agent.url + path, data={"csrf": csrf, **fields}) as response:
        text = await response.text()
        assert response.status == 200, f"{response.status}: {text[:800]}"
        return text


async def test_a_letter_is_confirmed_answered_by_letter_and_comes_back(
    house: House, service: Service, world: World, read: Read
) -> None:  # fmt: skip
    await read("lettre.pdf", scans.with_script())
    async with house.db.transaction(WORKER) as tx:
        letter = await tx.conn.fetchval("select id from scan_letter")
    async with signed_in(service, "claire@sainte-mer.example") as agent:
        page = await agent.page("/agent/courrier")
        place, home = f"/agent/courrier/{SAINTE_MER}-{letter}", world.services[SAINTE_MER, "voirie"]
        assert f"{place}/pages/1" in page
        async with agent.client.get(f"{agent.url}{place}/pages/1") as response:
            assert (response.status, response.content_type) == (200, "image/jpeg"), await response.text()
        async with agent.client.get(f"{agent.url}{place}/original") as response:
            assert response.headers["Content-Disposition"].startswith("attachment")
        wrong = {"nom": "Jeanne Dupouy", "service": f"{SAINTE_MER}-{home}", "demande": "K7M4-QF9"}
        csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
        async with agent.client.post(agent.url + place, data={"csrf": csrf, **wrong}) as response:
            assert response.status == 422
            assert "n’a cette référence" in await response.text()
        good = {"nom": "Jeanne Dupouy", "adresse": "14 rue des Genêts\n40100 Dax", "objet": "Lampadaire", "service": f"{SAINTE_MER}-{home}"}
        csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
        both = [agent.client.post(agent.url + place, data={"csrf": csrf, **good}, allow_redirects=False) for _ in range(2)]
        assert sorted([response.status for response in await asyncio.gather(*both)]) == [303, 409]  # two who confirm it at once
        assert "est enregistrée" in await agent.page("/agent/courrier?fait=rangee")

        key = await _answered(house)
        page = await agent.page("/agent/courrier/depart")
        assert "14 rue des Genêts" in page
        async with agent.client.get(f"{agent.url}/agent/courrier/depart/{key}.pdf") as response:
            assert (await response.read()).startswith(b"%PDF-")
        page = await sent(agent, "/agent/courrier/depart", page, lettre=key, geste="poster", recommande="1A 234 567 8901 2")
        assert "1A23456789012" in page
        page = await sent(agent, f"/agent/courrier/depart/{key}/retour", page, motif="npai")
        assert "destinataire inconnu" in page
        assert "Feuilles intercalaires" in await agent.page("/agent/courrier/intercalaires")
    async with house.db.transaction(WORKER) as tx:
        assert await tx.conn.fetchval("select state from outgoing where channel = 'paper'") == "permanent-failure"
        assert await tx.conn.fetchval("select address from wrong_address") == "Jeanne Dupouy\n14 rue des Genêts\n40100 Dax"
        assert await tx.conn.fetchval("select alarm from ticket") == "delivery_failed"


async def _answered(house: House) -> str:
    """An answer by letter to the only request, put among those to print; its number."""
    from tests.support.processes import until

    async def there() -> Any:
        async with house.db.transaction(WORKER) as tx:
            return await tx.conn.fetchrow("select id, collectivity_id, reference, requester_id from ticket")

    ticket = await until(there, 60, lambda: "the letter opened a request")
    async with house.db.transaction(WORKER) as tx:
        message = await tx.conn.fetchval(
            "insert into message (collectivity_id, ticket_id, direction, channel, at, author_name, subject, body_text)"
            " values ($1, $2, 'out', 'paper', $3, 'Claire', 'Réponse', 'Bonjour.') returning id",
            ticket["collectivity_id"], ticket["id"], clock.now(),
        )  # fmt: skip
        outgoing = await tx.conn.fetchval(
            "insert into outgoing (collectivity_id, ticket_id, message_id, channel, to_addr, automatic, state, due, created_at)"
            " values ($1, $2, $3, 'paper', $4, false, 'created', $5, $5) returning id",
            ticket["collectivity_id"], ticket["id"], message, f"post:{ticket['requester_id']}", clock.now(),
        )  # fmt: skip
        tx.wake("outgoing")

    async def printed() -> Any:
        async with house.db.transaction(WORKER) as tx:
            return await tx.conn.fetchval("select state from outgoing where id = $1", outgoing) == "to-print" or None

    await until(printed, 60, lambda: "the letter is among those to print")
    return f"{ticket['collectivity_id']}-{outgoing}"


async def test_a_letter_of_another_town_is_not_there(house: House, service: Service, read: Read) -> None:
    await read("lettre.pdf", b"%PDF-1.7 rien")
    async with house.db.transaction(WORKER) as tx:
        letter = await tx.conn.fetchval("select id from scan_letter")
    async with signed_in(service, "bea@boisvert.example") as agent:
        assert f"/agent/courrier/{SAINTE_MER}-" not in await agent.page("/agent/courrier")
        page, there = await agent.page("/agent/courrier/intercalaires"), f"{agent.url}/agent/courrier"
        for path in (f"/{SAINTE_MER}-{letter}{end}" for end in ("", "/original", "/pages/1")):
            async with agent.client.get(there + path) as response:
                assert response.status == 404, path
        async with agent.client.get(f"{there}/depart/{SAINTE_MER}-1.pdf") as response:
            assert response.status == 404
        form = {"csrf": page.partition('name="csrf" value="')[2].partition('"')[0], "nom": "X", "motif": "npai", "recommande": "1A"}
        asked = [f"/{SAINTE_MER}-{letter}{end}" for end in ("", "/ecarter", "/reprendre")]
        for path in (*asked, *(f"/depart/{SAINTE_MER}-1/{act}" for act in ("suivi", "retour"))):
            async with agent.client.post(there + path, data=form) as response:
                assert response.status == 404, path
    async with house.db.transaction(WORKER) as tx:
        assert await tx.conn.fetchval("select state from scan_letter") == "waiting"


@pytest.mark.long
async def test_two_hundred_files_at_once_are_refused_and_none_is_kept(house: House, service: Service, world: World) -> None:
    async with signed_in(service, "claire@sainte-mer.example") as agent:
        page, form = await agent.page("/agent/courrier"), aiohttp.FormData()
        form.add_field("csrf", page.partition('name="csrf" value="')[2].partition('"')[0])
        form.add_field("service", f"{SAINTE_MER}-{world.services[SAINTE_MER, 'accueil']}")
        for number in range(200):
            form.add_field("fichiers", b"%%PDF-1.7 %d" % number, filename=f"lettre {number}.pdf", content_type="application/pdf")
        async with agent.client.post(f"{agent.url}/agent/courrier/deposer", data=form) as response:
            assert response.status == 400
            assert "trop de fichiers à la fois" in await response.text()
    async with house.db.transaction(WORKER) as tx:
        assert await tx.conn.fetchval("select count(*) from scan") == 0
