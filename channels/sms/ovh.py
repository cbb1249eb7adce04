"""OVHcloud: signed calls to its API; texts that came and the fate of those that left are asked for by their number.

https://eu.api.ovh.com/console/?section=%2Fsms and the guide « Premiers pas avec les API OVHcloud ».
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import orjson

from channels.sms.gateway import REPORT, TEXT, Called, Leaving, Said, Text, Unknown, clean
from channels.sms.parts import cost
from grc import clock
from grc.errors import Misconfigured, Unavailable
from grc.messages.channel import Health
from grc.messages.model import Receipt, Sent
from grc.messages.provider import Answer, Limits, call

ROOT = "https://eu.api.ovh.com"
SHORT = "court"  # the sender is one of the provider's short numbers, which can be answered
VALID_MINUTES = 2880  # an answer that could not be delivered for two days says so
MOST_WAITING = 50  # texts of one receiver that are looked through for one that was given before
MOST_NEWS = 200  # texts taken in at a time; the others come with the next look
LEAST_CREDITS = 20.0

_DELIVERED, _ACCEPTED, _UNCERTAIN, _UNDER_WAY = 4, 3, 6, (0, 1, 2)  # of the codes `ptt` (GET /sms/ptts)


def signature(secret: str, consumer: str, method: str, url: str, body: str, moment: int) -> str:
    """X-Ovh-Signature of a call."""
    signed = "+".join((secret, consumer, method, url, body, str(moment)))
    return "$1$" + hashlib.sha1(signed.encode()).hexdigest()  # noqa: S324  # the provider's way, keyed by two secrets


@dataclass(frozen=True, slots=True)
class Ovh:
    """An account of SMS at OVHcloud. `sender` is a number, a name declared there, or `court`."""

    root: str
    service: str
    key: str
    secret: str = field(repr=False)
    consumer: str = field(repr=False)
    sender: str
    limits: Limits
    _ahead: list[float] = field(
        init=False, default_factory=list, repr=False, compare=False
    )  # how far the provider's clock is ahead of ours

    async def send(self, leaving: Leaving) -> Sent:
        """One job with one receiver."""
        job = {
            "message": leaving.text, "receivers": [leaving.to], "charset": "UTF-8", "class": "phoneDisplay",
            "coding": "8bit" if cost(leaving.text).wide else "7bit", "noStopClause": True, "priority": "high",
            "validityPeriod": VALID_MINUTES, "tag": leaving.mark[:20],
        }  # fmt: skip
        job |= {"senderForResponse": True} if self.sender == SHORT else {"sender": self.sender, "senderForResponse": False}
        try:
            answer = await self._call("POST", "/jobs", job)
        except Unavailable as error:
            return Sent("temporary-failure", str(error))
        return sent(answer, clock.now())

    async def sent_before(self, leaving: Leaving, ours: Callable[[Sequence[str]], Awaitable[Sequence[str]]]) -> str | None:
        """By the mark of the text among those that left, by its words among those that wait there."""
        del ours  # the mark tells ours apart
        found = _numbers(await self._ask("/outgoing", {"tag": leaving.mark[:20]}))
        if found:
            return found[-1]
        for number in _numbers(await self._ask("/jobs"))[-MOST_WAITING:]:
            job = await self._ask(f"/jobs/{number}")
            if isinstance(job, dict) and (job.get("receiver"), job.get("message")) == (leaving.to, leaving.text):
                return number
        return None

    async def news(self, since: datetime, unknown: Unknown) -> Sequence[Said]:
        """One list of numbers, then each text that is not known."""
        numbers = _numbers(await self._ask("/incoming", {"creationDatetime.from": since.astimezone(UTC).isoformat(timespec="seconds")}))
        fresh = (await unknown(sorted(numbers, key=int)))[:MOST_NEWS]
        return [found for number in fresh if (found := await self._incoming(number)) is not None]

    async def _incoming(self, number: str) -> Said | None:
        """A text that came; None where it is not there (any more)."""
        answer = await self._call("GET", f"/incoming/{number}")
        if answer.status == 404:
            return None
        said = _read(answer)
        return Said(TEXT, number, answer.body, clean(said.get("sender")) if isinstance(said, dict) else "")

    async def report(self, provider_id: str) -> Said | None:
        """A text of ours as the provider keeps it, once it is delivered or failed."""
        answer = await self._call("GET", f"/outgoing/{quote(provider_id)}")
        if answer.status == 404:
            return None  # it still waits among the jobs
        _read(answer)
        found = OvhReader().receipt(answer.body)
        return Said(REPORT, f"{provider_id}:{found.what}", answer.body) if found is not None else None

    async def heard(self, called: Called) -> Sequence[Said] | None:
        """A report in the query, or the number of a text that came: its content is asked for, a call proves nothing of it."""
        given = dict(parse_qsl(called.query) + parse_qsl(called.body.decode("utf-8", "replace")))
        number = given.get("id", "")
        if not (number.isascii() and number.isdigit()):
            return ()
        if "ptt" in given:
            raw = urlencode(given).encode()
            found = OvhReader().receipt(raw)
            return (Said(REPORT, f"{number}:{found.what}", raw),) if found is not None else ()
        text = await self._incoming(number)
        return (text,) if text is not None else ()

    async def standing(self, what: str) -> Health:
        """What credits are left."""
        try:
            account = await self._ask("")
        except (Unavailable, Misconfigured) as error:
            return Health(what, False, str(error), "vérifiez service, key, secret et consumer, puis grc account test")
        credits = account.get("creditsLeft", 0) if isinstance(account, dict) else 0
        left = float(credits) if isinstance(credits, int | float) else 0.0
        todo = "" if left >= LEAST_CREDITS else "rechargez ce compte dans l’espace client OVHcloud"
        return Health(what, left >= LEAST_CREDITS, f"OVHcloud, {left:g} crédit(s)", todo)

    async def _ask(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        return _read(await self._call("GET", path + ("?" + urlencode(query) if query else "")))

    async def _call(self, method: str, path: str, job: Mapping[str, object] | None = None) -> Answer:
        url = f"{self.root}/1.0/sms/{quote(self.service)}{path}"
        body = orjson.dumps(job).decode() if job is not None else ""
        moment = int(time.time() + await self._difference())
        headers = {
            "X-Ovh-Application": self.key,
            "X-Ovh-Consumer": self.consumer,
            "X-Ovh-Timestamp": str(moment),
            "X-Ovh-Signature": signature(self.secret, self.consumer, method, url, body, moment),
            "Content-Type": "application/json",
        }
        return await call(method, url, headers, body.encode() or None, self.limits)

    async def _difference(self) -> float:
        """How far the provider's clock is ahead of ours, asked once: it refuses what is signed for another minute."""
        if not self._ahead:
            answer = await call("GET", f"{self.root}/1.0/auth/time", {}, limits=self.limits)
            told = answer.json
            self._ahead.append(told - time.time() if answer.status == 200 and isinstance(told, int) else 0.0)
        return self._ahead[0]


def sent(answer: Answer, now: datetime) -> Sent:
    """What the answer to a job means."""
    if answer.status in (200, 201):
        said = answer.json if isinstance(answer.json, dict) else {}
        ids = _numbers(said.get("ids"))
        if said.get("invalidReceivers") and not said.get("validReceivers"):
            return Sent("permanent-failure", f"ce numéro ne reçoit pas de SMS\u00a0: {answer.detail}")
        return Sent("sent", answer.detail, provider_ids=ids)
    if answer.status == 429 or answer.status >= 500 or answer.status in (408, 409, 423, 425):
        return Sent("temporary-failure", answer.detail, answer.again(now))
    if answer.status in (401, 402, 403, 404):  # the account's, not this text's: keys, credits, name of the service
        return Sent("technical-failure", f"OVHcloud refuse l’envoi\u00a0: {answer.detail}")
    return Sent("permanent-failure", answer.detail)


class OvhReader:
    """What OVHcloud says, read."""

    def text(self, raw: bytes) -> Text:
        """A text that came: `{id, sender, message, creationDatetime, credits, tag}`."""
        said = _json(raw)
        defects = () if said.get("message") is not None else ("le contenu du SMS manque dans la réponse d’OVHcloud",)
        return Text(
            clean(said.get("id"), 40), clean(said.get("sender"), 40), "", clean(said.get("message")), _moment(said), defects=defects
        )

    def receipt(self, raw: bytes) -> Receipt | None:
        """A call back (`id=…&ptt=…`) or a text of ours as it is kept there (`{id, deliveryReceipt, ptt, …}`)."""
        said = _json(raw) or dict(parse_qsl(raw.decode("utf-8", "replace")))
        number, ptt = clean(said.get("id"), 40), clean(said.get("ptt"), 10)
        words = clean(said.get("descriptionDlr"), 200)
        detail = f"OVHcloud ptt {ptt}" + (f" {words}" if words else "")
        what = _fate(int(ptt) if ptt.isdigit() else None, said.get("deliveryReceipt"))
        return Receipt(number, what, _moment(said), detail) if number and what else None


def _fate(ptt: int | None, receipt: object) -> str:
    """delivered, failed, sent (the network has it, and will say no more), or nothing yet."""
    if ptt == _DELIVERED or receipt == 1:
        return "delivered"
    if ptt in (_ACCEPTED, _UNCERTAIN):
        return "sent" if receipt is None else ""
    if receipt in (2, 16):
        return "failed"
    return "failed" if ptt is not None and ptt not in _UNDER_WAY and receipt is None else ""


def _read(answer: Answer) -> Any:
    """What is in an answer. Raises Unavailable, Misconfigured."""
    if answer.status == 200:
        return answer.json
    if answer.status in (400, 401, 403, 404):
        raise Misconfigured(f"OVHcloud refuse ce compte\u00a0: {answer.detail}")
    raise Unavailable(answer.detail)


def _numbers(found: object) -> list[str]:
    return [str(one) for one in found if isinstance(one, int)] if isinstance(found, list) else []


def _json(raw: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _moment(said: Mapping[str, Any]) -> datetime | None:
    for name in ("creationDatetime", "deliveredAt", "date"):
        try:
            found = datetime.fromisoformat(str(said.get(name)))
        except ValueError:
            continue
        return found if found.tzinfo is not None else None
    return None
