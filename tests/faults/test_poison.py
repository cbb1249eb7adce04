"""A message that kills whoever reads it: it ends in quarantine, seen, and takes none of its neighbours with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import orjson
import pytest

from grc import clock
from grc.actions.accept import accept
from grc.actions.intake import LEASE, MOST_TRIES
from grc.db.transaction import WORKER
from grc.messages.model import Accepted, Arrival
from grc.settings import Settings
from tests.support.mails import mail, post
from tests.support.more_channels.poison import DEADLY, MENDED, NAME
from tests.support.passing import let_pass
from tests.support.processes import Half, Service, until
from tests.support.relay import Relay
from tests.support.world import SAINTE_MER, World

NEIGHBOURS = 12


@pytest.fixture
async def service(settings: Settings, world: World, relay: Relay) -> AsyncIterator[Service]:
    """The service with the deadly channel, not started."""
    assert settings.database_url is not None
    programs: dict[Half, str] = {"web": "tests.support.with_more_channels", "worker": "tests.support.with_more_channels"}
    running = Service(settings.database_url.get_secret_value(), settings.data_dir, relay.port, {"GRC_FORM_PROOF_COST": "1"}, programs)
    yield running
    await running.stop()


async def outcomes(world: World) -> dict[str, str]:
    """What became of each arrival of the deadly channel, by its number at the source."""
    async with world.db.transaction(WORKER) as tx:
        rows = await tx.conn.fetch("select source_id, outcome from received where channel = $1", NAME)
    return {row["source_id"]: row["outcome"] for row in rows}


async def test_a_message_that_kills_its_worker_ends_in_quarantine_and_its_neighbours_in_tickets(service: Service, world: World) -> None:
    neighbours = [f"voisin {number}" for number in range(NEIGHBOURS)]
    for text in (*neighbours[:6], "poison", *neighbours[6:]):
        raw = DEADLY if text == "poison" else text.encode()
        taken = await accept(world.db, Arrival(NAME, NAME, text, raw, SAINTE_MER), clock.now())
        assert isinstance(taken, Accepted)

    for death in range(1, MOST_TRIES + 1):
        service.start("worker")
        status = await service.ended("worker", 20)
        assert status == -9, f"death {death}: {service.told('worker')}"
        await let_pass(world.db, LEASE + timedelta(seconds=1))
    service.start("worker")

    async def settled() -> dict[str, str] | None:
        found = await outcomes(world)
        return found if "pending" not in found.values() else None

    found = await until(settled, 20, lambda: f"all is decided; {service.told('worker')}")
    assert found.pop("poison") == "quarantined"
    assert found == dict.fromkeys(neighbours, "opened")
    assert service.status("worker") is None, "the worker lives"

    await service.ready()
    assert (await post(service.lmtp_port, mail("Une demande comme les autres.")))[0] == 250

    code, printed = await service.command("ledger")
    ledger = orjson.loads(printed)
    assert code == 0
    assert ledger["received"] == sum(ledger["outcomes"].values()) == NEIGHBOURS + 2
    (kept,) = ledger["quarantined"]
    assert (kept["channel"], str(MOST_TRIES) in kept["reason"]) == (NAME, True), kept

    # the fault is mended: the bytes are still there, and are taken up again
    await service.stop()
    service.changes = {MENDED: "yes"}
    service.start("worker")
    assert (await service.command("ledger", "replay", str(kept["id"])))[0] == 0
    found = await until(settled, 20, lambda: f"it is decided after all; {service.told('worker')}")
    assert found["poison"] == "opened"
    assert (await service.command("ledger", "replay", str(kept["id"])))[0] == 1, "it is in quarantine no more"
