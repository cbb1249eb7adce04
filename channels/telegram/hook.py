"""Telegram brings an update: `POST /hooks/telegram/<account>/<token>`, with the secret that it was given for this bot alone."""

from __future__ import annotations

import json
from dataclasses import dataclass

from aiohttp import web

from channels.telegram.settings import CHANNEL
from channels.telegram.take import LARGEST, take
from grc.errors import NotFound, Unavailable
from grc.messages.channel import Accept
from grc.web import hook

HEADER = "X-Telegram-Bot-Api-Secret-Token"  # core.telegram.org/bots/api#setwebhook


@dataclass(frozen=True, slots=True)
class Door:
    """Takes updates in. 200 only once they are in the ledger: Telegram brings again what it has no 200 for."""

    accept: Accept

    async def receive(self, request: web.Request) -> web.Response:
        """One update."""
        called = await hook.called(request, CHANNEL, LARGEST)
        expected, given = called.secrets.get("header", ""), request.headers.get(HEADER, "")
        if not expected or not hook.same(given, expected):
            raise NotFound("Cette page n’existe pas, ou ne vous est pas accessible.")
        try:
            update = json.loads(called.body)
        except (ValueError, RecursionError):
            update = None
        if not isinstance(update, dict):
            return web.Response(status=400, text="no update")
        try:
            await take(self.accept, called.account, update)
        except Unavailable:
            return web.Response(status=503, headers={"Retry-After": "30"})
        query = update.get("callback_query")
        if isinstance(query, dict) and query.get("id"):  # a call may be answered with a call: the button stops turning
            return web.json_response({"method": "answerCallbackQuery", "callback_query_id": str(query["id"])})
        return web.Response(text="ok")
