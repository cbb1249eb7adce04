"""A citizen's request received at any moment one names, opened by the real actions with that moment as `now`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from grc.actions.draft import Draft
from grc.actions.held import CAP
from grc.actions.opening import Opening, opened
from grc.collectivities.model import Collectivity, Service
from grc.db import sql
from grc.db.transaction import Transaction
from grc.tickets import reference, store
from grc.tickets.model import NewMessage, NewPerson, TicketKey
from grc.types import store as types
from tests.support.world import SAINTE_MER

_queries = sql.load(__file__, "requests.sql")

# A permission: silence of two months is an acceptance.
STALL = """
name: etal_essai
version: 1
title: Demander un étal d’essai
summary: Une place au marché, pour les essais.
category: Essais
icon: store
initial: received
legal: {regime: sva, months: 2, article: L231-1, why: Le silence vaut acceptation pour cet essai., channels: [email, form]}
states:
  received: {label: Reçue, citizen: Nous avons bien reçu votre demande., phase: open}
  closed: {label: Close, citizen: Votre demande est close., phase: closed}
transitions:
  - {name: close, label: Clore, from: [received], to: closed, who: [agent, chief, admin]}
reactions:
  - on: opened
    effects: [{do: acknowledge}, {do: start_deadlines, kinds: [are, notify, implicit_decision]}, {do: mark_unread}]
"""


async def request(
    tx: Transaction,
    at: datetime,
    kind: str = "general",
    *,
    service: str = "accueil",
    channel: str = "form",
    address: str = "jeanne@habitants.example",
    collectivity_id: int = SAINTE_MER,
    fields: Mapping[str, Any] | None = None,
    held: bool = False,
) -> TicketKey:
    """Opens it under the worker's transaction; its acknowledgement stands in the outbox, where one is owed. No address: none was given;
    `held`: the address has had its mails of the day.
    """
    row = await _queries.place(tx.conn, collectivity_id=collectivity_id, slug=service)
    number, person = await store.next_numbers(tx)
    key = TicketKey(collectivity_id, number)
    opening = Opening(
        key=key, current=await types.current(tx, collectivity_id, kind), collectivity=Collectivity(*row["collectivity"]),
        service=Service(*row["service"]), reference=reference.encode(number), subject="Lampadaire éteint", requester_id=person,
        requester_name="Jeanne Duport", channel=channel, answers_by="email" if address else "", answer_addr=address, received_at=at,
        tracking_token=secrets.token_urlsafe(16), excerpt="Le lampadaire est éteint.", fields=fields or {}, held=CAP if held else "",
        facts={"may_answer": bool(address), "automatic": False},
    )  # fmt: skip
    draft = Draft(key, at, opening.requester_name)
    draft.messages.append(NewMessage("in", channel, at, opening.requester_name, "Le lampadaire est éteint.", from_addr=address))
    ticket = await opened(tx, opening, draft)
    # each from somebody of his own: what happens to one says nothing of another
    await store.write(tx, draft.opening(ticket, NewPerson(person, opening.requester_name, "email", "", at)))
    return key
