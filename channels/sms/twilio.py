"""Twilio: its REST API with the account's token, its calls checked by their signature.

https://www.twilio.com/docs/messaging/api/message-resource and https://www.twilio.com/docs/usage/security.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import orjson

from channels.sms.gateway import REPORT, TEXT, Called, Leaving, Said, Text, Unknown, clean
from grc import clock
from grc.errors import Misconfigured, Unavailable
from grc.messages.channel import Health
from grc.messages.model import Receipt, Sent
from grc.messages.provider import Answer, Limits, call
from grc.web.hook import same

ROOT = "https://api.twilio.com"
SERVICE = "MG"  # what the identifier of a group of numbers begins with
PAGE_SIZE = 100
PAGES = 10  # of texts that came, at a look

REFUSED = 21610  # the person sent STOP
_NO_SMS = {21211, 21214, 21217, 21219, 21408, 21612, 21614, 21617}  # this number, or this text, will not do
_AGAIN = {20429, 21611}  # too many at once, a queue that is full
_FATES = {"delivered": "delivered", "read": "read", "sent": "sent", "failed": "failed", "undelivered": "failed"}


def signature(token: str, url: str, params: Sequence[tuple[str, str]]) -> str:
    """X-Twilio-Signature of a call: the address as it was called, then the parameters in order of their names."""
    signed = url + "".join(name + value for name, value in sorted(set(params)))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def is_signed(token: str, called: Called) -> bool:
    """Whether a call is Twilio's. It signs the address with its port or without, as it pleases; compared in constant time."""
    given = next((value for name, value in called.headers.items() if name.lower() == "x-twilio-signature"), "")
    params = parse_qsl(called.body.decode("utf-8", "replace"), keep_blank_values=True)
    bare, whole = (same(given, signature(token, url, params)) for url in _spellings(called.url))
    return bare or whole


def _spellings(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    bare = f"[{host}]" if ":" in host else host
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts._replace(netloc=bare).geturl(), parts._replace(netloc=f"{bare}:{port}").geturl()


@dataclass(frozen=True, slots=True)
class Twilio:
    """A number, or a group of numbers, at Twilio."""

    root: str
    sid: str
    token: str = field(repr=False)
    sender: str
    limits: Limits

    async def send(self, leaving: Leaving) -> Sent:
        """One message."""
        form = {"To": leaving.to, "Body": leaving.text}
        form |= {"MessagingServiceSid": self.sender} if self.sender.startswith(SERVICE) else {"From": self.sender}
        form |= {"StatusCallback": leaving.callback} if leaving.callback else {}
        try:
            answer = await self._call("POST", "/Messages.json", form)
        except Unavailable as error:
            return Sent("temporary-failure", str(error))
        return sent(answer, clock.now())

    async def sent_before(self, leaving: Leaving, ours: Callable[[Sequence[str]], Awaitable[Sequence[str]]]) -> str | None:
        """By its words, among what left for this number since it was written and is known of no other message: there is no mark there."""
        query = {"To": leaving.to, "DateSent>": leaving.written.astimezone(UTC).date().isoformat(), "PageSize": str(PAGE_SIZE)}
        page = _read(await self._call("GET", "/Messages.json?" + urlencode(query)))
        found = [
            clean(one.get("sid"), 64)
            for one in _messages(page)
            if one.get("body") == leaving.text and str(one.get("direction", "")).startswith("outbound") and _since(one, leaving.written)
        ]
        others = set(await ours(found))
        return next((sid for sid in found if sid not in others), None)

    async def news(self, since: datetime, unknown: Unknown) -> Sequence[Said]:
        """The list of what came, page after page."""
        query = {"DateSent>": since.astimezone(UTC).date().isoformat(), "PageSize": str(PAGE_SIZE)}
        query |= {} if self.sender.startswith(SERVICE) else {"To": self.sender}
        path = "/Messages.json?" + urlencode(query)
        came: dict[str, Said] = {}
        for _ in range(PAGES):
            page = _read(await self._call("GET", path))
            for one in _messages(page):
                sid = clean(one.get("sid"), 64)
                if one.get("direction") == "inbound" and sid and self._is_ours(one):
                    came[sid] = Said(TEXT, sid, orjson.dumps(one), clean(one.get("from"), 40))
            following = page.get("next_page_uri") if isinstance(page, dict) else None
            if not isinstance(following, str) or not following.startswith(self._base):
                break
            path = following.removeprefix(self._base)
        return [came[sid] for sid in await unknown(sorted(came, key=lambda sid: _sent_at(came[sid].raw)))]

    def _is_ours(self, one: Mapping[str, Any]) -> bool:
        """Whether a text came to this number, or group: others of the same account may be of another town hall."""
        return self.sender in (one.get("to"), one.get("messaging_service_sid"))

    async def report(self, provider_id: str) -> Said | None:
        """A message of ours as Twilio keeps it, once it is delivered or failed."""
        answer = await self._call("GET", f"/Messages/{quote(provider_id)}.json")
        if answer.status == 404:
            return None
        _read(answer)
        found = TwilioReader().receipt(answer.body)
        return Said(REPORT, f"{provider_id}:{found.what}", answer.body) if found is not None and found.what != "sent" else None

    async def heard(self, called: Called) -> Sequence[Said] | None:
        """A text that came, or how one of ours fares; None where the signature is wrong."""
        if not is_signed(self.token, called):
            return None
        given = dict(parse_qsl(called.body.decode("utf-8", "replace")))
        sid, status = given.get("MessageSid", "")[:64], given.get("MessageStatus", "")
        if not sid or given.get("AccountSid", self.sid) != self.sid:
            return ()
        if status and status != "received":
            fate = _FATES.get(status)
            return (Said(REPORT, f"{sid}:{fate}", called.body),) if fate else ()
        return (Said(TEXT, sid, called.body, clean(given.get("From"), 40)),)

    async def standing(self, what: str) -> Health:
        """Whether the account is open."""
        try:
            account = _read(await self._call("GET", ".json"))
        except (Unavailable, Misconfigured) as error:
            return Health(what, False, str(error), "vérifiez sid et key, puis grc account test")
        state = clean(account.get("status"), 40) if isinstance(account, dict) else "?"
        return Health(what, state == "active", f"Twilio, compte {state}", "" if state == "active" else "rouvrez ce compte chez Twilio")

    @property
    def _base(self) -> str:
        return f"/2010-04-01/Accounts/{quote(self.sid)}"

    async def _call(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Answer:
        basic = base64.b64encode(f"{self.sid}:{self.token}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}"}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form).encode()
        return await call(method, self.root + self._base + path, headers, body, self.limits)


def sent(answer: Answer, now: datetime) -> Sent:
    """What the answer to a message means (https://www.twilio.com/docs/api/errors)."""
    said = answer.json if isinstance(answer.json, dict) else {}
    if answer.status in (200, 201):
        return Sent(
            "sent", f"Twilio {clean(said.get('sid'), 64)} {clean(said.get('status'), 40)}", provider_ids=[clean(said.get("sid"), 64)]
        )
    code = said.get("code")
    if code == REFUSED:
        return Sent("permanent-failure", f"cette personne a refusé les SMS (STOP)\u00a0: {answer.detail}")
    if answer.status == 429 or code in _AGAIN or answer.status >= 500 or answer.status in (408, 409, 423, 425):
        return Sent("temporary-failure", answer.detail, answer.again(now))
    if answer.status in (401, 402, 403, 404) or code not in _NO_SMS:  # the account's: its token, its credit, its number
        return Sent("technical-failure", f"Twilio refuse l’envoi\u00a0: {answer.detail}")
    return Sent("permanent-failure", f"ce numéro ne reçoit pas ce SMS\u00a0: {answer.detail}")


class TwilioReader:
    """What Twilio says, read: a call (a form), or a line of its list (JSON)."""

    def text(self, raw: bytes) -> Text:
        """A text that came."""
        said = _fields(raw)
        body = said.get("Body", said.get("body"))
        files = clean(said.get("NumMedia", said.get("num_media")), 4)
        return Text(
            id=clean(said.get("MessageSid", said.get("sid")), 64),
            sender=clean(said.get("From", said.get("from")), 40),
            to=clean(said.get("To", said.get("to")), 40),
            body=clean(body),
            at=_moment(said.get("date_sent") or said.get("date_created")),
            refuses={"STOP": "stop", "START": "start"}.get(clean(said.get("OptOutType"), 10), ""),
            files=int(files) if files.isascii() and files.isdigit() else 0,
            defects=() if body is not None else ("le contenu du SMS manque dans ce que dit Twilio",),
        )

    def receipt(self, raw: bytes) -> Receipt | None:
        """How a message of ours fares."""
        said = _fields(raw)
        sid = clean(said.get("MessageSid", said.get("sid")), 64)
        status = clean(said.get("MessageStatus", said.get("status")), 40)
        code = clean(said.get("ErrorCode") or said.get("error_code"), 10)
        words = clean(said.get("ErrorMessage") or said.get("error_message"), 200)
        what = _FATES.get(status)
        detail = " ".join(filter(None, ("Twilio", status, code, words)))
        return Receipt(sid, what, _moment(said.get("date_updated")), detail) if sid and what else None


def _fields(raw: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
    return found if isinstance(found, dict) else {}


def _read(answer: Answer) -> Any:
    """What is in an answer. Raises Unavailable, Misconfigured."""
    if answer.status == 200:
        return answer.json
    if answer.status in (400, 401, 403, 404):
        raise Misconfigured(f"Twilio refuse ce compte\u00a0: {answer.detail}")
    raise Unavailable(answer.detail)


def _messages(page: object) -> list[dict[str, Any]]:
    found = page.get("messages") if isinstance(page, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _sent_at(raw: bytes) -> str:
    found = _fields(raw)
    moment = _moment(found.get("date_sent") or found.get("date_created"))
    return f"{moment.isoformat() if moment else ''} {found.get('sid')}"


def _since(one: Mapping[str, Any], written: datetime) -> bool:
    """Whether a message was made after ours was written; what tells no time might be it."""
    made = _moment(one.get("date_created"))
    return made is None or made >= written.replace(microsecond=0) - timedelta(seconds=5)


def _moment(said: object) -> datetime | None:
    try:
        return parsedate_to_datetime(said) if isinstance(said, str) else None
    except (ValueError, TypeError):
        return None
