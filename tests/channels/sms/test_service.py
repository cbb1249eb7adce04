"""Text messages through the service in its two processes, killed outright where it hurts most: each is one, in and out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from grc import clock
from grc.actions.reply import reply
from grc.db.transaction import WORKER
from grc.settings import Settings
from grc.tickets.model import TicketKey
from tests.channels.sms.conftest import KEYS
from tests.makers.sms import NUMBER, Provider, Sms
from tests.makers.troubles import Trouble
from tests.support.passing import let_pass
from tests.support.processes import Service, until
from tests.support.relay import Relay
from tests.support.world import World

HOUR = timedelta(hours=1)
PATIENCE = 60
NUMBERS = [(("ovh", "twilio")[number % 2], f"+336981122{number:02}") for number in range(10)]


@pytest.fixture
async def service(settings: Settings, world: World, relay: Relay, sms: Sms) -> AsyncIterator[Service]:
    """The web half, with the providers of this machine; the other half is the test's to start."""
    assert settings.database_url is not None
    changes = {"GRC_SMS_BASE_URL": sms.url}
    running = Service(settings.database_url.get_secret_value(), settings.data_dir, relay.port, changes)
    running.start("web")
    try:
        await running.ready(PATIENCE)
        yield running
    finally:
        await running.stop()


def there(sms: Sms, name: str) -> Provider:
    """The provider of this name."""
    return sms.ovh if name == "ovh" else sms.twilio


async def seen(world: World, query: str) -> list[Any]:
    async with world.db.transaction(WORKER) as tx:
        return list(await tx.conn.fetch(query))


async def hook_of(service: Service, name: str, number: str) -> str:
    """Adds a number as an operator does; what its provider is to call."""
    values = [f"{key}={value}" for key, value in {**KEYS[name], "number": number}.items()]
    code, said = await service.command("account", "add", "sms", "--collectivity", "40902", *values)
    assert code == 0, said
    return str(orjson.loads(said)["hook"])


async def answered(world: World, text: str, address: str) -> None:
    """An agent answers whoever wrote from there."""
    found = await seen(world, f"select collectivity_id, id from ticket where answer_addr = '{address}'")
    async with world.acting("claire") as (tx, agent):
        await reply(tx, agent, TicketKey(*found[0]), text, (), clock.now())


async def test_a_worker_killed_while_it_takes_decides_and_sends_loses_nothing_and_doubles_nothing(
    service: Service, world: World, sms: Sms
) -> None:
    hooks = {"ovh": await hook_of(service, "ovh", NUMBER), "twilio": await hook_of(service, "twilio", NUMBER)}

    came = [(name, sms.writes(there(sms, name), f"Demande {number}", number)) for name, number in NUMBERS]

    # calls come several times and in any order, the worker asks besides, and is killed while it decides
    calls = {"ovh": sms.calls_of_ovh, "twilio": sms.calls_of_twilio}
    assert {await calls[name](hooks[name], one) for name, one in (*reversed(came), *came)} == {200}
    service.start("worker")

    async def opened(least: int) -> bool | None:
        return len(await seen(world, "select from received where outcome = 'opened'")) >= least or None

    await until(lambda: opened(1), PATIENCE, lambda: f"it decides; {service.told('worker')}")
    await service.kill("worker")
    await let_pass(world.db, HOUR)
    service.start("worker")
    await until(lambda: opened(len(NUMBERS)), PATIENCE, lambda: f"all is decided; {service.told('worker')}")
    told = await seen(world, "select from_addr, body_text from message where direction = 'in'")
    assert sorted(tuple(one) for one in told) == sorted((f"tel:{number}", f"Demande {number}") for _, number in NUMBERS)

    async def stand(state: str) -> bool | None:
        query = "select state from outgoing where not automatic or state <> 'sent'"
        return {one["state"] for one in await seen(world, query)} <= {state} or None

    await until(lambda: stand("sent"), PATIENCE, lambda: f"the receipts have left; {service.told('worker')}")
    sms.ovh.left.clear()
    sms.twilio.left.clear()

    # killed while both take an answer, whose end nobody sees
    held = asyncio.Event()
    sms.troubles.add("POST", "/jobs", Trouble(until=held, cut="after"))
    sms.troubles.add("POST", "/Messages.json", Trouble(until=held, cut="after"))
    for _, number in NUMBERS[:2]:
        await answered(world, "Nous passons jeudi.", f"tel:{number}")
    await asyncio.wait_for(sms.troubles.all_met(), PATIENCE)
    await service.kill("worker")
    held.set()

    async def taken() -> bool | None:
        return bool(sms.ovh.left and sms.twilio.left) or None

    await until(taken, PATIENCE, lambda: "the providers have it")
    await let_pass(world.db, HOUR)
    service.start("worker")

    await until(lambda: stand("sent"), PATIENCE, lambda: f"it is noted; {service.told('worker')}")
    for name, number in NUMBERS[:2]:
        assert [(left.to, left.text) for left in there(sms, name).left] == [(number, "Mairie de Sainte-Mer : Nous passons jeudi.")]

    assert await sms.reports_of_ovh(hooks["ovh"], sms.ovh.left[0], 4) == 200
    assert await sms.reports_of_twilio(sms.twilio.left[0], "delivered") == 200
    await until(lambda: stand("delivered"), PATIENCE, lambda: f"the reports are noted; {service.told('worker')}")
