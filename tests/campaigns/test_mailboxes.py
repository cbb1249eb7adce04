"""Hundreds of mailboxes, one worker: each mail is a ticket at once, whatever servers do to one another's neighbours."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator

import pytest

from grc.messages.seal import Seal
from grc.settings import Settings
from tests.bench.memory import mebibytes
from tests.campaigns import mailboxes
from tests.campaigns.mailboxes import OWNERS, Plan, Report, Town
from tests.makers.dovecot import BINARY, Dovecot
from tests.makers.scripted import scripted, silence
from tests.support.processes import Service
from tests.support.relay import Relay
from tests.support.world import World

pytestmark = [pytest.mark.dovecot, pytest.mark.alone]


@pytest.fixture
async def dovecot() -> AsyncIterator[Dovecot]:
    if BINARY is None:
        pytest.skip("no Dovecot on this machine: apt install dovecot-imapd")
    async with Dovecot(owners=OWNERS) as running:
        yield running


async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speaks something else than IMAP."""
    writer.write(b"* OK ready\r\n")
    while await reader.readline():
        writer.write(b"\x00\xff{99999999999}\r\nA1 OK what?\r\n* 5 FETCH ((((\r\n")


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(Plan(boxes=12, bad=2, singles=4, outage=6, anew=3), id="twelve mailboxes"),
        pytest.param(Plan(boxes=600, bad=10, singles=60, outage=100, anew=60), id="six hundred", marks=pytest.mark.long),
    ],
)
async def test_every_mail_to_any_mailbox_is_one_ticket_at_once_whatever_happens_to_servers(
    settings: Settings, world: World, relay: Relay, dovecot: Dovecot, plan: Plan
) -> None:
    if plan.boxes > 100 and os.geteuid() != 0:
        pytest.skip("only root gives the mailboxes of a Dovecot to several users, and one cannot watch so many folders")
    assert settings.database_url is not None
    service = Service(settings.database_url.get_secret_value(), settings.data_dir, relay.port)
    secret = settings.model_validate({"secret": service.environment["GRC_SECRET"], "data_dir": settings.data_dir})
    town, report = Town("40902", "sainte-mer.example", world.db, dovecot, random.Random(plan.seed)), Report(plan)
    async with scripted(silence) as silent, scripted(nonsense) as babbling:
        await town.settle(plan, Seal.of(secret), silent, babbling)
        since = time.monotonic()
        service.start("worker")
        try:
            await mailboxes.idle(town, plan, service.pid("worker"), report, since)
            await mailboxes.swift(town, plan, service.pid("worker"), report)
            await mailboxes.outage(town, plan, report)
            await mailboxes.cut(town, plan, report)
            await mailboxes.count(town, report)
            report.worker_mib_after = mebibytes([service.pid("worker")])
        except AssertionError as error:
            raise AssertionError(f"{error}\n{service.told('worker')}") from error
        finally:
            report.load = round(os.getloadavg()[0], 1)
            print(report.line())
            await service.stop()

    assert report.missing == []
    assert report.twice == []
    assert report.rows == report.mails == report.states["opened"], "one row of the ledger and one ticket each"
    assert report.cut == max(1, plan.boxes // 3)
    assert report.single_p95 < 3.0
    assert report.others_during_cut_p95 < 3.0
    assert report.burst < 10.0
