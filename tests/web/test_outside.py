"""Behind a proxy of ours the client is the one it names; anybody else's word is not believed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from ipaddress import ip_network

import pytest
from aiohttp.test_utils import TestClient, TestServer

from grc import registry
from grc.db.transaction import Database
from grc.messages.channel import Room
from grc.messages.model import Arrival, TryLater
from grc.queue.wake import Wake
from grc.settings import Settings
from grc.web.app import make_app
from grc.web.outside import Outside, seen
from grc.web.pages.signin import BRAKES
from tests.makers.agents import Site, address
from tests.support.world import World

OURS = (ip_network("10.1.0.0/16"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "hops", "protocols", "client", "https"),
    [
        ("203.0.113.5", ["198.51.100.1"], ["https"], "203.0.113.5", False),  # no proxy of ours: nothing it says is believed
        ("10.1.2.3", [], [], "10.1.2.3", False),
        ("10.1.2.3", ["198.51.100.1"], ["https"], "198.51.100.1", True),
        ("10.1.2.3", ["1.1.1.1", "198.51.100.1"], ["https"], "198.51.100.1", True),  # what stands left of it the client wrote himself
        ("10.1.2.3", ["1.1.1.1", "198.51.100.1", "10.1.9.9"], ["https", "http"], "198.51.100.1", True),
        ("10.1.2.3", ["10.1.9.9", "10.1.8.8"], ["http"], "10.1.9.9", False),  # a machine of ours asks
        ("10.1.2.3", ["198.51.100.1:4711"], ["HTTPS"], "198.51.100.1", True),
        ("fd00::1", ["[2001:db8::7]:443"], ["https"], "2001:db8::7", True),
        ("::ffff:10.1.2.3", ["::ffff:198.51.100.1"], ["https"], "198.51.100.1", True),
        ("10.1.2.3", ["198.51.100.1", "unknown"], ["https"], "10.1.2.3", True),
        ("10.1.2.3", ["198.51.100.1", "' or 1=1"], ["javascript"], "10.1.2.3", False),
        ("", ["198.51.100.1"], ["https"], "", False),
    ],
)
def test_the_client_is_the_rightmost_address_that_is_not_ours(
    peer: str, hops: list[str], protocols: list[str], client: str, https: bool
) -> None:
    assert seen(peer, False, hops, protocols, OURS) == Outside(client, https)


@pytest.fixture
async def behind(settings: Settings, db: Database, wake: Wake, world: World) -> AsyncIterator[Site]:
    """The site of an installation that trusts a proxy on its own machine."""

    async def take(_: Arrival) -> TryLater:
        return TryLater("not asked here")

    given = settings.model_dump() | {"trusted_proxies": "127.0.0.1", "public_url": "https://grc.example"}
    proxied = Settings.model_validate(given)
    room = Room(proxied, db, take)
    async with TestClient(TestServer(make_app(proxied, db, registry.channels(room), registry.modules(room), wake))) as client:
        yield client


async def _try(site: Site, client: str) -> int:
    form = {"email": address("paul"), "mot_de_passe": "faux"}
    async with site.post("/agent/connexion", data=form, headers={"X-Forwarded-For": f"9.9.9.9, {client}"}) as response:
        return response.status


async def test_one_guesser_behind_the_proxy_brakes_nobody_else(behind: Site) -> None:
    assert [await _try(behind, "198.51.100.1") for _ in range(BRAKES["pair"] + 1)][-2:] == [422, 429]
    assert await _try(behind, "198.51.100.2") == 422


async def test_whoever_calls_directly_cannot_choose_his_address(site: Site, world: World) -> None:
    assert [await _try(site, f"198.51.100.{number}") for number in range(BRAKES["pair"] + 1)][-1] == 429


async def test_strict_transport_is_told_where_the_outside_is_https(behind: Site, site: Site) -> None:
    for page, forwarded, told in (
        (behind, {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.1"}, True),
        (behind, {"X-Forwarded-Proto": "http", "X-Forwarded-For": "198.51.100.1"}, False),
        (behind, {}, False),
        (site, {"X-Forwarded-Proto": "https"}, False),
    ):
        async with page.get("/accessibilite", headers=forwarded) as response:
            assert ("Strict-Transport-Security" in response.headers) is told, (forwarded, told)


async def test_measures_are_for_this_machine_until_the_service_is_public(site: Site, behind: Site) -> None:
    async with site.get("/metrics") as response:
        assert response.status == 200
    async with behind.get("/metrics") as response:
        assert response.status == 404, "a proxy that hides its clients would show them to the world"


async def test_measures_are_given_to_the_holder_of_the_token(settings: Settings, db: Database, wake: Wake) -> None:
    given = settings.model_dump() | {"metrics_token": "seize caractères", "public_url": "https://grc.example"}
    async with TestClient(TestServer(make_app(Settings.model_validate(given), db, {}, {}, wake))) as client:
        for header, status in (
            ({}, 404), ({"Authorization": "Bearer autre chose"}, 404), ({"Authorization": "Bearer seize caractères"}, 200),
        ):  # fmt: skip
            async with client.get("/metrics", headers=header) as response:
                assert response.status == status
