"""Documents that a type asks for: written, sent to whoever asked or kept with the ticket, where he does not see them."""

from __future__ import annotations

from typing import Any

from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.files import get
from grc.tickets.model import TicketKey
from grc.web.citizen import request as citizen
from tests.makers.loans import TEXT
from tests.makers.types import publish
from tests.support.arrivals import row, rows, send_all, ticket, told
from tests.support.pdf import Pdf
from tests.support.relay import Relay
from tests.support.tickets import JEANNE, begun, lived
from tests.support.world import AGENCY, SAINTE_MER, World

KEPT = ("{do: produce, document: receipt, to: requester}", "{do: produce, document: receipt}")


async def lent(world: World, *changes: tuple[str, str], address: str = JEANNE) -> TicketKey:
    """A loan that was accepted and handed out; the type with these parts of its text replaced."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    await publish(world.db, AGENCY, text)
    key = await begun(world.db, SAINTE_MER, "loan", {"chaises": 20, "urgence": "basse"}, address=address)
    await lived(world.db, key, "transition:accept")
    await lived(world.db, key, "transition:lend")
    return key


async def paper(house: House, key: TicketKey) -> tuple[Any, Pdf]:
    """The message that carries the document, and the document as it is kept."""
    query = "select m.*, a.name, a.type, a.digest from message m join attachment a on a.message_id = m.id where m.ticket_id = $1"
    message = await row(house, query, key.id)
    async with house.db.transaction(WORKER) as tx:
        return message, Pdf(await get(tx, key.collectivity_id, message["digest"]))


async def test_a_document_is_written_in_the_words_of_the_request_and_sent(house: House, world: World, relay: Relay) -> None:
    key = await lent(world)
    message, pdf = await paper(house, key)
    reference = (await ticket(house, key))["reference"]
    assert (message["direction"], message["name"], message["type"]) == ("out", f"bon-{reference}.pdf", "application/pdf")
    said = " ".join(pdf.text().split())
    for part in ("Bon de prêt", "La commune prête 20 chaises.", "Nombre de chaises", "Prix", "40 €", reference, "Mairie de Sainte-Mer"):
        assert part in said.replace("\u00a0", " ").replace("\u202f", " "), said
    assert pdf.is_for_all

    await send_all(house)
    got = await relay.caught(lambda caught: "Bon de prêt" in str(caught.mail["Subject"]))
    (file,) = got.mail.iter_attachments()
    assert (got.rcpt_to, file.get_filename(), file.get_content()[:5]) == (JEANNE, f"bon-{reference}.pdf", b"%PDF-")
    assert got.mail["Auto-Submitted"] == "auto-replied"
    assert "produced" in await told(house, key)


async def test_one_that_is_kept_is_a_note_of_ours_and_whoever_asked_sees_neither_it_nor_its_file(house: House, world: World) -> None:
    key = await lent(world, KEPT)
    message, _ = await paper(house, key)
    assert (message["direction"], await rows(house, "select from outgoing where message_id = $1", message["id"])) == ("note", [])
    async with house.db.transaction(citizen.scope(key)) as tx:
        assert await tx.conn.fetchval("select count(*) from attachment") == 0
        assert all("Bon de prêt" not in said.text for said in (await citizen.read(tx, key)).said)


async def test_one_that_cannot_be_sent_is_kept(house: House, world: World) -> None:
    key = await lent(world, address="")
    message, _ = await paper(house, key)
    assert message["direction"] == "note"
    assert await rows(house, "select from outgoing") == []


async def test_one_asked_for_at_the_opening_knows_what_was_reckoned(house: House, world: World) -> None:
    await publish(world.db, AGENCY, TEXT.replace("      - {do: mark_unread}\n", "      - {do: produce, document: receipt}\n", 1))
    key = await begun(world.db, SAINTE_MER, "loan", {"chaises": 20, "urgence": "basse"})
    _, pdf = await paper(house, key)
    assert "40\u00a0€" in pdf.text()


async def test_a_name_of_a_file_cannot_lead_out_of_its_folder(house: House, world: World) -> None:
    key = await lent(world, ('file: "bon-{{ reference }}"', 'file: "../../{{ subject }}/bon"'), KEPT)
    message, _ = await paper(house, key)
    assert message["name"] == "-..-Emprunter du matériel-bon.pdf"


async def test_beyond_the_mails_of_the_day_a_document_waits_for_an_agent(house: House, world: World) -> None:
    await lent(world)
    for _ in range(house.daily_cap - 2):  # a notice each
        key = await begun(world.db, SAINTE_MER, "loan", {"chaises": 20, "urgence": "basse"})
        await lived(world.db, key, "transition:accept")
    await lived(world.db, key, "transition:lend")
    message, _ = await paper(house, key)
    assert (await row(house, "select state from outgoing where message_id = $1", message["id"]))["state"] == "held"
    assert (await ticket(house, key))["alarm"] == "ack_held"
