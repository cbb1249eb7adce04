"""The body of a call as a message: `{"id": …, "from": …, "name": …, "text": …}`. Pure; what cannot be read becomes a defect."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from grc.messages.address import address
from grc.messages.envelope import clean
from grc.messages.model import InboundMessage, Received

NAME = "sample"
LONGEST_TEXT, LONGEST_WORD, SUBJECT = 100_000, 200, 80  # characters


@dataclass(frozen=True, slots=True)
class Said:
    """What a call says: its number at the other program, who writes (empty where it does not say), and the words."""

    id: str
    sender: str
    name: str
    text: str


def read(raw: bytes) -> Said | None:
    """What these bytes say; None where they are no message of this channel."""
    try:
        given = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(given, dict):
        return None
    words = {key: clean(value) for key, value in given.items() if isinstance(value, str)}
    number, sender, text = (words.get(key, "").strip() for key in ("id", "from", "text"))
    if not number or not text:
        return None
    name = " ".join(words.get("name", "").split())[:LONGEST_WORD]
    return Said(number[:LONGEST_WORD], sender[:LONGEST_WORD], name, text[:LONGEST_TEXT])


def parse(received: Received) -> InboundMessage:
    """The message in these bytes of the ledger."""
    said = read(received.raw)
    if said is None:
        return InboundMessage(date=received.received_at, may_answer=False, defects=("ce message ne peut pas être lu",))
    sender = address(NAME, said.sender)
    subject = said.text.splitlines()[0][:SUBJECT]
    return InboundMessage(
        from_addr=sender, from_name=said.name, from_label=said.sender, subject=subject, date=received.received_at,
        body_text=said.text, reply_text=said.text, may_answer=bool(sender), defects=() if sender else ("personne ne dit l’avoir écrit",),
    )  # fmt: skip
