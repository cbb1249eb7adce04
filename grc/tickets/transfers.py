"""Where a request went from body to body, and to which it may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from grc.collectivities.naming import title
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import Conflict
from grc.fold import fold
from grc.tickets.model import TicketKey

queries = sql.load(__file__, "transfers.sql")
PASSED, REFUSED, SENT, RETURNED = "passed", "refused", "sent", "returned"
MOST_BODIES = 12
NOT_GIVEN = "Cette demande n’a pas été transmise par un autre organisme\u00a0: elle ne peut pas être refusée. Transmettez-la."


@dataclass(frozen=True, slots=True)
class Hop:
    """One step: `passed` to another body of the service, `refused` by it, `sent` to one outside, `returned` by that one. `state` is the
    one the request had before, with whoever did it; `body` is the other."""

    from_id: int
    from_title: str
    kind: str
    to_id: int | None
    body: str
    address: str
    state: str
    at: datetime
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Body:
    """A body of the service to which a request may go, with its services by slug and name."""

    id: int
    title: str
    code: str
    email: str
    postal_address: str = ""
    services: Sequence[tuple[str, str]] = ()


async def way(tx: Transaction, ticket_id: int) -> list[Hop]:
    """All the steps of a request, the first one first."""
    return [
        Hop(
            r["collectivity_id"], title(r["from_kind"], r["from_name"]), r["kind"], r["to_collectivity_id"], r["body"], r["address"],
            r["state"], r["at"], r["who"], r["why"],
        )
        async for r in queries.way(tx.conn, ticket_id=ticket_id)
    ]  # fmt: skip


def came_from(hops: Sequence[Hop]) -> Hop | None:
    """The step by which whoever has the request now was given it, and may refuse it; None where he has it from nobody. Pure."""
    given: list[Hop] = []
    for hop in hops:
        if hop.kind == PASSED:
            given.append(hop)
        elif hop.kind == REFUSED and given:
            given.pop()
    return given[-1] if given else None


def outside(hops: Sequence[Hop]) -> Hop | None:
    """The step by which the request lies with a body outside the service; None where it does not. Pure."""
    return hops[-1] if hops and hops[-1].kind == SENT else None


async def bodies(tx: Transaction, words: str, besides: int) -> list[Body]:
    """Bodies of the service by a part of their name or their INSEE or SIREN number, other than `besides`; a few."""
    wanted = " ".join(fold(words).replace("-", " ").replace("'", " ").split())
    rows = queries.bodies(tx.conn, words=wanted, code=words.strip(), besides=besides, most=MOST_BODIES)
    return [Body(r["id"], title(r["kind"], r["name"]), r["code"], r["email"]) async for r in rows]


async def body(tx: Transaction, number: int) -> Body | None:
    """The body of this number, where it uses the service and requests may go to it."""
    r = await queries.body(tx.conn, id=number)
    if r is None:
        return None
    services = tuple((slug, name) for slug, name in r["services"])
    return Body(r["id"], title(r["kind"], r["name"]), r["code"], r["email"], r["postal_address"], services)


async def returnable(tx: Transaction, key: TicketKey) -> Hop:
    """The step by which the request came to the body that has it, where it may return that way. Conflict where it may not."""
    hop = came_from(await way(tx, key.id))
    if hop is None or hop.to_id != key.collectivity_id:
        raise Conflict(NOT_GIVEN)
    if not await queries.active(tx.conn, id=hop.from_id):
        raise Conflict(f"{hop.from_title} n’utilise plus le service\u00a0: transmettez-lui la demande comme à un organisme extérieur.")
    return hop


async def here(tx: Transaction, key: TicketKey) -> TicketKey:
    """The ticket under which a request is followed now that was followed under this one."""
    found = await queries.here(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id)
    return TicketKey(found or key.collectivity_id, key.id)
