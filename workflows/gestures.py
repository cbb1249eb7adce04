"""How a form is shown again without JavaScript, with a line more, a line less, or a question that an answer opened. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from workflows.form import MOST_LINES, PREFIX, Raw, lines

BUTTON = "geste"  # the name of such a button; its value is one of these, with the group and the line after a colon
CONTINUE, ADD, REMOVE = "continuer", "ajouter", "retirer"


def asked_for(raw: Raw) -> str:
    """The gesture that was made, empty where the form was simply sent."""
    given = raw.get(BUTTON)
    return given[0][:100] if given else ""


def after(raw: Raw, gesture: str) -> dict[str, Sequence[str]]:
    """The form as it is to be shown again after a gesture; one that is not known changes nothing."""
    verb, _, where = gesture.partition(":")
    group, _, number = where.partition(":")
    name = PREFIX + group
    if verb == ADD and group and len(there := lines(raw, name)) < MOST_LINES:
        return {**raw, f"{name}.{there[-1] + 1 if there else 0}": [""]}
    if verb == REMOVE and number:
        line = f"{name}.{number}"
        return {key: texts for key, texts in raw.items() if key != line and not key.startswith(f"{line}.")}
    return dict(raw)
