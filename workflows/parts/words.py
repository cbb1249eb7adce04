"""What a type writes by itself: notices that leave, documents on paper, figures for those who steer."""

from __future__ import annotations

from typing import Literal

from workflows.parts.base import LongWords, Name, Part, Words
from workflows.parts.when import Key, When


class Notice(Part):
    """A message written by the service: a subject, and a text whose blank lines make paragraphs. `{{ reference }}` is a variable."""

    subject: Words
    body: LongWords


class Paper(Part):
    """A document as PDF: a text like that of a notice, with headings (`# …`) and lists (`- …`)."""

    title: Words
    body: LongWords
    file: Words  # its name; variables may stand in it
    facts: list[Name] = []  # fields listed below the text, with their labels
    signed: bool = False  # room for a signature


# What a figure may measure, and what it may be by, besides the fields of the type.
MEASURED = ("rating", "minutes", "km", "hours_to_answer", "hours_to_close")
GROUPED = ("state", "service", "member", "month", "rating")


class Figure(Part):
    """A number or a chart for those who steer, reckoned over the tickets of the type that were opened in the period."""

    name: Name
    label: Words
    measure: Literal["count", "sum", "mean", "median", "share"] = "count"
    of: Key | None = None  # fields.x, or a measure of the ticket: rating, minutes, km, hours_to_close, hours_to_answer
    by: Key | None = None  # fields.x, state, service, member, month, rating; none: one number
    when: When = {}
    unit: Words | None = None
