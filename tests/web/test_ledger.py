"""Who looks at what came and what could not be delivered, what he may do about it, and that it is written down."""

from __future__ import annotations

import re

import aiohttp
import asyncpg
import pytest

from grc import clock
from grc.actions import deliver
from grc.actions.carry import Actor
from grc.actions.house import House
from grc.actions.legal_act import Signer
from grc.actions.pass_back import pass_back
from grc.actions.pass_on import Order, pass_on
from grc.db.transaction import WORKER, Scope
from grc.messages import arrivals
from grc.messages.model import Sent
from tests.makers.agents import Browser, Door
from tests.support.arrivals import arrive, form, key_of, letter, opened, row, rows, send_all, ticket, told
from tests.support.mails import mail
from tests.support.relay import Relay
from tests.support.world import BOISVERT, SAINTE_MER, World, join

HOME = "/agent/registre"


@pytest.fixture
async def anne(door: Door, world: World) -> Browser:
    """The administrator of Sainte-Mer."""
    await join(world.db, "anne@sainte-mer.example", "Anne Ducamp", "40902", "admin")
    return await door("anne@sainte-mer.example")


async def quarantined(house: House, raw: bytes = b"Subject: x\r\n\r\nBonjour \xe9\r\n", collectivity: int = SAINTE_MER) -> int:
    """An arrival that could not be read."""
    became = await arrive(house, letter(raw, collectivity_id=collectivity))
    async with house.db.transaction(WORKER) as tx:
        number = await tx.conn.fetchval("select max(id) from received")
        await tx.conn.execute(
            "update received set outcome = 'quarantined', reason = 'essais interrompus', ticket_id = null, ticket_collectivity_id = null"
            " where id = $1", number,
        )  # fmt: skip
    assert became
    return int(number)


async def test_each_sees_the_arrivals_of_his_own(anne: Browser, door: Door, house: House) -> None:
    mine, theirs = await quarantined(house), await quarantined(house, b"Subject: y\r\n\r\nAutre\r\n", BOISVERT)
    odile = await door("odile")
    for path, status in ((f"/{mine}", 200), (f"/{theirs}", 404), (f"/{theirs}/octets", 404)):
        assert (await anne.get(HOME + path)).status == status, path
        assert (await odile.get(HOME + path)).status == 200, "an operator sees all of the ledger"
    assert (await anne.post(f"{HOME}/{theirs}/rejouer")).status == 404
    assert (await anne.post(f"{HOME}/{theirs}/corriger", texte="x")).status == 404
    listed = (await anne.get(HOME)).text
    assert f'href="{HOME}/{mine}"' in listed
    assert f'href="{HOME}/{theirs}"' not in listed
    assert "le compte y est" in listed
    for refused in ("claire", "paul"):
        browser = await door(refused)
        for path in (HOME, f"{HOME}/{mine}", f"{HOME}/{mine}/octets", f"{HOME}/envois"):
            assert (await browser.get(path)).status == 404, (refused, path)
        assert (await browser.post(f"{HOME}/{mine}/rejouer")).status == 404


async def test_what_an_operator_sees_holds_no_ticket(door: Door, house: House) -> None:
    became = await arrive(house, letter(mail("Ma demande.")))
    number = (await row(house, "select max(id) as id from received"))["id"]
    page = await (await door("odile")).get(f"{HOME}/{number}")
    assert page.status == 200
    assert became["ticket"] not in page.text


async def test_bytes_are_fetched_as_they_came_and_each_look_is_written_down(anne: Browser, house: House) -> None:
    number = await quarantined(house)
    async with anne.client.get(f"{anne.root}{HOME}/{number}/octets") as answer:
        assert await answer.read() == b"Subject: x\r\n\r\nBonjour \xe9\r\n"
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment")
    await anne.get(f"{HOME}/{number}")
    page = await anne.get(f"{HOME}/{number}")
    assert [line["what"] for line in await rows(house, "select what from ledger_look order by id")] == ["fetched", "shown", "shown"]
    assert "téléchargée par Anne Ducamp" in page.text
    with pytest.raises(asyncpg.PostgresError):
        async with house.db.transaction(WORKER) as tx:
            await tx.conn.execute("delete from ledger_look")


async def test_a_corrected_copy_is_read_and_the_original_keeps_its_bytes(anne: Browser, house: House) -> None:
    broken = mail("Bonjour.").replace(b"Subject:", b"Subject\xff:")
    number = await quarantined(house, broken)
    page = await anne.get(f"{HOME}/{number}")
    assert "choisissez le fichier" in page.text, "bytes that a page cannot hold are corrected as a file"
    body = aiohttp.FormData()
    body.add_field("csrf", anne.csrf)
    body.add_field("fichier", broken.replace(b"Subject\xff:", b"Subject:"), filename="corrige.eml", content_type="message/rfc822")
    done = await anne.send(f"{HOME}/{number}/corriger", body)
    copy = int(re.findall(r"/registre/(\d+)\?", done.headers["Location"])[0])
    original = await row(house, "select raw, outcome, reason from received where id = $1", number)
    assert (bytes(original["raw"]), original["outcome"]) == (broken, "filtered")
    assert f"n° {copy}" in original["reason"]
    made = await row(house, "select * from received where id = $1", copy)
    assert (made["outcome"], made["corrects"], made["meta"]["corrected_by"]) == ("pending", number, "Anne Ducamp")
    assert f'href="{HOME}/{number}"' in (await anne.get(f"{HOME}/{copy}")).text
    assert f'href="{HOME}/{copy}"' in (await anne.get(f"{HOME}/{number}")).text
    sums = {line["outcome"]: line["n"] for line in await rows(house, "select outcome, count(*) as n from received group by outcome")}
    assert sum(sums.values()) == 2
    again = await anne.send(f"{HOME}/{number}/corriger", {"csrf": anne.csrf, "texte": broken.decode("latin-1")})
    assert again.status in (303, 409)


async def test_correcting_nothing_says_so_and_a_request_is_not_corrected(anne: Browser, house: House) -> None:
    raw = b"Subject: x\r\n\r\nBonjour\r\n"
    number = await quarantined(house, raw)
    same = await anne.post(f"{HOME}/{number}/corriger", texte=raw.decode())
    assert same.status == 422
    assert "Rien n’a été corrigé" in same.text
    await arrive(house, letter(mail("Bonjour.")))
    done = (await row(house, "select max(id) as id from received"))["id"]
    assert (await anne.post(f"{HOME}/{done}/corriger", texte="autre")).status == 409
    assert (await anne.post(f"{HOME}/{number}/corriger", csrf="faux", texte="autre")).status == 403
    done = await anne.post(f"{HOME}/{number}/corriger", texte="Subject: z\n\nBonsoir\n")
    assert done.status == 303
    copy = await row(house, "select raw from received where corrects = $1", number)
    assert bytes(copy["raw"]) == b"Subject: z\r\n\r\nBonsoir\r\n", "lines end as those of the original"


async def test_an_arrival_is_found_by_what_it_bears(anne: Browser, house: House) -> None:
    from channels.email.marks import marks

    raw = mail("Bonjour.", mail_id="<Abc.1@Habitants.example>")
    arrival = letter(raw)
    given = {name: getattr(arrival, name) for name in ("channel", "account", "source_id", "raw", "collectivity_id", "meta")}
    await arrive(house, type(arrival)(**given, keys=marks(raw, arrival.meta)))
    await arrive(house, letter(mail("Autre.", sender="marc@habitants.example")))
    found = await row(house, "select r.id, r.digest from received r join received_key k on k.received_id = r.id limit 1")
    for asked in ("<abc.1@habitants.example>", "JEANNE@habitants.example", bytes(found["digest"]).hex(), f"n° {found['id']}"):
        page = await anne.get(f"{HOME}?q={asked}".replace("<", "%3C").replace(">", "%3E").replace(" ", "+"))
        assert re.findall(rf'href="{HOME}/(\d+)"', page.text) == [str(found["id"])], asked
    assert "Aucune arrivée ne porte cela" in (await anne.get(f"{HOME}?q=jeanne")).text


async def test_pages_of_arrivals_follow_one_another_without_a_gap(anne: Browser, house: House) -> None:
    for number in range(5):
        await arrive(house, form({"message": f"Demande {number}"}))
    async with house.db.transaction(Scope("grc_registrar", (SAINTE_MER,))) as tx:
        whole = [line.id for line in (await arrivals.page(tx, (SAINTE_MER,), ["form"], ["opened", "appended"], arrivals.NEWEST)).lines]
        assert whole == sorted(whole, reverse=True)
        rest = await arrivals.page(tx, (SAINTE_MER,), ["form", "email"], ["opened", "appended"], whole[1])
        assert [line.id for line in rest.lines] == whole[2:]
        assert (await arrivals.page(tx, (SAINTE_MER,), ["email"], ["opened"], arrivals.NEWEST)).lines == []


@pytest.mark.parametrize("table", ["received", "received_key", "outgoing", "delivery_attempt", "ledger_look", "blob"])
async def test_an_administrator_reaches_no_row_of_others(house: House, world: World, table: str) -> None:
    await opened(house, form())
    await quarantined(house)
    async with house.db.transaction(Scope("grc_registrar", (BOISVERT,))) as tx:
        assert await tx.conn.fetchval(f"select count(collectivity_id) from {table}") == 0
    for refused in (
        *(f"select from {closed}" for closed in ("ticket", "message", "event", "agent", "person")),
        f"insert into ledger_look (collectivity_id, at, agent_id, who, what) values ({BOISVERT}, now(), 1, 'x', 'shown')",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with house.db.transaction(Scope("grc_registrar", (SAINTE_MER,))) as tx:
                await tx.conn.execute(refused)


async def failed(house: House, detail: str = "RCPT TO : 550 5.1.1 <jeanne@habitants.example> unknown") -> int:
    """A delivery that a relay refused for good."""
    await opened(house, form())
    leaving = (await deliver.claim(house, clock.now(), 5))[-1]
    await deliver.record(house, leaving, Sent("permanent-failure", detail), clock.now())
    return leaving.message.outgoing_id


async def test_failures_stand_by_their_answer_and_are_tried_again(anne: Browser, door: Door, house: House, relay: Relay) -> None:
    numbers = [await failed(house), await failed(house, "RCPT TO : 550 5.1.1 <marc@habitants.example> no such user")]
    other = await failed(house, "DATA : 554 5.7.1 spam")
    page = await anne.get(f"{HOME}/envois")
    assert re.findall(r">(RCPT TO : 550 5.1.1|DATA : 554 5.7.1)</a></td><td>(\d)</td>", page.text) == [
        ("RCPT TO : 550 5.1.1", "2"), ("DATA : 554 5.7.1", "1")
    ]  # fmt: skip
    assert (await anne.post(f"{HOME}/envois/reessayer", reponse="RCPT TO : 550 5.1.1")).status == 303
    assert await send_all(house) == ["sent", "sent"]
    states = {line["id"]: line["state"] for line in await rows(house, "select id, state from outgoing")}
    assert ([states[n] for n in numbers], states[other]) == (["sent", "sent"], "permanent-failure")
    odile = await door("odile")
    assert (await odile.post(f"{HOME}/envois/reessayer", envoi_id=str(other))).status == 303
    assert await send_all(house) == ["sent"]
    assert len(await rows(house, "select from ledger_look where what = 'retried'")) == 3
    assert "Rien à reprendre" in (await anne.get(f"{HOME}/envois")).text


async def test_a_failed_message_leaves_to_another_address(anne: Browser, door: Door, house: House, world: World, relay: Relay) -> None:
    number = await failed(house)
    key = await key_of(house, (await row(house, "select reference from ticket"))["reference"])
    assert (await ticket(house, key))["alarm"] is not None
    fields = {"chez": str(SAINTE_MER), "envoi_id": str(number), "reponse": "RCPT TO : 550 5.1.1"}
    assert (await anne.post(f"{HOME}/envois/adresse", **fields, adresse="pas une adresse")).status == 422
    odile = await door("odile")
    assert (await odile.post(f"{HOME}/envois/adresse", **fields, adresse="odile@agence.example")).status == 404, "she would read it"
    await join(world.db, "remi@boisvert.example", "Rémi", "40903", "admin")
    remi = await door("remi@boisvert.example")
    assert (await remi.post(f"{HOME}/envois/adresse", **fields, adresse="remi@boisvert.example")).status == 404
    await remi.post(f"{HOME}/envois/reessayer", envoi_id=str(number))
    assert await send_all(house) == []
    assert (await anne.post(f"{HOME}/envois/adresse", **fields, adresse="jeanne.d@habitants.example")).status == 303
    assert await send_all(house) == ["sent"]
    assert len(relay.to("jeanne.d@habitants.example")) == 1
    assert "redirected" in await told(house, key)
    assert (await ticket(house, key))["alarm"] is None
    assert (await anne.post(f"{HOME}/envois/adresse", **fields, adresse="x@habitants.example")).status == 404, "once"


async def test_what_arrived_for_a_request_that_was_transmitted_is_read_by_its_administrator_no_more(
    anne: Browser, door: Door, house: House, world: World
) -> None:
    key = await opened(house, form())
    number = (await row(house, "select id from received"))["id"]
    assert "Jeanne" in (await anne.get(f"{HOME}/{number}")).text
    async with house.db.transaction(WORKER) as tx:
        there = await pass_on(
            tx, key, Order(BOISVERT, "C’est à Boisvert.", Signer("Paul Dubos", "Agent")), Actor("Paul Dubos"), clock.now()
        )
    for path in (f"/{number}", f"/{number}/octets"):
        assert (await anne.get(HOME + path)).status == 404, path
    assert "le compte y est" in (await anne.get(HOME)).text
    async with house.db.transaction(Scope("grc_registrar", (SAINTE_MER,))) as tx:
        assert await tx.conn.fetch("select from received") == []
        assert await tx.conn.fetch("select from received_key") == []
    async with house.db.transaction(WORKER) as tx:
        await pass_back(tx, there, "C’est à Sainte-Mer.", Actor("Béatrice Labat"), clock.now())
    assert (await anne.get(f"{HOME}/{number}/octets")).status == 200, "it has come back"
