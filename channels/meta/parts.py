"""What has left of a message that leaves in parts: kept, so that nothing of it leaves again when the rest is tried again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from grc.db import sql
from grc.db.transaction import Transaction
from grc.messages.accounts import Account

_queries = sql.load(__file__, "parts.sql")
_MARK = re.compile(r"grc\.([0-9]{1,9})\.([0-9]{1,18})\.([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class Mark:
    """What we write on a part when it leaves. Meta tells it again, also where its answer to us was lost."""

    collectivity_id: int
    outgoing_id: int
    part: int

    def __str__(self) -> str:
        return f"grc.{self.collectivity_id}.{self.outgoing_id}.{self.part}"


def read(written: str) -> Mark | None:
    """The mark that stands here, None where there is none of ours."""
    found = _MARK.fullmatch(written)
    return Mark(*(int(number) for number in found.groups())) if found else None


async def sent(tx: Transaction, collectivity_id: int, outgoing_id: int) -> dict[int, str]:
    """The parts of a delivery that have left, by their number, with what Meta calls them."""
    rows = _queries.sent(tx.conn, collectivity_id=collectivity_id, outgoing_id=outgoing_id)
    return {row["part"]: row["provider_id"] async for row in rows}


async def note(tx: Transaction, account: str, mark: Mark, provider_id: str, now: datetime) -> None:
    """Notes that a part has left, if it is one of a delivery by this account."""
    await _queries.note(
        tx.conn, collectivity_id=mark.collectivity_id, outgoing_id=mark.outgoing_id, part=mark.part, provider_id=provider_id,
        account=account, now=now,
    )  # fmt: skip


async def last_in(tx: Transaction, account: Account, address: str) -> datetime | None:
    """When this address last wrote to this account, None where it never has."""
    found: datetime | None = await _queries.last_in(tx.conn, collectivity_id=account.collectivity_id, account=account.name, address=address)
    return found


async def begins_at(tx: Transaction, collectivity_id: int, account: str, address: str, ticket: tuple[int, int]) -> None:
    """What this address writes to an account is about this ticket, unless it talks about another already."""
    await _queries.begins_at(
        tx.conn, collectivity_id=collectivity_id, account=account, address=address, ticket_collectivity_id=ticket[0], ticket_id=ticket[1]
    )


async def goes_on_at(tx: Transaction, account: Account, address: str, ticket: tuple[int, int]) -> None:
    """What this address writes from now on is about this ticket."""
    await _queries.goes_on_at(
        tx.conn, collectivity_id=account.collectivity_id, account=account.name, address=address, ticket_collectivity_id=ticket[0],
        ticket_id=ticket[1],
    )  # fmt: skip
