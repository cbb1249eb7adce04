"""Tickets of any type, opened and lived in this process, and the errands that follow from what happens to them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from grc import clock
from grc.actions import errands
from grc.actions.draft import Draft
from grc.actions.happen import happen
from grc.actions.opening import Opening, opened
from grc.collectivities.model import Collectivity, Service
from grc.db.transaction import WORKER, Database
from grc.tickets import reference, store
from grc.tickets.model import NewMessage, NewPerson, TicketKey
from grc.types import store as types
from workflows.definition import By
from workflows.engine import Happening

JEANNE = "jeanne@habitants.example"
_PLACE = """
select jsonb_build_array(c.id, c.kind, c.name, c.email, c.phone, c.postal_address, c.region, c.settings) as collectivity,
       (select jsonb_agg(jsonb_build_array(s.collectivity_id, s.id, s.slug, s.name, s.email, s.phone) order by s.position)
        from service s where s.collectivity_id = c.id) as services
from collectivity c where c.id = $1
"""


async def begun(
    db: Database,
    collectivity_id: int,
    kind: str,
    fields: Mapping[str, Any] | None = None,
    *,
    address: str = JEANNE,
    member: tuple[int, str] | None = None,
    now: datetime | None = None,
) -> TicketKey:
    """A ticket of this type that a citizen has just opened, in the service its type names, else the first one; or an agent of a member,
    on its behalf."""
    moment = now or clock.now()
    async with db.transaction(WORKER) as tx:
        place = await tx.conn.fetchrow(_PLACE, collectivity_id)
        here = await types.current(tx, collectivity_id, kind)
        services = [Service(*one) for one in place["services"]]
        number, person = await store.next_numbers(tx)
        key = TicketKey(collectivity_id, number)
        opening = Opening(
            key=key, current=here, collectivity=Collectivity(*place["collectivity"]),
            service=next((one for one in services if one.slug == here.definition.service), services[0]),
            reference=reference.encode(number), subject=here.definition.title, requester_id=person, requester_name="Jeanne Duport",
            channel="form", answers_by="email", answer_addr=address, received_at=moment, tracking_token=secrets.token_urlsafe(16),
            excerpt="", fields=dict(fields or {}), on_behalf_of=member[0] if member else None, member=member[1] if member else "",
            services={one.slug: (one.id, one.name) for one in services},
        )  # fmt: skip
        draft = Draft(key, moment, "Jeanne Duport")
        draft.tell("opened", channel="form")
        draft.messages.append(NewMessage("in", "form", moment, "Jeanne Duport", "Bonjour.", from_addr=address))
        ticket = await opened(tx, opening, draft)
        await store.write(tx, draft.opening(ticket, NewPerson(person, "Jeanne Duport", "email", "", moment)))
    return key


async def lived(
    db: Database,
    key: TicketKey,
    kind: str,
    by: By = "agent",
    *,
    now: datetime | None = None,
    fields: Mapping[str, Any] | None = None,
    **data: Any,
) -> str:
    """Lets something happen to a ticket; its state afterwards."""
    moment = now or clock.now()
    async with db.transaction(WORKER) as tx:
        ticket = await store.lock(tx, key)
        definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
        draft = Draft(key, moment, "Paul Dubos")
        state = await happen(tx, ticket, definition, draft, Happening(kind, by, data, fields or {}))
        await store.write(tx, draft.amending(ticket))
    return state


async def run_errands(db: Database, now: datetime | None = None) -> list[str]:
    """Does all errands that are due, and those that follow from them; what became of each, in order."""
    became = []
    while claimed := await errands.claim(db, now or clock.now(), 50):
        became += [await errands.run(db, errand, (lambda: now) if now else clock.now) for errand in claimed]
    return became
