"""The worker: takes in what arrives, lets leave what must, acts on what is due. Any number may run on one database."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

import structlog

from grc import clock
from grc.actions import deliver, errands, fire, intake
from grc.actions.deliver import Leaving
from grc.actions.errands import Errand
from grc.actions.house import House
from grc.errors import Unavailable
from grc.messages.ledger import Claimed
from grc.queue.wake import Wake
from grc.queue.work import work

log = structlog.get_logger()

INTAKE_AT_ONCE = 8  # one connection each; more only waits for the same two cores
DELIVER_AT_ONCE = 8
ERRANDS_AT_ONCE = 4
DEADLINE_SECONDS = 5.0  # how late an alarm may be
LISTEN_AGAIN_SECONDS = 5.0


PARTS = ("intake", "deliver", "errands", "deadlines", "channels")


async def run(house: House, wake: Wake, stop: asyncio.Event, parts: Collection[str] = PARTS) -> None:
    """Does these parts of the work until `stop` is set, then finishes what is under way."""

    async def claim_arrivals(most: int) -> Sequence[Claimed]:
        return await intake.claim(house, clock.now(), most)

    async def claim_suspects(_most: int) -> Sequence[Claimed]:
        return await intake.claim_suspect(house, clock.now())

    async def take_in(claimed: Claimed) -> None:
        await intake.take_in(house, claimed, clock.now)

    async def claim_deliveries(most: int) -> Sequence[Leaving]:
        return await deliver.claim(house, clock.now(), most)

    async def send(leaving: Leaving) -> None:
        await deliver.deliver(house, leaving, clock.now)

    async def claim_errands(most: int) -> Sequence[Errand]:
        return await errands.claim(house.db, clock.now(), most)

    async def run_errand(errand: Errand) -> None:
        await errands.run(house.db, errand, clock.now)

    async with asyncio.TaskGroup() as tasks:
        if "intake" in parts:
            tasks.create_task(work("intake", claim_arrivals, take_in, wake.event("received"), stop, at_once=INTAKE_AT_ONCE))
            tasks.create_task(work("intake again", claim_suspects, take_in, asyncio.Event(), stop, at_once=1))
        if "deliver" in parts:
            tasks.create_task(work("deliver", claim_deliveries, send, wake.event("outgoing"), stop, at_once=DELIVER_AT_ONCE))
        if "errands" in parts:
            tasks.create_task(work("errands", claim_errands, run_errand, wake.event("errand"), stop, at_once=ERRANDS_AT_ONCE))
        if "deadlines" in parts:
            tasks.create_task(_deadlines(house, stop))
        if "channels" in parts:
            for channel in house.channels.values():
                tasks.create_task(_listen(channel.name, house, stop))


async def _deadlines(house: House, stop: asyncio.Event) -> None:
    aside: fire.Aside = {}
    while not stop.is_set():
        try:
            await fire.fire(house.db, clock.now(), stop.is_set, aside)
        except Unavailable as error:
            log.warning("worker.database_away", error=str(error))
        except Exception:
            log.exception("worker.deadlines_failed")
        await _pause(stop, DEADLINE_SECONDS)


async def _listen(name: str, house: House, stop: asyncio.Event) -> None:
    """A channel that fails is started again; the others never notice."""
    while not stop.is_set():
        try:
            await house.channels[name].listen(stop)
            return
        except Exception:
            log.exception("worker.channel_failed", channel=name)
        await _pause(stop, LISTEN_AGAIN_SECONDS)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        pass
