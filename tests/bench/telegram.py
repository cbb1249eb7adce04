"""Updates a second through the channel of Telegram, and how long an answer takes from its commit to the provider."""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Any

from channels.telegram.settings import read_account
from grc import clock
from grc.db.transaction import WORKER, Database
from grc.demo.load import ensure
from grc.messages import accounts
from grc.messages.seal import Seal
from grc.queue.database import open_database
from tests.bench.installation import installation, say
from tests.makers.telegram import Citizen, Telegram
from tests.makers.telegram import telegram as provider

CITIZENS, ANSWERS = 300, 100
BETWEEN = 0.02  # seconds between two looks
STALLED = 60.0
TOWN = "40088"
_ANSWER = """
with said as (
    insert into message (collectivity_id, id, ticket_id, direction, kind, channel, at, author_name, to_addrs, subject, body_text)
    select collectivity_id, (select max(id) + 1 from message), id, 'out', 'message', 'telegram', $1, 'Agent', array[answer_addr], '', $2
    from ticket where answer_addr = $3
    returning collectivity_id, id, ticket_id
)
insert into outgoing (collectivity_id, ticket_id, message_id, channel, account, to_addr, automatic, state, due, created_at)
select s.collectivity_id, s.ticket_id, s.id, 'telegram', t.answer_account, t.answer_addr, false, 'created', $1, $1
from said s join ticket t on t.collectivity_id = s.collectivity_id and t.id = s.ticket_id
"""


async def telegram(citizens: int = CITIZENS, answers: int = ANSWERS) -> dict[str, Any]:
    """The rate for citizens who each begin, choose and write, and the delay of answers one after the other."""
    async with installation() as here, provider() as there:
        here.env["GRC_TELEGRAM_BASE_URL"] = there.url
        async with open_database(here.settings, "bench") as (db, _):
            await ensure(db, here.settings, clock.now())
            new = read_account({"token": there.token})
            async with db.transaction(WORKER) as tx:
                await accounts.add(tx, "telegram", TOWN, new, Seal.of(here.settings).close(new.secrets))
            async with here.running("worker"):
                await there.heard("getUpdates", within=STALLED)
                rate = await _taken(db, there, citizens)
                delays = await _answered(db, there, answers)
    say(f"telegram: {rate:.0f} updates a second")
    return {"telegram": {"updates_per_second": round(rate, 1), "answer_ms": delays}}


async def _taken(db: Database, there: Telegram, citizens: int) -> float:
    began = time.perf_counter()
    for number in range(citizens):
        who = Citizen(50_000 + number, f"Citoyen {number}", "", "")
        there.says("/start", who)
        there.presses("t:general", who)
        there.says("Le lampadaire est éteint.", who)
    deadline = time.monotonic() + STALLED + citizens
    query = "select count(*) from received where channel = 'telegram' and outcome <> 'pending'"
    while await _count(db, query) < 3 * citizens:
        if time.monotonic() > deadline:
            raise TimeoutError("not every update was decided")
        await asyncio.sleep(BETWEEN)
    taken = time.perf_counter() - began
    opened = await _count(db, "select count(*) from received where channel = 'telegram' and outcome = 'opened'")
    if opened != citizens:
        raise RuntimeError(f"{opened} requests of {citizens}")
    return 3 * citizens / taken


async def _answered(db: Database, there: Telegram, answers: int) -> dict[str, float]:
    """Answers to one citizen after the other, once all that was said before has left."""
    waiting = "select count(*) from outgoing where channel = 'telegram' and state in ('created', 'sending', 'temporary-failure')"
    while await _count(db, waiting):
        await asyncio.sleep(BETWEEN)
    found = []
    for number in range(answers):
        before = len([call for call in there.calls if call.method.startswith("send")])
        began = time.perf_counter()
        async with db.transaction(WORKER) as tx:
            await tx.conn.execute(_ANSWER, clock.now(), "C’est réparé.", f"telegram:{50_000 + number}")
            tx.wake("outgoing")
        await there.heard("send", before + 1, within=STALLED)
        found.append((time.perf_counter() - began) * 1000)
    return {"p50": round(statistics.median(found), 1), "p95": round(sorted(found)[int(len(found) * 0.95)], 1)}


async def _count(db: Database, query: str) -> int:
    async with db.transaction(WORKER) as tx:
        return int(await tx.conn.fetchval(query))
