"""A provider of access tokens (OAuth 2.0) on loopback: gives, replaces and withdraws them as Microsoft and Google do."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

CLIENT, SECRET, SCOPE = "une-application", "un-secret-d-application", "https://outlook.example/.default"


@dataclass
class Provider:
    """What it gave and to whom, and how it is to behave."""

    port: int = 0
    expires_in: object = 3600
    replaces: bool = True  # another refresh token with every token, as Microsoft does; the one before is worth nothing any more
    away: int = 0  # a status in place of an answer
    slow: asyncio.Event | None = None  # answers once this is set
    grants: dict[str, str] = field(default_factory=dict)  # refresh token: whose mailbox
    tokens: dict[str, str] = field(default_factory=dict)  # access token: whose mailbox; "*" for any, as an application has it
    asked: list[dict[str, str]] = field(default_factory=list)
    _number: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/token"

    def consent(self, user: str) -> str:
        """A person consents: the refresh token an operator copies."""
        grant = f"refresh-{next(self._number)}"
        self.grants[grant] = user
        return grant

    def withdraw(self) -> None:
        """Nobody's consent counts any more, and no token."""
        self.grants.clear()
        self.tokens.clear()

    def dovecot(self) -> str:
        """What a Dovecot must be told to take these tokens; the file it names holds the rest."""
        return (
            "auth_mechanisms = xoauth2 plain login\npassdb {\n  driver = oauth2\n  mechanisms = xoauth2\n  args = {folder}/oauth2.conf\n}\n"
        )

    def dovecot_file(self) -> str:
        """Where Dovecot asks whose a token is."""
        return f"tokeninfo_url = http://127.0.0.1:{self.port}/whose?token=\nusername_attribute = email\n"

    async def _token(self, request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        self.asked.append(form)
        if self.slow is not None:
            await self.slow.wait()
        if self.away:
            return web.Response(status=self.away, text="<html>please come back later</html>")
        if form.get("client_id") != CLIENT or form.get("client_secret", SECRET) != SECRET:
            return _no(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
        if form["grant_type"] == "client_credentials":
            return self._give("*", None) if form.get("scope") == SCOPE else _no(400, "invalid_scope", "AADSTS1002012: scope is not valid.")
        user = self.grants.get(form.get("refresh_token", ""))
        if user is None:
            return _no(400, "invalid_grant", "AADSTS700082: The refresh token has expired due to inactivity.")
        if not self.replaces:
            return self._give(user, None)
        del self.grants[form["refresh_token"]]
        return self._give(user, self.consent(user))

    def _give(self, user: str, refresh: str | None) -> web.Response:
        access = f"access-{next(self._number)}"
        self.tokens[access] = user
        said = {"token_type": "Bearer", "access_token": access, "expires_in": self.expires_in}
        return web.json_response(said if refresh is None else {**said, "refresh_token": refresh})

    async def _whose(self, request: web.Request) -> web.Response:
        user = self.tokens.get(request.query.get("token", ""))
        if user is None:
            return web.json_response({"error": "invalid_token"}, status=400)
        return web.json_response({"email": user})


@asynccontextmanager
async def provider() -> AsyncIterator[Provider]:
    """A provider that listens."""
    running = Provider()
    app = web.Application()
    app.add_routes([web.post("/token", running._token), web.get("/whose", running._whose)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    running.port = runner.addresses[0][1]
    try:
        yield running
    finally:
        if running.slow is not None:
            running.slow.set()
        await runner.cleanup()


def _no(status: int, error: str, description: str) -> web.Response:
    return web.json_response({"error": error, "error_description": f"{description} Trace ID: 0"}, status=status)
