"""A running request comes to another version of its type: asked for in numbers, done one by one under the lock of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from grc.actions.deadlines import Times
from grc.actions.draft import Draft
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import BadInput
from grc.tickets import store
from grc.tickets.model import TicketKey
from grc.types import store as types
from workflows.moving import Unmovable, moved

_queries = sql.load(__file__, "remap.sql")

KEEP, RESTART = "keep", "restart"  # the deadlines of the service: as they run, or begun anew now


async def ask(
    tx: Transaction, homes: Sequence[int], name: str, older: int, newer: int, states: list[str], deadlines: str, who: str, now: datetime
) -> int:  # fmt: skip
    """Asks that the open requests on a version, in these states, come to another one; how many. The worker does it, one by one.

    `homes` are the collectivities whose administrator asks: the transaction reaches no other from here on.
    """
    await _queries.narrow(tx.conn, homes=list(homes))
    said = {"type": name, "from": older, "to": newer, "deadlines": deadlines, "who": who}
    asked: int = await _queries.ask(tx.conn, name=name, older=older, states=states, said=said, now=now)
    if asked:
        tx.wake("errand")
    return asked


async def remap(tx: Transaction, key: TicketKey, data: Mapping[str, Any], now: datetime) -> None:
    """Does it for one request, as its errand says. One that has gone on meanwhile (closed, moved already) is left as it is.

    BadInput where it cannot come there: the errand is told as failed, on the request.
    """
    ticket = await store.lock(tx, key)
    if (ticket.type, ticket.version, ticket.phase) != (data["type"], data["from"], "open"):
        return
    old = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    variant = (await types.current(tx, key.collectivity_id, ticket.type)).variant
    new = await types.definition(tx, ticket.type, int(data["to"]), variant)
    try:
        there = moved(old, new, ticket.state, ticket.fields, (d.kind for d in ticket.open_deadlines))
    except Unmovable as error:
        raise BadInput("state", f"Cette demande ne peut pas passer à la version {new.version} de son type : {error}.") from error
    draft = Draft(key, now, str(data.get("who") or "Types de demande"))
    draft.columns |= {"version": new.version, "variant": variant, "state": there.state, "fields": dict(there.fields)}
    times = Times(new, ticket.region, ticket.calendar, ticket.facts())
    draft.met.extend(there.gone)
    if data["deadlines"] == RESTART:
        again = [kind for kind in dict.fromkeys(d.kind for d in ticket.open_deadlines if d.reminds is None) if kind in new.deadlines]
        if again:
            draft.deadlines.extend(times.due(again, now, there.fields, there.state))
            draft.restarted.extend(again)
    else:
        draft.paused.extend(there.paused)
        draft.resumed.extend(times.resumed(there.freed, ticket.open_deadlines, now, there.fields))
    before, after = old.states[ticket.state].label, new.states[there.state].label
    why = f"L’état « {before} » s’appelle maintenant « {after} »." if before != after else ""
    told: dict[str, Any] = {"from": old.version, "to": new.version, "state": ticket.state, "fields": dict(ticket.fields)}
    draft.tell("remapped", why, **told)
    await store.write(tx, draft.amending(ticket))
