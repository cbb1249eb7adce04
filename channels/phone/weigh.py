"""What an arrival changes, in the transaction that receives it: the book of calls, the cards of agents, what is to be called back.

The ledger counts arrivals, not calls: one an event, one a record that was posted, one a piece of a file (`pieces.py`). Each is settled
here: `opened` or `appended` where it led to a call back, else `filtered`, with a sentence that says what it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from channels.phone import book, call_back
from channels.phone.book import Noted
from channels.phone.heard import Call, Heard
from channels.phone.parse import EVENT, Read, read
from channels.phone.settings import Line
from grc.db.transaction import Transaction
from grc.messages.model import Received, Settled
from grc.people.phone import spoken

GONE = "Cette ligne n’est plus suivie : rien n’est noté."
MOST_REJECTED = 1_000  # lines of a piece told one by one
_OUTCOMES = {
    "ringing": "sonne",
    "talking": "décroché",
    "answered": "répondu",
    "missed": "manqué",
    "forwarded": "renvoyé",
    "not_reached": "sans réponse",
}


async def weigh(tx: Transaction, received: Received, now: datetime) -> Settled:
    """Notes what an arrival says of calls, with all that waits to be said of the same one."""
    line = await book.line(tx, received.collectivity_id, received.account)
    if line is None:
        return Settled("filtered", GONE)
    found = read(received)
    noted = await book.note(tx, line, [*found.heard, *await _waiting(tx, received)], now)
    counts = (one.call for one in noted if one.changed and one.call.direction != "internal" and one.call.outcome != "ringing")
    numbers = {call.other for call in counts if now - call.rang_at < call_back.MATTERS}
    settled = await call_back.settle(tx, line, numbers, now)
    if found.format != EVENT:
        await _note_piece(tx, line, received, found, noted, sum(one.outcome in ("opened", "joined") for one in settled))
    told = next((one for one in settled if one.outcome in ("opened", "joined", "reached")), None) if found.format == EVENT else None
    outcome = {"opened": "opened", "joined": "appended", "reached": "appended"}[told.outcome] if told else "filtered"
    ticket = (told.ticket.collectivity_id, told.ticket.id) if told else None
    return Settled(outcome, _said(found, noted), ticket)


async def _waiting(tx: Transaction, received: Received) -> Sequence[Heard]:
    """What was said of the same call and waits behind this: a call that was taken is not one that was missed for a moment."""
    if not received.conversation or received.meta.get("form") != EVENT:
        return ()
    rows = book.queries.waiting(
        tx.conn, collectivity_id=received.collectivity_id, account=received.account, conversation=received.conversation
    )
    others = [
        Received(
            row["id"], received.collectivity_id, received.channel, received.account, row["source_id"], row["raw"], row["meta"],
            row["received_at"],
        )
        async for row in rows
    ]  # fmt: skip
    return [one for other in others for one in read(other).heard]


async def _note_piece(tx: Transaction, line: Line, received: Received, found: Read, noted: Sequence[Noted], call_backs: int) -> None:
    await book.queries.note_piece(
        tx.conn, collectivity_id=line.collectivity_id, received_id=received.id, format=found.format, lines=found.lines, calls=len(noted),
        new=sum(one.new for one in noted), call_backs=call_backs, rejected=[list(one) for one in found.rejected[:MOST_REJECTED]],
    )  # fmt: skip


def _said(found: Read, noted: Sequence[Noted]) -> str:
    if found.rejected and not found.heard:
        return f"Illisible : {found.rejected[0][1]}"
    if found.format == EVENT and noted:
        return f"Noté au journal des appels : {in_words(noted[0].call)}."
    new = sum(one.new for one in noted)
    return f"{found.lines} lignes : {len(noted)} appels, dont {new} nouveaux, {len(found.rejected)} lignes refusées."


def in_words(call: Call) -> str:
    """A call in a few words: « 05 58 00 11 22, manqué »."""
    return f"{spoken(call.other) or 'numéro masqué'}, {_OUTCOMES[call.outcome]}"
