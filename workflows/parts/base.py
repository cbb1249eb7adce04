"""What every part of a document shares."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
LongWords = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Scalar = str | bool | int


def _day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"« {text} » n’est pas une date ; écrivez par exemple 2026-12-31") from None
    return text


Day = Annotated[str, AfterValidator(_day)]


class Part(BaseModel):
    """A part of the document: an unknown key is an error, since a key misspelt would change a life in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
