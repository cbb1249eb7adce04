"""What an acknowledgement of receipt (ARE) says, as values, before it is words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from grc.clock import PARIS
from workflows.dates import with_weekday
from workflows.legal_clock import Regime
from workflows.legal_notice import with_parts
from workflows.notice import blocks, fill
from workflows.texts import Rendered, Texts

_LONGEST_SUBJECT, _LONGEST_NAME = 100, 60
_ADVERTISES = re.compile(r"://|www\.|\.[a-z]{2,}/|@", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """The facts of one ARE. `settings` may replace what `notices/values.yaml` says; `remedies` is a text of the type with variables."""

    reference: str
    tracking_url: str
    subject: str
    requester_name: str
    received_at: datetime
    collectivity_name: str
    service_name: str
    service_email: str | None
    service_phone: str | None
    service_address: str | None  # lines separated by a newline
    regime: Regime
    article: str
    implicit_on: date | None
    appeal_until: date | None
    answer_by: date | None
    remedies: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    def variables(self) -> dict[str, Any]:
        """The variables of the text, in words. Who claims to write may be somebody else's victim: the service never carries
        an advertisement to him, so a name or a subject that looks like one is left out."""
        received = self.received_at.astimezone(PARIS)
        said = {
            "reference": self.reference,
            "tracking_url": self.tracking_url,
            "subject": _own_words(self.subject, _LONGEST_SUBJECT),
            "greeting": _own_words(self.requester_name, _LONGEST_NAME),
            "received_on": with_weekday(received.date()),
            "received_time": f"{received.hour}\u00a0h\u00a0{received.minute:02}",
            "collectivity_name": self.collectivity_name,
            "service_name": self.service_name,
            "service_email": self.service_email or "",
            "service_phone": self.service_phone or "",
            "service_address": (lines := [line.strip() for line in (self.service_address or "").splitlines() if line.strip()]),
            "address": ", ".join(lines),
            "regime": self.regime,
            "article": self.article if self.article.startswith("article") else f"article {self.article}",
            "implicit_on": with_weekday(self.implicit_on) if self.implicit_on else "",
            "appeal_until": with_weekday(self.appeal_until) if self.appeal_until else "",
            "answer_by": with_weekday(self.answer_by) if self.answer_by else "",
        }
        remedies = fill(self.remedies, said).strip()
        return {**said, "remedies": remedies, "remedies_html": blocks(remedies)}

    def render(self, texts: Texts) -> Rendered:
        """The notice in the words of this module."""
        return texts.render("ack", with_parts(self.variables(), texts, self.settings), self.settings)


def _own_words(text: str, longest: int) -> str:
    words = " ".join(text.split())
    if _ADVERTISES.search(words):
        return ""
    return words if len(words) <= longest else words[: longest - 1].rsplit(" ", 1)[0] + "…"
