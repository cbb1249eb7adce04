"""The shape of a definition document, as it is written: checked here, at the edge, and turned into values by `definition.py`."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
HappeningName = Annotated[
    str,
    StringConstraints(
        pattern=r"^(opened|citizen_message|automatic_message|bounce|agent_reply|note|acknowledged|deadline:[a-z][a-z0-9_]*|transition:[a-z][a-z0-9_]*)$"
    ),
]
Author = Literal["citizen", "agent", "system"]
AgentRole = Literal["agent", "chief", "admin"]
When = dict[Name, list[str | bool | int]]


class Part(BaseModel):
    """A part of the document: an unknown key is an error, since a key misspelt would change a life in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class EffectPart(Part):
    when: When = {}


class AcknowledgePart(EffectPart):
    do: Literal["acknowledge"]


class NotifyPart(EffectPart):
    do: Literal["notify"]
    text: Name


class StartDeadlinesPart(EffectPart):
    do: Literal["start_deadlines"]
    kinds: list[Name] = []


class MeetDeadlinePart(EffectPart):
    do: Literal["meet_deadline"]
    kind: Name


class AlarmPart(EffectPart):
    do: Literal["alarm"]
    word: Name


class RecordPart(EffectPart):
    do: Literal["record"]
    what: Name
    why: Words | Literal[""] = ""
    data: dict[str, Any] = {}


class MarkUnreadPart(EffectPart):
    do: Literal["mark_unread"]


class MarkReadPart(EffectPart):
    do: Literal["mark_read"]


AnyEffect = Annotated[
    AcknowledgePart | NotifyPart | StartDeadlinesPart | MeetDeadlinePart | AlarmPart | RecordPart | MarkUnreadPart | MarkReadPart,
    Field(discriminator="do"),
]


class StatePart(Part):
    label: Words
    citizen: Words
    phase: Literal["open", "closed"]


class TextPart(Part):
    label: Words
    required: bool = True


class TransitionPart(Part):
    name: Name
    label: Words
    from_: list[Name] = Field(alias="from", min_length=1)
    to: Name
    who: list[AgentRole] = Field(min_length=1)
    text: TextPart | None = None
    effects: list[AnyEffect] = []


class ReactionPart(Part):
    on: HappeningName
    by: list[Author] = list(get_args(Author))
    from_: list[Name] = Field(alias="from", default=[], min_length=1)
    to: Name | None = None
    why: Words | Literal[""] = ""
    effects: list[AnyEffect] = []


class LegalPart(Part):
    """The legal clock of the type: which regime, how long, by which article, and which ways in start it by themselves."""

    regime: Literal["svr", "sva", "none"]
    months: Annotated[int, Field(ge=1, le=24)] | None = None
    days: Annotated[int, Field(ge=1, le=730)] | None = None
    article: Words
    why: Words
    channels: list[Name] = []


class AnswerPart(Part):
    """The service's own aim for a first answer: working days after the receipt."""

    working_days: Annotated[int, Field(ge=1, le=250)]
    why: Words


class MomentPart(Part):
    happens: HappeningName
    by: Author
    data: dict[str, Any] = {}
    state: Name
    effects: list[Name] | None = None


class ScenarioPart(Part):
    title: Words
    life: list[MomentPart] = Field(min_length=1)


class DefinitionPart(Part):
    name: Name
    version: Annotated[int, Field(ge=1)]
    title: Words
    summary: Words
    initial: Name
    legal: LegalPart
    answer: AnswerPart
    states: dict[Name, StatePart] = Field(min_length=1)
    transitions: list[TransitionPart]
    reactions: list[ReactionPart]
    scenarios: list[ScenarioPart] = []
