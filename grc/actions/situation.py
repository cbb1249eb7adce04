"""What notices and documents of a ticket are about: who asks, who answers, by which way. Read when one is to be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from grc.actions.held import why_held
from grc.actions.silence import why_silent
from grc.actions.wordings import wordings
from grc.collectivities.model import Collectivity, Service
from grc.db import sql
from grc.db.transaction import Transaction
from grc.tickets.model import LegalFact, Ticket
from workflows.definition import Definition
from workflows.legal_notice import Wording

_queries = sql.load(__file__, "situation.sql")
AUTOMATIC_WINDOW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Situation:
    """The facts of notices and documents. `held`: why an automatic message waits for an agent's decision (a word of
    `grc.actions.held`), `silent`: why none is even written, `abusive`: the same, where it is that the address is an abusive source."""

    collectivity: Collectivity
    service: Service
    definition: Definition
    reference: str
    subject: str
    requester_name: str
    received_at: datetime
    tracking_token: str
    public_url: str
    answers_by: str
    answer_addr: str
    answer_account: str = ""
    state: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    agent_name: str = ""
    member: str = ""  # the collectivity it is asked on behalf of
    third_addr: str = ""
    words: str = ""  # of the act that something is written about
    held: str = ""
    silent: str = ""
    abusive: str = ""
    legal: Sequence[LegalFact] = ()  # what counts in law so far; nothing: it is about to be received
    services: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    wordings: Mapping[str, Wording] = field(default_factory=dict)  # notices of the law as the collectivity words them


async def situation(tx: Transaction, ticket: Ticket, definition: Definition, who: str, now: datetime) -> Situation:
    """The situation of a ticket that is held, as its collectivity and service stand now."""
    key = ticket.key
    row = await _queries.situation(
        tx.conn, collectivity_id=key.collectivity_id, service_id=ticket.service_id, on_behalf_of=ticket.on_behalf_of,
        answer_addr=ticket.answer_addr.lower(), since=now - AUTOMATIC_WINDOW, cap=tx.site.daily_cap,
    )  # fmt: skip
    c, s = row["collectivity"], row["service"]
    return Situation(
        collectivity=Collectivity(*c),
        service=Service(*s),
        definition=definition,
        reference=ticket.reference,
        subject=ticket.subject,
        requester_name=ticket.requester_name,
        received_at=ticket.opened_at or now,
        tracking_token=ticket.tracking_token or "",
        public_url=tx.site.public_url,
        answers_by=ticket.answer_channel,
        answer_addr=ticket.answer_addr,
        answer_account=ticket.answer_account,
        state=ticket.state,
        fields=ticket.fields,
        agent_name=who,
        member=row["member"] or "",
        third_addr=ticket.third_addr,
        legal=ticket.legal,
        held=why_held(row["automatic_today"] >= tx.site.daily_cap, row["muted"]),
        abusive=why_silent(row["abusive"], now),
        wordings=await wordings(tx, row["notices"]),
        services={slug: (number, name) for slug, number, name in row["services"]},
    )
