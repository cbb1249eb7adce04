"""A message that could not be delivered leaves once more, by another way or to another address that an agent gives."""

from __future__ import annotations

from datetime import datetime

from grc.actions.case import take
from grc.actions.write import plausible
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import BadInput, NotFound
from grc.messages.address import EMAIL
from grc.people.agents import SignedIn
from grc.tickets.model import NewDelivery, TicketKey

_queries = sql.load(__file__, "redirect.sql")
_FAILED = ("delivery_failed", "notice_failed")
_NONE = "Cet envoi n’est pas, ou n’est plus, à reprendre."


async def redirect(tx: Transaction, agent: SignedIn, collectivity_id: int, outgoing_id: int, to: str, now: datetime) -> None:
    """Sends the message of a failed delivery by mail to `to`. BadInput for what is no address,
    NotFound where there is no such failure of a ticket he may see, Forbidden where he may not act on it."""
    address = to.strip().lower()
    if not plausible(address):
        raise BadInput("adresse", "Indiquez une adresse électronique, par exemple jeanne@exemple.fr.")
    failed = await _queries.failed(tx.conn, collectivity_id=collectivity_id, id=outgoing_id)
    if failed is None:
        raise NotFound(_NONE)
    await _again(tx, agent, TicketKey(collectivity_id, failed["ticket_id"]), outgoing_id, NewDelivery(EMAIL, address, automatic=False), now)


async def send_again(tx: Transaction, agent: SignedIn, ticket: TicketKey, outgoing_id: int, way: NewDelivery, now: datetime) -> None:
    """Sends what could not be delivered to whoever asked by another of his ways; the failure counts as dealt with. NotFound where there is
    no such failure of this very ticket, Forbidden where he may not act on it."""
    failed = await _queries.failed(tx.conn, collectivity_id=ticket.collectivity_id, id=outgoing_id)
    if failed is None or failed["ticket_id"] != ticket.id or failed["audience"] != "public":  # not what a third party or a machine was told
        raise NotFound(_NONE)
    await _again(tx, agent, ticket, outgoing_id, way, now)


async def _again(tx: Transaction, agent: SignedIn, ticket: TicketKey, outgoing_id: int, way: NewDelivery, now: datetime) -> None:
    key = {"collectivity_id": ticket.collectivity_id, "id": outgoing_id}
    case = await take(tx, agent, ticket, now)
    if await _queries.settle(tx.conn, **key, now=now) is None:
        raise NotFound(_NONE)
    await _queries.again(tx.conn, **key, channel=way.channel, account=way.account, to_addr=way.to_addr, now=now)
    await _queries.looked(tx.conn, **key, now=now, agent_id=agent.id, who=agent.name, detail=way.to_addr)
    case.draft.tell("redirected", to=way.to_addr, channel=way.channel)
    if case.ticket.alarm in _FAILED:
        case.draft.columns["alarm"] = None
    await case.write(tx)
    tx.wake("outgoing")
