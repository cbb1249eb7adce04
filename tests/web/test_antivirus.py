"""Files wait for the antivirus: given to nobody until they are known to be clean, and never where something harmful is in them."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest

from grc import clock
from grc.actions import scan
from grc.actions.carry import Actor
from grc.actions.house import House
from grc.actions.legal_act import Signer
from grc.actions.pass_on import Order, pass_on
from grc.actions.reply import reply
from grc.actions.send_outside import Outside, send_outside
from grc.cli.doctor import antivirus
from grc.db.transaction import OPERATOR, WORKER
from grc.messages.model import Attachment
from grc.settings import Settings
from grc.tickets.model import TicketKey
from tests.makers.agents import Browser
from tests.makers.clamd import HARMFUL, LARGEST, NAME, Clamd, clamd, daemon
from tests.support.arrivals import arrive, form, key_of, letter, row, rows, send_all
from tests.support.mails import mail
from tests.support.relay import Relay
from tests.support.world import BOISVERT, World

__all__ = ["clamd", "daemon"]

PLAN = Attachment("plan.pdf", "application/pdf", b"%PDF-1.7 un plan")
TRAP = Attachment("facture.pdf", "application/pdf", HARMFUL)
SIGNER = Signer("Claire Lapierre", "Responsable de l’accueil")


@pytest.fixture
def settings(settings: Settings, clamd: Clamd) -> Settings:
    """With the address of an antivirus."""
    return Settings.model_validate(settings.model_dump() | {"clamav": clamd.address})


async def _look(house: House, now: datetime | None = None) -> list[str]:
    """Looks at all files that are due, as the worker does."""
    assert house.clamav is not None
    became: list[str] = []
    while claimed := await scan.claim(house.db, house.clamav, now or clock.now(), 10):
        became += [await scan.scan(house.db, house.clamav, one, (lambda: now) if now else clock.now) for one in claimed]
    return became


@pytest.fixture
def pages(claire: Browser, house: House) -> Callable[[str, str], Awaitable[dict[str, Any]]]:
    """What becomes of a file for the agent and for the citizen: the word on each page, and what each of them is given."""

    async def read(reference: str, name: str) -> dict[str, Any]:
        file = await row(house, "select id from attachment where name = $1", name)
        token = (await row(house, "select tracking_token from ticket where reference = $1", reference))["tracking_token"]
        theirs, ours = f"/suivi/{token}", f"/agent/demandes/{reference}"
        return {
            "agent": (await claire.get(ours)).text,
            "citizen": (await claire.get(theirs)).text,
            "given": {
                (await claire.get(f"{ours}/fichiers/{file['id']}")).status,
                (await claire.get(f"{ours}/fichiers/{file['id']}?voir=1")).status,
                (await claire.get(f"{theirs}/fichier/{file['id']}")).status,
            },
            "links": (f"/fichiers/{file['id']}", f"/fichier/{file['id']}"),
        }

    return read


async def test_a_file_is_given_to_nobody_until_it_is_known_to_be_clean(
    house: House, pages: Callable[[str, str], Awaitable[dict[str, Any]]]
) -> None:
    came = await arrive(house, form(files=[PLAN]))
    before = await pages(came["ticket"], "plan.pdf")
    assert before["given"] == {423}
    for side in ("agent", "citizen"):
        assert "plan.pdf" in before[side]
        assert "en cours d’examen par l’antivirus" in before[side]
        assert not any(link in before[side] for link in before["links"])
    assert await _look(house) == ["clean"]
    after = await pages(came["ticket"], "plan.pdf")
    assert after["given"] == {200}
    assert "en cours d’examen" not in after["agent"] + after["citizen"]


async def test_a_harmful_file_is_named_told_and_never_given(house: House, pages: Callable[[str, str], Awaitable[dict[str, Any]]]) -> None:
    picture = b"GIF89a" + HARMFUL
    carried = [("facture.pdf", "application/pdf", HARMFUL), ("vue.gif", "image/gif", picture), ("plan.txt", "text/plain", b"x")]
    raw = mail("Bonjour.", files=carried)
    came = await arrive(house, letter(raw))
    assert sorted(await _look(house)) == ["clean", "infected", "infected"]
    for name in ("facture.pdf", "vue.gif"):
        found = await pages(came["ticket"], name)
        assert found["given"] == {423}
        assert "programme nuisible" in found["agent"]
        assert "programme nuisible" in found["citizen"]
        assert not any(f'{link}"' in found["agent"] + found["citizen"] for link in found["links"])
    told = await rows(house, "select who, why from event where what = 'file_infected'")
    assert [one["who"] for one in told] == ["Antivirus", "Antivirus"]
    assert NAME in told[0]["why"]
    assert (await pages(came["ticket"], "plan.txt"))["given"] == {200}


async def test_a_harmful_picture_of_a_mail_is_not_shown_in_it(claire: Browser, house: House) -> None:
    raw = (
        b"From: jeanne@habitants.example\nTo: mairie@sainte-mer.example\nSubject: Photo\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>Voici</p><img src=cid:un><img src=cid:deux>\n"
        b"--b\nContent-Type: image/png\nContent-ID: <un>\n\n\x89PNG sain\n--b\nContent-Type: image/png\nContent-ID: <deux>\n\n\x89PNG "
        + HARMFUL
        + b"\n--b--\n"
    )
    came = await arrive(house, letter(raw))
    number = (await row(house, "select id from message where direction = 'in'"))["id"]
    shown = f"/agent/demandes/{came['ticket']}/html/{number}"
    assert "base64" not in (await claire.get(shown)).text
    await _look(house)
    assert (await claire.get(shown)).text.count("base64") == 1


async def test_what_an_agent_would_send_is_refused_at_once_where_it_harms(claire: Browser, house: House, relay: Relay) -> None:
    came = await arrive(house, form())
    await send_all(house)
    for content, why in ((HARMFUL, "programme nuisible"), (b"a" * (LARGEST + 10), "ne peut pas être examiné")):
        body = aiohttp.FormData({"csrf": claire.csrf, "texte": "Voici la facture."})
        body.add_field("fichiers", io.BytesIO(content), filename="facture.pdf", content_type="application/pdf")
        answer = await claire.send(f"/agent/demandes/{came['ticket']}/repondre", body)
        assert answer.status == 422
        assert "facture.pdf" in answer.text
        assert why in answer.text
        assert await rows(house, "select from attachment") == []
    assert len(relay.mails) == 1  # the acknowledgement


async def test_a_message_waits_until_its_files_are_clean_then_leaves(house: House, world: World, relay: Relay) -> None:
    key = await _answered(house, world, PLAN)
    assert [one.mail["Subject"] for one in relay.mails if "plan" in str(one.mail)] == []
    assert await send_all(house) == []
    assert await _look(house) == ["clean"]
    assert await send_all(house) == ["sent"]
    assert [part.get_filename() for part in relay.mails[-1].mail.iter_attachments()] == ["plan.pdf"]
    assert await rows(house, "select from event where ticket_id = $1 and what = 'file_infected'", key.id) == []


async def test_a_message_whose_file_turns_out_to_harm_does_not_leave_and_says_so(house: House, world: World, relay: Relay) -> None:
    key = await _answered(house, world, TRAP)
    before = len(relay.mails)
    assert await _look(house) == ["infected"]
    assert await send_all(house) == []
    assert len(relay.mails) == before
    standing = await row(house, "select state from outgoing where ticket_id = $1 order by id desc limit 1", key.id)
    assert standing["state"] == "permanent-failure"
    evidence = await row(house, "select detail from delivery_attempt where state = 'permanent-failure'")
    assert NAME in evidence["detail"]
    assert (await row(house, "select alarm from ticket where id = $1", key.id))["alarm"] == "delivery_failed"
    told = [one["what"] for one in await rows(house, "select what from event where ticket_id = $1 order by id", key.id)]
    assert told[-2:] == ["file_infected", "delivery_failed"]


async def test_while_the_antivirus_is_away_all_waits_and_nothing_is_lost(
    claire: Browser, house: House, relay: Relay, clamd: Clamd, pages: Callable[[str, str], Awaitable[dict[str, Any]]]
) -> None:
    came = await arrive(house, form(files=[PLAN]))
    await send_all(house)
    clamd.stop()
    body = aiohttp.FormData({"csrf": claire.csrf, "texte": "Voici le plan."})
    body.add_field("fichiers", b"%PDF-1.7 notre plan", filename="notre plan.pdf", content_type="application/pdf")
    assert (await claire.send(f"/agent/demandes/{came['ticket']}/repondre", body)).status in (200, 303)
    for _ in range(3):
        assert await _look(house) == []
        assert await send_all(house) == []
    assert {one["scan_tries"] for one in await rows(house, "select scan_tries from attachment")} == {0}
    assert (await pages(came["ticket"], "plan.pdf"))["given"] == {423}
    assert house.clamav is not None
    async with house.db.transaction(WORKER) as tx:
        said = await antivirus(house.clamav, await scan.standing(tx))
    assert not said.ok
    assert "2 fichier(s) retenu(s)" in said.detail
    clamd.start()
    assert await _look(house) == ["clean", "clean"]
    assert await send_all(house) == ["sent"]


async def test_a_file_too_large_for_the_antivirus_is_held_and_the_operator_told(house: House) -> None:
    await arrive(house, form(files=[Attachment("film.bin", "application/octet-stream", b"a" * (LARGEST + 1)), PLAN]))
    assert sorted(await _look(house)) == ["clean", "later"]
    async with house.db.transaction(OPERATOR) as tx:  # the one who runs the installation sees it as well
        standing = await scan.standing(tx)
    assert (standing.waiting, standing.troubled, standing.infected) == (1, 1, 0)
    said = await antivirus(house.clamav, standing)
    assert not said.ok
    assert "StreamMaxLength" in said.detail
    later = await row(house, "select scan_due from attachment where scan = 'waiting'")
    assert clock.now() < later["scan_due"] < clock.now() + timedelta(hours=7)


async def test_a_look_whose_worker_died_is_taken_up_by_another_and_counted_once(house: House) -> None:
    await arrive(house, form(files=[TRAP]))
    now = clock.now()
    assert house.clamav is not None
    [dead] = await scan.claim(house.db, house.clamav, now, 10)
    assert await scan.claim(house.db, house.clamav, now, 10) == []
    [taken] = await scan.claim(house.db, house.clamav, now + scan.LEASE, 10)
    assert await scan.scan(house.db, house.clamav, taken, clock.now) == "infected"
    assert await scan.scan(house.db, house.clamav, dead, clock.now) == "overtaken"  # it was only slow
    assert len(await rows(house, "select from event where what = 'file_infected'")) == 1


async def test_a_request_that_goes_to_another_body_takes_what_the_antivirus_said_of_its_files_along(house: House) -> None:
    came = await arrive(house, form(files=[TRAP]))
    assert await _look(house) == ["infected"]
    late = Attachment("plus tard.pdf", "application/pdf", b"%PDF-1.7 " + HARMFUL)
    key = await key_of(house, came["ticket"])
    raw = mail("Et ceci.", subject=f"Votre demande {came['ticket']}", files=[(late.name, late.type, late.content)])
    assert (await arrive(house, letter(raw)))["ticket"] == came["ticket"]
    assert house.clamav is not None
    now = clock.now()
    [looked_at] = await scan.claim(house.db, house.clamav, now, 10)
    async with house.db.transaction(WORKER) as tx:
        there = await pass_on(tx, key, Order(BOISVERT, "C’est chez eux.", SIGNER), Actor("Claire Lapierre"), clock.now())
    standing = "select name, scan, collectivity_id from attachment where name in ('facture.pdf', 'plus tard.pdf') order by name"
    assert [tuple(one) for one in await rows(house, standing)] == [
        ("facture.pdf", "infected", BOISVERT), ("plus tard.pdf", "waiting", BOISVERT),
    ]  # fmt: skip
    assert await scan.scan(house.db, house.clamav, looked_at, clock.now) == "overtaken"  # it went while it was looked at
    assert "infected" in await _look(house, now + scan.LEASE)
    assert {one["scan"] for one in await rows(house, standing)} == {"infected"}
    told = await rows(house, "select collectivity_id from event where ticket_id = $1 and what = 'file_infected' order by id", there.id)
    assert [one["collectivity_id"] for one in told] == [key.collectivity_id, BOISVERT]


async def test_a_body_outside_is_sent_no_file_that_harms_or_waits_and_is_told_so(house: House, world: World, relay: Relay) -> None:
    vast = Attachment("film.bin", "application/octet-stream", b"a" * (LARGEST + 1))
    came = await arrive(house, form(files=[TRAP, PLAN, vast]))
    assert sorted(await _look(house)) == ["clean", "infected", "later"]
    await send_all(house)
    async with world.acting("claire") as (tx, claire):
        to = Outside("Syndicat des eaux", "contact@eaux.example")
        await send_outside(tx, claire, await key_of(house, came["ticket"]), to, "L’eau est chez eux.", SIGNER, clock.now())
    assert set(await _look(house)) == {"clean"}
    await send_all(house)
    [gone] = [one for one in relay.mails if "contact@eaux.example" in one.mail["To"]]
    names = [part.get_filename() for part in gone.mail.iter_attachments()]
    assert names == [f"Transmission à Syndicat des eaux, {came['ticket']}.pdf", "plan.pdf"]
    assert "Ne sont pas joints à cet envoi\u00a0: «\u00a0facture.pdf\u00a0» (il contient un programme nuisible)" in gone.text
    assert "«\u00a0film.bin\u00a0» (l’antivirus ne l’a pas encore examiné\u00a0: demandez-le-nous)." in gone.text
    assert {one["scan"] for one in await rows(house, "select scan from attachment where name = 'facture.pdf'")} == {"infected"}


async def test_the_operator_sees_that_files_harm_and_not_which_they_are(house: House) -> None:
    await arrive(house, form(files=[TRAP, PLAN]))
    await _look(house)
    async with house.db.transaction(OPERATOR) as tx:
        assert (await scan.standing(tx)).infected == 1
        assert [one["scan"] for one in await tx.conn.fetch("select scan from attachment")] == ["infected"]
    with pytest.raises(Exception, match="permission denied"):
        async with house.db.transaction(OPERATOR) as tx:
            await tx.conn.fetch("select name from attachment")


async def _answered(house: House, world: World, file: Attachment) -> TicketKey:
    """A request that an agent answered with a file, past the page that would have looked at it."""
    came = await arrive(house, form())
    await send_all(house)
    key = await key_of(house, came["ticket"])
    async with world.acting("claire") as (tx, claire):
        await reply(tx, claire, key, "Voici.", [file], clock.now())
    return key
