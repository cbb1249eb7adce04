"""Whether this message is our own voice coming back."""

from __future__ import annotations

from grc.messages.model import InboundMessage
from grc.messages.signature import without_tag
from routing.model import Facts, Reason


def loop(message: InboundMessage, facts: Facts) -> Reason | None:
    """Why the message is our own, or None.

    An address of the service may well write to another one, or to itself: a secretary to the agency, the form of a town's web
    site in the name of its mailbox. That is a request like any other (and gets no automatic answer, see `grc/actions/open.py`).
    It is our own voice only when a machine wrote it.
    """
    sender, _ = without_tag(message.from_addr)
    if sender in facts.own_addresses and message.is_auto:
        return Reason("own_automatic", f"C’est un message automatique de notre propre adresse {sender} : y répondre ferait une boucle.")
    return None
