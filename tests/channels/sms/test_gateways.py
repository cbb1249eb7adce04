"""Each provider as its documents say it speaks: signatures, texts that leave, answers of every kind, news, reports."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from channels.sms.gateway import REPORT, TEXT, Called, Gateway, Leaving
from channels.sms.ovh import Ovh, OvhReader
from channels.sms.ovh import signature as ovh_signature
from channels.sms.twilio import Twilio, TwilioReader, is_signed
from channels.sms.twilio import signature as twilio_signature
from grc.errors import Misconfigured, Unavailable
from grc.messages.provider import Limits
from tests.makers.sms import APPLICATION, CONSUMER, JEANNE, NUMBER, SECRET, SERVICE, SID, TOKEN, Provider, Sms, signed
from tests.makers.troubles import Trouble

QUICK = Limits(connect=5, whole=0.3)
AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
GATEWAYS = pytest.mark.parametrize("name", ["ovh", "twilio"])


def gateway(sms: Sms, name: str, limits: Limits | None = None, **changes: str) -> Gateway:
    bounds = limits or Limits()
    if name == "ovh":
        given = {"service": SERVICE, "key": APPLICATION, "secret": SECRET, "consumer": CONSUMER, "sender": NUMBER, **changes}
        return Ovh(sms.url, limits=bounds, **given)
    return Twilio(sms.url, limits=bounds, **{"sid": SID, "token": TOKEN, "sender": NUMBER, **changes})


def provider(sms: Sms, name: str) -> Provider:
    return sms.ovh if name == "ovh" else sms.twilio


def leaving(text: str = "C'est réparé.", to: str = JEANNE, callback: str = "") -> Leaving:
    return Leaving(to, text, "grc.7", datetime.now(UTC), callback)


def path(name: str) -> str:
    return "/jobs" if name == "ovh" else "/Messages.json"


async def all_of(ids: Sequence[str]) -> Sequence[str]:
    return list(ids)


async def none_of(ids: Sequence[str]) -> Sequence[str]:
    return []


def test_a_call_to_ovhcloud_is_signed_as_its_document_shows() -> None:
    made = ovh_signature("EXEgWIz07P0HYwtQDs7cNIqCiQaWSuHF", "MtSwSrPpNjqfVSmJhLbPyr2i45lSwPU1", "GET", "https://eu.api.ovh.com/1.0/domains/",
                         "", 1366560945)  # fmt: skip
    assert made == "$1$d3705e8afb27a0d2970a322b96550abfc67bb798"


def test_a_call_of_twilio_is_signed_as_its_document_shows() -> None:
    form = {"CallSid": "CA1234567890ABCDE", "Caller": "+12349013030", "Digits": "1234", "From": "+12349013030", "To": "+18005551212"}
    made = twilio_signature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", list(form.items()))
    assert made == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


def test_a_call_of_twilio_is_known_with_its_port_or_without_and_with_no_other_token() -> None:
    url, form = "https://grc.example:443/hooks/sms/4/abc", {"MessageSid": "SM1", "Body": "été & hiver"}
    body = b"MessageSid=SM1&Body=%C3%A9t%C3%A9+%26+hiver"
    for called_as in ("https://grc.example/hooks/sms/4/abc", url):
        head = {"x-twilio-signature": signed(called_as, form)}
        assert is_signed(TOKEN, Called("https://grc.example/hooks/sms/4/abc", head, "", body))
        assert not is_signed("another", Called(url, head, "", body))
        assert not is_signed(TOKEN, Called(url, head, "", body + b"+!"))
    assert not is_signed(TOKEN, Called(url, {}, "", body))
    assert not is_signed(TOKEN, Called(url, {"X-Twilio-Signature": "é"}, "", body))


@GATEWAYS
async def test_a_text_leaves_and_is_known_by_its_number(sms: Sms, name: str) -> None:
    sent = await gateway(sms, name).send(leaving(callback="https://grc.example/hooks/sms/4/abc"))
    (left,) = provider(sms, name).left
    assert (sent.state, list(sent.provider_ids)) == ("sent", [left.id])
    assert (left.to, left.text) == (JEANNE, "C'est réparé.")


async def test_a_short_number_is_asked_for_in_the_place_of_a_sender(sms: Sms) -> None:
    await gateway(sms, "ovh", sender="court").send(leaving())
    given = sms.ovh.left[0].given
    assert given["senderForResponse"] is True
    assert "sender" not in given
    assert given["noStopClause"] is True


@GATEWAYS
async def test_what_the_provider_answers_decides_whether_it_is_tried_again(sms: Sms, name: str) -> None:
    way = gateway(sms, name)
    sms.troubles.add(
        "POST", path(name), Trouble(429, {"Retry-After": "30"}), Trouble(429), Trouble(500), Trouble(503, body="<html>"), Trouble(403)
    )
    before = datetime.now(UTC)
    asked_later = await way.send(leaving())
    assert asked_later.state == "temporary-failure"
    assert asked_later.again is not None
    assert timedelta(seconds=29) <= asked_later.again - before <= timedelta(seconds=60)
    assert [(await way.send(leaving())).state for _ in range(4)] == ["temporary-failure"] * 3 + ["technical-failure"]
    provider(sms, name).unknown.add(JEANNE)
    refused = await way.send(leaving())
    assert refused.state == "permanent-failure"
    assert "ce numéro ne reçoit pas" in refused.detail
    assert provider(sms, name).left == []


async def test_keys_and_credits_are_the_operators_business(sms: Sms) -> None:
    assert (await gateway(sms, "twilio", token="un autre jeton").send(leaving())).state == "technical-failure"
    sms.credits = 0
    broke = await gateway(sms, "ovh").send(leaving())
    assert broke.state == "technical-failure"
    assert "Not enough credits" in broke.detail
    assert not (await gateway(sms, "ovh").standing("SMS")).ok
    assert not (await gateway(sms, "twilio", token="un autre jeton").standing("SMS")).ok
    sms.credits = 400
    assert (await gateway(sms, "ovh").standing("SMS")).ok
    assert (await gateway(sms, "twilio").standing("SMS")).ok


async def test_a_person_who_sent_stop_is_told_apart(sms: Sms) -> None:
    sms.twilio.refusing.add(JEANNE)
    sent = await gateway(sms, "twilio").send(leaving())
    assert sent.state == "permanent-failure"
    assert "STOP" in sent.detail


@GATEWAYS
async def test_a_text_whose_answer_was_lost_is_found_again_there(sms: Sms, name: str) -> None:
    way, late = gateway(sms, name, QUICK), asyncio.Event()
    sms.troubles.add("POST", path(name), Trouble(cut="after"))
    assert (await way.send(leaving())).state == "temporary-failure"
    assert await way.sent_before(leaving(), none_of) == provider(sms, name).left[0].id
    sms.troubles.add("POST", path(name), Trouble(until=late))
    assert (await way.send(leaving("Un autre."))).state == "temporary-failure", "slow"
    late.set()


async def test_the_same_words_written_twice_are_two_texts_at_twilio(sms: Sms) -> None:
    way = gateway(sms, "twilio")
    await way.send(leaving("Oui."))
    assert await way.sent_before(leaving("Oui."), all_of) is None, "it is known of another message"
    assert await way.sent_before(leaving("Non."), none_of) is None
    later = Leaving(JEANNE, "Oui.", "grc.8", datetime.now(UTC) + timedelta(hours=1))
    assert await way.sent_before(later, none_of) is None, "it left before this one was written"


@GATEWAYS
async def test_news_are_what_the_ledger_has_not_oldest_first(sms: Sms, name: str) -> None:
    came = [sms.writes(provider(sms, name), text) for text in ("un", "deux", "trois")]
    way, since = gateway(sms, name), datetime.now(UTC) - timedelta(hours=1)
    reader = OvhReader() if name == "ovh" else TwilioReader()
    found = await way.news(since, all_of)
    assert [reader.text(one.raw).body for one in found] == ["un", "deux", "trois"]
    assert {(one.what, one.sender) for one in found} == {(TEXT, JEANNE)}

    async def but_the_first(ids: Sequence[str]) -> Sequence[str]:
        return [one for one in ids if one != came[0].id]

    assert [one.id for one in await way.news(since, but_the_first)] == [one.id for one in came[1:]]


async def test_a_long_list_at_twilio_is_read_to_its_end(sms: Sms) -> None:
    for number in range(230):
        sms.writes(sms.twilio, f"texte {number}")
    found = await gateway(sms, "twilio").news(datetime.now(UTC) - timedelta(hours=1), all_of)
    assert len(found) == len({one.id for one in found}) == 230


async def test_texts_to_other_numbers_of_the_same_account_are_left_to_theirs(sms: Sms) -> None:
    sms.writes(sms.twilio, "à nous")
    since, group = datetime.now(UTC) - timedelta(hours=1), "MG" + "0" * 32
    assert await gateway(sms, "twilio", sender=group).news(since, all_of) == []
    assert await gateway(sms, "twilio", sender="+33644609999").news(since, all_of) == []
    assert len(await gateway(sms, "twilio").news(since, all_of)) == 1


@GATEWAYS
async def test_news_that_cannot_be_had_are_asked_for_later(sms: Sms, name: str) -> None:
    where = "/incoming" if name == "ovh" else "/Messages.json"
    sms.troubles.add(
        "GET", where, Trouble(503), Trouble(cut="before"), Trouble(cut="before"), Trouble(429)
    )  # a first cut is tried again at once
    for _ in range(3):
        with pytest.raises(Unavailable):
            await gateway(sms, name).news(AT, all_of)
    sms.troubles.add("GET", where, Trouble(403))
    with pytest.raises(Misconfigured):
        await gateway(sms, name).news(AT, all_of)


async def test_the_clock_of_ovhcloud_counts(sms: Sms) -> None:
    sms.ahead = 3600
    assert (await gateway(sms, "ovh").send(leaving())).state == "sent"


@pytest.mark.parametrize(
    ("ptt", "what"),
    [(0, ""), (1, ""), (2, ""), (3, "sent"), (4, "delivered"), (5, "failed"), (6, "sent"), (23, "failed"), (76, "failed"), (202, "failed")],
)
def test_the_codes_of_ovhcloud_are_read_as_its_document_says(ptt: int, what: str) -> None:
    found = OvhReader().receipt(f"id=41&ptt={ptt}&date=x&description=1&descriptionDlr=Success".encode())
    assert (found.what if found is not None else "") == what
    if found is not None:
        assert (found.provider_id, found.detail) == ("41", f"OVHcloud ptt {ptt} Success")


async def test_how_a_text_fares_is_asked_for_where_nobody_told(sms: Sms) -> None:
    way = gateway(sms, "ovh")
    number = next(iter((await way.send(leaving())).provider_ids))
    assert await way.report(number) is None, "it waits"
    sms.ovh.left[0].ptt, sms.ovh.left[0].receipt = 4, 1
    told = await way.report(number)
    assert told is not None
    assert (told.what, told.id) == (REPORT, f"{number}:delivered")

    way = gateway(sms, "twilio")
    number = next(iter((await way.send(leaving())).provider_ids))
    assert await way.report(number) is None
    sms.twilio.left[0].status, sms.twilio.left[0].error = "undelivered", 30003
    told = await way.report(number)
    assert told is not None
    receipt = TwilioReader().receipt(told.raw)
    assert receipt is not None
    assert (receipt.provider_id, receipt.what, receipt.detail) == (number, "failed", "Twilio undelivered 30003")


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\x00", b"null", b"[]", b'{"id": [1]}', b'{"id":1,"message":null}', b"MessageSid=%00&Body", b"{" * 9000]
)
def test_bytes_that_say_nothing_are_read_as_nothing(raw: bytes) -> None:
    for reader in (OvhReader(), TwilioReader()):
        found = reader.text(raw)
        assert found.defects or not found.body
        assert reader.receipt(raw) is None
