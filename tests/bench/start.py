"""How fast a second start is, and what the running service weighs."""

from __future__ import annotations

import asyncio
import smtplib
import time
from statistics import median
from typing import Any

import aiohttp

from grc.child import Child
from grc.demo.world import logins
from tests.bench.installation import Installation, answers, installation, say
from tests.bench.memory import descendants, mebibytes
from tests.makers.letters import letters

STARTS = 5
MAILS, PAGES = 60, 100
SIGN_IN = "/agent/connexion"


async def start_s() -> dict[str, Any]:
    """`grc serve --demo` on existing data, to the first 200: the median of a few starts."""
    async with installation(served=True) as here:
        say("start: the first one makes the world")
        async with here.running("serve", "--demo"):
            await answers(here.address, patience=120)
        taken = []
        for number in range(STARTS):
            began = time.perf_counter()
            async with here.running("serve", "--demo"):
                await answers(here.address)
                taken.append(time.perf_counter() - began)
            say(f"start: {number + 1}/{STARTS} {taken[-1]:.2f} s")
    return {"start_s": round(median(taken), 2)}


async def memory_mib() -> dict[str, Any]:
    """The weight of each process of `grc serve --demo` once it has taken in mails and served pages."""
    async with installation(served=True) as here, here.running("serve", "--demo") as serving:
        await answers(here.address, patience=120)
        say("memory: some traffic first")
        await asyncio.to_thread(_mails, here)
        await _pages(here)
        return {"memory_mib": _weights(serving)}


def _mails(here: Installation) -> None:
    with smtplib.SMTP("127.0.0.1", int(here.env["GRC_SMTP_PORT"]), timeout=30) as door:
        for letter in letters(3, MAILS, ["mairie@40192.example", "mairie@40088.example"]):
            door.sendmail(letter.sender, [letter.recipient], letter.raw)


async def _pages(here: Installation) -> None:
    login = logins()[0]
    async with aiohttp.ClientSession() as client:
        async with client.post(
            here.address + SIGN_IN, data={"email": login.email, "mot_de_passe": login.password}, allow_redirects=False
        ) as said:
            if said.status not in (302, 303):
                raise RuntimeError(f"the sign-in answered {said.status}")
        for _ in range(PAGES):
            async with client.get(here.address + "/agent") as response:
                await response.read()
                response.raise_for_status()


def _weights(serving: Child) -> dict[str, float]:
    below = descendants(serving.pid)
    kinds = {
        "web": [pid for pid, line in below.items() if line.endswith(" web")],
        "worker": [pid for pid, line in below.items() if line.endswith(" worker")],
        "postgres": [pid for pid, line in below.items() if "postgres" in line],
    }
    return {kind: mebibytes(pids) for kind, pids in kinds.items()}
