"""What a collectivity offers to be asked, as its page lists it: by category, or what somebody looks for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from grc.fold import fold
from workflows.definition import Definition
from workflows.propose import propose

GENERAL = "general"  # the type of what has no type of its own: its form is the contact page


def by_category(definitions: Iterable[Definition]) -> list[tuple[str, list[Definition]]]:
    """The types under their categories, which come in the order of the alphabet, as the types within them do."""
    ordered = sorted(definitions, key=lambda one: (fold(one.category), fold(one.title)))
    return [(category, list(found)) for category, found in groupby(ordered, key=lambda one: one.category)]


def matching(definitions: Sequence[Definition], asked: str) -> list[Definition]:
    """The types that have every word somewhere in their title, summary, category or keywords, by its beginning; else those it may mean."""
    wanted = fold(asked).split()
    found = [one for one in definitions if all(any(said.startswith(word) for said in _words(one)) for word in wanted)]
    return found or [proposal.definition for proposal in propose(asked, definitions)]


def _words(definition: Definition) -> list[str]:
    text = " ".join((definition.title, definition.summary, definition.category, *definition.keywords))
    return fold(text).replace("’", " ").replace("'", " ").split()
