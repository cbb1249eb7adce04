"""An instance of Mastodon on this machine, the stories' fixtures, and an account of Sainte-Mer there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from grc import clock
from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.messages import accounts
from grc.messages.accounts import Account
from grc.messages.channel import HasAccounts
from grc.messages.seal import Seal
from grc.settings import Settings
from tests.makers.mastodon import HOST, TOKEN, Instance
from tests.makers.mastodon import mastodon as listening
from tests.support.stories import house, relay, world

__all__ = ["house", "relay", "world"]


@pytest.fixture
async def mastodon() -> AsyncIterator[Instance]:
    """The instance, listening."""
    async with listening() as running:
        yield running


@pytest.fixture
def settings(settings: Settings, mastodon: Instance) -> Settings:
    """The settings of a test, with the instance of this machine."""
    return settings.model_copy(update={"mastodon_base_url": mastodon.url, "public_url": "https://grc.example"})


@pytest.fixture
async def account(house: House, settings: Settings) -> Account:
    """The account of Sainte-Mer, added as an operator does."""
    channel = house.channels["mastodon"]
    assert isinstance(channel, HasAccounts)
    new = channel.read_account({"instance": f"https://{HOST}/", "token": TOKEN})
    async with house.db.transaction(WORKER) as tx:
        number = await accounts.add(tx, "mastodon", "40902", new, Seal.of(settings).close(new.secrets))
        found = await accounts.one(tx, number, clock.now())
    assert found is not None
    return found
