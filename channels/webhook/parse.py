"""What would be a message of another program, if one came this way: kept as a defect, so that nothing is ever lost in silence. Pure."""

from __future__ import annotations

from grc.messages.model import InboundMessage, Received


def parse(received: Received) -> InboundMessage:
    """A message without words that says it cannot be read."""
    return InboundMessage(date=received.received_at, defects=("rien n’arrive par ce canal",))
