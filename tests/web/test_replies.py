"""What an agent sees of a reply that proved nothing, of an address that wants nothing automatic, and how long a reply reopens."""

from __future__ import annotations

from grc.actions.house import House
from grc.db.transaction import WORKER
from tests.channels.email.answers import JEANNE, ask, came
from tests.channels.email.test_bounces import complaint
from tests.makers.agents import Browser, Door
from tests.support.arrivals import row
from tests.support.mails import mail
from tests.support.relay import Relay
from tests.support.world import BOISVERT, SAINTE_MER, World


async def test_what_may_continue_a_request_is_shown_with_it_and_made_one_by_a_click(claire: Browser, house: House, relay: Relay) -> None:
    asked = await ask(house, relay)
    apart = (await came(house, mail("C’est encore moi.", sender="jeanne@travail.example", subject=asked.reference)))["ticket"]
    path = f"/agent/demandes/{apart}"
    page = (await claire.get(path)).text
    assert f'href="/agent/demandes/{asked.reference}?vue=tous"' in page
    assert "Peut-être la suite de" in page
    assert (await claire.post(f"{path}/rapprocher")).headers["Location"] == f"{path}?vue=tous&fait=reunir"
    page = (await claire.get(path)).text
    assert "Peut-être la suite de" not in page
    assert "Doublon" in page
    assert (await claire.post(f"{path}/rapprocher")).status == 409, "twice is once"


async def test_it_may_be_linked_only_and_another_service_is_shown_nothing(door: Door, claire: Browser, house: House, relay: Relay) -> None:
    asked = await ask(house, relay)
    voirie = "voirie@sainte-mer.example"
    apart = (await came(house, mail("Bonjour.", sender="eve@ailleurs.example", subject=asked.reference, to=voirie), voirie))["ticket"]
    path = f"/agent/demandes/{apart}"
    luc = await door("luc")
    assert "Peut-être la suite de" not in (await luc.get(path)).text, "he does not reach the other request"
    assert (await luc.post(f"{path}/rapprocher")).status == 409
    posted = await claire.post(f"{path}/lier", **{f"t-{asked.reference}": "1"})
    assert posted.headers["Location"].endswith("fait=lier")


async def test_an_address_that_complained_says_so_beside_its_request_until_an_agent_lifts_it(
    claire: Browser, house: House, relay: Relay
) -> None:
    asked = await ask(house, relay)
    path = f"/agent/demandes/{asked.reference}"
    await came(house, complaint(asked.ack.mail["Message-ID"].strip("<>")))
    assert f"{JEANNE} a signalé un de nos messages" in (await claire.get(path)).text
    assert (await claire.post(f"{path}/permettre")).headers["Location"].endswith("fait=permettre")
    assert f"{JEANNE} a signalé un de nos messages" not in (await claire.get(path)).text


async def test_an_administrator_says_for_how_long_a_reply_reopens(claire: Browser, house: House, world: World, relay: Relay) -> None:
    assert (await claire.get("/admin/reponses")).status == 404
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update membership set role = 'admin' where agent_id = $1", world.agents["claire"])
    page = (await claire.get("/admin/reponses")).text
    assert 'value="90"' in page
    refused = await claire.post("/admin/reponses", collectivite=str(SAINTE_MER), jours="0")
    assert refused.status == 422
    assert "de 1 à 3650" in refused.text
    assert (await claire.post("/admin/reponses", collectivite=str(BOISVERT), jours="10")).status == 404
    assert (await claire.post("/admin/reponses", collectivite=str(SAINTE_MER), jours="30")).status == 303
    assert tuple(await row(house, "select collectivity_id, days from reply_setting")) == (SAINTE_MER, 30)
    asked = await ask(house, relay)
    await came(house, complaint(asked.ack.mail["Message-ID"].strip("<>")))
    page = (await claire.get("/admin/reponses")).text
    assert 'value="30"' in page
    assert JEANNE in page
    assert f'href="/agent/demandes/{asked.reference}"' in page
