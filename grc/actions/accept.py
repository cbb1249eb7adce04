"""What arrives is taken: its bytes and its ledger row in one commit. Only then is the source told."""

from __future__ import annotations

from datetime import datetime

from grc import files
from grc.db.transaction import INTAKE, Database
from grc.errors import Unavailable
from grc.messages import ledger
from grc.messages.model import Accepted, Arrival, TryLater


async def accept(db: Database, arrival: Arrival, now: datetime) -> Accepted | TryLater:
    """Takes an arrival into the ledger, durably. TryLater when it cannot: the source must keep it and offer it again."""
    try:
        digest = await files.keep(db.store, arrival.raw)
        async with db.transaction(INTAKE) as tx:
            if len(arrival.raw) > files.SMALL:
                await files.record(tx, arrival.collectivity_id, [(digest, arrival.raw)])
            number, new = await ledger.insert(tx, arrival, digest, now)
            if new:
                tx.wake("received")
    except Unavailable as error:
        return TryLater(str(error))
    return Accepted(received_id=number, collectivity_id=arrival.collectivity_id, new=new)
