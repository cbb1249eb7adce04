"""Voice messages by mail join the call that left them and are heard where it is called back; recordings are kept where they may be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from channels.phone import recording, voicemail
from grc import clock
from grc.actions.house import House
from grc.messages.model import InboundMessage
from grc.settings import Settings
from grc.web.ranged import bounds
from tests.makers.agents import Browser, Site
from tests.makers.switchboard import CITIZEN, Switchboard, line, taken_in
from tests.support.arrivals import arrive, letter, rows
from tests.support.mails import MAIRIE, mail

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
PBX = "asterisk@pbx.sainte-mer.example"
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(28)
ASTERISK = (
    "[PBX]: New message 3 in mailbox 100",
    "Dear Accueil:\n\n\tJust wanted to let you know you were just left a 0:23 long message (number 3)\n"
    'in mailbox 100 from "Léa Dune" <0639980011>, on Tuesday, November 24, 2026 at 10:29:00 AM so you might\n'
    "want to check it when you get a chance.  Thanks!\n\n\t\t\t\t--Asterisk\n",
)
FREEPBX = ("Voicemail", "Accueil,\n\nThere is a new voicemail in mailbox 100:\n\n\tFrom:\t0639980011\n\tLength:\t0:23 seconds\n")
FREESWITCH = (
    'Voicemail from "Léa" <0639980011> 00:00:23',
    'Created: Tuesday, November 24 2026, 10:29 AM\nFrom: "Léa" <0639980011>\nDuration: 00:00:23\nAccount: 100@pbx\n',
)
SHORT = (
    "23 sec Voicemail from Léa 0639980011",
    "At 10:29 you were left a 23 second message from Léa 0639980011\nto your account 100@pbx\n",
)
FRENCH = ("Messagerie vocale", "Vous avez reçu un message de 06 39 98 00 11 dans la boîte 100.\nDurée : 0:23\n")


@pytest.mark.parametrize(("subject", "text"), [ASTERISK, FREEPBX, FREESWITCH, SHORT, FRENCH])
def test_the_mail_of_a_switchboard_says_who_left_a_message_and_how_long_it_is(subject: str, text: str) -> None:
    found = voicemail.read(InboundMessage(subject=subject, body_text=text, date=AT), AT)
    assert found is not None
    assert (found.number, found.seconds, found.at) == (CITIZEN, 23, AT)


@pytest.mark.parametrize("text", ["from an unknown caller, on Tuesday", "From: anonymous", "un message de 214", ""])
def test_a_message_of_nobody_known_is_a_mail_like_others(text: str) -> None:
    assert voicemail.read(InboundMessage(subject="Voicemail", body_text=text), AT) is None


async def test_a_voice_message_is_heard_on_the_request_that_calls_back(
    switchboard: Switchboard, house: House, settings: Settings, claire: Browser, site: Site
) -> None:
    switchboard.url = str(site.make_url(await line(house, settings, voicemail=PBX)))
    await switchboard.missed()
    await taken_in(house)
    raw = mail(ASTERISK[1], sender=PBX, subject=ASTERISK[0], files=[("msg0002.wav", "audio/x-wav", WAV)])
    became = await arrive(house, letter(raw, MAIRIE))
    assert became["outcome"] == "appended", became
    ((reference, appels),) = [tuple(r.values()) for r in await rows(house, "select reference, fields ->> 'appels' from ticket")]
    assert appels == "1", "the message is of the call that was missed, no other call"
    page = (await claire.get(f"/agent/demandes/{reference}")).text
    assert "<audio" in page
    assert "Message vocal de 23" in page
    ((file,),) = [tuple(r.values()) for r in await rows(house, "select id from attachment")]
    path = f"/agent/demandes/{reference}/fichiers/{file}?ecouter=1"
    part = await claire.get(path, Range="bytes=0-3")
    assert (part.status, part.text, part.headers["Content-Range"]) == (206, "RIFF", f"bytes 0-3/{len(WAV)}")
    assert (await claire.get(path, Range="bytes=900-")).status == 416
    assert "media-src 'self'" in (await claire.get("/agent")).headers["Content-Security-Policy"]


async def test_a_voice_message_without_events_opens_what_calls_back_and_a_strangers_mail_does_not(house: House, settings: Settings) -> None:
    await line(house, settings, voicemail=PBX)
    forged = mail(ASTERISK[1], sender="autre@ailleurs.example", subject=ASTERISK[0], files=[("m.wav", "audio/x-wav", WAV)])
    assert (await arrive(house, letter(forged, MAIRIE)))["outcome"] == "opened"
    raw = mail(FREESWITCH[1], sender=PBX, subject=FREESWITCH[0], files=[("m.wav", "audio/x-wav", WAV)])
    assert (await arrive(house, letter(raw, MAIRIE)))["outcome"] == "appended"
    assert [row["type"] for row in await rows(house, "select type from ticket order by id")] == ["general", "call_back"]


async def test_recordings_are_kept_only_where_the_line_says_so_and_no_longer_than_it_says(
    house: House, settings: Settings, site: Site, claire: Browser, switchboard: Switchboard
) -> None:
    call = switchboard.call()
    await switchboard.tell("answer", call, user="214")
    await taken_in(house)
    sent = {"data": WAV, "headers": {"Content-Type": "audio/wav"}}
    async with switchboard.client.post(f"{switchboard.url}/enregistrement?callId={call}", **sent) as answer:  # type: ignore[arg-type]
        assert answer.status == 403, "off unless it is asked for"
    kept = str(site.make_url(await line(house, settings, recordings="yes", keep_days="2")))
    async with switchboard.client.post(f"{kept}/enregistrement?callId={call}", **sent) as answer:  # type: ignore[arg-type]
        assert answer.status == 200, await answer.text()
    ((number,),) = [tuple(r.values()) for r in await rows(house, "select id from call")]
    path = f"/agent/appels/2/{number}/enregistrement"
    assert (await claire.get(path, Range="bytes=8-11")).text == "WAVE"
    assert "<audio" in (await claire.get(f"/agent/appels/2/{number}")).text
    assert await recording.purge(house.db, clock.now()) == 0
    assert await recording.purge(house.db, clock.now() + timedelta(days=2, minutes=1)) == 1
    assert (await claire.get(path)).status == 404


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", (0, 9, False)),
        ("bytes=0-", (0, 9, True)),
        ("bytes=3-5", (3, 5, True)),
        ("bytes=3-99", (3, 9, True)),
        ("bytes=-4", (6, 9, True)),
        ("bytes=-99", (0, 9, True)),
        ("bytes=10-", None),
        ("bytes=5-3", None),
        ("bytes=-0", None),
        ("bytes=0-1,3-4", (0, 9, False)),
        ("lignes=1-2", (0, 9, False)),
    ],
)
def test_a_part_is_what_was_asked_for(asked: str, found: tuple[int, int, bool] | None) -> None:
    assert bounds(asked, 10) == found


async def test_doctor_says_how_each_line_is(house: House, settings: Settings) -> None:
    await line(house, settings, follow="/nulle/part/Master.csv")
    found = await house.channels["phone"].check()
    assert [(one.ok, bool(one.todo)) for one in found] == [(False, True), (False, True)]
