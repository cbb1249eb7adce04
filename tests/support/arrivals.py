"""What citizens send, taken through the whole pipeline in this process, as `grc ingest` does."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from grc import clock
from grc.actions import deliver
from grc.actions.house import House
from grc.cli.ingest import decided
from grc.db.transaction import WORKER
from grc.messages.envelope import seal
from grc.messages.model import Arrival, Attachment
from grc.tickets import store
from grc.tickets.model import TicketKey
from tests.support.mails import MAIRIE
from tests.support.world import SAINTE_MER

TYPED = {
    "objet": "Lampadaire éteint",
    "service": "",
    "message": "Le lampadaire de la rue des Pins est éteint depuis lundi.",
    "nom": "Jeanne Duport",
    "courriel": "jeanne@habitants.example",
    "telephone": "",
    "adresse": "",
}


def form(typed: Mapping[str, Any] | None = None, files: Sequence[Attachment] = (), number: str | None = None) -> Arrival:
    """A form of Sainte-Mer as the web half hands it to the ledger."""
    raw = seal({**TYPED, **(typed or {})}, files)
    return Arrival("form", "40902", number or secrets.token_urlsafe(16), raw, SAINTE_MER)


def letter(raw: bytes, to: str = MAIRIE, collectivity_id: int = SAINTE_MER, source_id: str | None = None) -> Arrival:
    """A mail as the door hands it to the ledger."""
    return Arrival("email", to, source_id or secrets.token_hex(8), raw, collectivity_id, {"rcpt_to": [to]})


async def arrive(house: House, arrival: Arrival) -> Mapping[str, Any]:
    """What became of it: outcome, ticket (its reference), reasons."""
    return await decided(house, arrival)


async def opened(house: House, arrival: Arrival) -> TicketKey:
    """The ticket it opened."""
    became = await arrive(house, arrival)
    assert became["outcome"] == "opened", became
    return await key_of(house, became["ticket"])


async def key_of(house: House, reference: str) -> TicketKey:
    """The ticket of a reference."""
    async with house.db.transaction(WORKER) as tx:
        return await store.find(tx, reference)


async def send_all(house: House) -> list[str]:
    """Lets leave all that is due; the state of each delivery after it."""
    states = []
    while leaving := await deliver.claim(house, clock.now(), 50):
        states += [await deliver.deliver(house, one, clock.now) for one in leaving]
    return states


async def rows(house: House, query: str, *given: Any) -> list[Any]:
    """Rows as the worker, who sees all of them, reads them."""
    async with house.db.transaction(WORKER) as tx:
        return list(await tx.conn.fetch(query, *given))


async def row(house: House, query: str, *given: Any) -> Any:
    """The one row a query gives."""
    found = await rows(house, query, *given)
    assert len(found) == 1, f"{len(found)} rows"
    return found[0]


async def ticket(house: House, key: TicketKey) -> Any:
    """A ticket's row."""
    return await row(house, "select * from ticket where collectivity_id = $1 and id = $2", key.collectivity_id, key.id)


async def told(house: House, key: TicketKey) -> list[str]:
    """The timeline of a ticket: what, in order."""
    query = "select what from event where collectivity_id = $1 and ticket_id = $2 order by id"
    return [line["what"] for line in await rows(house, query, key.collectivity_id, key.id)]


async def without_receipts(house: House) -> None:
    """Courtesy receipts that wait to leave are out of the way of what else is told; their own stories tell of them."""
    query = (
        "delete from outgoing o using message m where m.collectivity_id = o.collectivity_id and m.id = o.message_id"
        " and m.kind = 'notice' and o.automatic and o.state = 'created' returning o.id"
    )
    await rows(house, query)
