"""An agent without a screen: a browser of his own on the site, signed in, that reads pages and sends their forms."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestClient

from tests.support.world import PASSWORD, World

Site = TestClient[web.Request, web.Application]
HOSTS = {
    "claire": "sainte-mer",
    "paul": "sainte-mer",
    "luc": "sainte-mer",
    "bea": "boisvert",
    "odile": "agence",
    "tom": "agence",
    "lise": "agence",
}
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')
_REFERENCE = re.compile(r'id="r-([0-9A-Z-]+)"')


def address(name: str) -> str:
    """The mail address of an agent of the small world; one who joined it later is named by his own."""
    return name if "@" in name else f"{name}@{HOSTS[name]}.example"


@dataclass(slots=True)
class Answer:
    """What came back: never followed, so that a test sees where it leads."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def references(self) -> list[str]:
        """The tickets of a list, in order."""
        return _REFERENCE.findall(self.text)


@dataclass(slots=True)
class Browser:
    """One browser: its cookies and the token of its forms."""

    client: aiohttp.ClientSession
    root: str
    csrf: str = ""

    async def get(self, path: str, **headers: str) -> Answer:
        """A page."""
        return await self._ask("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    async def part(self, path: str) -> Answer:
        """The part of a page that htmx would ask for."""
        return await self.get(path, HX_Request="true", HX_Request_Type="partial")

    async def post(self, path: str, **fields: str) -> Answer:
        """Sends a form with the token of this session, unless another is given."""
        return await self._ask("POST", path, data={"csrf": self.csrf, **fields})

    async def post_as(self, headers: Mapping[str, str], path: str, **fields: str) -> Answer:
        """Sends a form with these headers."""
        return await self._ask("POST", path, data={"csrf": self.csrf, **fields}, headers=headers)

    async def send(self, path: str, body: Any) -> Answer:
        """Sends a body as it is."""
        return await self._ask("POST", path, data=body)

    async def _ask(self, method: str, path: str, **given: Any) -> Answer:
        async with self.client.request(method, self.root + path, allow_redirects=False, **given) as response:
            return Answer(response.status, await response.text("utf-8", "replace"), response.headers)


Door = Callable[[str], Awaitable[Browser]]


@asynccontextmanager
async def open_door(site: Site, world: World) -> AsyncIterator[Door]:
    """Signs agents in, each in a browser of his own; closes them all at the end."""
    root = str(site.make_url("")).rstrip("/")
    async with AsyncExitStack() as opened:

        async def signed_in(name: str) -> Browser:
            client = await opened.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))
            browser = Browser(client, root)
            answer = await browser.send("/agent/connexion", {"email": address(name), "mot_de_passe": PASSWORD})
            assert answer.status == 303, answer.text
            found = _CSRF.search((await browser.get("/agent/moi")).text)
            assert found is not None
            browser.csrf = found[1]
            return browser

        yield signed_in


async def stranger(site: Site) -> Browser:
    """Somebody who is not signed in; close his client."""
    return Browser(aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)), str(site.make_url("")).rstrip("/"))
