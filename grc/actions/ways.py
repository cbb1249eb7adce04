"""The ways back: by what an answer can leave, the one the citizen came by first, and what an agent must know before he takes one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from grc.clock import PARIS
from grc.db import sql
from grc.db.transaction import Transaction
from grc.messages.address import EMAIL, TELEPHONE, address, is_mail
from grc.messages.channel import Channel, Says, WayNote
from grc.people.phone import spoken
from grc.tickets.model import TicketKey
from workflows.dates import with_weekday

_queries = sql.load(__file__, "ways.sql")

TEXT, LETTER = "sms", "paper"  # channels that reach a telephone number and a postal address, where the house has them
POST = "post"  # the kind of address of a letter: whose it is, its lines are those of the person
_FAILED = frozenset({"permanent-failure", "technical-failure"})


@dataclass(frozen=True, slots=True)
class Way:
    """One way back. `to` is how a person would say the address; `note` what is to be known, `why_not` why it cannot be taken now."""

    channel: str
    account: str
    address: str
    label: str
    to: str
    note: str = ""
    why_not: str = ""
    until: datetime | None = None
    may_be_public: bool = False
    failed: bool = False
    post: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """By what a form names it."""
        return way_id(self.channel, self.account, self.address)

    @property
    def open(self) -> bool:
        """Whether an answer can leave by it now."""
        return not self.why_not


def way_id(channel: str, account: str, to: str) -> str:
    """By what a form names the way to an address."""
    return f"{channel} {account} {to}"


async def ways(tx: Transaction, channels: Mapping[str, Channel], key: TicketKey, now: datetime) -> Sequence[Way]:
    """The ways back of a ticket, the best first: the one the citizen last came by, unless it failed or he does not want it."""
    row = await _queries.ways(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id)
    return arranged(channels, dict(row), now) if row is not None else ()


def arranged(channels: Mapping[str, Channel], row: Mapping[str, Any], now: datetime) -> Sequence[Way]:
    """The ways that the facts of a ticket leave, in the order in which they are proposed. Pure."""
    labels = {address(kind, value): label for kind, value, label, _ in row["identities"]}
    failed = {(channel, to) for channel, to, state in row["left_by"] if state in _FAILED}
    found: dict[tuple[str, str], Way] = {}
    for channel, account, to, at, post in _candidates(channels, row):
        if not to or channel not in channels or (channel, to.lower()) in found:
            continue
        note = noted(channels[channel], to, post, at, now)
        way = Way(
            channel, account, to.lower(), note.label, shown(to, labels.get(to.lower(), ""), row["requester_name"]), until=note.until,
            why_not=note.why_not, may_be_public=note.public, failed=(channel, to.lower()) in failed, post=post,
        )  # fmt: skip
        found[channel, to.lower()] = replace(way, note=_note(way, row["on_paper_since"], now))
    refuses = row["on_paper_since"] is not None
    return sorted(found.values(), key=lambda way: (not way.open, way.failed, refuses and way.channel != LETTER))


def noted(channel: Channel, to: str, post: Mapping[str, Any], last_in_at: datetime | None, now: datetime) -> WayNote:
    """What its channel says of an answer to this address."""
    return channel.way(to, post, last_in_at, now) if isinstance(channel, Says) else WayNote(channel.label)


def shown(to: str, label: str = "", name: str = "") -> str:
    """An address as a person would say it; of a network that knows people by numbers only, whose it is."""
    if label or is_mail(to):
        return label or to
    kind, _, value = to.partition(":")
    if kind == TELEPHONE:
        return spoken(value)
    return (name or "son compte") if value.isdecimal() or kind == POST else value


def _candidates(
    channels: Mapping[str, Channel], row: Mapping[str, Any]
) -> Iterable[tuple[str, str, str, datetime | None, Mapping[str, Any]]]:
    """(channel, account, address, when he last wrote from there, the post of that message): the ticket's own way first, then by which he
    wrote, then his other addresses, a letter last."""
    wrote = {(w["channel"], w["from_addr"]): w for w in row["wrote"]}
    own = wrote.get((row["answer_channel"], row["answer_addr"].lower()))
    if row["answer_addr"] and row["answer_channel"] != LETTER:
        at, post = (datetime.fromisoformat(own["at"]), own["post"]) if own else (None, {})
        yield row["answer_channel"], row["answer_account"], row["answer_addr"], at, post
    for (channel, sender), w in wrote.items():
        if channel in channels and not is_mail(sender) and channels[channel].answers_by == channel:
            yield channel, w["post"].get("account", ""), sender, datetime.fromisoformat(w["at"]), w["post"]
    accounts = dict(row["accounts"])
    for kind, value, _, _ in row["identities"]:
        if kind == EMAIL:
            yield EMAIL, "", value, None, {}
        elif kind == TELEPHONE and TEXT in accounts:
            yield TEXT, accounts[TEXT], address(kind, value), None, {}
    yield LETTER, "", address(POST, str(row["requester_id"] or "")), None, {}


def _note(way: Way, on_paper_since: datetime | None, now: datetime) -> str:
    told = []
    if way.failed:
        told.append("Le dernier envoi par cette voie a échoué.")
    if on_paper_since is not None and way.channel != LETTER:
        since = with_weekday(on_paper_since.astimezone(PARIS).date())
        told.append(f"La personne ne veut pas de réponse électronique (dit le {since}, article L112-14).")
    if way.until is not None and way.open:
        left = way.until - now
        told.append(f"Réponse possible encore {_lasting(left)}.")
    return " ".join(told)


def _lasting(left: timedelta) -> str:
    """How long that is, as one would say it."""
    hours, minutes = divmod(int(left.total_seconds()) // 60, 60)
    if hours >= 48:
        return f"{hours // 24}\u00a0jours"
    return f"{hours}\u00a0h\u00a0{minutes:02}" if hours else f"{minutes}\u00a0min"
