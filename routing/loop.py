"""Whether this message is our own voice coming back."""

from __future__ import annotations

from grc.messages.model import InboundMessage
from grc.messages.signature import without_tag
from routing.model import Facts, Reason


def loop(message: InboundMessage, facts: Facts) -> Reason | None:
    """Why the message is our own, or None.

    An address of the service may well write to another one: a secretary to the agency, a town to its neighbour. It is our own
    voice when a machine wrote it, or when the address writes to itself.
    """
    sender, _ = without_tag(message.from_addr)
    if not sender or sender not in facts.own_addresses:
        return None
    if message.is_auto:
        return Reason("own_automatic", f"C’est un message automatique de notre propre adresse {sender} : y répondre ferait une boucle.")
    if any(match.address == sender for match in facts.recipients):
        return Reason("own_loop", f"C’est un message que notre propre adresse {sender} s’envoie à elle-même.")
    return None
