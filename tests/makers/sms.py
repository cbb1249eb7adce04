"""OVHcloud and Twilio on this machine, as their documents say they speak: texts in and out, reports, signatures checked and made.

One server plays both; `ovh` and `twilio` are what each has kept. What goes wrong is scripted with `troubles`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.makers.troubles import Troubles

SERVICE, APPLICATION, SECRET, CONSUMER = "sms-ab12345-1", "application-cle", "application-secret", "consommateur-cle"
SID, TOKEN = "AC" + "0123456789abcdef" * 2, "jeton-d-authentification"
NUMBER = "+33644600000"
JEANNE = "+33612345678"

OVH_KEYS = {"gateway": "ovh", "service": SERVICE, "key": APPLICATION, "secret": SECRET, "consumer": CONSUMER}
TWILIO_KEYS = {"gateway": "twilio", "sid": SID, "key": TOKEN}


@dataclass
class Left:
    """A text that a client had sent."""

    id: str
    to: str
    text: str
    given: Mapping[str, Any]
    made: datetime
    ptt: int = 0
    receipt: int = 0
    status: str = "queued"
    error: int | None = None


@dataclass
class Came:
    """A text of a citizen, waiting to be asked for."""

    id: str
    sender: str
    text: str
    at: datetime


@dataclass
class Provider:
    """What one of the two has."""

    left: list[Left] = field(default_factory=list)
    came: list[Came] = field(default_factory=list)
    refusing: set[str] = field(default_factory=set)  # numbers that sent STOP, which Twilio keeps by itself
    unknown: set[str] = field(default_factory=set)  # numbers that get no text
    hide: bool = False  # what left is not on its lists yet


class Sms:
    """Both providers, at one address."""

    def __init__(self) -> None:
        self.url = ""
        self.ovh, self.twilio = Provider(), Provider()
        self.troubles = Troubles()
        self.credits = 500.0
        self.told: list[str] = []  # what its calls were answered
        self.asked: list[str] = []  # method and path of each call
        self.ahead = 0  # seconds the provider's clock is ahead
        self.public = ("", "")  # what addresses of ours begin with in public, and where they are reached here
        self._number = itertools.count(1)

    # What citizens and networks do

    def writes(self, provider: Provider, text: str, sender: str = JEANNE) -> Came:
        """A citizen's text reaches the provider."""
        number = next(self._number)
        came = Came(str(70_000 + number) if provider is self.ovh else f"SM{number:032x}", sender, text, datetime.now(UTC))
        provider.came.append(came)
        return came

    async def calls_of_ovh(self, hook: str, came: Came) -> int:
        """OVHcloud tells of a text: a form with its number. The status it is answered with."""
        return await self._post(hook, {"id": came.id}, {})

    async def reports_of_ovh(self, hook: str, left: Left, ptt: int, words: str = "") -> int:
        """OVHcloud tells how a text fares, in the query of a GET."""
        left.ptt = ptt
        query = {"id": left.id, "ptt": str(ptt), "date": "2026-11-24 10:00:00", "description": "1", "descriptionDlr": words}
        async with aiohttp.ClientSession() as client, client.get(self._reached(hook), params=query) as answer:
            return answer.status

    async def calls_of_twilio(self, hook: str, came: Came, token: str = TOKEN, **more: str) -> int:
        """Twilio tells of a text, signed."""
        form = {
            "MessageSid": came.id, "SmsSid": came.id, "SmsMessageSid": came.id, "AccountSid": SID, "From": came.sender, "To": NUMBER,
            "Body": came.text, "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received", "FromCountry": "FR",
            **more,
        }  # fmt: skip
        return await self._post(hook, form, {"X-Twilio-Signature": signed(hook, form, token)})

    async def reports_of_twilio(self, left: Left, status: str, error: int | None = None) -> int:
        """Twilio tells how a message fares, at the address that came with it."""
        left.status, left.error = status, error
        hook = str(left.given["StatusCallback"])
        form = {"MessageSid": left.id, "SmsSid": left.id, "AccountSid": SID, "From": NUMBER, "To": left.to, "MessageStatus": status}
        form |= {"SmsStatus": status, "ApiVersion": "2010-04-01"} | ({"ErrorCode": str(error)} if error else {})
        return await self._post(hook, form, {"X-Twilio-Signature": signed(hook, form)})

    def _reached(self, hook: str) -> str:
        public, here = self.public
        return here + hook.removeprefix(public) if public and hook.startswith(public) else hook

    async def _post(self, hook: str, form: Mapping[str, str], headers: Mapping[str, str]) -> int:
        async with aiohttp.ClientSession() as client, client.post(self._reached(hook), data=form, headers=headers) as answer:
            self.told.append(await answer.text())
            return answer.status

    # The API of OVHcloud

    async def _time(self, _request: web.Request) -> web.Response:
        return web.json_response(int(time.time()) + self.ahead)

    async def _ovh(self, request: web.Request) -> web.Response:
        if (refusal := await self._unsigned(request)) is not None:
            return refusal
        if request.match_info["service"] != SERVICE:
            return _no(404, "The requested object (serviceName) does not exist")
        match request.method, request.match_info["rest"].strip("/").split("/"):
            case "GET", [""]:
                return web.json_response({"name": SERVICE, "status": "enable", "creditsLeft": self.credits})
            case "POST", ["jobs"]:
                return self._job(await request.json())
            case "GET", ["jobs"]:
                return web.json_response([int(one.id) for one in self.ovh.left if one.ptt == 0])
            case "GET", ["outgoing"]:
                tag = request.query.get("tag")
                found = [] if self.ovh.hide else [one for one in self.ovh.left if tag is None or one.given.get("tag") == tag]
                return web.json_response([int(one.id) for one in found])
            case "GET", ["incoming"]:
                since = datetime.fromisoformat(request.query["creationDatetime.from"])
                return web.json_response([int(one.id) for one in reversed(self.ovh.came) if one.at >= since])
            case "GET", ["incoming", number]:
                return self._incoming(number)
            case "GET", [("jobs" | "outgoing") as where, number]:
                return self._kept(where, number)
        return _no(404, "Got an invalid (or empty) URL")

    async def _unsigned(self, request: web.Request) -> web.Response | None:
        head, body = request.headers, await request.text()
        moment = head.get("X-Ovh-Timestamp", "0")
        if abs(int(moment) - time.time() - self.ahead) > 60:
            return _no(400, "Query out of time")
        whole = "+".join((SECRET, CONSUMER, request.method, f"{self.url}{request.raw_path}", body, moment))
        given = (head.get("X-Ovh-Application"), head.get("X-Ovh-Consumer"), head.get("X-Ovh-Signature"))
        if given != (APPLICATION, CONSUMER, "$1$" + hashlib.sha1(whole.encode()).hexdigest()):
            return _no(400, "Invalid signature")
        return None

    def _job(self, job: dict[str, Any]) -> web.Response:
        if not job.get("senderForResponse") and len(str(job.get("sender", ""))) > 13:
            return _no(400, "must have less than 14 chars for value sender")
        if self.credits < 1:
            return _no(402, f"Not enough credits (left: {self.credits:.2f})")
        (receiver,) = job["receivers"]
        if receiver in self.ovh.unknown:
            return web.json_response({"ids": [], "invalidReceivers": [receiver], "validReceivers": [], "totalCreditsRemoved": 0})
        left = Left(str(40_000 + next(self._number)), receiver, job["message"], job, datetime.now(UTC))
        self.ovh.left.append(left)
        return web.json_response({"ids": [int(left.id)], "invalidReceivers": [], "validReceivers": [receiver], "totalCreditsRemoved": 1})

    def _incoming(self, number: str) -> web.Response:
        for one in self.ovh.came:
            if one.id == number:
                at = one.at.isoformat(timespec="seconds")
                said = {"id": int(one.id), "sender": one.sender, "message": one.text, "creationDatetime": at, "credits": 0, "tag": ""}
                return web.json_response(said)
        return _no(404, "The requested object (id) does not exist")

    def _kept(self, where: str, number: str) -> web.Response:
        for one in self.ovh.left:
            if one.id == number and (where == "jobs") == (one.ptt == 0):
                said = {"id": int(one.id), "receiver": one.to, "message": one.text, "creationDatetime": one.made.isoformat()}
                return web.json_response({**said, "ptt": one.ptt, "deliveryReceipt": one.receipt, "tag": one.given.get("tag")})
        return _no(404, "The requested object (id) does not exist")

    # The API of Twilio

    async def _account(self, request: web.Request) -> web.Response:
        return _unknown() if not _may(request) else web.json_response({"sid": SID, "status": "active", "friendly_name": "Essai"})

    async def _create(self, request: web.Request) -> web.Response:
        if not _may(request):
            return _unknown()
        form = {name: str(value) for name, value in (await request.post()).items()}
        to = form["To"]
        if to in self.twilio.refusing:
            return _error(400, 21610, "Attempt to send to unsubscribed recipient")
        if to in self.twilio.unknown:
            return _error(400, 21614, f"To number: {to}, is not a mobile number")
        left = Left(f"SM{next(self._number):032x}", to, form["Body"], form, datetime.now(UTC))
        self.twilio.left.append(left)
        return web.json_response(_message(left), status=201)

    async def _list(self, request: web.Request) -> web.Response:
        if not _may(request):
            return _unknown()
        to, page = request.query.get("To"), int(request.query.get("Page", "0"))
        every = [_came(one) for one in self.twilio.came]
        every += [] if self.twilio.hide else [_message(one) for one in self.twilio.left]
        found = [one for one in reversed(every) if to is None or one["to"] == to]
        size = int(request.query.get("PageSize", "50"))
        shown, rest = found[page * size : (page + 1) * size], found[(page + 1) * size :]
        following = str(request.rel_url.update_query(Page=page + 1)) if rest else None
        return web.json_response({"messages": shown, "page": page, "page_size": size, "next_page_uri": following})

    async def _one(self, request: web.Request) -> web.Response:
        if not _may(request):
            return _unknown()
        found = [one for one in self.twilio.left if one.id == request.match_info["sid"]]
        return web.json_response(_message(found[0])) if found else _error(404, 20404, "The requested resource was not found")

    @web.middleware
    async def _listening(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.path}")
        answer: web.StreamResponse = await handler(request)
        return answer


def signed(url: str, form: Mapping[str, str], token: str = TOKEN) -> str:
    """X-Twilio-Signature of a call, as their document says."""
    whole = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), whole.encode(), hashlib.sha1).digest()).decode()


@asynccontextmanager
async def sms() -> AsyncIterator[Sms]:
    """Both providers, listening."""
    running = Sms()
    app = web.Application(middlewares=[running._listening, running.troubles.middleware])
    account = f"/2010-04-01/Accounts/{SID}"
    app.router.add_get("/1.0/auth/time", running._time)
    app.router.add_route("*", "/1.0/sms/{service}{rest:(?:/.*)?}", running._ovh)
    app.router.add_get(f"{account}.json", running._account)
    app.router.add_post(f"{account}/Messages.json", running._create)
    app.router.add_get(f"{account}/Messages.json", running._list)
    app.router.add_get(f"{account}/Messages/{{sid}}.json", running._one)
    async with TestServer(app) as server:
        running.url = str(server.make_url("")).rstrip("/")
        yield running
        running.troubles.end()


def texts(left: Sequence[Left]) -> list[str]:
    """The words of what left."""
    return [one.text for one in left]


def _may(request: web.Request) -> bool:
    return request.headers.get("Authorization") == "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()


def _came(one: Came) -> dict[str, Any]:
    said = {"sid": one.id, "from": one.sender, "to": NUMBER, "body": one.text, "direction": "inbound", "status": "received"}
    return {**said, "num_media": "0", "num_segments": "1", "date_sent": format_datetime(one.at), "date_created": format_datetime(one.at)}


def _message(left: Left) -> dict[str, Any]:
    said = {"sid": left.id, "from": NUMBER, "to": left.to, "body": left.text, "direction": "outbound-api", "status": left.status}
    made = format_datetime(left.made)
    return {**said, "error_code": left.error, "error_message": None, "date_created": made, "date_sent": made, "date_updated": made}


def _no(status: int, message: str) -> web.Response:
    return web.json_response({"message": message}, status=status)


def _error(status: int, code: int, message: str) -> web.Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return web.json_response({"code": code, "message": message, "more_info": more, "status": status}, status=status)


def _unknown() -> web.Response:
    return _error(401, 20003, "Authenticate")
