"""A campaign: one worker reads hundreds of mailboxes of a real Dovecot, some of them on servers that are no good. What holds is counted.

Delays are from the moment a mail lies in its mailbox to the moment its ticket is committed, as whoever looks at the database sees it.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import orjson

from channels.email.settings import read_account
from grc.db.transaction import WORKER, Database
from grc.messages import accounts
from grc.messages.seal import Seal
from tests.bench.memory import cpu_seconds, mebibytes
from tests.makers.dovecot import Dovecot
from tests.support.mails import mail
from tests.support.processes import until

OWNERS = 8  # system users: the kernel lets each watch 128 folders
LOOK = 0.02
PATIENCE = 240.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How many mailboxes, of which so many lie on a server that never answers and as many on one that talks nonsense; mails one by one, in
    an outage and in a cut; mailboxes that are numbered anew."""

    boxes: int
    bad: int
    singles: int
    outage: int
    anew: int
    seed: int = 1


@dataclass(slots=True)
class Report:
    """What was measured, in seconds and MiB, and what was counted."""

    plan: Plan
    all_idle: float = 0.0
    worker_mib: float = 0.0
    worker_mib_after: float = 0.0
    single_p50: float = 0.0
    single_p95: float = 0.0
    single_most: float = 0.0
    burst: float = 0.0
    burst_per_second: float = 0.0
    worker_ms_a_mail: float = 0.0  # of processor time, in the burst: collecting, deciding, acknowledging
    caught_up: float = 0.0
    cut: int = 0
    others_during_cut_p95: float = 0.0
    cut_caught_up: float = 0.0
    mails: int = 0
    missing: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    rows: int = 0
    states: Counter[str] = field(default_factory=Counter)
    load: float = 0.0

    def line(self) -> str:
        """The report as a line of JSON."""
        return orjson.dumps(self, option=orjson.OPT_NON_STR_KEYS).decode()


@dataclass(slots=True)
class Town:
    """The mailboxes of a collectivity, and the mails that were put into them."""

    code: str
    domain: str
    db: Database
    dovecot: Dovecot
    chance: random.Random
    boxes: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    async def settle(self, plan: Plan, seal: Seal, silent: int, nonsense: int) -> None:
        """Adds the accounts, the bad ones among them."""
        self.boxes = [f"b{number}" for number in range(plan.boxes)]
        urls = {box: self.dovecot.add(box) for box in self.boxes}
        urls |= {f"muet{number}": f"imap://a:b@127.0.0.1:{silent}" for number in range(plan.bad)}
        urls |= {f"bavard{number}": f"imap://a:b@127.0.0.1:{nonsense}" for number in range(plan.bad)}
        names = list(urls)
        self.chance.shuffle(names)
        async with self.db.transaction(WORKER) as tx:
            for name in names:
                new = read_account({"address": f"{name}@{self.domain}", "imap_url": urls[name]})
                await accounts.add(tx, "email", self.code, new, seal.close(new.secrets))

    def deliver(self, box: str) -> str:
        """Puts one more mail into a mailbox; its Message-ID without <>."""
        number = len(self.sent)
        mail_id = f"m{number}@habitants.example"
        raw = mail(f"Demande {number}.", sender=f"h{number}@habitants.example", subject=f"Sujet {number}", mail_id=f"<{mail_id}>")
        self.dovecot.deliver(box, raw)
        self.sent.append(mail_id)
        return mail_id

    async def tickets(self, mail_ids: Collection[str]) -> None:
        """Waits until each of these mails is a message of a ticket."""
        wanted = list(mail_ids)

        async def all_there() -> bool | None:
            return (await self._there(wanted)) >= len(wanted) or None

        await until(all_there, PATIENCE, lambda: f"{len(wanted)} mails are tickets")

    async def _there(self, mail_ids: Sequence[str]) -> int:
        query = "select count(distinct mail_id) from message where direction = 'in' and mail_id = any($1::text[])"
        async with self.db.transaction(WORKER) as tx:
            return int(await tx.conn.fetchval(query, mail_ids))

    async def one_by_one(self, boxes: Sequence[str]) -> list[float]:
        """A mail to each of these mailboxes, the next when the one before is a ticket; the delays, in order of size."""
        delays = []
        for box in boxes:
            since = time.perf_counter()
            await self.tickets([self.deliver(box)])
            delays.append(time.perf_counter() - since)
        return sorted(delays)

    async def connected(self, count: int) -> None:
        """Waits until so many mailboxes are connected."""

        async def there() -> bool | None:
            async with self.db.transaction(WORKER) as tx:
                now = await tx.conn.fetchval("select count(*) from account where state ->> 'connected_since' is not null")
            return now >= count or None

        await until(there, PATIENCE, lambda: f"{count} mailboxes are connected")

    async def in_trouble(self, count: int) -> None:
        """Waits until so many mailboxes have noticed that their server is gone."""

        async def there() -> bool | None:
            query = "select count(*) from account where state ? 'failures' and state ->> 'connected_since' is null"
            async with self.db.transaction(WORKER) as tx:
                return (await tx.conn.fetchval(query)) >= count or None

        await until(there, PATIENCE, lambda: f"{count} mailboxes say that their server is gone")


async def idle(town: Town, plan: Plan, worker: int, report: Report, since: float) -> None:
    """All mailboxes connected at once, and what the worker weighs then."""
    await town.connected(plan.boxes)
    report.all_idle = round(time.monotonic() - since, 2)
    report.worker_mib = mebibytes([worker])


async def swift(town: Town, plan: Plan, worker: int, report: Report) -> None:
    """A mail to any mailbox, and one to each at once."""
    await town.one_by_one([town.chance.choice(town.boxes)])  # the first one of all also reads the definitions of types
    delays = await town.one_by_one([town.chance.choice(town.boxes) for _ in range(plan.singles)])
    report.single_p50, report.single_p95, report.single_most = (round(_at(delays, share), 3) for share in (0.5, 0.95, 1.0))
    since, worked = time.perf_counter(), cpu_seconds(worker)
    await town.tickets([town.deliver(box) for box in town.boxes])
    report.worker_ms_a_mail = round((cpu_seconds(worker) - worked) * 1000 / plan.boxes, 1)
    report.burst = round(time.perf_counter() - since, 2)
    report.burst_per_second = round(plan.boxes / report.burst, 1)


async def outage(town: Town, plan: Plan, report: Report) -> None:
    """Dovecot is away while mail comes, and some mailboxes are numbered anew meanwhile."""
    await town.dovecot.stop()
    await town.in_trouble(plan.boxes)
    late = [town.deliver(town.chance.choice(town.boxes)) for _ in range(plan.outage)]
    for box in town.chance.sample(town.boxes, plan.anew):
        town.dovecot.forget_numbers(box)
    await town.dovecot.start()
    since = time.monotonic()
    await town.tickets(late)
    await town.connected(plan.boxes)
    report.caught_up = round(time.monotonic() - since, 2)


async def cut(town: Town, plan: Plan, report: Report) -> None:
    """A third of the connections are lost at once; the other mailboxes must not notice."""
    third = town.boxes[: max(1, len(town.boxes) // 3)]
    others = town.boxes[len(third) :]
    report.cut = town.dovecot.cut(set(third))
    since = time.monotonic()
    late = [town.deliver(box) for box in third[::10]]
    delays = await town.one_by_one([town.chance.choice(others) for _ in range(max(5, plan.singles // 3))])
    report.others_during_cut_p95 = round(_at(delays, 0.95), 3)
    await town.tickets(late)
    report.cut_caught_up = round(time.monotonic() - since, 2)


async def count(town: Town, report: Report) -> None:
    """Whether every mail is one message of one ticket, and one row of the ledger."""
    async with town.db.transaction(WORKER) as tx:
        found = await tx.conn.fetch("select mail_id, count(*) as n from message where direction = 'in' group by mail_id")
        report.rows = await tx.conn.fetchval("select count(*) from received")
        report.states = Counter({row["outcome"]: row["n"] for row in await tx.conn.fetch(_OUTCOMES)})
    times = {row["mail_id"]: row["n"] for row in found}
    report.mails = len(town.sent)
    report.missing = [mail_id for mail_id in town.sent if mail_id not in times]
    report.twice = [mail_id for mail_id, n in times.items() if n > 1]


_OUTCOMES = "select outcome, count(*) as n from received group by outcome"


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
