"""A ticket opens another one, linked below it: here, at the agency, or in the collectivity that a field named."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from grc.actions.draft import Draft, excerpt
from grc.actions.notices import unlinked, variables
from grc.actions.opening import Opening, opened
from grc.actions.situation import situation
from grc.collectivities.model import Collectivity, Service
from grc.collectivities.naming import title
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import BadInput
from grc.messages.address import kind_of, value_of
from grc.tickets import reference, store
from grc.tickets.model import NewLink, NewMessage, NewPerson, TicketKey
from grc.types import store as types
from grc.types.authors import of_the_agency
from workflows.catalogue import UnknownType
from workflows.notice import fill

queries = sql.load(__file__, "create.sql")
AGENCY, HERE = "agency", "here"


async def create_linked(tx: Transaction, key: TicketKey, data: Mapping[str, Any], now: datetime) -> TicketKey:
    """Opens the ticket that `data` describes, on behalf of the collectivity of the one that asks where it is another's.

    BadInput where there is no such collectivity or type, and where a collectivity's own type would give work to one that never agreed to
    it: only types of the agency, which serve everybody, do so. The one who asked is told.
    """
    above = await store.lock(tx, key)
    definition = await types.definition(tx, above.type, above.version, above.variant)
    about = await situation(tx, above, definition, "", now)
    place = await _place(tx, key, str(data["where"]))
    collectivity = Collectivity(*place["collectivity"])
    try:
        here = await types.current(tx, collectivity.id, str(data["type"]))
    except UnknownType as error:
        raise BadInput("type", f"Le type de demande « {data['type']} » n’existe pas.") from error
    wanted = here.definition.service
    services = {slug: Service(*service) for slug, service in place["services"].items()}
    service = services.get(wanted or "") or Service(*place["default"])
    subject = " ".join(fill(str(data["subject"]), variables(unlinked(about), now)).split())[:300]
    elsewhere = collectivity.id != key.collectivity_id
    if elsewhere and str(data["where"]) != AGENCY and not of_the_agency(above.type):
        raise BadInput("where", "Un type de demande propre à une collectivité ne confie de suite qu’à elle-même ou à l’agence.")
    asks = about.collectivity if elsewhere else None
    number, person = await store.next_numbers(tx)
    made = TicketKey(collectivity.id, number)
    name = asks.title if asks else above.requester_name
    address = (asks.email or "") if asks else above.answer_addr
    known = (
        await queries.known(tx.conn, collectivity_id=made.collectivity_id, kind=kind_of(address), value=value_of(address).lower())
        if address
        else None
    )
    opening = Opening(
        key=made, current=here, collectivity=collectivity, service=service, reference=reference.encode(number), subject=subject,
        requester_id=known["id"] if known else person, requester_name=name, channel=above.channel,
        answers_by="email" if asks else above.answer_channel or "email",
        answer_account="" if asks else above.answer_account, answer_addr=address, received_at=now, tracking_token=secrets.token_urlsafe(16),
        excerpt=excerpt(subject), by="system", fields=dict(data.get("fields") or {}), priority=above.priority,
        on_behalf_of=asks.id if asks else above.on_behalf_of, member=asks.name if asks else about.member,
        services={slug: (one.id, one.name) for slug, one in services.items()},
    )  # fmt: skip
    draft = Draft(made, now, about.collectivity.title)
    draft.tell("opened", f"Ouverte depuis la demande {above.reference}.", channel=above.channel)
    draft.messages.append(NewMessage("in", above.channel, now, name, subject, subject=subject))
    ticket = await opened(tx, opening, draft)
    draft.links.append(NewLink("above", key, above.reference, above.subject, about.collectivity.title))
    await store.write(
        tx, draft.opening(ticket, None if known else NewPerson(person, name, kind_of(address), value_of(address).lower(), now))
    )

    told = Draft(key, now, "Suites")
    told.links.append(NewLink("below", made, opening.reference, subject, collectivity.title, waits=bool(data.get("waits"))))
    told.tell("linked", reference=opening.reference, place=title(collectivity.kind, collectivity.name))
    await store.write(tx, told.amending(above))
    return made


async def _place(tx: Transaction, key: TicketKey, where: str) -> Any:
    number = key.collectivity_id if where == HERE else int(where) if where.isdigit() and len(where) < 10 else None
    row = await queries.place(tx.conn, id=number, agency=where == AGENCY)
    if row is None or row["default"] is None:
        raise BadInput("where", "La collectivité à qui confier cette suite n’utilise pas le service : prévenez-la autrement.")
    return row
