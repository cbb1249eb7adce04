"""Nothing lost, nothing twice: the service is killed again and again while citizens write."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from grc.settings import Settings
from tests.campaigns.kill import Plan, campaign
from tests.support.processes import Service
from tests.support.relay import Relay
from tests.support.world import World


@pytest.fixture
async def service(settings: Settings, world: World, relay: Relay) -> AsyncIterator[Service]:
    """The service, with a proof of work that costs little: it is not what is tested here, and a hundred forms are sent."""
    assert settings.database_url is not None
    running = Service(settings.database_url.get_secret_value(), settings.data_dir, relay.port, {"GRC_FORM_PROOF_COST": "1"})
    running.start()
    try:
        await running.ready()
        yield running
    finally:
        await running.stop()


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(Plan(mails=40, forms=10, kills=6), id="six kills"),
        pytest.param(Plan(mails=500, forms=100, kills=100), id="a hundred kills", marks=pytest.mark.long),
    ],
)
async def test_every_request_is_one_acknowledged_ticket_however_often_the_service_is_killed(
    service: Service, world: World, relay: Relay, plan: Plan
) -> None:
    report = await campaign(service, world.db, relay, plan)
    print(report.line())

    assert report.kills.total() == plan.kills
    assert report.missing == []
    assert report.twice == []
    assert report.tickets == plan.requests
    assert report.acknowledged == plan.requests, "each was acknowledged"
    assert report.acknowledgements <= plan.requests + plan.kills, "and hardly any twice"
    outcomes = {"pending": 0, "opened": plan.requests, "appended": 0, "duplicate": 0, "filtered": 0, "quarantined": 0}
    assert (report.ledger["received"], report.ledger["outcomes"]) == (plan.requests, outcomes), report.ledger
