"""Before anything is decided of a text: whoever asks that no more be sent is heard, and what follows is not answered by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from channels.sms import refusals
from channels.sms.stop import START, STOP
from grc.db.transaction import Transaction
from grc.messages import conversations
from grc.messages.model import InboundMessage, Received, Settled

REFUSES = "refuses"  # in what answering takes: the page of the request says why nothing can leave


async def weigh(tx: Transaction, received: Received, message: InboundMessage, now: datetime) -> InboundMessage | Settled:
    """The message with what is known of its sender's wish; a wish without a request is settled at once."""
    asked = str(message.evidence.get("wish", ""))
    if not message.from_addr:
        return message
    here = (received.collectivity_id, received.account, message.from_addr)
    if asked == STOP:
        await refusals.note(tx, *here, f"SMS «\u00a0{message.body_text.strip()[:60]}\u00a0»", received.received_at)
    elif asked == START:
        await refusals.lift(tx, *here)
    since = await refusals.since(tx, *here)
    if asked:
        talk = await conversations.get(tx, received.collectivity_id, received.channel, received.account, message.from_addr)
        if talk.ticket is None:
            return Settled("filtered", _SETTLED[asked])
    if since is None:
        return message
    return replace(message, may_answer=False, post={**message.post, REFUSES: since.isoformat()})


_SETTLED = {
    STOP: "Cette personne ne veut plus recevoir de SMS de ce numéro\u00a0: plus rien ne lui est envoyé ainsi.",
    START: "Cette personne veut bien recevoir de nouveau des SMS de ce numéro.",
}
