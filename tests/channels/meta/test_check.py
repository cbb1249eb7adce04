"""What `grc doctor` and `grc account test` say of a page and a number."""

from __future__ import annotations

from channels.meta.check import NEEDED
from grc.actions.house import House
from grc.messages.channel import HasAccounts
from grc.settings import Settings
from tests.channels.meta.conftest import page_of
from tests.makers.meta import PAGE_TOKEN, FakeMeta
from tests.support.world import World


async def test_doctor_asks_the_page_and_the_number_and_says_what_is_missing(
    house: House, world: World, settings: Settings, meta: FakeMeta
) -> None:
    account, channel = await page_of(house, settings), house.channels["meta"]
    found = await channel.check()
    assert [(one.ok, one.detail) for one in found] == [
        (True, "Commune de Sainte-Mer"),
        (True, "+33 5 58 00 00 00 qualité GREEN"),
    ]
    meta.subscribed = [field for field in NEEDED if field != "feed"]
    (_, lacking, _) = await channel.check()
    assert (lacking.ok, "feed" in lacking.detail, bool(lacking.todo)) == (False, True, True)
    meta.token = "un-autre-jeton"  # what Meta lets in from now on
    assert isinstance(channel, HasAccounts)
    refused = await channel.test_account(account)
    assert all(not one.ok and "jeton" in one.detail and one.todo for one in refused)
    assert not any(PAGE_TOKEN in one.detail for one in refused), "Meta repeats a token that it cannot read"
