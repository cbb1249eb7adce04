"""The benchmarks themselves: small runs of them give the keys they promise, and their client counts what it should."""

from __future__ import annotations

import os
from typing import Any

import pytest
from aiohttp import web

from tests.bench import lives
from tests.bench.__main__ import NAMES, run
from tests.bench.memory import descendants, mebibytes
from tests.bench.meter import CLIENTS, WARM, latency
from tests.bench.parse_limit import parse_limit
from tests.makers.letters import letters


async def test_the_client_asks_every_address_and_gives_both_percentiles() -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(text="oui")

    app = web.Application()
    app.router.add_get("/{page}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        port = runner.addresses[0][1]
        found = await latency([f"http://127.0.0.1:{port}/{page}" for page in "ab"], {}, 30)
    finally:
        await runner.cleanup()
    assert set(found) == set(CLIENTS)
    assert all(0 < figures["p50_ms"] <= figures["p95_ms"] for figures in found.values())
    assert WARM + 2 * 30 <= len(asked) <= WARM + 2 * 30 + sum(CLIENTS.values())
    assert abs(asked.count("/a") - asked.count("/b")) <= 1


async def test_an_answer_that_is_no_page_stops_the_benchmark() -> None:
    async def refuse(_request: web.Request) -> web.Response:
        return web.Response(status=303, headers={"Location": "/agent/connexion"}, text="ailleurs")

    app = web.Application()
    app.router.add_get("/agent", refuse)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        with pytest.raises(RuntimeError, match="answered 303"):
            await latency([f"http://127.0.0.1:{runner.addresses[0][1]}/agent"], {}, 5)
    finally:
        await runner.cleanup()


def test_the_standard_library_reads_every_letter() -> None:
    assert parse_limit([letter.raw for letter in letters(1, 40, ["mairie@40192.example"])]) > 10


def test_this_process_weighs_something_and_one_that_is_gone_nothing() -> None:
    assert mebibytes([os.getpid()]) > 5
    assert mebibytes([2**22 - 1]) == 0
    assert os.getpid() not in descendants(os.getpid())


@pytest.mark.long
@pytest.mark.alone
async def test_a_small_run_of_all_gives_the_keys_that_were_promised() -> None:
    found: dict[str, Any] = await run(NAMES, quick=True)
    assert set(found) == set(NAMES)
    assert set(found["intake"]) == {"per_second", "parse_limit", "insert_limit"}
    assert set(found["law"]) == {"1k", "10k"}
    for page in ("inbox", "ticket"):
        assert set(found[page]) == {"1k", "10k", "bare"}
        assert set(found[page]["bare"]["c8"]) == {"p50_ms", "p95_ms"}
    assert set(found["memory_mib"]) == {"web", "worker", "postgres"}
    assert all(weight > 1 for weight in found["memory_mib"].values())
    assert 0 < found["start_s"] < 30
    assert set(found["transitions_per_second"]) == {"general", "with_fields"}
    assert set(found["effects_per_second"]) == {"transitions", "effects"}
    assert found["timers_per_second"] > 10


def test_the_engine_is_measured_on_lives_that_its_types_promise() -> None:
    rates = lives.transitions_per_second(200)["transitions_per_second"]
    assert all(rate > 100 for rate in rates.values())
