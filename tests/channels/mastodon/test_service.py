"""Mastodon through the worker as a process, killed outright where it hurts most: each message is one, in and out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from grc import clock
from grc.actions.reply import reply
from grc.db.transaction import WORKER
from grc.settings import Settings
from grc.tickets.model import TicketKey
from tests.makers.mastodon import HOST, PAUL, TOKEN, Instance
from tests.makers.troubles import Trouble
from tests.support.passing import let_pass
from tests.support.processes import Service, until
from tests.support.relay import Relay
from tests.support.world import World

HOUR = timedelta(hours=1)
PATIENCE = 60


@pytest.fixture
async def service(settings: Settings, world: World, relay: Relay, mastodon: Instance) -> AsyncIterator[Service]:
    """The service with the instance of this machine; its worker is the test's to start."""
    assert settings.database_url is not None
    changes = {"GRC_MASTODON_BASE_URL": mastodon.url}
    running = Service(settings.database_url.get_secret_value(), settings.data_dir, relay.port, changes)
    try:
        yield running
    finally:
        await running.stop()


async def seen(world: World, query: str) -> list[Any]:
    async with world.db.transaction(WORKER) as tx:
        return list(await tx.conn.fetch(query))


async def test_a_worker_killed_while_it_reads_decides_and_posts_loses_nothing_and_doubles_nothing(
    service: Service, world: World, mastodon: Instance
) -> None:
    values = (f"instance=https://{HOST}", f"token={TOKEN}")
    assert (await service.command("account", "add", "mastodon", "--collectivity", "40902", *values))[0] == 0
    said = [mastodon.says(f"Demande {number}", PAUL) for number in range(8)]
    service.start("worker")

    async def begun() -> bool | None:
        return bool(await seen(world, "select from received where outcome <> 'pending'")) or None

    # killed while it takes them in and decides, before it says how far it read
    await until(begun, PATIENCE, lambda: f"it decides; {service.told('worker')}")
    await service.kill("worker")
    await let_pass(world.db, HOUR)
    service.start("worker")

    async def decided() -> bool | None:
        return len(await seen(world, "select from received where outcome in ('opened', 'appended')")) == len(said) or None

    await until(decided, PATIENCE, lambda: f"all is decided; {service.told('worker')}")
    told = await seen(world, "select body_text from message where direction = 'in' order by id")
    assert [one["body_text"] for one in told] == [f"Demande {number}" for number in range(8)], "one person’s, in their order"
    (ticket,) = await seen(world, "select collectivity_id, id from ticket")

    async def noted() -> bool | None:
        return {one["state"] for one in await seen(world, "select state from outgoing")} == {"sent"} or None

    await until(noted, PATIENCE, lambda: f"the receipt has left; {service.told('worker')}")
    mastodon.posted.clear()

    # killed while the instance takes an answer, whose end nobody sees
    held = asyncio.Event()
    mastodon.troubles.add("POST", "/api/v1/statuses", Trouble(until=held, cut="after"))
    async with world.acting("claire") as (tx, agent):
        await reply(tx, agent, TicketKey(*ticket), "Nous passons jeudi.", (), clock.now())
    await asyncio.wait_for(mastodon.troubles.all_met(), PATIENCE)
    await service.kill("worker")
    held.set()

    async def taken() -> bool | None:
        return bool(mastodon.posted) or None

    await until(taken, PATIENCE, lambda: "the instance has it")
    await let_pass(world.db, HOUR)
    mastodon.forgets_keys = True
    service.start("worker")

    await until(noted, PATIENCE, lambda: f"it is noted; {service.told('worker')}")
    assert [one["status"] for one in mastodon.posted] == ["@paul@ailleurs.example Nous passons jeudi."]
    (left,) = await seen(world, "select provider_ids from outgoing where not automatic")
    assert left["provider_ids"] == [mastodon.posted[0]["id"]]
