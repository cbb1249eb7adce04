"""A campaign: both halves of the service are killed outright at random instants while citizens write. What holds at the end is counted.

The mails come from mail servers that keep what was not told 250, the forms from browsers whose owners press « Envoyer » again.
"""

from __future__ import annotations

import asyncio
import random
import smtplib
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp
import orjson

from grc.db.transaction import WORKER, Database
from tests.support import browserless, mails
from tests.support.passing import let_pass
from tests.support.processes import HALVES, Service, until
from tests.support.relay import Relay

MAIL_SERVERS, BROWSERS = 3, 2
AGAIN_SECONDS = 0.1  # before somebody who was not served tries again
MIDST = 0.3  # how long after a share of the mail began to come in, most kills fall: in the midst of the work
ANY = 2.0  # and how long after the last kill, the others: perhaps before the half is up
LEASE = timedelta(minutes=11)  # longer than any lease: what the dead had is free


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of what; the same seed kills the same halves after the same pauses."""

    mails: int
    forms: int
    kills: int
    seed: int = 1

    @property
    def requests(self) -> int:
        """How many tickets there must be."""
        return self.mails + self.forms


@dataclass(slots=True)
class Report:
    """What was counted."""

    plan: Plan
    kills: Counter[str] = field(default_factory=Counter)
    retries: Counter[str] = field(default_factory=Counter)
    tickets: int = 0
    missing: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    acknowledged: int = 0  # tickets
    acknowledgements: int = 0  # mails that left
    tries: dict[int, int] = field(default_factory=dict)  # how many tries arrivals took
    ledger: dict[str, object] = field(default_factory=dict)
    seconds: float = 0.0

    def line(self) -> str:
        """The report as a line of JSON."""
        return orjson.dumps(self, option=orjson.OPT_NON_STR_KEYS).decode()


async def campaign(service: Service, db: Database, relay: Relay, plan: Plan) -> Report:
    """Runs the whole of it on a service that is up, and counts."""
    report, began = Report(plan), time.monotonic()
    chance = random.Random(plan.seed)
    post: asyncio.Queue[int] = asyncio.Queue()
    typed: asyncio.Queue[int] = asyncio.Queue()
    senders = [asyncio.create_task(_mail_server(service, post, report)) for _ in range(MAIL_SERVERS)]
    senders += [asyncio.create_task(_browser(service, typed, report)) for _ in range(BROWSERS)]

    for kill in range(plan.kills):
        aimed, half = chance.random() < 0.7, chance.choice(HALVES)
        pause = chance.uniform(0, MIDST if aimed else ANY)
        if aimed:
            await service.ready()
        _deal(post, plan.mails, kill, plan.kills)
        _deal(typed, plan.forms, kill, plan.kills)
        await asyncio.sleep(pause)
        await service.kill(half)
        report.kills[half] += 1
        if half == "worker":
            await let_pass(db, LEASE)  # no worker runs: nobody has what it had
        service.start(half)

    await service.ready()
    await asyncio.wait_for(asyncio.gather(post.join(), typed.join()), 120)
    for sender in senders:
        sender.cancel()
    await asyncio.gather(*senders, return_exceptions=True)
    await service.stop()
    await let_pass(db, LEASE)
    service.start()
    await until(lambda: _quiet(db), 60, lambda: f"all is decided and has left; {service.told('worker')}")

    await _count(service, db, relay, report)
    report.seconds = round(time.monotonic() - began, 1)
    return report


def _deal(queue: asyncio.Queue[int], total: int, step: int, steps: int) -> None:
    """Puts a step's share of the numbers into a queue: they come in from the first kill to the last."""
    for number in range(total * step // steps, total * (step + 1) // steps):
        queue.put_nowait(number)


async def _mail_server(service: Service, queue: asyncio.Queue[int], report: Report) -> None:
    while True:
        number = await queue.get()
        sender = f"m{number}@habitants.example"
        raw = mails.mail(f"Demande par courriel {number}.", sender=sender, subject=f"m{number}", mail_id=f"<m{number}@habitants.example>")
        while True:
            try:
                code, _ = await mails.post(service.lmtp_port, raw, sender=sender)
            except (OSError, smtplib.SMTPException):
                code = 0
            if code == 250:
                break
            report.retries["mail"] += 1
            await asyncio.sleep(AGAIN_SECONDS)
        queue.task_done()


async def _browser(service: Service, queue: asyncio.Queue[int], report: Report) -> None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(15)) as client:
        while True:
            number = await queue.get()
            typed = {"objet": f"f{number}", "courriel": f"f{number}@habitants.example"}
            page: browserless.Page | None = None
            while not await _sent(client, service, page := page or await _asked(client, service), typed):
                report.retries["form"] += 1
                await asyncio.sleep(AGAIN_SECONDS)
            queue.task_done()


async def _asked(client: aiohttp.ClientSession, service: Service) -> browserless.Page | None:
    try:
        async with client.get(f"{service.url}/40902/contact") as response:
            return browserless.read(await response.text()) if response.status == 200 else None
    except (aiohttp.ClientError, TimeoutError):
        return None


async def _sent(client: aiohttp.ClientSession, service: Service, page: browserless.Page | None, typed: dict[str, str]) -> bool:
    """Whether the form was taken: the same page is sent until it is, as by somebody who presses again."""
    if page is None:
        return False
    try:
        async with client.post(f"{service.url}/40902/contact", data=browserless.filled(page, typed), allow_redirects=False) as response:
            return response.status == 303
    except (aiohttp.ClientError, TimeoutError):
        return False


async def _quiet(db: Database) -> bool | None:
    async with db.transaction(WORKER) as tx:
        waiting = await tx.conn.fetchval(
            "select (select count(*) from received where outcome = 'pending')"
            " + (select count(*) from outgoing where state in ('created', 'sending', 'temporary-failure'))"
        )
    return waiting == 0 or None


async def _count(service: Service, db: Database, relay: Relay, report: Report) -> None:
    async with db.transaction(WORKER) as tx:
        tickets = {row["reference"]: row["subject"] for row in await tx.conn.fetch("select reference, subject from ticket")}
        tries = await tx.conn.fetch("select tries, count(*) as n from received group by tries order by tries")
    wanted = [f"m{n}" for n in range(report.plan.mails)] + [f"f{n}" for n in range(report.plan.forms)]
    counted = Counter(tickets.values())
    report.tickets = len(tickets)
    report.missing = [subject for subject in wanted if not counted[subject]]
    report.twice = [subject for subject, n in counted.items() if n > 1]
    left = Counter(caught.mail["X-GRC-Loop"] for caught in relay.mails if caught.mail["Auto-Submitted"] == "auto-replied")
    report.acknowledgements = left.total()
    report.acknowledged = sum(1 for reference in tickets if left[reference])
    report.tries = {row["tries"]: row["n"] for row in tries}
    code, printed = await service.command("ledger")
    assert code == 0, printed
    report.ledger = orjson.loads(printed)
