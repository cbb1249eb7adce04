"""The Bot API on this machine, as python-telegram-bot calls it over HTTP: bots, citizens who write to them, and all that goes wrong.

A failure is scripted with `fails`, `cuts` and `delays`: each is for the next call of a method, or for several.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, web
from aiohttp.test_utils import TestServer

TOKEN = "7000000001:AAH-essai_de_la_suite_jamais_valable_0"
MOST_IN, MOST_OUT = 20 * 2**20, 50 * 2**20  # bytes: what the Bot API gives and takes
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody with an account of Telegram."""

    id: int = 40_001
    first_name: str = "Jeanne"
    last_name: str = "Duport"
    username: str = "jeanne_d"

    @property
    def chat(self) -> dict[str, Any]:
        return {"id": self.id, "type": "private", "first_name": self.first_name, "last_name": self.last_name, "username": self.username}

    @property
    def sender(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "first_name": self.first_name, "last_name": self.last_name, "username": self.username}


JEANNE = Citizen()


@dataclass(frozen=True, slots=True)
class Call:
    """What a bot asked for: the method, what it gave as text, and the files."""

    method: str
    given: Mapping[str, str]
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.given.get("text") or self.given.get("caption") or ""

    @property
    def markup(self) -> dict[str, Any]:
        """The keyboard that came with it."""
        return json.loads(self.given.get("reply_markup") or "{}")  # type: ignore[no-any-return]

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """(label, what pressing it tells) of the buttons under it."""
        return [
            (one["text"], one.get("callback_data", one.get("url", ""))) for row in self.markup.get("inline_keyboard", []) for one in row
        ]


@dataclass(frozen=True, slots=True)
class Trouble:
    """How a call goes wrong: refused with a status, cut off before or after it was done, or late."""

    status: int = 0
    retry_after: int = 0
    cut: str = ""  # before | after
    until: asyncio.Event | None = None


class Telegram:
    """One provider with one bot. `calls` is all that the bot asked for, in order."""

    def __init__(self) -> None:
        self.url = ""
        self.token = TOKEN
        self.username = "mairie_essai_bot"
        self.calls: list[Call] = []
        self.blocked: set[int] = set()
        self.webhook: dict[str, str] = {}
        self.pending: list[dict[str, Any]] = []
        self.confirmed: list[dict[str, Any]] = []
        self.repeats = False  # gives confirmed updates again, as after a restart of Telegram's own
        self.files: dict[str, tuple[str, bytes]] = {}
        self._news = asyncio.Event()
        self._heard = asyncio.Event()
        self._over = asyncio.Event()
        self._troubles: dict[str, deque[Trouble]] = defaultdict(deque)
        self._updates, self._messages = itertools.count(900_001), itertools.count(11)

    # What citizens do

    def says(self, text: str, who: Citizen = JEANNE, **more: Any) -> dict[str, Any]:
        """A text message; the message as the bot gets it."""
        return self.message(who, text=text, **more)

    def message(self, who: Citizen = JEANNE, **content: Any) -> dict[str, Any]:
        """A message of any content."""
        said = {"message_id": next(self._messages), "from": who.sender, "chat": who.chat, "date": 1_790_000_000, **content}
        self.update("message", said)
        return said

    def edits(self, message: Mapping[str, Any], text: str) -> None:
        """Its writer gives a message another text."""
        key = "text" if "text" in message else "caption"
        self.update("edited_message", {**message, key: text, "edit_date": message["date"] + 30})

    def presses(self, data: str, who: Citizen = JEANNE) -> None:
        """A button under a message of the bot."""
        under = {"message_id": 1, "date": 1_790_000_000, "chat": who.chat, "text": "…"}
        self.update(
            "callback_query", {"id": f"q{next(self._messages)}", "from": who.sender, "chat_instance": "1", "data": data, "message": under}
        )

    def press(self, label: str, who: Citizen = JEANNE) -> None:
        """The button of this label, under the latest message that had it."""
        found = next(data for call in reversed(self.calls) for text, data in call.buttons if label in text)
        self.presses(found, who)

    def photo(self, content: bytes, who: Citizen = JEANNE, **more: Any) -> dict[str, Any]:
        """A photo, in the two sizes that Telegram makes of it."""
        large, small = self.keep("photo.jpg", content), self.keep("photo.jpg", content[:10])
        return self.message(who, photo=[{**small, "width": 90, "height": 60}, {**large, "width": 1280, "height": 853}], **more)

    def document(self, name: str, content: bytes, kind: str = "application/pdf", who: Citizen = JEANNE, **more: Any) -> dict[str, Any]:
        """A file."""
        return self.message(who, document={**self.keep(name, content), "file_name": name, "mime_type": kind}, **more)

    def voice(self, content: bytes, who: Citizen = JEANNE) -> dict[str, Any]:
        """A spoken message of three seconds."""
        return self.message(who, voice={**self.keep("voice.oga", content), "duration": 3, "mime_type": "audio/ogg"})

    def keep(self, name: str, content: bytes, size: int | None = None) -> dict[str, Any]:
        """A file at the provider; what an update says of it."""
        number = f"F{len(self.files) + 1}"
        self.files[number] = (name, content)
        return {"file_id": number, "file_unique_id": f"u{number}", "file_size": len(content) if size is None else size}

    def update(self, kind: str, content: Mapping[str, Any], number: int | None = None) -> dict[str, Any]:
        """An update of any kind, for whoever asks next."""
        update = {"update_id": number if number is not None else next(self._updates), kind: dict(content)}
        self.pending.append(update)
        self._news.set()
        return update

    # What goes wrong

    def fails(self, method: str, status: int, *, retry_after: int = 0, times: int = 1) -> None:
        """The next calls of a method are refused."""
        self._troubles[method].extend([Trouble(status, retry_after)] * times)

    def cuts(self, method: str, when: str = "before", times: int = 1) -> None:
        """The connection of the next calls breaks, `before` or `after` what they asked for was done."""
        self._troubles[method].extend([Trouble(cut=when)] * times)

    def delays(self, method: str) -> asyncio.Event:
        """The next call waits until the event is set."""
        until = asyncio.Event()
        self._troubles[method].append(Trouble(until=until))
        return until

    # What a test looks at

    def sent(self, chat: int = JEANNE.id) -> list[Call]:
        """What was sent to a chat, in order."""
        return [call for call in self.calls if call.method.startswith("send") and call.given.get("chat_id") == str(chat)]

    async def heard(self, method: str, count: int = 1, within: float = 30.0) -> list[Call]:
        """The calls of a method, as soon as there are so many; `send` stands for whatever sends."""
        async with asyncio.timeout(within):
            while len(found := [call for call in self.calls if call.method.startswith(method)]) < count:
                self._heard.clear()
                await self._heard.wait()
        return found

    async def push(self, **headers: str) -> list[int]:
        """Hands what waits to the webhook, in order, as Telegram does; the status of each. What is not taken stays."""
        given = {SECRET_HEADER: self.webhook.get("secret_token", ""), **headers}
        statuses = []
        async with ClientSession() as client:
            for update in list(self.pending):
                try:
                    async with client.post(self.webhook["url"], json=update, headers=given) as answer:
                        statuses.append(answer.status)
                except ClientError:
                    statuses.append(0)
                if statuses[-1] == 200:
                    self.pending.remove(update)
                    self.confirmed.append(update)
        return statuses

    # The API

    @property
    def app(self) -> web.Application:
        app = web.Application(client_max_size=60 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._method)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        return app

    def close(self) -> None:
        """Lets go whoever waits."""
        self._over.set()
        self._news.set()

    async def _method(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return _refused(401, "Unauthorized")
        given, files = await _given(request)
        trouble = self._troubles[method].popleft() if self._troubles[method] else Trouble()
        if trouble.until is not None:
            await _first(trouble.until, self._over)
        if trouble.cut == "before":
            return _cut(request)
        if trouble.status:
            return _refused(trouble.status, _WORDS.get(trouble.status, "Error"), trouble.retry_after)
        answer = await self._do(method, Call(method, given, files))
        return _cut(request) if trouble.cut == "after" else answer

    async def _do(self, method: str, call: Call) -> web.StreamResponse:
        self.calls.append(call)
        self._heard.set()
        if method == "getUpdates":
            return await self._get_updates(call.given)
        if method == "getFile":
            return self._get_file(call.given["file_id"])
        if method.startswith("send") and method != "sendChatAction":
            return self._send(call)
        match method:
            case "getMe":
                return _done({"id": int(self.token.partition(":")[0]), "is_bot": True, "first_name": "Mairie", "username": self.username})
            case "setWebhook":
                self.webhook = {"url": call.given["url"], "secret_token": call.given.get("secret_token", "")}
            case "deleteWebhook":
                self.webhook = {}
            case "getWebhookInfo":
                waits = {"has_custom_certificate": False, "pending_update_count": len(self.pending)}
                return _done({"url": self.webhook.get("url", ""), **waits})
            case "answerCallbackQuery" | "setMyCommands" | "editMessageReplyMarkup" | "sendChatAction":
                pass
            case _:
                return _refused(404, "Not Found")
        return _done(True)

    async def _get_updates(self, given: Mapping[str, str]) -> web.StreamResponse:
        if self.webhook:
            return _refused(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        offset, wait = int(given.get("offset") or 0), float(given.get("timeout") or 0)
        done = [one for one in self.pending if one["update_id"] < offset]
        self.confirmed += done
        self.pending = [one for one in self.pending if one not in done]
        kinds = json.loads(given.get("allowed_updates") or "[]")
        again, self.repeats = (self.confirmed if self.repeats else []), False
        if not self.pending and not again:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), wait)
            except TimeoutError:
                pass
        found = [one for one in [*again, *self.pending] if not kinds or one.keys() & set(kinds)]
        return _done(found[: int(given.get("limit") or 100)])

    def _get_file(self, number: str) -> web.StreamResponse:
        if number not in self.files:
            return _refused(400, "Bad Request: invalid file_id")
        name, content = self.files[number]
        if len(content) > MOST_IN:
            return _refused(400, "Bad Request: file is too big")
        return _done(
            {"file_id": number, "file_unique_id": f"u{number}", "file_size": len(content), "file_path": f"documents/{number}/{name}"}
        )

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _refused(401, "Unauthorized")
        trouble = self._troubles["file"].popleft() if self._troubles["file"] else Trouble()
        if trouble.cut:
            return _cut(request)
        if trouble.status:
            return _refused(trouble.status, _WORDS.get(trouble.status, "Error"))
        number = request.match_info["path"].split("/")[1]
        return web.Response(body=self.files[number][1])

    def _send(self, call: Call) -> web.StreamResponse:
        chat = call.given.get("chat_id", "")
        if chat in {str(one) for one in self.blocked}:
            return _refused(403, "Forbidden: bot was blocked by the user")
        if call.method == "sendMessage" and not call.text.strip():
            return _refused(400, "Bad Request: message text is empty")
        if len(call.given.get("text", "")) > 4096 or len(call.given.get("caption", "")) > 1024:
            return _refused(400, "Bad Request: message is too long")
        if any(len(content) > MOST_OUT for _, content in call.files.values()):
            return _refused(413, "Request Entity Too Large")
        made = {"date": 1_790_000_000, "chat": {"id": int(chat), "type": "private"}}
        if call.method == "sendMediaGroup":
            return _done([{"message_id": next(self._messages), **made} for _ in json.loads(call.given["media"])])
        return _done({"message_id": next(self._messages), "text": call.text, **made})


_WORDS = {
    400: "Bad Request", 403: "Forbidden: bot was blocked by the user", 429: "Too Many Requests: retry later", 500: "Internal Server Error",
    502: "Bad Gateway", 503: "Service Unavailable",
}  # fmt: skip


def _done(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refused(status: int, words: str, retry_after: int = 0) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": words}
    if retry_after:
        body["parameters"] = {"retry_after": retry_after}
    return web.json_response(body, status=status)


def _cut(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def _given(request: web.Request) -> tuple[dict[str, str], dict[str, tuple[str, bytes]]]:
    """What a call gave, as a form in either of its two shapes."""
    given, files = dict(request.query), {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = (value.filename, value.file.read())
        else:
            given[name] = value if isinstance(value, str) else bytes(value).decode()
    return given, files


async def _first(*events: asyncio.Event) -> None:
    waiting: Sequence[asyncio.Task[Any]] = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()


@asynccontextmanager
async def telegram() -> AsyncIterator[Telegram]:
    """One that listens until the end."""
    running = Telegram()
    server = TestServer(running.app)
    await server.start_server(access_log=None)  # the token is in every address
    try:
        running.url = str(server.make_url("")).rstrip("/")
        yield running
    finally:
        running.close()
        await server.close()
