"""Meta on this machine, the stories' fixtures, and a page of Sainte-Mer with its Instagram account and its WhatsApp number."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from grc import clock
from grc.actions import deliver, intake
from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.messages import accounts, ledger
from grc.messages.accounts import Account
from grc.messages.channel import HasAccounts
from grc.messages.seal import Seal
from grc.settings import Settings
from tests.makers.meta import APP_SECRET, INSTAGRAM, PAGE, PAGE_TOKEN, PHONE, VERIFY_TOKEN, FakeMeta
from tests.makers.meta import meta as listening
from tests.support.arrivals import rows
from tests.support.stories import house, relay, world

__all__ = ["house", "relay", "world"]

KEYS = {
    "app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN, "page_token": PAGE_TOKEN, "page_id": PAGE, "instagram_id": INSTAGRAM,
    "whatsapp_phone_id": PHONE,
}  # fmt: skip
MEASURES = "un jeton pour les mesures"
MOMENT = timedelta(seconds=5)  # between two looks of the worker


@pytest.fixture
async def meta() -> AsyncIterator[FakeMeta]:
    """Meta, listening."""
    async with listening() as running:
        yield running


@pytest.fixture
def settings(settings: Settings, meta: FakeMeta) -> Settings:
    """The settings of a test, with the Meta of this machine."""
    given = {"meta_base_url": meta.url, "public_url": "https://grc.example", "metrics_token": SecretStr(MEASURES)}
    return settings.model_copy(update=given)


async def page_of(house: House, settings: Settings, code: str = "40902", **changes: str) -> Account:
    """An account, added as an operator does. An empty value takes a key out."""
    channel = house.channels["meta"]
    assert isinstance(channel, HasAccounts)
    new = channel.read_account({key: value for key, value in (KEYS | changes).items() if value})
    async with house.db.transaction(WORKER) as tx:
        number = await accounts.add(tx, "meta", code, new, Seal.of(settings).close(new.secrets))
        found = await accounts.one(tx, number, clock.now())
    assert found is not None
    return found


def _at(moment: datetime) -> datetime:
    return moment


@dataclass(slots=True)
class Story:
    """The service with its real web and the parts of its worker, beside a Meta of this machine."""

    house: House
    settings: Settings
    meta: FakeMeta
    account: Account
    site: TestClient[web.Request, web.Application]

    def hook(self, account: Account | None = None) -> str:
        """What Meta calls."""
        channel = self.house.channels["meta"]
        assert isinstance(channel, HasAccounts)
        path = channel.hook(account or self.account)
        assert path is not None
        return str(self.site.make_url(path))

    async def told(self, body: Mapping[str, Any] | bytes, signature: str | None = None) -> int:
        """Meta calls; the status of our answer."""
        return await self.meta.tell(self.hook(), body, signature)

    async def decided(self) -> None:
        """The worker decides all that has come; what waits for a moment is decided when that moment would be."""
        ahead = MOMENT
        while await rows(self.house, "select from received where channel = 'meta' and outcome = 'pending' limit 1"):
            at = clock.now() + ahead
            async with self.house.db.transaction(WORKER) as tx:
                claimed = [one for again in (False, True) for one in await ledger.claim(tx, at, at + intake.LEASE, 20, again=again)]
            for one in claimed:
                await intake.take_in(self.house, one, partial(_at, at))
            ahead += MOMENT

    async def came(self, body: Mapping[str, Any]) -> None:
        """Meta calls, and the worker decides."""
        assert await self.told(body) == 200
        await self.decided()

    async def left(self, after: timedelta = timedelta()) -> list[str]:
        """What is due by then leaves; the state of each delivery after it."""
        states = []
        while leaving := await deliver.claim(self.house, clock.now() + after, 50):
            states += [await deliver.deliver(self.house, one, clock.now) for one in leaving]
        return states

    async def outcomes(self) -> list[str]:
        """What became of each arrival, in the order they came."""
        return [row["outcome"] for row in await rows(self.house, "select outcome from received where channel = 'meta' order by id")]


@pytest.fixture
async def story(house: House, settings: Settings, meta: FakeMeta, app: web.Application) -> AsyncIterator[Story]:
    """A page of Sainte-Mer."""
    account = await page_of(house, settings)
    async with TestClient(TestServer(app)) as site:
        yield Story(house, settings, meta, account, site)
