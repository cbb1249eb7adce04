"""The worker: takes in what arrives, lets leave what must, acts on what is due. Any number may run on one database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence

import structlog

from grc import clock
from grc.actions import deliver, digest, errands, fire, hold, intake, review_abusive, scan
from grc.actions.deliver import Leaving
from grc.actions.errands import Errand
from grc.actions.house import House
from grc.actions.scan import Suspect
from grc.actions.turns import Turns
from grc.clamav import Clamav
from grc.errors import Unavailable
from grc.messages import arrivals
from grc.messages.ledger import Claimed
from grc.queue.wake import Wake
from grc.queue.work import work

log = structlog.get_logger()

INTAKE_AT_ONCE = 8  # one connection each; more only waits for the same two cores
DELIVER_AT_ONCE = 16  # more than one relay is given at once: a slow one leaves room for the others
ERRANDS_AT_ONCE = 4
SCANS_AT_ONCE = 2  # of the largest files both are in memory, here and in the daemon
DEADLINE_SECONDS = 5.0  # how late an alarm may be
REVIEW_SECONDS = 300.0  # how late whoever leads is asked about a mark of abuse, of two weeks
DIGEST_SECONDS = 60.0  # and the mail of the morning that tells it
FOLD_SECONDS = 10.0  # a page that shows the sums of the ledger reads what came since
HOLD_SECONDS = 1.0  # how much longer than said an agent may take back what he sent
LISTEN_AGAIN_SECONDS = 5.0


PARTS = ("intake", "deliver", "errands", "scans", "deadlines", "channels")


async def run(house: House, wake: Wake, stop: asyncio.Event, parts: Collection[str] = PARTS) -> None:
    """Does these parts of the work until `stop` is set, then finishes what is under way."""
    turns = Turns()

    async def claim_arrivals(most: int) -> Sequence[Claimed]:
        return await intake.claim(house, clock.now(), most)

    async def claim_suspects(_most: int) -> Sequence[Claimed]:
        return await intake.claim_suspect(house, clock.now())

    async def take_in(claimed: Claimed) -> None:
        await intake.take_in(house, claimed, clock.now)

    async def claim_deliveries(most: int) -> Sequence[Leaving]:
        return await deliver.claim(house, clock.now(), most, turns)

    async def send(leaving: Leaving) -> None:
        await deliver.deliver(house, leaving, clock.now, turns)

    async def claim_errands(most: int) -> Sequence[Errand]:
        return await errands.claim(house.db, clock.now(), most)

    async def run_errand(errand: Errand) -> None:
        await errands.run(house.db, errand, clock.now)

    async with asyncio.TaskGroup() as tasks:
        if "intake" in parts:
            tasks.create_task(work("intake", claim_arrivals, take_in, wake.event("received"), stop, at_once=INTAKE_AT_ONCE))
            tasks.create_task(work("intake again", claim_suspects, take_in, asyncio.Event(), stop, at_once=1))
            tasks.create_task(_again("sums", lambda: arrivals.fold_sums(house.db), FOLD_SECONDS, stop))
        if "deliver" in parts:
            tasks.create_task(work("deliver", claim_deliveries, send, wake.event("outgoing"), stop, at_once=DELIVER_AT_ONCE))
            tasks.create_task(_let_go(house, stop))
        if "errands" in parts:
            tasks.create_task(work("errands", claim_errands, run_errand, wake.event("errand"), stop, at_once=ERRANDS_AT_ONCE))
        if "scans" in parts and house.clamav is not None:
            tasks.create_task(_scans(house, house.clamav, wake, stop))
        if "deadlines" in parts:
            tasks.create_task(_deadlines(house, stop))
            tasks.create_task(_digests(house, stop))
            tasks.create_task(_again("reviews", lambda: review_abusive.review(house.db, clock.now()), REVIEW_SECONDS, stop))
        if "channels" in parts:
            for channel in house.channels.values():
                tasks.create_task(_listen(channel.name, house, stop))


async def _scans(house: House, clamav: Clamav, wake: Wake, stop: asyncio.Event) -> None:
    async def claim(most: int) -> Sequence[Suspect]:
        return await scan.claim(house.db, clamav, clock.now(), most)

    async def look(suspect: Suspect) -> None:
        await scan.scan(house.db, clamav, suspect, clock.now)

    await work("scans", claim, look, wake.event("scan"), stop, at_once=SCANS_AT_ONCE)


async def _deadlines(house: House, stop: asyncio.Event) -> None:
    aside: fire.Aside = {}
    await _again("deadlines", lambda: fire.fire(house.db, clock.now(), stop.is_set, aside), DEADLINE_SECONDS, stop)


async def _digests(house: House, stop: asyncio.Event) -> None:
    await _again("digests", lambda: digest.write(house.db, clock.now(), stop.is_set), DIGEST_SECONDS, stop)


async def _again(name: str, do: Callable[[], Awaitable[int]], seconds: float, stop: asyncio.Event) -> None:
    """Does it again and again, after pauses of so many seconds, until `stop`; what fails is tried the next time."""
    while not stop.is_set():
        try:
            await do()
        except Unavailable as error:
            log.warning("worker.database_away", work=name, error=str(error))
        except Exception:
            log.exception("worker.failed", work=name)
        await _pause(stop, seconds)


async def _let_go(house: House, stop: asyncio.Event) -> None:
    """What agents sent leaves once they can no longer take it back."""
    while not stop.is_set():
        try:
            await hold.let_go(house.db, clock.now())
        except Unavailable as error:
            log.warning("worker.database_away", error=str(error))
        except Exception:
            log.exception("worker.answers_failed")
        await _pause(stop, HOLD_SECONDS)


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
