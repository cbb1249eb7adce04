"""What goes wrong between Telegram and us: repeats, disorder, refusals, cuts, a worker that dies. Each message once."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any

import pytest

from grc.app import compose
from grc.db.transaction import WORKER
from grc.settings import Settings
from tests.channels.telegram.talk import PATIENCE, Talk, add_bot
from tests.channels.telegram.test_journeys import opened
from tests.makers.telegram import JEANNE, TOKEN, Telegram
from tests.support.arrivals import row, rows
from tests.support.processes import Service, until
from tests.support.relay import Relay
from tests.support.world import World


async def test_repeated_and_disordered_updates_are_taken_once(town: Talk) -> None:
    await opened(town)
    late = town.there.says("Deuxième.")
    town.there.update("message", {**late, "message_id": 8001, "text": "Troisième."}, number=950_003)
    town.there.update("message", {**late, "message_id": 8002, "text": "Quatrième."}, number=950_002)
    await town.settled(6)
    town.there.repeats = True
    town.there.says("Cinquième.")
    await town.settled(7)
    said = Counter(one["body_text"] for one in await town.messages())
    assert said == Counter(["Le lampadaire de la rue des Pins est éteint.", "Deuxième.", "Troisième.", "Quatrième.", "Cinquième."])


async def test_a_provider_that_stumbles_loses_nothing(town: Talk) -> None:
    await opened(town)
    town.there.fails("getUpdates", 502)
    town.there.cuts("getUpdates")
    for number in range(4):
        town.there.says(f"Message {number}.")
    late = town.there.delays("getUpdates")
    late.set()
    town.there.fails("getFile", 500)
    town.there.document("plan.pdf", b"%PDF")

    async def put_off() -> bool | None:
        return bool(await rows(town.house, "select 1 from received where outcome = 'pending' and reason <> ''")) or None

    await until(put_off, PATIENCE, lambda: "the file is put off")
    async with town.house.db.transaction(WORKER) as tx:  # a quarter of a minute passes
        await tx.conn.execute("update received set due = now() where outcome = 'pending'")
        tx.wake("received")
    await town.settled(8)
    assert len(await town.messages()) == 6
    assert len(await rows(town.house, "select 1 from attachment")) == 1


@pytest.mark.parametrize(
    ("status", "after", "state", "detail"),
    [(403, 0, "permanent-failure", "blocked"), (429, 600, "temporary-failure", "600"), (500, 0, "temporary-failure", "Internal"),
     (400, 0, "permanent-failure", "400")],
)  # fmt: skip
async def test_a_refusal_is_evidence_and_is_tried_again_where_that_may_help(
    town: Talk, status: int, after: int, state: str, detail: str
) -> None:
    town.there.fails("sendMessage", status, retry_after=after)
    town.there.says("/aide")

    query = "select a.state, a.detail, o.due - a.at as wait from delivery_attempt a join outgoing o on o.id = a.outgoing_id"

    async def tried() -> Any | None:
        found = await rows(town.house, query)
        return found[0] if found else None

    evidence = await until(tried, PATIENCE, lambda: "the evidence")
    assert (evidence["state"], detail in evidence["detail"]) == (state, True), dict(evidence)
    if after:
        assert evidence["wait"].total_seconds() >= after - 1


async def test_a_blocked_bot_is_told_on_the_request(town: Talk) -> None:
    town.there.blocked.add(JEANNE.id)
    for act in ("/start", "Un trou."):
        town.there.says(act)
    town.there.presses("t:general")
    await town.settled(3)

    async def alarmed() -> str | None:
        found = await row(town.house, "select alarm from ticket")
        return str(found["alarm"]) if found["alarm"] else None

    assert await until(alarmed, PATIENCE, lambda: "an alarm") == "delivery_failed"


async def test_the_token_is_in_no_log_and_in_no_evidence(town: Talk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    town.there.fails("sendMessage", 500)
    town.there.cuts("getUpdates")
    town.there.says("/aide")
    await town.settled(1)
    await until(lambda: _attempted(town), PATIENCE, lambda: "an attempt")
    assert TOKEN not in caplog.text
    assert TOKEN.partition(":")[2] not in caplog.text
    kept = await rows(town.house, "select detail as text from delivery_attempt union all select state::text from account")
    assert not any(TOKEN.partition(":")[2] in one["text"] for one in kept)


async def _attempted(town: Talk) -> bool | None:
    return bool(await rows(town.house, "select 1 from delivery_attempt")) or None


async def test_a_webhook_takes_what_bears_its_secret_and_nothing_else(
    settings: Settings, world: World, relay: Relay, there: Telegram
) -> None:
    assert settings.database_url is not None
    url = settings.database_url.get_secret_value()
    service = Service(url, settings.data_dir, relay.port, changes={"GRC_TELEGRAM_BASE_URL": there.url})
    given = Settings.model_validate(settings.model_dump() | {"secret": service.environment["GRC_SECRET"]})
    async with compose(given) as composed:
        await add_bot(composed.house, given, "40902", "webhook")
        service.start()
        try:
            await service.ready()
            await there.heard("setWebhook")
            assert "/hooks/telegram/" in there.webhook["url"]
            assert TOKEN not in there.webhook["url"]
            there.says("/start")
            header = {"X-Telegram-Bot-Api-Secret-Token": "faux"}
            assert await there.push(**header) == [404]
            right = there.webhook["url"]
            there.webhook["url"] = right[:-3] + "xxx"
            assert await there.push() == [404]
            there.webhook["url"] = right
            assert await there.push() == [200]
            (hello,) = await there.heard("sendMessage")
            assert "Sainte-Mer" in hello.text
            assert TOKEN not in service.told("web") + service.told("worker")
        finally:
            await service.stop()


async def test_a_worker_killed_between_taking_and_committing_loses_and_doubles_nothing(
    settings: Settings, world: World, relay: Relay, there: Telegram
) -> None:
    assert settings.database_url is not None
    url = settings.database_url.get_secret_value()
    service = Service(url, settings.data_dir, relay.port, changes={"GRC_TELEGRAM_BASE_URL": there.url})
    given = Settings.model_validate(settings.model_dump() | {"secret": service.environment["GRC_SECRET"]})
    async with compose(given) as composed:
        house = composed.house
        await add_bot(house, given, "40902")
        there.says("/start")
        there.presses("t:general")
        expected = [f"Message {number}." for number in range(12)]
        try:
            for begin in range(0, 12, 4):
                for text in expected[begin : begin + 4]:
                    there.says(text)
                asked = len([call for call in there.calls if call.method == "getUpdates"])
                service.start("worker")
                await there.heard("getUpdates", asked + 1, within=PATIENCE)
                await service.kill("worker")
                async with house.db.transaction(WORKER) as tx:  # as when the leases of the dead have ended
                    await tx.conn.execute("update received set due = now() where outcome = 'pending'")
                    await tx.conn.execute("delete from listener")
                    await tx.conn.execute("update account set leased_by = null")
            service.start("worker")

            async def all_said() -> list[str] | None:
                async with house.db.transaction(WORKER) as tx:
                    found = await tx.conn.fetch("select body_text from message where direction = 'in' order by id")
                return [one["body_text"] for one in found] if len(found) >= len(expected) else None

            assert await until(all_said, PATIENCE, lambda: f"all messages; {service.told('worker')}") == expected
            counted = await rows(house, "select count(*) as n, count(distinct source_id) as m from received")
            assert tuple(counted[0]) == (14, 14)
        finally:
            await service.stop()
