"""A request as its citizen sees it: its state, what was said, what is due. Never a note: the role of the transaction has none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grc import files
from grc.db import sql
from grc.db.transaction import Database, Scope, Transaction
from grc.errors import NotFound
from grc.tickets.model import TicketKey
from grc.web.citizen.place import PUBLIC

_queries = sql.load(__file__, "request.sql")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class File:
    """A file of a message. One that is `held`, infected or waiting for the antivirus, is named, never given."""

    id: int
    name: str
    type: str
    size: int
    held: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the conversation; `ours` is what the collectivity wrote."""

    id: int
    ours: bool
    kind: str
    channel: str
    at: datetime
    author: str
    text: str
    files: Sequence[File]


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline with its article and its reasoning."""

    kind: str
    at: datetime
    article: str
    reasons: Sequence[str]
    met_at: datetime | None


@dataclass(frozen=True, slots=True)
class CitizenRequest:
    """All that the citizen's page shows of a ticket."""

    key: TicketKey
    reference: str
    type: str
    version: int
    variant: int
    fields: Mapping[str, Any]
    state: str
    open: bool
    subject: str
    name: str
    answer_addr: str
    opened_at: datetime
    service_name: str
    service_email: str
    service_phone: str
    said: Sequence[Said]
    due: Sequence[Due]
    closed_at: datetime | None = None
    rating: int | None = None
    rating_text: str = ""
    standing: Mapping[str, Any] = field(default_factory=dict)  # what a definition may ask of it beside its fields
    on_behalf_of: int | None = None
    duplicate: bool = False  # it was made twice, and goes on with another one

    @property
    def answered(self) -> bool:
        """Whether a person of ours has written."""
        return any(message.ours and message.kind != "ack" for message in self.said)

    def facts(self) -> dict[str, Any]:
        """What a definition may always ask of a ticket, as `Ticket.facts` says it."""
        return {**self.standing, "answered": any(message.ours and message.kind == "message" for message in self.said)}


def scope(key: TicketKey) -> Scope:
    """A transaction that reaches this one request, and of it what its citizen may see."""
    return Scope("grc_citizen", collectivities=(key.collectivity_id,), ticket=key.id)


async def tracked(db: Database, token: str) -> TicketKey | None:
    """Which request a link opens, or None where it opens none (any more)."""
    if not _TOKEN.fullmatch(token):
        return None
    async with db.transaction(PUBLIC) as tx:
        row = await _queries.tracked(tx.conn, token=token)
    return TicketKey(row["collectivity_id"], row["ticket_id"]) if row else None


async def read(tx: Transaction, key: TicketKey) -> CitizenRequest:
    """The request, in a transaction that `scope` opened."""
    row = await _queries.request(tx.conn, collectivity_id=key.collectivity_id, id=key.id)
    if row is None:
        raise NotFound("Cette demande n’existe pas, ou ne vous est pas accessible.")
    return await whole(tx, key, row)


async def whole(tx: Transaction, key: TicketKey, row: Mapping[str, Any]) -> CitizenRequest:
    """The request of a row, with what was said and what is due, as far as the role of the transaction lets it be read."""
    where = {"collectivity_id": key.collectivity_id, "ticket_id": key.id}
    carried: dict[int, list[File]] = {}
    async for f in _queries.attachments(tx.conn, **where):
        carried.setdefault(f["message_id"], []).append(File(f["id"], f["name"], f["type"], f["size"], files.held(tx, f["scan"])))
    said = [
        Said(m["id"], m["direction"] == "out", m["kind"], m["channel"], m["at"], m["author_name"], m["body_text"], carried.get(m["id"], []))
        async for m in _queries.messages(tx.conn, **where)
    ]
    due = [Due(d["kind"], d["due_at"], d["article"], tuple(d["reasons"]), d["met_at"]) async for d in _queries.deadlines(tx.conn, **where)]
    return CitizenRequest(
        key=key, reference=row["reference"], type=row["type"], version=row["version"], variant=row["variant"],
        fields=row["fields"], state=row["state"], open=row["phase"] == "open", subject=row["subject"], name=row["requester_name"],
        answer_addr=row["answer_addr"], opened_at=row["opened_at"], service_name=row["service_name"],
        service_email=row["service_email"] or "",
        service_phone=row["service_phone"] or "", said=said, due=due, closed_at=row["closed_at"], rating=row["rating"],
        rating_text=row["rating_text"], on_behalf_of=row["on_behalf_of"], duplicate=row["duplicate"],
        standing={**row["standing"], "channel": row["channel"], "member": row["on_behalf_of"] is not None},
    )  # fmt: skip


async def file(tx: Transaction, key: TicketKey, attachment_id: int) -> tuple[File, bytes]:
    """A file of the request with its content, in a transaction that `scope` opened. NotFound where it is not of this request."""
    row = await _queries.attachment(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, id=attachment_id)
    if row is None:
        raise NotFound("Ce fichier n’existe pas, ou ne vous est pas accessible.")
    files.let_pass(tx, row["scan"])
    found = File(attachment_id, row["name"], row["type"], row["size"])
    return found, await files.get(tx, key.collectivity_id, row["digest"])
