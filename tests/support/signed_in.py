"""An agent at his browser, without a screen: signed in, with the pages he asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from tests.support.processes import Service
from tests.support.world import PASSWORD


@dataclass(frozen=True, slots=True)
class Agent:
    """His session."""

    client: aiohttp.ClientSession
    url: str

    async def page(self, path: str) -> str:
        """A page, which must be there."""
        async with self.client.get(self.url + path) as response:
            text = await response.text()
            assert response.status == 200, f"{response.status}: {text[:500]}"
            return text


@asynccontextmanager
async def signed_in(service: Service, email: str) -> AsyncIterator[Agent]:
    """The agent of this address, signed in by his password."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        given = {"email": email, "mot_de_passe": PASSWORD}
        async with client.post(f"{service.url}/agent/connexion", data=given, allow_redirects=False) as response:
            assert response.status == 303, await response.text()
        yield Agent(client, service.url)
