"""How long requests take, seen by clients of the loopback: one, or eight at once."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Mapping, Sequence
from statistics import quantiles

import aiohttp

Figures = dict[str, float]

WARM = 40
CLIENTS = {"c1": 1, "c8": 8}


async def latency(addresses: Sequence[str], cookies: Mapping[str, str], requests: int) -> dict[str, Figures]:
    """p50 and p95 in milliseconds, for one client and for eight, of so many requests each to these addresses in turn."""
    async with aiohttp.ClientSession(cookies=dict(cookies), connector=aiohttp.TCPConnector(limit=0)) as client:
        turn = itertools.cycle(addresses)
        for _ in range(WARM):
            await _one(client, next(turn))
        return {name: _figures(await _many(client, turn, clients, requests)) for name, clients in CLIENTS.items()}


async def _many(client: aiohttp.ClientSession, turn: itertools.cycle[str], clients: int, requests: int) -> list[float]:
    taken: list[float] = []

    async def ask() -> None:
        while len(taken) < requests:
            taken.append(await _one(client, next(turn)))

    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(ask())
    return taken


async def _one(client: aiohttp.ClientSession, address: str) -> float:
    began = time.perf_counter()
    async with client.get(address, allow_redirects=False) as response:
        body = await response.read()
    took = time.perf_counter() - began
    if response.status != 200 or not body:
        raise RuntimeError(f"{address} answered {response.status}")
    return took


def _figures(taken: Sequence[float]) -> Figures:
    cuts = quantiles(taken, n=100)
    return {"p50_ms": round(cuts[49] * 1000, 2), "p95_ms": round(cuts[94] * 1000, 2)}
