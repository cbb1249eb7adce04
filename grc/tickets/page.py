"""One ticket as its page shows it: read whole in one statement, within the scope of the one who looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.collectivities.naming import title
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import NotFound
from grc.files import held
from grc.tickets.model import TicketKey

queries = sql.load(__file__, "page.sql")

MOST_MESSAGES = 100
MOST_EVENTS = 200
_NONE = "Cette demande n’existe pas, ou ne vous est pas accessible."


@dataclass(frozen=True, slots=True)
class File:
    """A file of a message."""

    id: int
    message_id: int
    name: str
    type: str
    size: int
    inline: bool
    held: str | None  # "infected", or "waiting" for the antivirus: named, never given


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on its way out: how far it got, and the relay's own words."""

    message_id: int
    channel: str
    to_addr: str
    state: str
    tries: int
    due: datetime
    sent_at: datetime | None
    detail: str
    id: int = 0
    settled: bool = False  # a failure that was dealt with
    label: str = ""  # how a person would say the address

    @property
    def lost(self) -> bool:
        """Whether it failed for good, and nobody has dealt with that."""
        return self.state in ("permanent-failure", "technical-failure") and not self.settled


@dataclass(frozen=True, slots=True)
class Message:
    """A line of the conversation."""

    id: int
    direction: str
    kind: str
    channel: str
    at: datetime
    author_name: str
    from_addr: str
    to_addrs: Sequence[str]
    cc_addrs: Sequence[str]
    subject: str
    body_text: str
    quoted_text: str
    has_html: bool
    is_auto: bool
    defects: Sequence[str]
    audience: str
    written_for: str  # the body that wrote it, where another has the request now
    files: Sequence[File]
    deliveries: Sequence[Delivery]
    first_text: str = ""  # what it said before its writer changed it
    public: bool = False  # all may read it where it stands


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the timeline."""

    at: datetime
    who: str
    what: str
    why: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date that binds the service, with the reasoning that led to it."""

    kind: str
    due_at: datetime
    article: str
    reasons: Sequence[str]
    met_at: datetime | None
    paused_at: datetime | None  # since when it stands still


@dataclass(frozen=True, slots=True)
class Other:
    """Another ticket of the same person."""

    reference: str
    subject: str
    phase: str
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """A service or an agent that can be chosen."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class TicketPage:
    """A ticket with all that its page shows."""

    key: TicketKey
    reference: str
    type: str
    version: int
    state: str
    phase: str
    service_id: int
    service: str
    collectivity: str
    assignee_id: int | None
    assignee: str | None
    priority: int
    subject: str
    requester_id: int | None  # none: the request passed to another body
    requester_name: str
    on_behalf_of: str | None
    member_id: int | None  # the same by its number
    channel: str
    answer_channel: str
    answer_addr: str
    fields: Mapping[str, Any]
    unread: bool
    alarm: str | None
    alarm_text: str | None
    variant: int
    third_addr: str
    rating: int | None
    rating_text: str
    opened_at: datetime
    last_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    tracking_token: str | None
    messages: Sequence[Message]
    events: Sequence[Event]
    deadlines: Sequence[Deadline]
    identities: Sequence[tuple[str, str, str]]  # kind, value, how a person would say it
    others: Sequence[Other]
    services: Sequence[Choice]
    colleagues: Sequence[Choice]
    shortened: bool  # older messages are left out
    passed_to: str = ""  # the body that has the request now: this is what remains of it here
    passed_at: datetime | None = None
    abusive_until: datetime | None = None  # whoever asked is marked as an abusive source, and until when

    def facts(self) -> dict[str, Any]:
        """What a definition may always ask of a ticket, as `Ticket.facts` says it."""
        return {
            "answered": any(m.direction == "out" and m.kind == "message" for m in self.messages), "priority": self.priority,
            "channel": self.channel, "member": self.member_id is not None, "assigned": self.assignee_id is not None,
        }  # fmt: skip


async def read(tx: Transaction, reference: str, *, whole: bool = False) -> TicketPage:
    """The ticket of this reference. NotFound where there is none, or none that this transaction may see."""
    most = 5000 if whole else MOST_MESSAGES
    row = await queries.ticket(tx.conn, reference=reference, most_messages=most, most_events=MOST_EVENTS)
    if row is None:
        raise NotFound(_NONE)
    files: dict[int, list[File]] = {}
    for f in row["files"]:
        file = File(f["id"], f["message_id"], f["name"], f["type"], f["size"], f["inline"], held(tx, f["scan"]))
        files.setdefault(file.message_id, []).append(file)
    deliveries: dict[int, list[Delivery]] = {}
    for d in row["deliveries"]:
        deliveries.setdefault(d["message_id"], []).append(
            Delivery(
                d["message_id"],
                d["channel"],
                d["to_addr"],
                d["state"],
                d["tries"],
                _at(d["due"]),
                _maybe(d["sent_at"]),
                d["detail"] or "",
                d["id"],
                d["settled"],
                d["label"] or "",
            )
        )
    messages = [
        Message(
            m["id"], m["direction"], m["kind"], m["channel"], _at(m["at"]), m["author_name"], m["from_addr"], m["to_addrs"],
            m["cc_addrs"], m["subject"], m["body_text"], m["quoted_text"], m["has_html"], m["is_auto"], m["defects"],
            m["audience"], _title(m["written_for"]), files.get(m["id"], ()), deliveries.get(m["id"], ()),
            m["first_text"] or "", bool(m["public"]),
        )
        for m in row["messages"]
    ]  # fmt: skip
    return TicketPage(
        key=TicketKey(row["collectivity_id"], row["id"]), reference=row["reference"], type=row["type"], version=row["version"],
        state=row["state"], phase=row["phase"], service_id=row["service_id"], service=row["service"], collectivity=row["collectivity"],
        assignee_id=row["assignee_id"], assignee=row["assignee"], priority=row["priority"], subject=row["subject"],
        requester_id=row["requester_id"], requester_name=row["requester_name"],
        on_behalf_of=row["on_behalf_of"], member_id=row["member_id"], channel=row["channel"],
        answer_channel=row["answer_channel"], answer_addr=row["answer_addr"], fields=row["fields"], unread=row["unread"],
        variant=row["variant"], alarm_text=row["alarm_text"], third_addr=row["third_addr"], rating=row["rating"],
        rating_text=row["rating_text"],
        alarm=row["alarm"], opened_at=row["opened_at"], last_at=row["last_at"], due_at=row["due_at"], closed_at=row["closed_at"],
        tracking_token=row["tracking_token"], messages=messages,
        events=[Event(_at(e["at"]), e["who"], e["what"], e["why"], e["data"]) for e in row["events"]],
        deadlines=[
            Deadline(d["kind"], _at(d["due_at"]), d["article"], d["reasons"], _maybe(d["met_at"]), _maybe(d["paused_at"]))
            for d in row["deadlines"]
        ],
        identities=[(i["kind"], i["value"], i["label"]) for i in row["identities"]],
        others=[Other(o["reference"], o["subject"], o["phase"], _at(o["last_at"])) for o in row["others"]],
        services=[Choice(s["id"], s["name"]) for s in row["services"]],
        colleagues=[Choice(c["id"], c["name"]) for c in row["colleagues"]],
        shortened=len(messages) == most, passed_to=_title(row["passed_to"]), passed_at=row["passed_at"],
        abusive_until=row["abusive_until"],
    )  # fmt: skip


async def html(tx: Transaction, reference: str, message: int) -> tuple[str, Mapping[str, Any]]:
    """The cleaned HTML of a message, and the pictures it carries by their content ids: collectivity_id, type, size, digest."""
    row = await queries.html(tx.conn, reference=reference, message=message)
    if row is None or row["body_html"] is None:
        raise NotFound(_NONE)

    carried = queries.files_of(tx.conn, reference=reference, message=message)
    pictures = {f["content_id"]: f async for f in carried if f["type"] in PREVIEWED and held(tx, f["scan"]) is None}
    return row["body_html"], pictures


# Pictures every browser draws and none runs: no SVG, which is a program.
PREVIEWED = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})


async def file(tx: Transaction, reference: str, number: int) -> Any:
    """The row of one file of a ticket: collectivity_id, name, type, size, digest, scan."""
    row = await queries.file(tx.conn, reference=reference, file=number)
    if row is None:
        raise NotFound("Ce fichier n’existe pas, ou ne vous est pas accessible.")
    return row


@dataclass(frozen=True, slots=True)
class Place:
    """A service in whose name an agent can write."""

    collectivity_id: int
    service_id: int
    service: str
    collectivity: str
    is_default: bool
    slug: str = ""


async def places(tx: Transaction, collectivities: Sequence[int]) -> list[Place]:
    """The services of these collectivities, in order."""
    rows = queries.reach(tx.conn, collectivities=list(collectivities))
    return [Place(r["collectivity_id"], r["id"], r["name"], r["collectivity"], r["is_default"], r["slug"]) async for r in rows]


def _title(named: Sequence[str] | None) -> str:
    return title(*named) if named else ""


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
