"""The facts that deciding on one message needs, gathered in one round trip."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from grc.actions.inbound import spoken
from grc.collectivities.model import REPLY_DAYS, Collectivity, Service
from grc.db import sql
from grc.db.transaction import Transaction
from grc.messages.address import is_mail, kind_of, value_of
from grc.messages.authentication import Verdict, dmarc
from grc.messages.model import InboundMessage, Received
from grc.messages.signature import Signer, claimed_reference, without_tag
from grc.tickets import reference
from grc.types import store as types
from routing.model import (
    AgentFact,
    CollectivityFact,
    Facts,
    RecipientMatch,
    RuleFact,
    SameFact,
    ServiceFact,
    ThreadFact,
    TypeFact,
)
from workflows.catalogue import UnknownType

_queries = sql.load(__file__, "gather.sql")

# What a person may have written of a reference in a subject: K7M4-QF9, k7m4 qf9, K7M4QF9.
_LOOKS_LIKE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{4}[- ]?[0-9A-Za-z]{3}(?:[0-9A-Za-z]{2})?(?![0-9A-Za-z])")
_MOST_ADDRESSES, _MOST_IDS = 50, 200
AUTOMATIC_WINDOW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Known:
    """A person whom a collectivity has met at the sender's address."""

    collectivity_id: int
    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """A collectivity that the sender works for."""

    id: int
    name: str

    @property
    def why(self) -> str:
        """The line of the timeline."""
        return f"L’adresse de l’expéditeur est celle d’un agent de {self.name}."


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts for the decision, and what the acts after it need besides."""

    facts: Facts
    collectivities: Mapping[int, Collectivity]
    services: Mapping[tuple[int, int], Service]
    persons: Sequence[Known]
    members: Sequence[Member]
    automatic_today: int
    abusive: Mapping[int, datetime]  # the collectivities that hold the sender to be an abusive source, and until when
    muted: frozenset[int]  # the collectivities that the address an answer would go to has told to write nothing by themselves
    ticket_number: int
    person_number: int

    def person(self, collectivity_id: int) -> Known | None:
        """Whom a collectivity knows at the sender's address."""
        return next((p for p in self.persons if p.collectivity_id == collectivity_id), None)

    def member_of(self, collectivity_id: int, message: InboundMessage) -> Member | None:
        """On whose behalf the sender asks, where he asks the agency: the collectivity he chose while signed in, or the one he works for.

        An agent of several, who only wrote a mail, speaks for none of them by himself.
        """
        if self.collectivities[collectivity_id].kind != "agency":
            return None
        if message.on_behalf_of is not None:
            return next((m for m in self.members if m.id == message.on_behalf_of), None)
        return self.members[0] if len(self.members) == 1 else None


async def gather(tx: Transaction, received: Received, message: InboundMessage, signer: Signer, now: datetime, cap: int) -> Gathered:
    """Everything `routing.decide` reads about this message. `cap` bounds the count of automatic mails of the day."""
    here = message.collectivity_id or received.collectivity_id
    sender = message.from_addr.lower()
    who = sender or next(iter(message.proves), "").lower()  # a letter comes from no address: an agent has said whose it is
    reached = _reached(received, message)
    ids = list(dict.fromkeys(i for i in (message.report.get("of"), message.in_reply_to, *message.references) if i))[:_MOST_IDS]
    quoted = list(dict.fromkeys(r for text in _LOOKS_LIKE.findall(message.subject) if (r := reference.read(text))))
    row = await _queries.gather(
        tx.conn,
        fallback=here,
        addresses=list({without_tag(a)[0] for a in reached}),
        sender=sender if is_mail(sender) else "",
        kind=kind_of(who),
        value=value_of(who),
        owner=received.collectivity_id,
        conversation="" if is_mail(sender) else sender,
        answers_to=(message.reply_to or message.from_addr).lower(),  # anybody may claim any sender: what counts is who would get it
        mail_id=message.message_id,
        mail_ids=ids,
        signed_replies=[r for a in reached if (r := signer.ticket_of_address(a))],
        third_replies=[r for a in reached if signer.is_third(a) and (r := signer.ticket_of_address(a))],
        signed_mails=list({r for i in ids if (r := signer.ticket_of_mail_id(i))}),
        forged=[
            *(r for a in reached if not signer.ticket_of_address(a) and (r := claimed_reference(a))),
            *(r for i in ids if not signer.ticket_of_mail_id(i) and (r := claimed_reference(i))),
        ],
        quoted=quoted,
        channel=received.channel,
        account=received.account.lower(),
        account_name=received.account,
        proven=message.ticket_id,
        since=now - AUTOMATIC_WINDOW,
        cap=cap,
    )
    services = {address: (collectivity, service) for address, collectivity, service in row["reached"]}
    matches = []
    for address in reached:
        plain, tag = without_tag(address)
        if plain in services:
            matches.append(RecipientMatch(plain, *services[plain], tag))
    verdict = _verdict(message, row["trusted"] or "")
    facts = Facts(
        now=now,
        received_account=received.account,
        recipients=tuple(matches),
        fallback_collectivity_id=here,
        services=tuple(ServiceFact(*service[:5]) for service in row["services"]),
        types=await _types(tx, here, message.type) if message.type else (),
        rules=tuple(RuleFact(*rule) for rule in row["rules"]),
        threads=tuple(_thread(thread) for thread in row["threads"]),
        agent=_agent(row["agent"], verdict),
        disproved=verdict == "fail",
        same_message=_same(row["same_message"], message),
        own_addresses=frozenset(services) | (frozenset([sender]) if row["sender_is_ours"] else frozenset()),
        collectivities=tuple(
            CollectivityFact(c[0], c[1], c[2], row["reply_days"].get(str(c[0]), REPLY_DAYS)) for c in row["collectivities"]
        ),
    )
    return Gathered(
        facts=facts,
        collectivities={c[0]: Collectivity(*c) for c in row["collectivities"]},
        services={(s[0], s[1]): Service(s[0], s[1], s[2], s[3], s[5], s[6]) for s in row["services"]},
        persons=tuple(Known(*person) for person in row["persons"]),
        members=tuple(Member(*member) for member in row["members"]),
        automatic_today=row["automatic_today"],
        abusive=_latest(row["abusive"]),
        muted=frozenset(row["muted"]),
        ticket_number=row["ticket_number"],
        person_number=row["person_number"],
    )


async def _types(tx: Transaction, collectivity_id: int, name: str) -> tuple[TypeFact, ...]:
    try:
        found = (await types.current(tx, collectivity_id, name)).definition
    except UnknownType:
        return ()
    return (TypeFact(collectivity_id, found.name, found.title, found.service),)


def _reached(received: Received, message: InboundMessage) -> list[str]:
    """Where it arrived: the envelope first, for it tells the truth; the headers only where there is no envelope."""
    envelope = [a.lower() for a in message.recipients]
    headers = [] if envelope else [a.lower() for a in (*message.to, *message.cc)]
    return list(dict.fromkeys([*envelope, received.account.lower(), *headers]))[:_MOST_ADDRESSES]


def _thread(row: Sequence[Any]) -> ThreadFact:
    how, place, ticket_id, ref, phase, closed_at, service_id, takes_part, third, merged, via, answer_addr = row
    closed = datetime.fromisoformat(closed_at) if closed_at else None
    return ThreadFact(how, place, ticket_id, ref, phase, closed, service_id, takes_part, third, merged, answer_addr, via)


def _verdict(message: InboundMessage, trusted: str) -> Verdict:
    """What the server that we trust found of the domain of From."""
    return dmarc(message.evidence.get("authentication_results") or (), trusted, message.from_addr.rpartition("@")[2])


def _agent(row: Sequence[Any] | None, verdict: Verdict) -> AgentFact | None:
    if row is None:
        return None
    number, name, active, serves = row
    return AgentFact(number, name, active, tuple((place, service) for place, service in serves), verdict == "pass")


def _latest(rows: Sequence[tuple[int, str]]) -> Mapping[int, datetime]:
    """The last of the moments of each collectivity."""
    return {number: max(datetime.fromisoformat(until) for whose, until in rows if whose == number) for number, _ in rows}


def _same(row: Sequence[Any] | None, message: InboundMessage) -> SameFact | None:
    if row is None:
        return None
    collectivity_id, ticket_id, message_id, sender, text = row
    return SameFact(collectivity_id, ticket_id, message_id, sender == message.from_addr.lower() and text == spoken(message))
