"""What an event says that is no message of a citizen: `evidence["event"]` carries it from the reading to the weighing. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from grc.messages.model import InboundMessage

IGNORED, ECHO, REMOVED, WATERMARK, MARKED = "ignored", "echo", "removed", "watermark", "marked"


def of(message: InboundMessage) -> Mapping[str, Any]:
    """What the event says: `kind` and what belongs to it. Empty for a message."""
    found = message.evidence.get("event")
    return found if isinstance(found, Mapping) else {}


def ignored(message: InboundMessage, why: str) -> InboundMessage:
    """Nothing that anybody has to do something about; `why` stands in the ledger."""
    return _with(message, {"kind": IGNORED, "why": why})


def echo(message: InboundMessage, to: str, mid: str, said: str, mark: str) -> InboundMessage:
    """A message that left from our page: by us, or by a colleague in Meta's own inbox. `mark` is what we write on ours."""
    return replace(_with(message, {"kind": ECHO, "to": to, "mid": mid, "mark": mark}), from_addr="", body_text=said, reply_text=said)


def removed(message: InboundMessage, of_source: str) -> InboundMessage:
    """Its writer took a message back."""
    return _with(message, {"kind": REMOVED, "of": of_source})


def watermark(message: InboundMessage, what: str, until: datetime, mids: Sequence[str]) -> InboundMessage:
    """Everything we wrote to this person up to a moment was delivered, or read; `mids` are the messages that it names."""
    return _with(message, {"kind": WATERMARK, "what": what, "until": until, "mids": tuple(mids)})


def marked(message: InboundMessage, mark: str) -> InboundMessage:
    """A report that tells again what we wrote on a message of ours."""
    return _with(message, {"kind": MARKED, "mark": mark})


def _with(message: InboundMessage, event: Mapping[str, Any]) -> InboundMessage:
    return replace(message, evidence={**message.evidence, "event": event}, may_answer=False)
