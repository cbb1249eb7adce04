"""Mailboxes on a real Dovecot read by one worker: how long a mail waits for its ticket, how many a second, what the worker weighs."""

from __future__ import annotations

import os
import random
import time
from typing import Any

from grc.messages.seal import Seal
from grc.queue.database import open_database
from tests.bench.installation import installation, say
from tests.bench.parse_limit import parse_limit
from tests.bench.sink import sink
from tests.campaigns import mailboxes
from tests.campaigns.mailboxes import OWNERS, Plan, Report, Town
from tests.makers.dovecot import BINARY, Dovecot
from tests.makers.letters import letters
from tests.support.world import found

BOXES, SINGLES = 600, 60
ONE_USER = 100  # mailboxes that one system user may watch, where root does not share them out
CODE, DOMAIN = "40902", "sainte-mer.example"


async def measured(boxes: int = BOXES, singles: int = SINGLES) -> dict[str, Any]:
    """The figures of the first half of the campaign of `tests/campaigns/mailboxes.py`, on an installation as it is delivered."""
    if BINARY is None:
        say("mailboxes: no Dovecot on this machine (apt install dovecot-imapd)")
        return {}
    plan = Plan(boxes=boxes if os.geteuid() == 0 else min(boxes, ONE_USER), bad=0, singles=singles, outage=0, anew=0)
    parsed = parse_limit([letter.raw for letter in letters(40, 600, [f"mairie@{DOMAIN}"])])
    report = Report(plan)
    async with installation() as here, sink() as relay, Dovecot(owners=OWNERS) as dovecot:
        here.env["GRC_RELAY"] = f"smtp://127.0.0.1:{relay}"
        async with open_database(here.settings, "bench") as (db, _):
            await found(db)
            town = Town(CODE, DOMAIN, db, dovecot, random.Random(plan.seed))
            await town.settle(plan, Seal.of(here.settings), silent=0, nonsense=0)
            say(f"mailboxes: {plan.boxes} are there")
            async with here.running("worker") as worker:
                await mailboxes.idle(town, plan, worker.pid, report, time.monotonic())
                say(f"mailboxes: all connected after {report.all_idle} s")
                await mailboxes.swift(town, plan, worker.pid, report)
    return {
        "mailboxes": {
            "count": plan.boxes,
            "all_idle_s": report.all_idle,
            "lag_s": {"p50": report.single_p50, "p95": report.single_p95},
            "per_second": report.burst_per_second,
            "parse_limit": round(parsed, 1),
            "worker_mib": report.worker_mib,
            "worker_ms_a_mail": report.worker_ms_a_mail,
        }
    }
