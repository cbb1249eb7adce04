"""Effects as they are written: `- {do: notify, text: solved, when: {fields.urgence: [haute]}}`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from workflows.parts.base import Name, Part, Scalar, Slug, Words
from workflows.parts.fields import Formula
from workflows.parts.when import When


class EffectPart(Part):
    when: When = {}


class AcknowledgePart(EffectPart):
    do: Literal["acknowledge"]


class NotifyPart(EffectPart):
    """Sends a text: to whoever asked, to the third party of the ticket (an editor, a supplier), or to the agents as a note."""

    do: Literal["notify"]
    text: Name
    to: Literal["requester", "third", "agents"] = "requester"


class StartDeadlinesPart(EffectPart):
    do: Literal["start_deadlines"]
    kinds: list[Name] = []


class MeetDeadlinePart(EffectPart):
    do: Literal["meet_deadline"]
    kind: Name


class AlarmPart(EffectPart):
    do: Literal["alarm"]
    word: Name
    sentence: Words | None = None


class RecordPart(EffectPart):
    do: Literal["record"]
    what: Name
    why: Words | Literal[""] = ""
    data: dict[str, Any] = {}


class MarkUnreadPart(EffectPart):
    do: Literal["mark_unread"]


class MarkReadPart(EffectPart):
    do: Literal["mark_read"]


class AssignPart(EffectPart):
    """Gives the ticket to a service of its collectivity, to whoever acts, or to nobody."""

    do: Literal["assign"]
    service: Slug | None = None
    to: Literal["actor", "nobody"] | None = None

    @model_validator(mode="after")
    def _one(self) -> AssignPart:
        if (self.service is None) == (self.to is None):
            raise ValueError("assign donne à un service (service) ou à quelqu’un (to : actor ou nobody), l’un ou l’autre")
        return self


class SetPart(EffectPart):
    """Sets a field: to a value, or to what a formula of the fields gives. Neither: empties it."""

    do: Literal["set"]
    field: Name
    value: Scalar | None = None
    formula: Formula | None = None


class PrioritisePart(EffectPart):
    """Sets the priority: 1 urgent to 4 none; `formula` reckons it from the fields."""

    do: Literal["prioritise"]
    to: Annotated[int, Field(ge=1, le=4)] | None = None
    formula: Formula | None = None

    @model_validator(mode="after")
    def _one(self) -> PrioritisePart:
        if (self.to is None) == (self.formula is None):
            raise ValueError("prioritise donne une priorité (to) ou la calcule (formula), l’un ou l’autre")
        return self


class CreatePart(EffectPart):
    """Opens a ticket linked to this one: here, at the agency, or in the collectivity that a field names."""

    do: Literal["create"]
    type: Name
    where: Literal["here", "agency"] | Annotated[str, Field(pattern=r"^fields\.[a-z][a-z0-9_]*$")] = "here"
    subject: Words
    fields: dict[Name, Formula] = {}  # of the new ticket, each from a formula of this one's
    wait: bool = False  # this one is told (`linked_closed`) when it closes


class TellLinkedPart(EffectPart):
    """Something happens to the tickets linked below this one: each gets the message, or makes the transition."""

    do: Literal["tell_linked"]
    transition: Name | None = None
    message: bool = False  # the words of this transition are sent to whoever asked, there


class ProducePart(EffectPart):
    """Writes a document of the type: kept with the ticket, or sent to whoever asked."""

    do: Literal["produce"]
    document: Name
    to: Literal["ticket", "requester"] = "ticket"


class EnterPart(EffectPart):
    """Adds a line to a register of the collectivity that has the ticket, about the member who asks; each field comes from a formula."""

    do: Literal["enter"]
    register_: Name = Field(alias="register")
    fields: dict[Name, Formula]


class CallPart(EffectPart):
    """Tells another program: the address is set by the collectivity, under this name."""

    do: Literal["call"]
    hook: Slug


AnyEffect = Annotated[
    AcknowledgePart
    | NotifyPart
    | StartDeadlinesPart
    | MeetDeadlinePart
    | AlarmPart
    | RecordPart
    | MarkUnreadPart
    | MarkReadPart
    | AssignPart
    | SetPart
    | PrioritisePart
    | CreatePart
    | TellLinkedPart
    | ProducePart
    | EnterPart
    | CallPart,
    Field(discriminator="do"),
]
