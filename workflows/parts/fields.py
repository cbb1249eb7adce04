"""The fields of a request: what is asked of whoever makes it, and what agents add later."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as Limit
from pydantic import StringConstraints

from workflows.parts.base import Name, Part, Words
from workflows.parts.when import When

Kind = Literal[
    "text",  # one line
    "long_text",  # several
    "number",
    "date",
    "moment",  # a date with its hour
    "choice",
    "check",  # yes or no
    "email",
    "phone",
    "file",
    "person",  # name, address, telephone, e-mail
    "place",  # an address, with a point on a map where there is one
    "collectivity",
    "record",  # a line of a register: a software, an equipment, a price
    "group",  # the same few fields, several times
    "computed",
]
ChoiceValue = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Formula = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class Choice(Part):
    """A value, as it is kept, and the words it is shown by."""

    value: ChoiceValue
    label: Words


class Field(Part):
    """One field. `by` says who fills it in: whoever asks, on the form; or an agent, on the ticket."""

    name: Name
    kind: Kind
    label: Words
    help: Words | None = None
    by: Literal["requester", "agent"] = "requester"
    required: bool = True
    when: When = {}  # shown, and asked, only where this holds
    # text and numbers
    longest: Annotated[int, Limit(ge=1, le=20_000)] | None = None
    min: int | float | str | None = None
    max: int | float | str | None = None
    unit: Words | None = None
    # choice
    choices: list[Choice] = []
    many: bool = False
    # record: the name of the register
    of: Name | None = None
    # group
    fields: list[Field] = []
    most: Annotated[int, Limit(ge=1, le=50)] = 10
    # computed
    formula: Formula | None = None
    # whoever asks sees it on his page
    shown: bool = True


class Check(Part):
    """Something the answers must be, together: `formula` is true, else `message` says what to mend, beside `field`."""

    formula: Formula
    message: Words
    field: Name


class Item(Part):
    """A document that the law or the service wants with the request, and the text that says so."""

    name: Name
    label: Words
    article: Words | None = None
    required: bool = True
    when: When = {}
