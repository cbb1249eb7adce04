"""A register as it is written: lines of typed fields that requests are about. A software, an equipment, a subscription, a known error."""

from __future__ import annotations

from typing import Literal

from pydantic import Field as Limit

from workflows.parts.base import Name, Part, Scalar, Slug, Words
from workflows.parts.fields import Field

ShownTo = Literal["owner", "member", "members", "public"]


class RegisterPart(Part):
    """`owner`: the agency keeps one for all its members, or each collectivity keeps its own."""

    name: Name
    title: Words
    one: Words  # the title of one line
    summary: Words | None = None
    icon: Slug = "book-marked"
    key: Name  # the field by which a person names a line: no two lines of a collectivity share it
    label: Words  # the title of a line, in the words of its fields: `{{ service }}, {{ membre }}`
    fields: list[Field] = Limit(min_length=1)
    columns: list[Name] = []  # of the table of lines; none: the first few fields
    owner: Literal["agency", "each"] = "agency"
    shown_to: ShownTo = "owner"  # beside those who keep it: the member a line is about, all members, everybody
    copies: list[Name] = []  # fields that a request keeps with the line it was made about, as they were then
    member_field: Name | None = None  # the field that says which member a line is about
    asked_by: Name | None = None  # the type by which a member asks for a line
    since_field: Name | None = None  # the dates between which a line holds; none: as long as it is there
    until_field: Name | None = None


class CoveredPart(Part):
    """What a request of this type must be covered by: a line of the member in a register whose field has this value."""

    register_: Name = Limit(alias="register")
    field: Name
    value: Scalar
