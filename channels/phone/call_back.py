"""A missed call is to be called back, once however often it rang; whoever has been spoken with since needs no call.

Decided anew for a number whenever a call of it changes, by its whole history: the order in which calls become known does not matter.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels.phone.settings import Line
from grc.actions.draft import Draft, excerpt
from grc.actions.happen import happen
from grc.actions.opening import Opening, opened
from grc.clock import PARIS
from grc.collectivities.model import Collectivity, Service
from grc.db import sql
from grc.db.transaction import Transaction
from grc.people.phone import spoken
from grc.tickets import reference, store
from grc.tickets.model import NewMessage, NewPerson, TicketKey
from grc.types import store as types
from grc.web import words
from workflows.engine import Happening

queries = sql.load(__file__, "call_back.sql")

TYPE = "call_back"
CHANNEL = "phone"
MATTERS = timedelta(days=90)  # a call that is older neither asks for another nor answers one: logs of years are imported
NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a number: a request was opened, joined, or closed."""

    number: str
    outcome: str  # opened | joined | reached | tried
    ticket: TicketKey


async def settle(tx: Transaction, line: Line, numbers: Iterable[str], now: datetime) -> Sequence[Settled]:
    """Opens, joins or closes what is to be called back for these numbers; hidden ones (empty) are passed over."""
    wanted = sorted({number for number in numbers if number})
    if not wanted:
        return []
    async for _ in queries.take_turns(tx.conn, numbers=[f"{line.collectivity_id}:{number}" for number in wanted]):
        pass
    since = now - timedelta(days=line.call_back_days)
    standing = [row async for row in queries.standing(tx.conn, collectivity_id=line.collectivity_id, numbers=wanted, since=since)]
    return [settled for row in standing if (settled := await _settle(tx, line, row, now)) is not None]


async def _settle(tx: Transaction, line: Line, row: Any, now: datetime) -> Settled | None:
    number, spoken_at = row["number"], row["spoken_at"]
    missed = [one | {"at": datetime.fromisoformat(one["at"])} for one in row["missed"]]
    owed = [one for one in missed if spoken_at is None or one["at"] > spoken_at]
    key = TicketKey(line.collectivity_id, row["ticket_id"]) if row["ticket_id"] is not None else None
    if owed and key is None:
        key = await _open(tx, line, number, owed, now)
        outcome = "opened"
    elif owed and key is not None:
        await _join(tx, key, number, owed, now)
        outcome = "joined"
    elif key is not None and spoken_at is not None and (row["dernier"] is None or spoken_at > row["dernier"]):
        await _over(tx, key, "reached", Draft(key, now, row["agent"] or "Téléphone", row["agent_id"]))
        return Settled(number, "reached", key)
    elif key is not None and row["state"] == "to_call" and row["tried_at"] and row["dernier"] and row["tried_at"] > row["dernier"]:
        await _over(tx, key, "tried", Draft(key, now, "Téléphone"))
        return Settled(number, "tried", key)
    else:
        return None
    assert key is not None
    await queries.tie(tx.conn, collectivity_id=line.collectivity_id, calls=[one["id"] for one in owed], ticket_id=key.id)
    return Settled(number, outcome, key)


async def _open(tx: Transaction, line: Line, number: str, missed: Sequence[Mapping[str, Any]], now: datetime) -> TicketKey:
    service = next((one["service_id"] for one in missed if one["service_id"] is not None), None)
    row = await queries.place(tx.conn, collectivity_id=line.collectivity_id, service_id=service, number=number)
    ticket_number, person_number = await store.next_numbers(tx)
    key, name = TicketKey(line.collectivity_id, ticket_number), row["person"] or spoken(number)
    collectivity = Collectivity(*row["collectivity"])
    text = "\n".join(told(one) for one in missed)
    draft = Draft(key, now, name)
    draft.tell("opened", "Un appel est resté sans réponse.", who=collectivity.title, channel=CHANNEL)
    draft.messages.append(_message(name, number, missed, text))
    opening = Opening(
        key=key, current=await types.current(tx, line.collectivity_id, TYPE), collectivity=collectivity, service=Service(*row["service"]),
        reference=reference.encode(ticket_number), subject=f"Rappeler {name}", requester_id=row["person_id"] or person_number,
        requester_name=name, channel=CHANNEL, answers_by="", answer_addr="", received_at=missed[0]["at"],
        tracking_token=secrets.token_urlsafe(16), excerpt=excerpt(text), facts={"may_answer": False, "automatic": False},
        fields=_fields(number, len(missed), missed[-1]["at"]),
    )  # fmt: skip
    ticket = await opened(tx, opening, draft)
    stranger = NewPerson(person_number, name, "tel", number, now, label=spoken(number))
    await store.write(tx, draft.opening(ticket, None if row["person_id"] else stranger))
    return key


async def _join(tx: Transaction, key: TicketKey, number: str, missed: Sequence[Mapping[str, Any]], now: datetime) -> None:
    ticket = await store.lock(tx, key)
    definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    draft = Draft(key, now, ticket.requester_name)
    text = "\n".join(told(one) for one in missed)
    draft.tell("received", "Un nouvel appel est resté sans réponse.", channel=CHANNEL)
    draft.messages.append(_message(ticket.requester_name, number, missed, text))
    before = ticket.fields.get("appels")
    fields = _fields(number, (before if isinstance(before, int) else 0) + len(missed), missed[-1]["at"])
    draft.columns |= {"last_at": now, "excerpt": excerpt(text)}
    await happen(tx, ticket, definition, draft, Happening("citizen_message", "citizen", {"channel": CHANNEL}, fields))
    await store.write(tx, draft.amending(ticket))


async def _over(tx: Transaction, key: TicketKey, transition: str, draft: Draft) -> None:
    ticket = await store.lock(tx, key)
    definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    await happen(tx, ticket, definition, draft, Happening(f"transition:{transition}", "system", {"text": ""}))
    await store.write(tx, draft.amending(ticket))


def told(missed: Mapping[str, Any]) -> str:
    """A missed call in a sentence: « Appel sans réponse le lundi 12 janvier 2026 à 10 h 12, après 25 secondes. »"""
    waited = missed["waited"]
    after = f", après {waited}{NBSP}seconde{'s' if waited > 1 else ''}" if waited else ""
    queue = f" (file {missed['queue']})" if missed["queue"] else ""
    return f"Appel sans réponse le {words.moment(missed['at'])}{after}{queue}."


def _message(name: str, number: str, missed: Sequence[Mapping[str, Any]], text: str) -> NewMessage:
    return NewMessage("in", CHANNEL, missed[-1]["at"], name, text, from_addr=f"tel:{number}")


def _fields(number: str, calls: int, last: datetime) -> dict[str, Any]:
    return {"telephone": number, "appels": calls, "dernier": f"{last.astimezone(PARIS):%Y-%m-%dT%H:%M}"}
