"""An instance of Mastodon on this machine, as its documents say it speaks: people who write to an account, and what that account posts.

What goes wrong is scripted with `troubles`.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import Any

import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.makers.troubles import Troubles

HOST, TOKEN = "social.example", "jeton-de-l-application"
SCOPE = frozenset({"image/png", "image/jpeg", "video/mp4"})
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 60


@dataclass(frozen=True, slots=True)
class Person:
    """An account; of another instance where `acct` has a host."""

    id: str
    acct: str
    display_name: str
    bot: bool = False

    @property
    def url(self) -> str:
        user, _, host = self.acct.partition("@")
        return f"https://{host or HOST}/@{user}"

    @property
    def json(self) -> dict[str, Any]:
        user = self.acct.partition("@")[0]
        return {
            "id": self.id, "username": user, "acct": self.acct, "display_name": self.display_name, "bot": self.bot, "group": False,
            "url": self.url, "avatar": f"https://files.{HOST}/avatars/{self.id}.png", "locked": False, "note": "",
        }  # fmt: skip


MAIRIE = Person("1", "mairie", "Mairie de Sainte-Mer")
JEANNE = Person("2", "jeanne", "Jeanne :pin: Duport")
PAUL = Person("3", "Paul@ailleurs.example", "Paul")
ROBOT = Person("4", "meteo", "Météo", bot=True)


@dataclass
class Upload:
    """A file that a client gave."""

    name: str
    type: str
    content: bytes
    looks: int = 0  # how often it is asked for before it is ready


@dataclass
class Instance:
    """One instance with one account of ours. `posted` are its own statuses, in order; `asked` each call of the client."""

    url: str = ""
    characters: int = 500
    processing: int = 0  # looks before an uploaded film is ready
    domain: str = HOST
    streams: bool = True
    token: str = TOKEN
    statuses: dict[str, dict[str, Any]] = field(default_factory=dict)
    notifications: list[dict[str, Any]] = field(default_factory=list)
    posted: list[dict[str, Any]] = field(default_factory=list)
    uploads: dict[str, Upload] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    listeners: int = 0
    forgets_keys: bool = False  # an hour passed
    troubles: Troubles = field(default_factory=Troubles)
    _keys: dict[str, str] = field(default_factory=dict)
    _rings: list[asyncio.Queue[bytes]] = field(default_factory=list)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _connected: asyncio.Event = field(default_factory=asyncio.Event)

    # What people do

    def says(
        self, text: str, who: Person = JEANNE, visibility: str = "direct", *, files: Sequence[str] = (), kind: str = "mention", **more: Any
    ) -> dict[str, Any]:
        """Somebody names our account; the status."""
        number = str(114_000_000_000_000_000 + next(self._ids))
        mention = f'<span class="h-card"><a href="{MAIRIE.url}" class="u-url mention">@<span>mairie</span></a></span>'
        status = {
            "id": number, "created_at": _now(), "edited_at": None, "in_reply_to_id": None, "spoiler_text": "", "visibility": visibility,
            "content": f"<p>{mention} {escape(text)}</p>", "url": f"{who.url}/{number}", "reblog": None, "account": who.json, "poll": None,
            "mentions": [{"id": MAIRIE.id, "username": "mairie", "acct": "mairie", "url": MAIRIE.url}],
            "media_attachments": [self._media(name) for name in files], "sensitive": False, "tags": [], "emojis": [], **more,
        }  # fmt: skip
        self.statuses[number] = status
        self.notifies(status, kind)
        return status

    def notifies(self, status: Mapping[str, Any], kind: str = "mention") -> None:
        """Our account is told of a status (again)."""
        number = str(5_000 + next(self._ids))
        self.notifications.append({"id": number, "type": kind, "created_at": _now(), "account": status["account"], "status": status})
        self._ring("notification", {"id": number, "type": kind})

    def edits(self, status: dict[str, Any], text: str) -> None:
        """Its writer changes a status."""
        status |= {"content": f"<p>{escape(text)}</p>", "edited_at": _now()}
        self._ring("status.update", {"id": status["id"]})

    def deletes(self, status: Mapping[str, Any]) -> None:
        """Its writer takes a status back: nothing of it remains."""
        del self.statuses[status["id"]]
        self.notifications = [one for one in self.notifications if one["status"]["id"] != status["id"]]
        self._ring("delete", status["id"])

    async def heard(self) -> None:
        """Waits until a client listens to the stream."""
        await self._connected.wait()

    def _media(self, name: str) -> dict[str, Any]:
        self.files[name] = PNG
        kind = "image" if name.endswith(("png", "jpg")) else "video"
        return {"id": str(next(self._ids)), "type": kind, "url": f"{self.url}/files/{name}", "description": "Un lampadaire cassé"}

    def _ring(self, event: str, payload: Any) -> None:
        said = payload if isinstance(payload, str) else orjson.dumps(payload).decode()
        for queue in self._rings:
            queue.put_nowait(f"event: {event}\ndata: {said}\n\n".encode())

    # The API

    async def _about(self, _request: web.Request) -> web.Response:
        urls = {"streaming": f"wss://streaming.{HOST}"} if self.streams else {}
        media = {"supported_mime_types": sorted(SCOPE), "image_size_limit": 16_777_216, "video_size_limit": 103_809_024}
        statuses = {"max_characters": self.characters, "max_media_attachments": 4, "characters_reserved_per_url": 23}
        return web.json_response({"domain": self.domain, "configuration": {"urls": urls, "statuses": statuses, "media_attachments": media}})

    async def _me(self, _request: web.Request) -> web.Response:
        return web.json_response(MAIRIE.json)

    async def _notifications(self, request: web.Request) -> web.Response:
        asked = request.query
        kinds = asked.getall("types[]", [])
        found = [one for one in self.notifications if not kinds or one["type"] in kinds]
        if asked.get("include_filtered") != "true":  # what strangers write in private is kept back
            found = [one for one in found if one["status"]["visibility"] != "direct"]
        limit = min(int(asked.get("limit", "40")), 80)
        if "min_id" in asked:
            page = [one for one in found if int(one["id"]) > int(asked["min_id"])][:limit]
        else:
            page = found[-limit:]
        page = list(reversed(page))
        here = f"{self.url}/api/v1/notifications"
        link = f'<{here}?max_id={page[-1]["id"]}>; rel="next", <{here}?min_id={page[0]["id"]}>; rel="prev"' if page else ""
        return web.json_response(page, headers={"Link": link} if link else {})

    async def _status(self, request: web.Request) -> web.Response:
        status = self.statuses.get(request.match_info["id"])
        return web.json_response(status) if status is not None else _no(404, "Record not found")

    async def _source(self, request: web.Request) -> web.Response:
        status = self.statuses.get(request.match_info["id"])
        return web.json_response({"id": status["id"], "text": status["text"]}) if status is not None else _no(404, "Record not found")

    async def _own(self, _request: web.Request) -> web.Response:
        return web.json_response(list(reversed(self.posted))[:40])

    async def _post(self, request: web.Request) -> web.Response:
        key = request.headers.get("Idempotency-Key", "")
        if key in self._keys and not self.forgets_keys:
            return web.json_response(self.statuses[self._keys[key]])
        said = await request.json()
        follows = said.get("in_reply_to_id")
        if follows is not None and follows not in self.statuses:
            return _no(404, "Le message auquel vous essayez de répondre ne semble pas exister.")
        if len(said["status"]) + len(said.get("spoiler_text", "")) > self.characters:
            return _no(422, f"Validation failed: Text limite de caractères dépassée de {self.characters} caractères")
        if any(self.uploads[one].looks for one in said.get("media_ids", [])):
            return _no(422, "Cannot attach files that have not finished processing")
        number = str(115_000_000_000_000_000 + next(self._ids))
        made = {"id": number, "created_at": _now(), "account": MAIRIE.json, "text": said["status"], "content": said["status"], **said}
        made |= {"in_reply_to_id": follows, "media_attachments": [{"id": one} for one in said.get("media_ids", [])], "mentions": []}
        self.statuses[number] = made
        self.posted.append(made)
        self._keys[key] = number
        return web.json_response(made)

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        if file.content_type not in SCOPE:
            return _no(422, "Validation failed: File content type is invalid, File is invalid")
        number = str(next(self._ids))
        self.uploads[number] = Upload(file.filename, file.content_type, file.file.read(), self.processing)
        ready = self.processing == 0
        return web.json_response({"id": number, "type": "image", "url": self.url if ready else None}, status=200 if ready else 202)

    async def _uploaded(self, request: web.Request) -> web.Response:
        upload = self.uploads[request.match_info["id"]]
        if upload.looks:
            upload.looks -= 1
            return web.json_response({}, status=206)
        return web.json_response({"id": request.match_info["id"], "type": "image", "url": self.url})

    async def _file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["name"])
        return web.Response(body=content, content_type="image/png") if content is not None else _no(404, "Not found")

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._rings.append(queue)
        try:
            await response.write(b":)\n:thump\n")
            self._connected.set()
            while (said := await queue.get()) != b"":
                await response.write(said)
        except ConnectionError:
            pass
        finally:
            self._rings.remove(queue)
        return response

    def hangs_up(self) -> None:
        """Ends every stream."""
        self._connected.clear()
        for queue in self._rings:
            queue.put_nowait(b"")

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path}")
        open_to_all = request.path.startswith(("/files/", "/api/v2/instance"))
        if not open_to_all and request.headers.get("Authorization") != f"Bearer {self.token}":
            return _no(401, "The access token is invalid")
        answer: web.StreamResponse = await handler(request)
        return answer


@asynccontextmanager
async def mastodon() -> AsyncIterator[Instance]:
    """An instance, listening."""
    running = Instance()
    app = web.Application(middlewares=[running._guard, running.troubles.middleware])
    app.add_routes(
        [
            web.get("/api/v2/instance", running._about),
            web.get("/api/v1/accounts/verify_credentials", running._me),
            web.get(f"/api/v1/accounts/{MAIRIE.id}/statuses", running._own),
            web.get("/api/v1/notifications", running._notifications),
            web.get("/api/v1/statuses/{id}", running._status),
            web.get("/api/v1/statuses/{id}/source", running._source),
            web.post("/api/v1/statuses", running._post),
            web.post("/api/v2/media", running._upload),
            web.get("/api/v1/media/{id}", running._uploaded),
            web.get("/api/v1/streaming/user", running._stream),
            web.get("/files/{name}", running._file),
        ]
    )
    async with TestServer(app) as server:
        running.url = str(server.make_url("")).rstrip("/")
        yield running
        running.hangs_up()
        running.troubles.end()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _no(status: int, message: str) -> web.Response:
    return web.json_response({"error": message}, status=status)
