"""A relay that fails as relays do: at any step, by a code, by silence, by leaving, or by one letter at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.makers.scripted import scripted

SILENT, LEAVES, DRIPS, GARBLES, CUTS = "silent", "leaves", "drips", "garbles", "cuts"


@dataclass
class Relay:
    """What it does at each step (`hello`, `MAIL`, `RCPT`, `DATA`, `body`, `mail`), once for each entry, then well; what it took."""

    port: int
    at: dict[str, list[str]] = field(default_factory=dict)
    offers: tuple[str, ...] = ("SIZE 1000000", "8BITMIME", "SMTPUTF8", "DSN", "PIPELINING")
    users: Mapping[str, str] = field(default_factory=dict)
    taken: list[bytes] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    clients: int = 0
    gate: asyncio.Event | None = None  # no mail is taken before it is set

    def _next(self, step: str, well: str) -> str:
        planned = self.at.get(step, [])
        return planned.pop(0) if planned else well


@asynccontextmanager
async def relay(offers: tuple[str, ...] | None = None, **at: list[str] | str) -> AsyncIterator[Relay]:
    """A relay on loopback: `relay(MAIL="451 4.3.0 later")`, `relay(mail=SILENT)`."""
    running = Relay(0, {step: [what] if isinstance(what, str) else list(what) for step, what in at.items()})
    if offers is not None:
        running.offers = offers

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        running.clients += 1
        await _converse(running, reader, writer)

    async with scripted(script) as port:
        running.port = port
        yield running


async def _converse(relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    async def answer(step: str, well: str) -> bool:
        text = relay._next(step, well)
        if text == SILENT:
            await reader.read()
        elif text == LEAVES:
            return False
        elif text == DRIPS:
            for letter in "250-this takes":
                writer.write(letter.encode())
                await asyncio.sleep(0.05)  # the fault itself: slower than anybody can wait
            await reader.read()
        elif text == GARBLES:
            writer.write(b"\x00\xffHTTP/1.1 200 OK\r\n\r\n")
        else:
            writer.write(text.encode() + b"\r\n")
            return not text.startswith("421")
        return True

    if not await answer("hello", "220 relais.example ESMTP"):
        return
    while line := await reader.readline():
        relay.said.append(line.decode().rstrip())
        verb = line.split()[0].upper().decode() if line.split() else ""
        if verb == "EHLO":
            offers = ["relais.example", *relay.offers, *(["AUTH PLAIN"] if relay.users else [])]
            writer.write("".join(f"250{'-' if o is not offers[-1] else ' '}{o}\r\n" for o in offers).encode())
        elif verb == "AUTH":
            if not await answer("AUTH", "235 2.7.0 welcome"):
                return
        elif verb == "DATA":
            if not await answer("DATA", "354 go on"):
                return
            if relay._next("body", "") == CUTS:
                await reader.read(20)
                return
            mail = await reader.readuntil(b"\r\n.\r\n")
            if relay.gate is not None:
                await relay.gate.wait()
            relay.taken.append(mail[:-3])
            if not await answer("mail", f"250 2.0.0 queued as {len(relay.taken)}"):
                return
        elif verb == "QUIT":
            writer.write(b"221 bye\r\n")
            return
        elif not await answer(verb, "250 2.0.0 fine"):
            return
