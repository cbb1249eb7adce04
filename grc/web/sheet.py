"""A form of a type as it stands: what it asks, what was typed in it, what that says, and how it is drawn and sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from grc.db.transaction import Transaction
from grc.types.options import Options, options
from grc.web.asked import Asked, draw
from workflows.definition import Definition
from workflows.form import Filled, Raw, documents, fill
from workflows.letter import letter, subject
from workflows.parts.fields import Field


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form of a type, filled in so far."""

    definition: Definition
    raw: Raw
    filled: Filled
    options: Options
    today: date
    fields: tuple[Field, ...]  # all that is asked, the documents behind

    def with_files(self, names: Mapping[str, Sequence[str]]) -> Sheet:
        """The same with the names of the files that answer its questions."""
        raw = {**self.raw, **names}
        return replace(self, raw=raw, filled=fill(self.definition, self.fields, raw, self.today, self.options.find))

    def questions(self, faults: Mapping[str, Sequence[str]]) -> list[Asked]:
        """The questions as they are drawn."""
        return draw([one for one in self.fields if one.kind != "file"], self.raw, self.filled, self.options, faults)

    def papers(self, faults: Mapping[str, Sequence[str]], kept: Mapping[str, Sequence[Any]]) -> list[Asked]:
        """The files that are asked for. They stand last on the page: where they are too large, all else has been read before them."""
        return draw([one for one in self.fields if one.kind == "file"], self.raw, self.filled, self.options, faults, kept)

    def sealed(self, free: str) -> dict[str, Any]:
        """What of it goes into an envelope; `free` is what was written besides."""
        return {
            "type": self.definition.name,
            "champs": dict(self.filled.values),
            "objet": subject(self.definition, self.filled.values, free),
            "message": letter(self.fields, self.filled.values, free) or self.definition.title,
        }


def fields_of(definition: Definition) -> tuple[Field, ...]:
    """What whoever asks is asked: his fields, and the documents that go with them."""
    return (*(one for one in definition.fields if one.by == "requester"), *documents(definition))


async def sheet(
    tx: Transaction, definition: Definition, collectivity_id: int, raw: Raw, today: date, member_id: int | None = None,
    *, files: bool = True,
) -> Sheet:  # fmt: skip
    """The form with what was typed, in a transaction that may see what its fields name. Without `files` none is asked for."""
    fields = tuple(one for one in fields_of(definition) if files or one.kind != "file")
    known = await options(tx, collectivity_id, fields, raw, today, member_id)
    return Sheet(definition, raw, fill(definition, fields, raw, today, known.find), known, today, fields)
