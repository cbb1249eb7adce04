"""A voice message that a switchboard sends by mail: who left it, when, and how long it is, as Asterisk, FreeSWITCH and others write. Pure.

Only mail from the address that the line names is looked at. Templates are changed by everybody who installs a switchboard, so what is
read is what they have in common: a number behind « from » or « de », and a length of minutes and seconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.phone.heard import Heard
from grc.messages.model import InboundMessage
from grc.people.phone import number, spoken

_FROM = r"\b(?:from|de|appelant|caller(?:\s?id)?|num[ée]ro)\b\s*:?\s*"
_CALLERS = (
    re.compile(_FROM + r"[^\n<]{0,80}<\s*([^<>\n]{2,40})>", re.IGNORECASE),  # "Léa Dune" <0639980011>
    re.compile(_FROM + r"(?:\"[^\"\n]{0,80}\"|[^\n\d+<]{0,80})\s*(\+?\d[\d .-]{4,24}\d)", re.IGNORECASE),
)
_LENGTHS = (
    re.compile(r"\b(?:(\d{1,2}):)?(\d{1,3}):(\d{2})\b(?:\s*(?:long|secondes?|seconds?|sec))", re.IGNORECASE),  # a 0:23 long message
    re.compile(r"\b(?:duration|length|dur[ée]e)\s*:?\s*(?:(\d{1,2}):)?(\d{1,3}):(\d{2})", re.IGNORECASE),
    re.compile(r"()()\b(\d{1,4})\s*(?:secondes?|seconds?|sec)\b", re.IGNORECASE),
    re.compile(r"(\d{1,2}):(\d{2}):(\d{2})\s*$", re.MULTILINE),  # the subject of FreeSWITCH ends with it
)
SHORTEST = timedelta(seconds=1)
OLDEST = timedelta(days=2)  # the date of a mail is believed for so long


@dataclass(frozen=True, slots=True)
class Voicemail:
    """A voice message: the number that left it, the moment it was over, its length in seconds (None: not said)."""

    number: str
    at: datetime
    seconds: int | None

    def heard(self, message: InboundMessage) -> tuple[Heard, ...]:
        """The call that left it, where no event or record has told it."""
        name = f"message:{message.message_id or self.at.isoformat()}"
        rang = self.at - max(SHORTEST, timedelta(seconds=self.seconds or 0))
        return (
            Heard(name, "ring", rang, self.number, direction="in"),
            Heard(name, "hangup", self.at, self.number, direction="in", cause="noAnswer"),
        )

    def words(self) -> str:
        """« Message vocal de 23 secondes, laissé par le 06 39 98 00 11. »"""
        long = f" de {self.seconds}\u00a0seconde{'s' if self.seconds > 1 else ''}" if self.seconds else ""
        return f"Message vocal{long}, laissé par le {spoken(self.number)}."


def read(message: InboundMessage, came_at: datetime) -> Voicemail | None:
    """The voice message of a mail; None where it names no number to call back."""
    text = f"{message.subject}\n{message.body_text[:5_000]}"
    found = (number(match[1]) for pattern in _CALLERS for match in pattern.finditer(text))
    caller = next((one for one in found if one.startswith("+")), "")
    if not caller:
        return None
    at = message.date if message.date is not None and came_at - OLDEST < message.date <= came_at else came_at
    return Voicemail(caller, at, _seconds(text))


def _seconds(text: str) -> int | None:
    for pattern in _LENGTHS:
        if match := pattern.search(text):
            hours, minutes, seconds = (int(part or 0) for part in match.groups())
            return hours * 3600 + minutes * 60 + seconds
    return None
