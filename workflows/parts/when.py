"""A condition as it is written: `when: {channel: [email, form], fields.urgence: {not: [basse]}, fields.postes: {min: 3}}`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from workflows.parts.base import Part, Scalar

# A fact that happens to be said (`channel`), or a field of the ticket (`fields.urgence`, `fields.lieu.insee`).
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,2}$")]


class TestPart(Part):
    """What a value is asked. All that is written must hold; an empty value answers only `filled` and `not`."""

    __test__ = False

    is_: list[Scalar] | None = Field(alias="is", default=None, min_length=1)
    not_: list[Scalar] | None = Field(alias="not", default=None, min_length=1)
    min: int | float | str | None = None  # of a number, or the first day of a date
    max: int | float | str | None = None
    filled: bool | None = None


When = dict[Key, list[Scalar] | TestPart]
