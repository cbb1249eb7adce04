"""The two providers on this machine, the stories' fixtures, and a number of Sainte-Mer at each provider."""

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
from tests.makers.sms import NUMBER, OVH_KEYS, TWILIO_KEYS, Sms
from tests.makers.sms import sms as listening
from tests.support.stories import house, relay, world

__all__ = ["house", "relay", "world"]

PUBLIC = "https://grc.example"
KEYS = {"ovh": OVH_KEYS, "twilio": TWILIO_KEYS}


@pytest.fixture
async def sms() -> AsyncIterator[Sms]:
    """OVHcloud and Twilio, listening."""
    async with listening() as running:
        yield running


@pytest.fixture
def settings(settings: Settings, sms: Sms) -> Settings:
    """The settings of a test, with the providers of this machine."""
    return settings.model_copy(update={"sms_base_url": sms.url, "public_url": PUBLIC})


async def number_of(house: House, settings: Settings, name: str) -> Account:
    """A number of Sainte-Mer at a provider, added as an operator does."""
    channel = house.channels["sms"]
    assert isinstance(channel, HasAccounts)
    new = channel.read_account({**KEYS[name], "number": NUMBER})
    async with house.db.transaction(WORKER) as tx:
        number = await accounts.add(tx, "sms", "40902", new, Seal.of(settings).close(new.secrets))
        found = await accounts.one(tx, number, clock.now())
    assert found is not None
    return found
