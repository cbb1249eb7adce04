"""What an agent sends waits a few seconds in which he may take it back; then it leaves as if he had sent it at that moment.

Nothing of the ticket changes before: no deadline is met, no state is left, nobody is told. So taking back undoes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from grc.actions.attach import attach
from grc.actions.case import take
from grc.actions.draft import Draft
from grc.actions.escalate import escalate
from grc.actions.reply import NOWHERE, reply, written_text
from grc.actions.write import plausible
from grc.db import sql
from grc.db.transaction import WORKER, Database, Transaction
from grc.errors import BadInput, Forbidden, Raced, Refused, Unavailable
from grc.messages.model import Attachment
from grc.people.agents import Membership, SignedIn
from grc.tickets import store
from grc.tickets.model import NewAttachment, NewDelivery, TicketKey

log = structlog.get_logger()
_queries = sql.load(__file__, "hold.sql")

CHOICES = (0, 5, 10, 20, 30)  # seconds an agent may choose between


@dataclass(frozen=True, slots=True)
class Sending:
    """What an agent sends: `kind` is reply or third, `to` the address of the third party, `closes` whether the ticket closes with it."""

    kind: str
    text: str
    to: str = ""
    closes: bool = False
    files: Sequence[Attachment | NewAttachment] = ()
    way: NewDelivery | None = None  # by which an answer leaves; None: by that of the ticket


@dataclass(frozen=True, slots=True)
class Held:
    """A sending that waits (`waiting`), or that is his draft again: taken back (`undone`), or refused as it left (`failed`, and `why`)."""

    id: int
    agent_id: int
    who: str
    sending: Sending
    files: Sequence[NewAttachment]  # the same as the sending's, kept among the blobs
    state: str
    why: str
    due: datetime


def undo_time(preferences: Mapping[str, Any], site_seconds: int) -> timedelta:
    """How long what this agent sends is held: as he chose, else as the installation has it."""
    chosen = preferences.get("undo")
    return timedelta(seconds=chosen if chosen in CHOICES else site_seconds)


async def send(tx: Transaction, agent: SignedIn, ticket: TicketKey, sending: Sending, now: datetime, wait: timedelta) -> bool:
    """Sends now, or holds for `wait`; whether it is held. His drafts of this ticket are over. BadInput, Forbidden as `reply` says."""
    await discard(tx, agent, ticket)
    if not wait:
        await _leave(tx, agent, ticket, sending, now)
        return False
    text = written_text(sending.text)
    case = await take(tx, agent, ticket, now)
    if sending.kind == "reply":
        if sending.way is None and not case.ticket.answer_addr:
            raise BadInput("text", NOWHERE)
        if sending.closes:
            case.allow(agent, "close")
    elif not plausible(sending.to.strip().lower()):
        raise BadInput("third", "Indiquez l’adresse électronique du tiers, par exemple support@editeur.fr.")
    files = await attach(tx, ticket.collectivity_id, sending.files)
    await _queries.hold(
        tx.conn, collectivity_id=ticket.collectivity_id, ticket_id=ticket.id, agent_id=agent.id, kind=sending.kind, to_addr=sending.to,
        body_text=text, closes=sending.closes, now=now, due=now + wait,
        files=[{"name": f.name, "type": f.type, "size": f.size, "digest": f.digest.hex()} for f in files], way=_kept_way(sending.way),
    )  # fmt: skip
    tx.wake("ticket", f"{ticket.collectivity_id}:{ticket.id}:held")
    return True


async def undo(tx: Transaction, agent: SignedIn, ticket: TicketKey, number: int) -> bool:
    """Takes back what he sent: it is his draft again. False where it has left, or was never his."""
    key = {"collectivity_id": ticket.collectivity_id, "ticket_id": ticket.id, "agent_id": agent.id}
    if await _queries.undo(tx.conn, **key, id=number) is None:
        return False
    tx.wake("ticket", f"{ticket.collectivity_id}:{ticket.id}:held")
    return True


async def discard(tx: Transaction, agent: SignedIn, ticket: TicketKey) -> None:
    """Forgets what he took back, or what was refused, on this ticket."""
    await _queries.discard(tx.conn, collectivity_id=ticket.collectivity_id, ticket_id=ticket.id, agent_id=agent.id)


async def held(tx: Transaction, ticket: TicketKey) -> Sequence[Held]:
    """All that is held on a ticket, and the drafts that came of it, in order."""
    return [_held(row) async for row in _queries.held(tx.conn, collectivity_id=ticket.collectivity_id, ticket_id=ticket.id)]


def _held(row: Any) -> Held:
    return Held(row["id"], row["agent_id"], row["name"], _sending(row), _files(row), row["state"], row["why"], row["due"])


def _sending(row: Any) -> Sending:
    way = NewDelivery(**row["way"], automatic=False) if row["way"] else None
    return Sending(row["kind"], row["body_text"], row["to_addr"], row["closes"], _files(row), way)


def _kept_way(way: NewDelivery | None) -> dict[str, Any]:
    return {"channel": way.channel, "to_addr": way.to_addr, "account": way.account, "public": way.public} if way is not None else {}


def _files(row: Any) -> list[NewAttachment]:
    return [NewAttachment(f["name"], f["type"], f["size"], bytes.fromhex(f["digest"])) for f in row["files"]]


async def let_go(db: Database, now: datetime) -> int:
    """Sends what has waited its time, each in a transaction of its own; how many. What cannot leave any more is its agent's draft again."""
    async with db.transaction(WORKER) as tx:
        due = [(row["collectivity_id"], row["id"]) async for row in _queries.due(tx.conn, now=now)]
    for collectivity_id, number in due:
        try:
            await _leave_or_give_back(db, collectivity_id, number, now)
        except Raced:
            pass  # it waits for the next look
        except Unavailable:
            raise
        except Exception:  # one that can neither leave nor be given back keeps none of the others
            log.exception("hold.stuck", collectivity=collectivity_id, held=number)
    return len(due)


async def _leave_or_give_back(db: Database, collectivity_id: int, number: int, now: datetime) -> None:
    try:
        await _let_go(db, collectivity_id, number, now)
    except (Raced, Unavailable):
        raise
    except Refused as error:
        await _give_back(db, collectivity_id, number, str(error), now)
    except Exception:
        log.exception("hold.not_sent", collectivity=collectivity_id, held=number)
        await _give_back(db, collectivity_id, number, "Une erreur de notre côté l’a empêché de partir. Réessayez.", now)


async def _let_go(db: Database, collectivity_id: int, number: int, now: datetime) -> None:
    async with db.transaction(WORKER) as tx:
        row = await _queries.take(tx.conn, collectivity_id=collectivity_id, id=number)
        if row is None:  # taken back at this very instant, or sent by another worker
            return
        ticket = TicketKey(collectivity_id, row["ticket_id"])
        if not row["active"]:
            raise Forbidden("Le compte de son auteur est fermé.")
        await _leave(tx, _agent(row), ticket, _sending(row), now)
        await _queries.left(tx.conn, collectivity_id=collectivity_id, id=number)


async def _leave(tx: Transaction, agent: SignedIn, ticket: TicketKey, sending: Sending, now: datetime) -> None:
    if sending.kind == "third":
        await escalate(tx, agent, ticket, sending.to, sending.text, sending.files, now)
    else:
        await reply(tx, agent, ticket, sending.text, sending.files, now, close=sending.closes, way=sending.way)


async def _give_back(db: Database, collectivity_id: int, number: int, why: str, now: datetime) -> None:
    """It is a draft again, and the ticket says so: its author believes that it has left."""
    async with db.transaction(WORKER) as tx:
        row = await _queries.take(tx.conn, collectivity_id=collectivity_id, id=number)
        if row is None:
            return
        await _queries.fail(tx.conn, collectivity_id=collectivity_id, id=number, why=why)
        ticket = await store.lock(tx, TicketKey(collectivity_id, row["ticket_id"]))
        draft = Draft(ticket.key, now, row["name"])
        draft.tell("not_sent", why)
        draft.columns["alarm"] = "not_sent"
        await store.write(tx, draft.amending(ticket))


def _agent(row: Any) -> SignedIn:
    """The author with the roles he has now: he may have lost some since he sent it."""
    roles = tuple(Membership(m["collectivity"], m["service"], m["role"]) for m in row["memberships"])
    collectivities = tuple({role.collectivity_id for role in roles})
    return SignedIn(row["agent_id"], row["email"], row["name"], "", {}, roles, collectivities, ())
