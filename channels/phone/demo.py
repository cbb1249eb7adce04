"""Telephone calls of the demonstration: a week of a town hall's switchboard, a call-back that waits, a voice message. Nobody's numbers:
those that Arcep keeps for fiction (05 36 49 …, 06 39 98 …)."""

from __future__ import annotations

import io
import math
import struct
import wave
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from channels.phone import book, call_back
from channels.phone.heard import Heard
from channels.phone.settings import Line, read_account
from grc import files
from grc.actions.draft import Draft, excerpt
from grc.actions.happen import happen
from grc.clock import PARIS
from grc.db import sql
from grc.db.transaction import Transaction
from grc.messages import accounts
from grc.messages.seal import Seal
from grc.people.phone import spoken
from grc.settings import Settings
from grc.tickets import store
from grc.tickets.model import NewAttachment, NewMessage, TicketKey
from grc.types import store as types
from workflows.engine import Happening
from workflows.working_days import holidays_of

queries = sql.load(__file__, "demo.sql")

CODE, NUMBER = "40192", "+33536490001"
DESKS = {"aurore.lapinede@40192.example": "214", "maite.desbruyeres@40192.example": "201", "basile.courlis@40192.example": "215"}
DAYS, A_DAY = 5, 22  # working days, calls on each
OPEN = ((time(8, 40), 200), (time(13, 40), 220))  # from when on, for how many minutes


async def tell(tx: Transaction, settings: Settings, now: datetime) -> None:
    """Writes the line, its calls, and what they led to."""
    given = {"number": NUMBER, "voicemail": "standard@40192.example", "queues": "accueil:accueil,voirie:voirie"}
    new = read_account(given, settings.key("hooks"))
    await accounts.add(tx, "phone", CODE, new, Seal.of(settings).close(new.secrets))
    await queries.give_lines(tx.conn, emails=list(DESKS), lines=list(DESKS.values()))
    line = await book.line(tx, int(CODE), NUMBER)
    assert line is not None
    callers = [f"+33639980{n:03}" for n in range(11, 31)]
    known = [row["id"] async for row in queries.persons(tx.conn, collectivity_id=line.collectivity_id, most=8)]
    await queries.give_numbers(
        tx.conn, collectivity_id=line.collectivity_id, persons=known, numbers=callers[: len(known)],
        labels=[spoken(number) for number in callers[: len(known)]],
    )  # fmt: skip
    heard = list(_week(callers, now))
    await book.note(tx, line, heard, now)
    await _missed(tx, line, callers, now)
    tx.wakes = [wake for wake in tx.wakes if wake[0] != "agent"]  # nobody is there yet


def _week(callers: list[str], now: datetime) -> Iterator[Heard]:
    """The calls of the last working days, up to an hour ago. The same whenever it is told on one day."""
    random = Random(40192)  # noqa: S311 - a story, no secret
    for number, day in enumerate(_working_days(now.astimezone(PARIS).date())):
        for n in range(A_DAY):
            begins, minutes = OPEN[n % 2]
            at = datetime.combine(day, begins, PARIS) + timedelta(minutes=random.randrange(minutes), seconds=random.randrange(60))
            if at < now - timedelta(hours=1):
                yield from _call(f"demo-{number}-{n}", at, random.choice(callers), random)


def _working_days(today: date) -> list[date]:
    found: list[date] = []
    day = today
    while len(found) < DAYS:
        if day.weekday() < 5 and day not in holidays_of("metropole", day.year):
            found.append(day)
        day -= timedelta(days=1)
    return found


def _call(call_id: str, at: datetime, caller: str, random: Random) -> Iterator[Heard]:
    waited, talked = random.randrange(4, 55), random.randrange(35, 420)
    queue, desk = random.choice(("accueil", "accueil", "voirie")), random.choice(list(DESKS.values()))
    out = random.random() < 0.15
    taken = out or random.random() < 0.86
    ring = Heard(call_id, "ring", at, desk, caller, "out") if out else Heard(call_id, "ring", at, caller, NUMBER, "in", queue=queue)
    yield ring
    if taken:
        yield Heard(call_id, "answer", at + timedelta(seconds=waited), lines=(desk,))
    end = at + timedelta(seconds=waited + (talked if taken else 0))
    yield Heard(call_id, "hangup", end, cause="normalClearing" if taken else "cancel")


async def _missed(tx: Transaction, line: Line, callers: list[str], now: datetime) -> None:
    """One called twice in vain and waits; another left a voice message."""
    twice, speaker = callers[1], "+33536490042"
    moments = ((twice, 52), (twice, 34), (speaker, 21))
    for n, (number, minutes) in enumerate(moments):
        at, name = now - timedelta(minutes=minutes), f"demo-manque-{n}"
        end = at + timedelta(seconds=24 + 5 * n)
        heard = (Heard(name, "ring", at, number, NUMBER, "in", queue="accueil"), Heard(name, "hangup", end, cause="noAnswer"))
        await book.note(tx, line, heard, end)
        found = await call_back.settle(tx, line, [number], end)
        if number == speaker and found:
            await _voice_message(tx, found[0].ticket, number, end + timedelta(seconds=30))


async def _voice_message(tx: Transaction, key: TicketKey, number: str, at: datetime) -> None:
    content = sound()
    digest = await files.keep(tx.store, content)
    await files.record(tx, key.collectivity_id, [(digest, content)])
    ticket = await store.lock(tx, key)
    definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    text = f"Message vocal de 4\u00a0secondes, laissé par le {spoken(number)}."
    draft = Draft(key, at, ticket.requester_name)
    draft.tell("received", "Le standard a transmis un message vocal.", channel="phone")
    sounds = (NewAttachment("msg0001.wav", "audio/x-wav", len(content), digest),)
    draft.messages.append(NewMessage("in", "phone", at, ticket.requester_name, text, attachments=sounds))
    draft.columns |= {"last_at": at, "excerpt": excerpt(text)}
    await happen(tx, ticket, definition, draft, Happening("citizen_message", "citizen", {"channel": "phone"}))
    await store.write(tx, draft.amending(ticket))


def sound() -> bytes:
    """Four seconds that swell like a voice, as a telephone records: 8 kHz, 16 bits, one channel."""
    rate, seconds = 8_000, 4
    out = io.BytesIO()
    with wave.open(out, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(rate)
        swells = (math.sin(2 * math.pi * 190 * n / rate) * abs(math.sin(2 * math.pi * 1.6 * n / rate)) for n in range(rate * seconds))
        made.writeframes(b"".join(struct.pack("<h", int(9_000 * swell)) for swell in swells))
    return out.getvalue()
