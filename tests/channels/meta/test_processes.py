"""The service in its two processes, beside Meta: killed outright at the worst moments, each message is there once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from grc import clock
from grc.actions import reply
from grc.actions.house import House
from grc.messages.channel import HasAccounts
from grc.settings import Settings
from grc.tickets.model import TicketKey
from tests.channels.meta.conftest import page_of
from tests.channels.meta.stories import PDF
from tests.makers import meta as says
from tests.makers.meta import JPEG, FakeMeta
from tests.makers.troubles import Trouble
from tests.support.arrivals import rows
from tests.support.processes import Service, until
from tests.support.relay import Relay
from tests.support.world import World

JEANNE = "6101112223334445"
PATIENCE = 60.0


@pytest.fixture
async def service(settings: Settings, house: House, relay: Relay, meta: FakeMeta) -> AsyncIterator[Service]:
    """The service, ready; it calls the Meta of this machine."""
    assert settings.database_url is not None
    url = settings.database_url.get_secret_value()
    running = Service(url, settings.data_dir, relay.port, {"GRC_META_BASE_URL": meta.url})
    running.start()
    try:
        await running.ready(PATIENCE)
        yield running
    finally:
        await running.stop()


async def test_a_worker_killed_while_it_takes_in_and_while_it_sends_loses_nothing_and_does_nothing_twice(
    service: Service, house: House, settings: Settings, world: World, meta: FakeMeta
) -> None:
    channel = house.channels["meta"]
    assert isinstance(channel, HasAccounts)
    hook = f"{service.url}{channel.hook(await page_of(house, settings))}"

    async def found(query: str, *given: Any) -> list[Any]:
        return await until(lambda: _some(house, query, *given), PATIENCE, lambda: f"{query}; {service.told('worker')}")

    # killed between claiming an arrival and committing what became of it: its photograph is slow
    meta.media["photo"] = (JPEG, "image/jpeg")
    slow = asyncio.Event()
    meta.troubles.add("GET", "/cdn/", Trouble(until=slow))
    photo = {"type": "image", "payload": {"url": f"{meta.url}/cdn/photo"}}
    event = says.attached(JEANNE, "m_1", photo)
    event["message"]["text"] = "Le lampadaire est éteint."
    assert await meta.tell(hook, says.messaging(event)) == 200
    await meta.troubles.all_met()
    await service.kill("worker")
    slow.set()
    assert await meta.tell(hook, says.messaging(event)) == 200, "Meta tells it again"
    await rows(house, "update received set due = now() returning 1")  # its lease, which ends by itself two minutes later
    service.start("worker")
    (ticket,) = await found("select collectivity_id, id from ticket")
    assert [line["outcome"] for line in await rows(house, "select outcome from received")] == ["opened"]
    assert len(await rows(house, "select from attachment")) == 1

    # killed when Meta had taken the first part of an answer and we did not know it yet
    meta.silent = asyncio.Event()
    key = TicketKey(ticket["collectivity_id"], ticket["id"])
    async with world.acting("claire") as (tx, claire):
        await reply.reply(tx, claire, key, "Une équipe passera.", [PDF], clock.now())
    await until(lambda: _taken(meta, 1), PATIENCE, lambda: service.told("worker"))
    await service.kill("worker")
    meta.silent.set()
    (first,) = meta.taken
    assert await meta.tell(hook, says.messaging(says.echo(JEANNE, first.text, first.id, first.body["message"]["metadata"]))) == 200
    service.start("worker")
    await found("select from received where outcome = 'filtered'")
    await rows(house, "update outgoing set due = now() returning 1")
    await found("select from outgoing where channel = 'meta' and state = 'sent'")
    assert [(taken.text.partition("\n")[0], taken.file_name) for taken in meta.taken] == [("Une équipe passera.", ""), ("", PDF.name)]


async def _some(house: House, query: str, *given: Any) -> list[Any] | None:
    return await rows(house, query, *given) or None


async def _taken(meta: FakeMeta, count: int) -> bool | None:
    return len(meta.taken) >= count or None
