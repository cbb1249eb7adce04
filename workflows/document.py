"""The shape of a definition document, as it is written: checked here, at the edge, and turned into values by `definition.py`."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import Field, StringConstraints

from workflows.parts.base import Day, LongWords, Name, Part, Slug, Words
from workflows.parts.deadlines import DeadlineRule
from workflows.parts.effects import AnyEffect
from workflows.parts.fields import Check, Item
from workflows.parts.fields import Field as FieldPart
from workflows.parts.registers import CoveredPart
from workflows.parts.when import When
from workflows.parts.words import Figure, Notice, Paper

HappeningName = Annotated[
    str,
    StringConstraints(
        pattern=r"^(opened|citizen_message|automatic_message|bounce|agent_reply|note|acknowledged|third_message|third_reply|linked_closed"
        r"|rated|(deadline|reminder|transition):[a-z][a-z0-9_]*)$"
    ),
]
Author = Literal["citizen", "agent", "system", "third"]
# In a `from`, instead of each by its name: every state that is open, or closed, also those that a type on top adds.
EVERY = {"any_open": "open", "any_closed": "closed"}
# The roles of agents in the service that has the ticket; `requester` is whoever asked, on his own page; `system`: no button, only what
# another ticket says of this one (tell_linked).
Actor = Literal["agent", "chief", "admin", "requester", "system"]


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
    to: Name | None = None  # none: it stays in its state
    who: list[Actor] = Field(min_length=1)
    when: When = {}
    otherwise: Words | None = None  # what is said to whoever may act, where the guard does not hold
    asks: list[Name] = []  # fields filled in on the way
    text: TextPart | None = None
    effects: list[AnyEffect] = []


class ReactionPart(Part):
    on: HappeningName
    by: list[Author] = list(get_args(Author))
    from_: list[Name] = Field(alias="from", default=[], min_length=1)
    when: When = {}
    to: Name | None = None
    also: bool = False  # its effects come on top of those of the reaction that is taken
    why: Words | Literal[""] = ""
    effects: list[AnyEffect] = []


class RemindersPart(Part):
    """How many working days before a deadline of the law the agent in charge is reminded of it."""

    are: Annotated[int, Field(ge=1, le=9)] = 2  # the acknowledgement
    notify: Annotated[int, Field(ge=1, le=60)] = 5  # the decision
    reasons: Annotated[int, Field(ge=1, le=20)] = 5  # the reasons of an implicit rejection


class LegalPart(Part):
    """The legal clock of the type: which regime, how long, by which article, and which ways in start it by themselves.

    `remedies`: what whoever asked may do where no answer comes, in place of the usual appeals; the acknowledgement says it.
    """

    regime: Literal["svr", "sva", "none"]
    months: Annotated[int, Field(ge=1, le=24)] | None = None
    days: Annotated[int, Field(ge=1, le=730)] | None = None
    article: Words
    why: Words
    channels: list[Name] = []
    remedies: LongWords | None = None
    reminders: RemindersPart = RemindersPart()


class MomentPart(Part):
    happens: HappeningName
    by: Author
    data: dict[str, Any] = {}
    fields: dict[str, Any] = {}  # given with it: by the form at the opening, by what a transition asks
    state: Name
    effects: list[Name] | None = None


class ScenarioPart(Part):
    title: Words
    life: list[MomentPart] = Field(min_length=1)


class ExtendsPart(Part):
    """The type this one begins as: all that is not said here is said there, at that version, for ever."""

    name: Name
    version: Annotated[int, Field(ge=1)]


class MovePart(Part):
    """How a running ticket comes here from an older version: old states and fields to new ones; a state not named keeps its name."""

    states: dict[Name, Name] = {}
    fields: dict[Name, Name | None] = {}


class DefinitionPart(Part):
    name: Name
    version: Annotated[int, Field(ge=1)]
    extends: ExtendsPart | None = None
    title: Words
    summary: Words
    category: Words = "Autres demandes"
    icon: Slug = "message-square"
    audience: Literal["citizen", "member", "internal"] = "citizen"  # who asks: people, agents of the members, the service itself
    keywords: list[Words] = []
    covered_by: CoveredPart | None = None  # what a member must have for it: `opened` then says `subscribed` and `covered`
    service: Slug | None = None  # in charge by default
    open: bool = True
    opens: Day | None = None  # it may be asked from this day on, until and with that one
    closes: Day | None = None
    needs: list[Words] = []  # what to have at hand before one starts
    initial: Name
    legal: LegalPart
    fields: list[FieldPart] = []
    checks: list[Check] = []
    items: list[Item] = []
    states: dict[Name, StatePart] = Field(min_length=1)
    transitions: list[TransitionPart]
    reactions: list[ReactionPart]
    deadlines: dict[Name, DeadlineRule] = {}
    texts: dict[Name, Notice] = {}
    documents: dict[Name, Paper] = {}
    figures: list[Figure] = []
    moves: dict[Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,5}$")], MovePart] = {}  # by the version a ticket comes from
    scenarios: list[ScenarioPart] = []
