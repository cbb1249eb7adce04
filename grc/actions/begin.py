"""An agent begins a ticket of a type by himself: for his own service, or for somebody who told him."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from grc.actions.draft import Draft, excerpt
from grc.actions.opening import Opening, opened
from grc.actions.reply import written_text
from grc.collectivities.model import Collectivity, Service
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import BadInput, Forbidden
from grc.people.agents import SignedIn
from grc.tickets import reference, store
from grc.tickets.model import NewMessage, NewPerson, TicketKey
from grc.types import store as types

_queries = sql.load(__file__, "begin.sql")
CHANNEL = "note"  # nobody wrote: there is no way in, and no way back


async def begin(
    tx: Transaction, agent: SignedIn, collectivity_id: int, kind: str, subject: str, text: str, fields: Mapping[str, Any], now: datetime
) -> TicketKey:
    """Opens the ticket in the service its type names, else the agent's first one here. BadInput names what is wrong."""
    if not subject.strip():
        raise BadInput("subject", "Donnez un objet à cette demande.")
    written = written_text(text)
    here = await types.current(tx, collectivity_id, kind)
    row = await _queries.place(tx.conn, collectivity_id=collectivity_id, slug=here.definition.service or "", services=list(agent.services))
    if row is None or not agent.roles(collectivity_id, row["service_id"]):
        raise Forbidden("Vous ne pouvez ouvrir une demande que dans un service auquel vous appartenez.")
    number, person = await store.next_numbers(tx)
    key = TicketKey(collectivity_id, number)
    opening = Opening(
        key=key, current=here, collectivity=Collectivity(*row["collectivity"]), service=Service(*row["service"]),
        reference=reference.encode(number), subject=subject.strip()[:300], requester_id=person, requester_name=agent.name, channel=CHANNEL,
        answers_by="", answer_addr="", received_at=now, tracking_token=secrets.token_urlsafe(16), excerpt=excerpt(written), by="agent",
        facts={"may_answer": False}, fields=dict(fields), assignee_id=agent.id,
    )  # fmt: skip
    draft = Draft(key, now, agent.name, agent.id)
    draft.tell("begun")
    draft.messages.append(NewMessage("note", CHANNEL, now, agent.name, written, author_id=agent.id))
    ticket = await opened(tx, opening, draft)
    await store.write(tx, draft.opening(ticket, NewPerson(person, agent.name, "email", "", now)))
    return key
