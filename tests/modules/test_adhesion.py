"""A subscription lived through: asked for, proposed on paper, accepted by whoever signs, in force in the register."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from grc.db.transaction import WORKER, Database
from grc.errors import BadInput, Conflict
from grc.records import store
from grc.tickets.model import TicketKey
from tests.support.tickets import begun, lived, run_errands
from tests.support.world import AGENCY, SAINTE_MER, World, found
from workflows.register import registers

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ASKED = {"service": "wifi", "nombre": 2, "besoin": "Le hall de la mairie.", "signataire": "le maire"}
OFFER = {"prix": 540, "mise_en_service": 180, "couvre": ["distance"]}
OPENING = {"numero": "2026-001", "depuis": "2026-04-01"}


@pytest.fixture
async def world(db: Database) -> World:
    return await found(db)


async def asked(world: World) -> TicketKey:
    return await begun(world.db, AGENCY, "adhesion", ASKED, address="claire@sainte-mer.example", member=(SAINTE_MER, "Sainte-Mer"), now=NOW)


async def rows(world: World, query: str, key: TicketKey) -> list[Any]:
    async with world.db.transaction(WORKER) as tx:
        return list(await tx.conn.fetch(query, key.collectivity_id, key.id))


MESSAGES = """
select m.subject, m.body_text, m.kind, (select array_agg(a.name order by a.id) from attachment a
       where a.collectivity_id = m.collectivity_id and a.message_id = m.id) as files
from message m where m.collectivity_id = $1 and m.ticket_id = $2 and m.direction = 'out' order by m.id
"""


async def test_a_service_is_proposed_accepted_opened_and_entered(world: World) -> None:
    key = await asked(world)
    assert await lived(world.db, key, "transition:propose", now=NOW, fields=OFFER) == "proposed"
    sent = await rows(world, MESSAGES, key)
    proposal = next(row for row in sent if row["files"])
    assert proposal["files"][0].startswith("proposition-")
    text = next(row["body_text"] for row in sent if "notre proposition" in row["subject"]).replace("\u00a0", " ").replace("\u202f", " ")
    assert "Prix par an : 540 € HT" in text
    assert "Mise en service, une seule fois : 180 € HT" in text
    assert await lived(world.db, key, "transition:accept", "citizen", now=NOW, text="Le maire") == "accepted"
    assert await lived(world.db, key, "transition:activate", now=NOW, fields=OPENING) == "active"
    assert await run_errands(world.db, NOW) == ["done"] * 2  # the line, and the closing told to those that wait
    async with world.acting("claire") as (tx, _):
        page = await store.page(tx, AGENCY, registers()["adhesion"], members=[SAINTE_MER])
    (line,) = page.lines
    assert line.title == "Wi-Fi public, Sainte-Mer"
    assert line.data == {
        "numero": "2026-001", "membre": {"id": SAINTE_MER, "name": "Sainte-Mer"}, "service": "wifi", "couvre": ["distance"],
        "depuis": "2026-04-01", "prix": 540, "signataire": "le maire",
    }  # fmt: skip
    told = await rows(world, "select what, why from event where collectivity_id = $1 and ticket_id = $2", key)
    assert ("entered", "Adhésion « Wi-Fi public, Sainte-Mer » (2026-001).") in [(row["what"], row["why"]) for row in told]


async def test_a_line_the_register_refuses_is_told_to_an_agent_and_nothing_is_lost(world: World) -> None:
    for _ in range(2):
        key = await asked(world)
        await lived(world.db, key, "transition:propose", now=NOW, fields=OFFER)
        await lived(world.db, key, "transition:accept", "citizen", now=NOW, text="Le maire")
        await lived(world.db, key, "transition:activate", now=NOW, fields=OPENING)
        became = await run_errands(world.db, NOW)
    assert "failed" in became
    (ticket,) = await rows(world, "select alarm, state from ticket where collectivity_id = $1 and id = $2", key)
    assert (ticket["alarm"], ticket["state"]) == ("errand_failed", "active")
    told = await rows(world, "select what, why from event where collectivity_id = $1 and ticket_id = $2", key)
    assert any("a déjà une ligne « 2026-001 »" in row["why"] for row in told if row["what"] == "errand_failed")


async def test_nothing_opens_before_the_signature_and_nothing_is_proposed_without_a_price(world: World) -> None:
    key = await asked(world)
    with pytest.raises(BadInput, match="Prix par an"):
        await lived(world.db, key, "transition:propose", now=NOW)
    await lived(world.db, key, "transition:propose", now=NOW, fields=OFFER)
    with pytest.raises(Conflict):
        await lived(world.db, key, "transition:activate", now=NOW, fields=OPENING)
    with pytest.raises(BadInput):
        await lived(world.db, key, "transition:accept", "citizen", now=NOW)
    assert await lived(world.db, key, "transition:refuse", "citizen", now=NOW) == "refused"
    assert await lived(world.db, key, "citizen_message", "citizen", now=NOW) == "received"
