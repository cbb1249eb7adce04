"""A body outside the service refused a request that was sent to it: it stands here again as it stood, and whoever asked is told."""

from __future__ import annotations

from datetime import datetime

from grc.actions import merge
from grc.actions.case import take
from grc.actions.pass_back import ALARM, told, void
from grc.actions.stand_again import stand_again
from grc.actions.transfer import reason
from grc.db.transaction import Transaction
from grc.errors import Conflict
from grc.people.agents import SignedIn
from grc.tickets import transfers
from grc.tickets.model import TicketKey


async def outside_refused(tx: Transaction, agent: SignedIn, key: TicketKey, why: str, now: datetime) -> None:
    """Opens the request again. Conflict where it does not lie with a body outside."""
    said = reason(why)
    case = await take(tx, agent, key, now)
    hop = transfers.outside(await transfers.way(tx, key.id))
    if hop is None or case.ticket.phase == "open":
        raise Conflict("Cette demande n’est pas chez un organisme extérieur.")
    draft = case.draft
    draft.tell("transfer_refused", said, to=hop.from_title, by=hop.body)
    void(case.ticket.legal, draft, said)
    if case.ticket.answer_addr:
        draft.messages.append(told(case.ticket, hop.body, hop.from_title, said, draft))
    draft.columns |= {"unread": True, "alarm": ALARM, "third_addr": ""}
    await transfers.queries.add(
        tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, kind=transfers.RETURNED, to_collectivity_id=None, body=hop.body,
        address=hop.address, state=case.ticket.state, at=now, who=agent.name, agent_id=agent.id, why=said,
    )  # fmt: skip
    await merge.queries.free(tx.conn, collectivity_id=key.collectivity_id, id=key.id, merged_at=hop.at)
    await stand_again(tx, case, hop.state)
