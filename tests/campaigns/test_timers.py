"""Every deadline that has passed is acted on, and once, though the worker that was at it is killed."""

from __future__ import annotations

import pytest

from grc.settings import Settings
from tests.campaigns.timers import Workers, campaign
from tests.support.world import World


@pytest.fixture
def workers(settings: Settings) -> Workers:
    assert settings.database_url is not None
    environment = {
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
        "GRC_DATABASE_URL": settings.database_url.get_secret_value(),
        "GRC_DATA_DIR": str(settings.data_dir),
        "GRC_SECRET": "un secret pour les essais, assez long",
        "GRC_LOG_LEVEL": "info",
    }
    return Workers(environment, settings.data_dir / "workers.log")


@pytest.mark.parametrize(
    ("count", "within"),
    [pytest.param(2_000, 60, id="two thousand"), pytest.param(100_000, 180, id="a hundred thousand", marks=pytest.mark.long)],
)
async def test_all_that_is_due_at_once_is_acted_on_once_though_a_worker_is_killed(
    world: World, workers: Workers, count: int, within: float
) -> None:
    report = await campaign(world, workers, count, within)
    print(report.line())

    assert count // 4 <= report.at_kill < count, "it was killed in the midst of it"
    assert (report.fired, report.told, report.alarmed) == (count, count, count)
    assert (report.twice, report.never) == (0, 0)
