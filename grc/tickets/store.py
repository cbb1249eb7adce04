"""The rows of tickets: read and held for one action, then written by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from grc.collectivities.naming import title
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import Conflict, NotFound
from grc.fold import fold
from grc.tickets.model import Changes, LegalFact, NewDelivery, NewMessage, NewPerson, NewTicket, OpenDeadline, Ticket, TicketKey

_queries = sql.load(__file__, "queries.sql")

# Of a text, what search looks at: enough for any letter, bounded for a pasted book. In characters.
SEARCHED = 20_000


async def next_numbers(tx: Transaction) -> tuple[int, int]:
    """The numbers of a ticket and of a person about to be written."""
    row = await _queries.next_numbers(tx.conn)
    return row["ticket"], row["person"]


async def lock(tx: Transaction, key: TicketKey) -> Ticket:
    """The ticket, held until the transaction ends. NotFound where there is none, or none that this person may see; Conflict where the
    request is another body's now."""
    if await _queries.hold(tx.conn, collectivity_id=key.collectivity_id, id=key.id) is None:
        gone = await _queries.passed_to(tx.conn, collectivity_id=key.collectivity_id, id=key.id)
        if gone is not None:
            raise Conflict(f"Cette demande a été transmise\u00a0: {title(gone['kind'], gone['name'])} la suit. Rechargez la page.")
        raise NotFound("Cette demande n’existe pas, ou ne vous est pas accessible.")
    return (await held(tx, [key]))[key]


async def hold_free(tx: Transaction, keys: Sequence[TicketKey]) -> list[TicketKey]:
    """Holds those of these tickets that nobody else holds, until the transaction ends. Waits for nobody."""
    return [TicketKey(row["collectivity_id"], row["id"]) async for row in _queries.hold_free(tx.conn, **_named(keys))]


async def held(tx: Transaction, keys: Sequence[TicketKey]) -> dict[TicketKey, Ticket]:
    """These tickets, which the transaction holds already, as they stand now."""
    rows = [(TicketKey(row["collectivity_id"], row["id"]), row) async for row in _queries.tickets(tx.conn, **_named(keys))]
    return {key: _ticket(key, row) for key, row in rows}


def _named(keys: Sequence[TicketKey]) -> dict[str, list[int]]:
    return {"collectivities": [key.collectivity_id for key in keys], "ids": [key.id for key in keys]}


def _ticket(key: TicketKey, row: Any) -> Ticket:
    deadlines = tuple(
        OpenDeadline(
            d["id"], d["kind"], datetime.fromisoformat(d["due_at"]), _moment(d["paused_at"]), d["reminds"], d["shown"], d["reasons"]
        )
        for d in row["open_deadlines"]
    )
    legal = tuple(
        LegalFact(f["id"], f["kind"], datetime.fromisoformat(f["at"]), f["days"], f["indispensable"], f["decision"], f["items"])
        for f in row["legal"]
    )
    return Ticket(
        key=key, reference=row["reference"], type=row["type"], version=row["version"], state=row["state"], phase=row["phase"],
        service_id=row["service_id"], service_name=row["service_name"], assignee_id=row["assignee_id"], priority=row["priority"],
        subject=row["subject"], requester_id=row["requester_id"], requester_name=row["requester_name"], channel=row["channel"],
        answer_channel=row["answer_channel"], answer_account=row["answer_account"], answer_addr=row["answer_addr"],
        tracking_token=row["tracking_token"], closed_at=row["closed_at"], region=row["region"],
        answered=row["answered"],
        open_deadlines=deadlines, variant=row["variant"], fields=row["fields"], on_behalf_of=row["on_behalf_of"],
        third_addr=row["third_addr"], opened_at=row["opened_at"], calendar=row["calendar"], linked=row["linked"],
        legal=legal, alarm=row["alarm"], passed_to=row["passed_to"],
    )  # fmt: skip


async def find(tx: Transaction, reference: str) -> TicketKey:
    """Which ticket a reference names, if this transaction may see it."""
    row = await _queries.find(tx.conn, reference=reference)
    if row is None:
        raise NotFound("Aucune demande ne porte cette référence, ou elle ne vous est pas accessible.")
    return TicketKey(row["collectivity_id"], row["id"])


async def write(tx: Transaction, changes: Changes) -> list[int]:
    """Writes all that an action decided and gives the numbers of its messages. Wakes whoever watches this ticket."""
    row = await _queries.write_changes(tx.conn, **_written(changes, tx.site.scans))
    _wake(tx, changes)
    return list(row["messages"])


async def write_all(tx: Transaction, many: Sequence[Changes]) -> None:
    """Writes the changes of many tickets, one statement each, in one round trip."""
    await sql.many(tx.conn, _queries, "write_changes", [_written(changes, tx.site.scans) for changes in many])
    for changes in many:
        _wake(tx, changes)


def _wake(tx: Transaction, changes: Changes) -> None:
    tx.wake("ticket", f"{changes.key.collectivity_id}:{changes.key.id}:{changes.events[-1].what if changes.events else 'seen'}")
    if any(m.delivery is not None and m.delivery.state == "created" for m in changes.messages):
        tx.wake("outgoing")
    if tx.site.scans and any(m.attachments for m in changes.messages):
        tx.wake("scan")
    if changes.errands:
        tx.wake("errand")


def _written(changes: Changes, scans: bool) -> dict[str, Any]:
    """The parameters of `write_changes`; where there is an antivirus (`scans`), files wait for it from their first instant."""
    opened = changes.open
    return {
        "collectivity_id": changes.key.collectivity_id,
        "ticket_id": changes.key.id,
        "person": _person(changes.person, changes.key) if changes.person else None,
        "opened": _opened(opened) if opened else None,
        "columns": dict(changes.columns) if changes.columns else None,
        "messages": [_message(m, opened, scans) for m in changes.messages],
        "events": [
            {"at": e.at, "who": e.who, "agent_id": e.agent_id, "what": e.what, "why": e.why, "data": dict(e.data)} for e in changes.events
        ],
        "deadlines": [
            {
                "kind": d.kind, "due_at": d.due_at, "article": d.article, "reasons": list(d.reasons), "shown": d.shown,
                "reminds": d.reminds, "paused_at": d.paused_at,
            }
            for d in changes.deadlines
        ],
        "met": list(changes.met),
        "paused": list(changes.paused),
        "resumed": [{"id": d.id, "due_at": d.due_at} for d in changes.resumed],
        "links": [
            {
                "kind": link.kind, "other_collectivity_id": link.other.collectivity_id, "other_ticket_id": link.other.id,
                "other_reference": link.reference, "other_title": link.title, "other_place": link.place, "waits": link.waits,
                "closed": link.closed,
            }
            for link in changes.links
        ],
        "errands": [{"kind": e.kind, "data": dict(e.data), "due": e.due or changes.at} for e in changes.errands],
        "legal": [
            {
                "kind": f.kind, "at": f.at, "days": f.days, "indispensable": f.indispensable, "items": list(f.items),
                "decision": f.decision, "way": f.way, "why": f.why, "who": f.who, "agent_id": f.agent_id, "supersedes": f.supersedes,
                "void": f.void,
            }
            for f in changes.legal
        ],
        "voided": list(changes.voided),
        "at": changes.at,
    }  # fmt: skip


def _person(p: NewPerson, key: TicketKey) -> dict[str, Any]:
    return {
        "collectivity_id": key.collectivity_id, "id": p.id, "name": p.name, "created_at": p.met_at,
        "kind": p.kind, "value": p.value, "label": p.label, "person_id": p.id,
    }  # fmt: skip


def columns(t: NewTicket) -> dict[str, Any]:
    """What opening this ticket says in its columns, for one whose row is there already."""
    return _opened(t)


def _opened(t: NewTicket) -> dict[str, Any]:
    return {
        "collectivity_id": t.key.collectivity_id, "id": t.key.id, "reference": t.reference, "type": t.type, "version": t.version,
        "state": t.state, "phase": t.phase, "service_id": t.service_id, "assignee_id": t.assignee_id, "priority": t.priority,
        "subject": t.subject, "excerpt": t.excerpt, "requester_id": t.requester_id, "requester_name": t.requester_name,
        "channel": t.channel, "answer_channel": t.answer_channel, "answer_account": t.answer_account, "answer_addr": t.answer_addr,
        "fields": dict(t.fields),
        "unread": t.unread, "alarm": t.alarm, "opened_at": t.opened_at, "last_at": t.opened_at, "due_at": t.due_at,
        "tracking_token": t.tracking_token, "variant": t.variant, "on_behalf_of": t.on_behalf_of, "alarm_text": t.alarm_text,
        "third_addr": "", "rating_text": "", "legal_due_at": t.legal_due_at,
    }  # fmt: skip


def _message(m: NewMessage, opened: NewTicket | None, scans: bool) -> dict[str, Any]:
    # The first message carries the names by which a ticket is looked for.
    names = f"{opened.reference} {opened.subject} {opened.requester_name} {opened.answer_addr} " if opened else ""
    return {
        "direction": m.direction, "kind": m.kind, "channel": m.channel, "at": m.at, "author_id": m.author_id, "author_name": m.author_name,
        "from_addr": m.from_addr, "to_addrs": list(m.to_addrs), "cc_addrs": list(m.cc_addrs), "subject": m.subject,
        "body_text": m.body_text, "quoted_text": m.quoted_text, "body_html": m.body_html, "mail_id": m.mail_id,
        "mail_references": list(m.mail_references), "is_auto": m.is_auto, "defects": list(m.defects), "received_id": m.received_id,
        "audience": m.audience, "post": dict(m.post),
        "folded": "" if m.kind == "ack" else fold((names + m.body_text)[:SEARCHED]),
        "attachments": [
            {
                "name": a.name, "type": a.type, "size": a.size, "digest": "\\x" + a.digest.hex(),
                "inline": a.inline, "content_id": a.content_id,
                "scan": "waiting" if scans else "unscanned", "scan_due": m.at if scans else None,
            }
            for a in m.attachments
        ],
        "delivery": _delivery(m.delivery, m.at) if m.delivery else None,
    }  # fmt: skip


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _delivery(d: NewDelivery, at: datetime) -> dict[str, Any]:
    return {
        "channel": d.channel, "account": d.account, "to_addr": d.to_addr, "public": d.public, "automatic": d.automatic, "state": d.state,
        "due": d.not_before or at, "created_at": at,
    }  # fmt: skip
