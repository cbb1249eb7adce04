"""Which types of request a sentence of somebody's own words may mean: the most likely first, three at most. Pure, no model, no network.

The words of the sentence are compared with the keywords and the title of each type, without accents, case or plural; a letter too
many, too few or mistaken in a long word does no harm, nor does a word more within a phrase. A phrase counts more than a word, a word
that several types claim counts less.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, Protocol, TypeVar

from grc.fold import fold

MOST = 3
_LOOKED_AT = 2_000  # characters: what somebody wants stands at the beginning
_LEAST = 0.85  # one keyword that no other type claims, or two words of a title
_OF_TITLE, _NOT_QUITE = 0.5, 0.9
_LONG = 6  # letters of a word that is recognised misspelt
_WORD = re.compile(r"[a-z0-9]+")
# Words that say nothing about what is wanted: they are passed over in sentences and in keywords alike.
_SILENT = frozenset(
    """
    a ai as au aux avec avez avoir avons bonjour bonsoir c ca ce cet cette ceux chez comment cordialement d dans de demande demander depuis
    des du elle en es est et etre fait faire faut il ils j je l la le les leur lui m ma madame mairie me merci mes moi mon monsieur n ne nos
    notre nous on ont ou par pas plait plus pour pourriez pouvez puis qu quand que quel quelle qui quoi s sa se ses si souhaite souhaiterais
    suis sur t toujours tres un une votre vos voudrais vous veux y
    """.split()  # noqa: SIM905 - a list of words reads as words
)


class Named(Hashable, Protocol):
    """What can be proposed: a type of request, a known error. Told by its keywords, and less by the words of its title."""

    @property
    def title(self) -> str: ...
    @property
    def keywords(self) -> tuple[str, ...]: ...


Found = TypeVar("Found", bound=Named)


@dataclass(frozen=True, slots=True)
class Proposal(Generic[Found]):
    """What a sentence may mean; `because` are the keywords that were found, as they are written there."""

    definition: Found
    score: float
    because: tuple[str, ...]


Phrase = tuple[str, ...]


def propose(text: str, definitions: Iterable[Found], most: int = MOST) -> tuple[Proposal[Found], ...]:
    """The types that this text may mean, the most likely first; none where no keyword is found."""
    offered = tuple(definitions)
    said = _Said(_words(text[:_LOOKED_AT]))
    claims = Counter(phrase for definition in offered for phrase in _phrases(definition))
    found = [proposal for definition in offered if (proposal := _proposal(definition, said, claims)) is not None]
    return tuple(sorted(found, key=lambda proposal: (-proposal.score, proposal.definition.title))[:most])


def _proposal(definition: Found, said: _Said, claims: Mapping[Phrase, int]) -> Proposal[Found] | None:
    score, because = 0.0, []
    for phrase, (written, weight) in _phrases(definition).items():
        if likeness := said.holds(phrase):
            score += weight * likeness * len(phrase) ** 1.5 / claims[phrase]
            because.append(written)
    return Proposal(definition, score, tuple(because)) if score >= _LEAST else None


class _Said:
    """The words of a sentence, each with its places, and each long one also under what is left of it without one of its letters."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._places: dict[str, list[int]] = {}
        self._near: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            self._places.setdefault(word, []).append(place)
            for near in _without_a_letter(word):
                self._near.setdefault(near, []).append(place)

    def holds(self, phrase: Phrase) -> float:
        """1 where the phrase is said word by word, less where it is misspelt or other words stand within it, 0 where it is not said."""
        best = 0.0
        for place in self._found(phrase[0]):
            said = self._words[place : place + len(phrase)]
            if said == list(phrase):
                return 1.0
            if self._follows(phrase, place):
                best = _NOT_QUITE
        return best

    def _follows(self, phrase: Phrase, place: int) -> bool:
        """Whether the rest of the phrase comes after this place, with one word more between two of its own at most."""
        for word in phrase[1:]:
            following = self._words[place + 1 : place + 3]
            step = next((n for n, said in enumerate(following, 1) if _alike(said, word)), None)
            if step is None:
                return False
            place += step
        return True

    def _found(self, word: str) -> list[int]:
        found = list(self._places.get(word, ()))
        for near in _without_a_letter(word):
            found += self._near.get(near, ())
        return found


@lru_cache(maxsize=4096)
def _phrases(definition: Named) -> Mapping[Phrase, tuple[str, float]]:
    """The keywords of a type as folded words, each with how it is written and what it weighs; its title, word by word, below them."""
    found: dict[Phrase, tuple[str, float]] = {}
    for keyword in definition.keywords:
        if phrase := tuple(_words(keyword)):
            found.setdefault(phrase, (keyword, 1.0))
    for word in _words(definition.title):
        found.setdefault((word,), (word, _OF_TITLE))
    return found


def _words(text: str) -> list[str]:
    """The words that say something, folded and in the singular."""
    return [_singular(word) for word in _WORD.findall(fold(text)) if word not in _SILENT]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


def _alike(one: str, other: str) -> bool:
    return one == other or not _without_a_letter(one).isdisjoint(_without_a_letter(other))


@lru_cache(maxsize=8192)
def _without_a_letter(word: str) -> frozenset[str]:
    """A long word, and what is left of it without any one of its letters: two that differ by one letter share one of these."""
    if len(word) < _LONG or not word.isalpha():
        return frozenset()
    return frozenset((word, *(word[:n] + word[n + 1 :] for n in range(len(word)))))
