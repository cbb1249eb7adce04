"""The agent's answer by the button of the page, to each network a citizen wrote on: once, in his words, with its file or the way to it."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import pytest

from grc import clock
from grc.actions import intake
from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.messages import accounts
from grc.messages.accounts import Account
from grc.messages.channel import HasAccounts, Listens
from grc.messages.seal import Seal
from grc.settings import Settings
from tests.channels.mastodon.test_channel import Desk
from tests.channels.meta.conftest import KEYS as META_KEYS
from tests.makers import mastodon, meta, sms, telegram
from tests.makers.agents import Browser, Site
from tests.support.arrivals import row, send_all
from tests.support.passing import let_pass
from tests.support.world import World
from tests.web.conftest import claire, door

__all__ = ["claire", "door"]

ASKED, ANSWER = "Le lampadaire de la rue des Pins est éteint.", "Une équipe passera jeudi."
NAME, CONTENT = "arrete.pdf", b"%PDF-1.4 un essai"
PUBLIC = "http://grc.example"  # a Secure cookie would not come back to a site without TLS
GROUPED = timedelta(seconds=10)  # what comes in several calls is decided together after such a time


@dataclass(frozen=True, slots=True)
class Said:
    """What a provider was given for a citizen."""

    text: str
    file: bytes = b""


@dataclass(frozen=True, slots=True)
class Providers:
    """The four of them, listening."""

    telegram: telegram.Telegram
    meta: meta.FakeMeta
    mastodon: mastodon.Instance
    sms: sms.Sms


@dataclass(frozen=True, slots=True)
class Town:
    """Sainte-Mer, with its pages and the parts of its worker."""

    providers: Providers
    house: House
    settings: Settings
    world: World
    site: Site
    opened: AsyncExitStack

    async def account(self, name: str, **keys: str) -> tuple[Account, str]:
        """An account of the town, added as an operator does; the path that its provider calls, empty where it is asked instead."""
        channel = self.house.channels[name]
        assert isinstance(channel, HasAccounts)
        new = channel.read_account(keys)
        async with self.house.db.transaction(WORKER) as tx:
            number = await accounts.add(tx, name, "40902", new, Seal.of(self.settings).close(new.secrets))
            added = await accounts.one(tx, number, clock.now())
        assert added is not None
        return added, channel.hook(added) or ""

    def reached(self, path: str) -> str:
        """A page of the town as this machine reaches it."""
        return str(self.site.make_url(path))

    async def decided(self) -> None:
        """The worker decides what came, and all that it says then leaves."""
        await let_pass(self.house.db, GROUPED)
        for one in await intake.claim(self.house, clock.now(), 50):
            await intake.take_in(self.house, one, clock.now)
        await send_all(self.house)


@asynccontextmanager
async def listening(house: House, name: str) -> AsyncIterator[None]:
    """A channel listens to its accounts, as in a worker, until the end."""
    channel, stop = house.channels[name], asyncio.Event()
    assert isinstance(channel, Listens)
    task = asyncio.create_task(channel.listen(stop))
    try:
        yield
    finally:
        stop.set()
        await task


Got = Callable[[], list[Said]]
Network = Callable[[Town], Awaitable[Got]]


async def on_telegram(town: Town, kind: str = "general") -> Got:
    """Jeanne asks the bot of the town, whose updates Telegram brings."""
    there = town.providers.telegram
    _, hook = await town.account("telegram", token=there.token, mode="webhook")
    await town.opened.enter_async_context(listening(town.house, "telegram"))
    await there.heard("setWebhook")
    assert there.webhook["url"] == PUBLIC + hook
    there.webhook["url"] = town.reached(hook)
    for does in (lambda: there.says("/start"), lambda: there.presses(f"t:{kind}"), lambda: there.says(ASKED)):
        does()
        assert await there.push() == [200]
        await town.decided()
    return lambda: [Said(call.text, next((content for _, content in call.files.values()), b"")) for call in there.sent()]


async def on_messenger(town: Town) -> Got:
    """Jeanne writes to the page of the town."""
    there = town.providers.meta
    _, hook = await town.account("meta", **META_KEYS)
    assert await there.tell(town.reached(hook), meta.messaging(meta.said("6101112223334445", ASKED, "m_1"))) == 200
    await town.decided()
    return lambda: [Said(one.text, one.file) for one in there.taken]


async def on_mastodon(town: Town) -> Got:
    """Jeanne names the account of the town in private."""
    there = town.providers.mastodon
    account, _ = await town.account("mastodon", instance=f"https://{mastodon.HOST}/", token=there.token)
    there.says(ASKED)
    await Desk(there, town.house, town.settings, account, town.world).look()
    await town.decided()
    return lambda: [Said(one["status"]) for one in there.posted]


async def by_sms(town: Town) -> Got:
    """Jeanne sends a text to the number of the town."""
    there = town.providers.sms
    _, hook = await town.account("sms", number=sms.NUMBER, **sms.OVH_KEYS)
    assert await there.calls_of_ovh(town.reached(hook), there.writes(there.ovh, ASKED)) == 200
    await town.decided()
    return lambda: [Said(one.text) for one in there.ovh.left]


@pytest.fixture
async def providers() -> AsyncIterator[Providers]:
    async with AsyncExitStack() as stack:
        yield Providers(
            await stack.enter_async_context(telegram.telegram()),
            await stack.enter_async_context(meta.meta()),
            await stack.enter_async_context(mastodon.mastodon()),
            await stack.enter_async_context(sms.sms()),
        )


@pytest.fixture
def settings(settings: Settings, providers: Providers) -> Settings:
    """The settings of a test, with the providers of this machine. An answer leaves at once."""
    roots = {f"{name}_base_url": getattr(providers, name).url for name in ("telegram", "meta", "mastodon", "sms")}
    return settings.model_copy(update={**roots, "public_url": PUBLIC, "undo_seconds": 0})


@pytest.fixture
async def town(providers: Providers, house: House, settings: Settings, world: World, site: Site) -> AsyncIterator[Town]:
    async with AsyncExitStack() as opened:
        yield Town(providers, house, settings, world, site, opened)


async def shown(claire: Browser, path: str) -> str:
    """A page as it is read."""
    answer = await claire.get(path)
    assert answer.status == 200
    return html.unescape(answer.text)


def bubble(page: str, words: str) -> str:
    """The one message of a conversation that says this."""
    (found,) = [one for one in re.findall(r"<article .*?</article>", page, re.DOTALL) if words in one]
    return str(found)


@pytest.mark.parametrize(("network", "takes_files"), [(on_telegram, True), (on_messenger, True), (on_mastodon, False), (by_sms, False)])
async def test_an_answer_reaches_the_network_it_was_asked_on_once_with_its_file_or_the_way_to_it(
    network: Network, takes_files: bool, town: Town, claire: Browser
) -> None:
    got = await network(town)
    before = len(got())
    request = await row(town.house, "select reference, tracking_token from ticket")
    path = f"/agent/demandes/{request['reference']}"
    page = await shown(claire, path)
    assert ASKED in page
    ways = re.findall(r'<select name="voie".*?<option value="([^"]*)"', page, re.DOTALL)
    form = aiohttp.FormData({"csrf": claire.csrf, "genre": "reponse", "texte": ANSWER, "voie": ways[0]})
    form.add_field("fichiers", CONTENT, filename=NAME, content_type="application/pdf")
    answer = await claire.send(f"{path}/repondre", form)
    assert (answer.status, answer.headers["Location"]) == (303, f"{path}?vue=tous&fait=repondre")

    assert await send_all(town.house) == ["sent"]
    assert await send_all(town.house) == []
    came = got()[before:]
    assert [ANSWER in one.text for one in came].count(True) == 1, came
    assert [one.file for one in came if one.file] == ([CONTENT] if takes_files else [])
    assert f"{PUBLIC}/suivi/{request['tracking_token']}" in "".join(one.text for one in came)
    assert all(ANSWER in one.text or one.file for one in came), "nothing else was said"
    said = bubble(await shown(claire, path), ANSWER)
    assert NAME in said
    assert "<span>envoyé à " in said


async def test_a_step_of_the_request_is_told_where_it_was_asked(town: Town, claire: Browser) -> None:
    got = await on_telegram(town, "street_light")
    before = len(got())
    request = await row(town.house, "select reference, tracking_token from ticket")
    path = f"/agent/demandes/{request['reference']}"
    done = await claire.post(f"{path}/etape", etape="repair")
    assert done.headers["Location"].endswith("fait=etape")
    assert await send_all(town.house) == ["sent"]
    (told,) = got()[before:]
    assert "est réparé. Merci de nous avoir prévenus." in told.text
    assert told.text.count(request["tracking_token"]) == 1
    assert "envoyé</span>" in bubble(await shown(claire, path), "est réparé. Merci")
