"""What a provider said becomes a message: who wrote what, or how a text of ours fares. Pure, bounded, never raises."""

from __future__ import annotations

from dataclasses import dataclass

from channels.sms.gateway import REPORT, Reader, Text
from channels.sms.settings import READERS
from channels.sms.stop import wish
from grc.actions.draft import excerpt
from grc.messages.address import TELEPHONE, address
from grc.messages.model import InboundMessage, Received
from grc.people import phone

UNREADABLE = "ce que dit le fournisseur de SMS n’a pas pu être lu"


def parse(received: Received) -> InboundMessage:
    """The message in the bytes of a provider; `wish` in its evidence where it asks that no more be sent, or that it may be again."""
    reader = READERS.get(str(received.meta.get("gateway")))
    if reader is None:
        return InboundMessage(date=received.received_at, defects=(UNREADABLE,))
    if received.meta.get("what") == REPORT:
        return _report(reader, received)
    return _text(reader.text(received.raw), received)


def _report(reader: Reader, received: Received) -> InboundMessage:
    found = reader.receipt(received.raw)
    return InboundMessage(date=received.received_at, receipt=found, is_auto=True, may_answer=False, defects=() if found else (UNREADABLE,))


def _text(text: Text, received: Received) -> InboundMessage:
    sender = read_sender(text.sender)
    asked = text.refuses or wish(text.body)
    lost = (f"{text.files} fichier(s) joint(s) au message sont restés chez le fournisseur de SMS",) if text.files else ()
    return InboundMessage(
        from_addr=sender.address,
        from_name=sender.name,
        from_label=sender.label,
        to=(address(TELEPHONE, phone.number(text.to)),) if phone.number(text.to) else (),
        subject=excerpt(text.body),
        date=text.at or received.received_at,
        body_text=text.body,
        reply_text=text.body,
        is_auto=not sender.is_person,
        auto_reason="" if sender.is_person else f"expéditeur {text.sender[:20]}",
        may_answer=sender.is_person and not asked,
        phone=sender.label if sender.is_person else "",
        post={"account": received.account},
        defects=(*text.defects, *lost),
        evidence={"wish": asked} if asked else {},
    )


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a text is from. Short numbers and names are machines: what is sent to them is lost, or paid for."""

    address: str
    label: str
    name: str = ""
    is_person: bool = False


def read_sender(raw: str) -> Sender:
    """A number of a person, a short number, or the name a company writes under."""
    number = phone.number(raw)
    if number.startswith("+"):
        return Sender(address(TELEPHONE, number), phone.spoken(number), is_person=True)
    if number:
        return Sender(address(TELEPHONE, number), number)
    return Sender("", "", raw[:40])
