"""Meta on this machine: the Graph API as it is documented, and the calls it makes to a webhook. Goes wrong as a test says."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import itertools
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.makers.troubles import Trouble, Troubles

APP_SECRET, VERIFY_TOKEN, PAGE_TOKEN, PAGE = "0123456789abcdef0123456789abcdef", "le-mot-convenu", "EAAB-page-token-0001", "104700000000001"
INSTAGRAM, PHONE, DISPLAY = "17841400000000001", "106540352242922", "33558000000"
CUT = Trouble(cut="after")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF une photo\xff\xd9"


def error(status: int, code: int, subcode: int = 0, message: str = "refused", details: str = "") -> web.Response:
    """A refusal as the Graph API words it."""
    said: dict[str, Any] = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, "fbtrace_id": "AbCdEf123"}
    said |= {"error_subcode": subcode} if subcode else {}
    said |= {"error_data": {"messaging_product": "whatsapp", "details": details}} if details else {}
    return web.json_response({"error": said}, status=status)


@dataclass(slots=True)
class Taken:
    """A message that the simulator took: to whom, what, by which network; the bytes of a file with its name."""

    network: str
    to: str
    body: Mapping[str, Any]
    id: str
    file: bytes = b""
    file_name: str = ""

    @property
    def text(self) -> str:
        """Its words."""
        said = self.body.get("message", self.body)
        if isinstance(said, str):
            return said
        words = said.get("text", "")
        return words if isinstance(words, str) else str(words.get("body", ""))


@dataclass(slots=True)
class FakeMeta:
    """What it took, whom it refuses, what it keeps; `token` is what it lets in."""

    url: str = ""
    token: str = PAGE_TOKEN
    app_secret: str = APP_SECRET
    taken: list[Taken] = field(default_factory=list)
    calls: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)  # method, path with query, headers
    refuses: dict[str, tuple[int, int, int]] = field(default_factory=dict)  # recipient -> status, code, subcode
    media: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    names: dict[str, Mapping[str, str]] = field(default_factory=dict)
    subscribed: Sequence[str] = (
        "messages", "message_echoes", "message_deliveries", "message_reads", "message_edits", "messaging_postbacks", "feed",
    )  # fmt: skip
    troubles: Troubles = field(default_factory=Troubles)
    silent: asyncio.Event | None = None  # a message is taken, and its answer waits until this is set
    _number: Any = field(default_factory=lambda: itertools.count(1))
    _replied: set[str] = field(default_factory=set)

    def application(self) -> web.Application:
        """The Graph API."""
        app = web.Application(middlewares=[self._noted, self.troubles.middleware], client_max_size=120 * 2**20)
        app.router.add_get("/cdn/{id}", self._cdn)
        app.router.add_get("/media/{id}", self._media)
        app.router.add_post("/{version:v[0-9]+\\.[0-9]}/{id}/messages", self._messages)
        app.router.add_post("/{version:v[0-9]+\\.[0-9]}/{id}/media", self._upload)
        app.router.add_post("/{version:v[0-9]+\\.[0-9]}/{id}/{edge:comments|replies}", self._comment)
        app.router.add_get("/{version:v[0-9]+\\.[0-9]}/{id}/subscribed_apps", self._subscribed)
        app.router.add_get("/{version:v[0-9]+\\.[0-9]}/{id}", self._node)
        return app

    def number(self, before: str) -> str:
        """An identifier nobody has had."""
        return f"{before}{next(self._number):06d}"

    @web.middleware
    async def _noted(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.calls.append((request.method, request.path_qs, dict(request.headers)))
        answer: web.StreamResponse = await handler(request)
        return answer

    def _trouble(self, request: web.Request) -> web.Response | None:
        """Why a call is not let in: the token in a header, and the proof that it is not stolen."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token != self.token:
            return error(401, 190, message=f"Malformed access token {token}")
        wanted = hmac.new(self.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        if request.query.get("appsecret_proof") != wanted:
            return error(400, 100, message="Invalid appsecret_proof provided in the API argument")
        return None

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        if (trouble := self._trouble(request)) is not None:
            return trouble
        file, name = b"", ""
        if request.content_type == "multipart/form-data":
            form = await request.post()
            body = {key: _read(value) for key, value in form.items() if isinstance(value, str)}
            if isinstance(part := form.get("filedata"), web.FileField):
                file, name = part.file.read(), part.filename
        else:
            body = await request.json()
        answer = self._whatsapp(body) if body.get("messaging_product") == "whatsapp" else self._messenger(body, file, name)
        if self.silent is not None:
            await self.silent.wait()
        return answer

    def _messenger(self, body: Mapping[str, Any], file: bytes, name: str) -> web.Response:
        recipient = body["recipient"]
        reply = recipient.get("comment_id") or recipient.get("post_id", "")
        to = recipient.get("id") or reply
        if to in self.refuses:
            return error(*self.refuses[to])
        said = body["message"].get("text", "")
        if len(said.encode("utf-16-le")) // 2 > 2000:
            return error(400, 100, message="Length of param message[text] must be less than or equal to 2000")
        if not said and not file:
            return error(400, 100, message="Must send either text, attachment or dynamic text")
        answer = {"message_id": self.number("m_")}
        if reply:
            if to in self._replied:
                return error(400, 10900, message="Activity already replied to")
            self._replied.add(to)
            answer["recipient_id"] = f"9{to.rpartition('_')[2]}"
        else:
            answer["recipient_id"] = to
        self.taken.append(Taken("private_reply" if reply else "messenger", to, body, answer["message_id"], file, name))
        return web.json_response(answer)

    def _whatsapp(self, body: Mapping[str, Any]) -> web.Response:
        to = body.get("to") or body.get("recipient", "")
        if to in self.refuses:
            return error(*self.refuses[to], details="refused by the test")
        if len(body.get("text", {}).get("body", "")) > 4096:
            return error(400, 100, message="Param text['body'] must be at most 4096 characters long.")
        kept = body.get(body["type"], {})
        if isinstance(kept, dict) and "id" in kept and kept["id"] not in self.media:
            return error(400, 131009, message="Parameter value is not valid")
        number = self.number("wamid.HBgL")
        file = self.media.get(kept.get("id", ""), (b"", ""))[0] if isinstance(kept, dict) else b""
        self.taken.append(Taken("whatsapp", to, body, number, file, str(kept.get("filename", "")) if isinstance(kept, dict) else ""))
        contacts = [{"input": to, **({"wa_id": to} if "to" in body else {"user_id": to})}]
        return web.json_response({"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": number}]})

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        if (trouble := self._trouble(request)) is not None:
            return trouble
        form = await request.post()
        part = form["file"]
        if form.get("messaging_product") != "whatsapp" or not isinstance(part, web.FileField):
            return error(400, 100, message="Invalid parameter")
        number = self.number("77")
        self.media[number] = (part.file.read(), str(form["type"]))
        return web.json_response({"id": number})

    async def _comment(self, request: web.Request) -> web.StreamResponse:
        if (trouble := self._trouble(request)) is not None:
            return trouble
        to = request.match_info["id"]
        if to in self.refuses:
            return error(*self.refuses[to])
        body, number = await request.json(), self.number(f"{to.partition('_')[0]}_")
        self.taken.append(Taken("public", to, body, number))
        return web.json_response({"id": number})

    async def _node(self, request: web.Request) -> web.StreamResponse:
        if (trouble := self._trouble(request)) is not None:
            return trouble
        number = request.match_info["id"]
        if number in self.media:
            content, kind = self.media[number]
            told = {"url": f"{self.url}/media/{number}", "mime_type": kind, "sha256": hashlib.sha256(content).hexdigest()}
            return web.json_response({**told, "file_size": len(content), "id": number, "messaging_product": "whatsapp"})
        if number in self.names:
            return web.json_response({**self.names[number], "id": number})
        if number == PAGE:
            return web.json_response({"name": "Commune de Sainte-Mer", "id": PAGE})
        if number == PHONE:
            return web.json_response({"display_phone_number": "+33 5 58 00 00 00", "quality_rating": "GREEN", "id": PHONE})
        return error(400, 100, 33, "Unsupported get request. Object does not exist")

    async def _subscribed(self, request: web.Request) -> web.StreamResponse:
        if (trouble := self._trouble(request)) is not None:
            return trouble
        return web.json_response({"data": [{"id": "1", "name": "GRC", "subscribed_fields": list(self.subscribed)}]})

    async def _cdn(self, request: web.Request) -> web.StreamResponse:
        """What people attached on Messenger and Instagram: for whoever has the signed address, no token asked."""
        if (found := self.media.get(request.match_info["id"])) is None:
            return web.Response(status=403, text="URL signature expired")
        assert "Authorization" not in request.headers, "a token has no business with a CDN"
        return web.Response(body=found[0], content_type=found[1])

    async def _media(self, request: web.Request) -> web.StreamResponse:
        """What people attached on WhatsApp: for the token alone."""
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.Response(status=401)
        found = self.media[request.match_info["id"]]
        return web.Response(body=found[0], content_type=found[1])

    async def tell(self, hook: str, body: Mapping[str, Any] | bytes, signature: str | None = None) -> int:
        """Calls a webhook as Meta does, signed over the very bytes; the status of the answer. `signature`: another than the right one."""
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=True).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "facebookexternalua"}
        right = "sha256=" + hmac.new(self.app_secret.encode(), raw, hashlib.sha256).hexdigest()
        if signature != "":
            headers["X-Hub-Signature-256"] = right if signature is None else signature
        async with aiohttp.ClientSession() as client, client.post(hook, data=io.BytesIO(raw), headers=headers) as answer:
            return answer.status


def _read(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def now_ms() -> int:
    """This moment as Meta writes it."""
    return int(time.time() * 1000)


def messaging(*events: Mapping[str, Any], page: str = PAGE, object: str = "page", name: str = "messaging") -> dict[str, Any]:
    """A call with what happened in conversations."""
    return {"object": object, "entry": [{"id": page, "time": now_ms(), name: list(events)}]}


def said(psid: str, text: str, mid: str, page: str = PAGE, **more: Any) -> dict[str, Any]:
    """Somebody writes to the page."""
    return {"sender": {"id": psid}, "recipient": {"id": page}, "timestamp": now_ms(), "message": {"mid": mid, "text": text, **more}}


def attached(psid: str, mid: str, *attachments: Mapping[str, Any], page: str = PAGE) -> dict[str, Any]:
    """Somebody sends files, places, links."""
    message = {"mid": mid, "attachments": list(attachments)}
    return {"sender": {"id": psid}, "recipient": {"id": page}, "timestamp": now_ms(), "message": message}


def echo(psid: str, text: str, mid: str, metadata: str = "", page: str = PAGE) -> dict[str, Any]:
    """The page has written."""
    message = {"mid": mid, "text": text, "is_echo": True, "app_id": 1517776481860111, **({"metadata": metadata} if metadata else {})}
    return {"sender": {"id": page}, "recipient": {"id": psid}, "timestamp": now_ms(), "message": message}


def feed(value: Mapping[str, Any], page: str = PAGE) -> dict[str, Any]:
    """A call with what happened on the page."""
    return {"object": "page", "entry": [{"id": page, "time": now_ms() // 1000, "changes": [{"field": "feed", "value": dict(value)}]}]}


def comment(author: str, name: str, text: str, number: str, verb: str = "add", page: str = PAGE, **more: Any) -> dict[str, Any]:
    """Somebody comments on a post."""
    post = {"permalink_url": "https://www.facebook.com/sainte-mer/posts/1", "id": f"{page}_1", "status_type": "mobile_status_update"}
    return {
        "from": {"id": author, "name": name}, "post": post, "message": text, "post_id": f"{page}_1", "parent_id": f"{page}_1",
        "comment_id": number, "created_time": int(time.time()), "item": "comment", "verb": verb, **more,
    }  # fmt: skip


def whatsapp(*messages: Mapping[str, Any], name: str = "Jeanne Duport", username: str = "", phone_id: str = PHONE) -> dict[str, Any]:
    """A call with messages to the WhatsApp number."""
    contacts = []
    for one in messages:
        known = {"wa_id": one["from"]} if "from" in one else {}
        known |= {"user_id": one["from_user_id"]} if "from_user_id" in one else {}
        contacts.append({"profile": {"name": name, **({"username": username} if username else {})}, **known})
    return _waba({"contacts": contacts, "messages": list(messages)}, phone_id)


def statuses(*found: Mapping[str, Any], phone_id: str = PHONE) -> dict[str, Any]:
    """A call with what became of messages from the WhatsApp number."""
    return _waba({"statuses": list(found)}, phone_id)


def status(number: str, what: str, to: str, mark: str = "", errors: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """What became of one message."""
    return {
        "id": number, "status": what, "timestamp": str(int(time.time())), "recipient_id": to,
        **({"biz_opaque_callback_data": mark} if mark else {}), **({"errors": list(errors)} if errors else {}),
    }  # fmt: skip


def wrote(number: str, wamid: str, kind: str, **content: Any) -> dict[str, Any]:
    """A message of WhatsApp: `wrote("33611223344", "wamid.1", "text", body="Bonjour")`."""
    return {"from": number, "id": wamid, "timestamp": str(int(time.time())), "type": kind, kind: content}


def _waba(value: Mapping[str, Any], phone_id: str) -> dict[str, Any]:
    metadata = {"display_phone_number": DISPLAY, "phone_number_id": phone_id}
    whole = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    return {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [{"value": whole, "field": "messages"}]}]}


@asynccontextmanager
async def meta() -> AsyncIterator[FakeMeta]:
    """One that listens until the end."""
    running = FakeMeta()
    async with TestServer(running.application()) as server:
        running.url = str(server.make_url("")).rstrip("/")
        yield running
        running.troubles.end()
