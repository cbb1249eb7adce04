"""News to open pages: told to those whose scope holds it, to nobody else, and to nobody whose session has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from grc import clock
from grc.actions.house import House
from grc.actions.move import move
from grc.actions.transition import transition
from grc.db.transaction import GATE, Database
from grc.queue.wake import Wake
from grc.web import flux as flux_module
from grc.web import sessions
from grc.web.flux import Spoken, read
from grc.web.parts import FLUX
from tests.makers.agents import Browser, Door
from tests.support.arrivals import arrive, form, key_of
from tests.support.world import SAINTE_MER, World

SOON = 5.0


class Stream:
    """An open stream and the names of what it told."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response
        self.told: list[str] = []

    async def next(self) -> str | None:
        """The next event's name; None at the end of the stream."""
        async with asyncio.timeout(SOON):
            async for line in self.response.content:
                if line.startswith(b"event: "):
                    self.told.append(line[7:].decode().strip())
                    return self.told[-1]
        return None

    async def until(self, event: str) -> None:
        """Reads until this event comes."""
        while (told := await self.next()) is not None:
            if told == event:
                return
        raise AssertionError(f"the stream ended after {self.told}")


@asynccontextmanager
async def listening(browser: Browser, **headers: str) -> AsyncIterator[Stream]:
    accept = {"Accept": "text/event-stream", **{name.replace("_", "-"): value for name, value in headers.items()}}
    async with browser.client.get(f"{browser.root}/agent/flux", headers=accept) as response:
        assert response.status == 200
        stream = Stream(response)
        await stream.until("pret")
        yield stream


@pytest.fixture(autouse=True)
async def heard(site: object, wake: Wake, monkeypatch: pytest.MonkeyPatch) -> None:
    """News is heard before anything is said, and told without a pause for breath."""
    monkeypatch.setattr(flux_module, "BREATH_SECONDS", 0.0)
    monkeypatch.setattr(flux_module, "GATHER_SECONDS", 0.0)
    await asyncio.wait_for(wake.listening(), SOON)


async def test_a_new_ticket_is_told_to_those_who_may_see_it_and_to_nobody_else(door: Door, house: House) -> None:
    paul, luc, bea = await door("paul"), await door("luc"), await door("bea")
    async with listening(paul) as to_paul, listening(luc) as to_luc, listening(bea) as to_bea:
        reception = (await arrive(house, form()))["ticket"]
        roads = (await arrive(house, form({"service": "voirie"})))["ticket"]
        await to_paul.until(f"t-{reception}")
        await to_luc.until(f"t-{roads}")
        town = (await arrive(house, form()))["ticket"]
        await to_paul.until(f"t-{town}")
    assert f"t-{roads}" not in to_paul.told
    assert set(to_luc.told) == {"pret", "liste", f"t-{roads}"}
    assert to_bea.told == ["pret"]


async def test_an_act_of_a_colleague_is_told(door: Door, house: House, world: World) -> None:
    came = (await arrive(house, form()))["ticket"]
    async with listening(await door("paul")) as stream:
        async with world.acting("claire") as (tx, agent):
            await transition(tx, agent, await key_of(house, came), "close", clock.now())
        await stream.until(f"t-{came}")


async def test_the_service_a_ticket_leaves_sees_it_go_without_being_told_which(door: Door, house: House, world: World) -> None:
    came = (await arrive(house, form({"service": "voirie"})))["ticket"]
    async with listening(await door("luc")) as stream:
        async with world.acting("claire") as (tx, agent):
            await move(tx, agent, await key_of(house, came), world.services[SAINTE_MER, "etat-civil"], clock.now())
        await stream.until("liste")
    assert f"t-{came}" not in stream.told


async def test_a_revoked_session_ends_its_stream(door: Door, app: web.Application, db: Database) -> None:
    claire, luc = await door("claire"), await door("luc")
    async with listening(claire) as hers, listening(luc) as his:
        async with db.transaction(GATE) as tx:
            cookie = next(morsel.value for morsel in claire.client.cookie_jar if morsel.key == sessions.COOKIE)
            await sessions.queries.end_session(tx.conn, digest=flux_digest(cookie), now=clock.now())
        await app[FLUX].check()  # what happens by itself every few seconds
        assert await hers.next() is None
        assert len(app[FLUX]) == 1
        app[FLUX].refresh_all()
        await his.until("liste")
    async with claire.client.get(f"{claire.root}/agent/flux", headers={"Accept": "text/event-stream"}) as again:
        assert again.status == 401


async def test_signing_out_ends_the_stream_at_once(claire: Browser) -> None:
    async with listening(claire) as stream:
        assert (await claire.post("/agent/deconnexion")).status == 303
        assert await stream.next() is None


async def test_whoever_comes_back_reads_everything_again(claire: Browser) -> None:
    async with listening(claire, Last_Event_ID="1") as stream:
        await stream.until("liste")
        await stream.until("fiche")


async def test_after_a_gap_in_the_news_every_page_reads_again(claire: Browser, wake: Wake) -> None:
    async with listening(claire) as stream:
        wake._tell_all_to_look()  # what the ear does when its connection comes back
        await stream.until("liste")


async def test_a_stream_holds_no_connection_to_the_database(claire: Browser, db: Database) -> None:
    async with listening(claire), listening(claire), listening(claire):
        assert db.pool.get_size() == db.pool.get_idle_size()


@pytest.mark.parametrize("payload", ["", "x", "1:2", "a:b:c", "1::seen", "-1:2:seen", "1:2\n:seen"])
def test_what_is_not_news_is_passed_over(payload: str) -> None:
    assert read(payload) in (None, Spoken(1, 2, ""))


def flux_digest(cookie: str) -> bytes:
    from hashlib import sha256

    return sha256(cookie.encode()).digest()
