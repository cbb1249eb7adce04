"""What becomes of a letter: words of an agent, or what its own mark and text say; and the bytes that go into the ledger. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time
from typing import Any

from channels.paper.letters import Letter
from channels.paper.propose import Proposal
from grc.clock import PARIS
from grc.messages.envelope import seal
from grc.messages.model import Arrival, Attachment

NO_NAME = "Expéditeur à préciser"
NO_SUBJECT = "Lettre numérisée"
UNCONFIRMED = "Personne n’a confirmé cette lettre au bureau de numérisation : son expéditeur, son objet et son service sont à vérifier."


@dataclass(frozen=True, slots=True)
class Decision:
    """How a letter enters: who wrote it and where he lives, about what, to which type of request; `ticket` where it continues one.

    `known` is an address (`kind:value`) of the person an agent has recognised. `remark` is said on the request.
    """

    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    subject: str = ""
    type: str = ""
    service: str = ""
    ticket: int | None = None
    written_on: str = ""
    known: str = ""
    remark: str = ""

    def kept(self) -> dict[str, Any]:
        """As it lies in the row of the letter: what is empty left out."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Decision:
        """As it was kept."""
        return cls(**{one.name: kept[one.name] for one in fields(cls) if one.name in kept})


def proposed(letter: Letter, remark: str = "", ticket: int | None = None) -> Decision:
    """What its own text says."""
    said = letter.proposed
    return Decision(
        name=str(said.get("name", "")), address=str(said.get("address", "")), email=str(said.get("email", "")),
        phone=str(said.get("phone", "")), subject=str(said.get("subject", "")), service=letter.service, ticket=ticket,
        written_on=str(said.get("written_on", "")), remark=remark,
    )  # fmt: skip


def kept(proposal: Proposal) -> dict[str, str]:
    """A proposal as it lies in the row of its letter."""
    said = asdict(proposal) | {"written_on": proposal.written_on.isoformat() if proposal.written_on else ""}
    return {name: value for name, value in said.items() if value}


def arrival(letter: Letter, decision: Decision, files: Sequence[Attachment]) -> Arrival:
    """The letter as it goes into the ledger."""
    form = decision.kept() | {"text": letter.text, "letter": letter.id, "defects": [letter.detail] if letter.detail else []}
    return Arrival(
        channel="paper", account=letter.source, source_id=f"letter:{letter.id}", raw=seal(form, files),
        collectivity_id=letter.collectivity_id, meta={"letter": letter.id, "scan": letter.scan_id, "file": letter.file},
        keys=[decision.email] if decision.email else [],
    )  # fmt: skip


def received_at(arrived_on: date, taken_at: datetime) -> datetime:
    """The moment that counts for a letter that arrived on this day: when it was scanned, or noon of an earlier day."""
    if arrived_on >= taken_at.astimezone(PARIS).date():
        return taken_at
    return datetime.combine(arrived_on, time(12), PARIS)
