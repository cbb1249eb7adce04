"""The text of a formula as a tree: tokens, then a Pratt parser. What cannot be read is told with its place and its mend."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from typing import NamedTuple

from grc.fold import fold
from workflows.formula_functions import FUNCTIONS
from workflows.formula_values import NoValue, number

LONGEST, DEEPEST = 1_000, 30  # characters, expressions within expressions
_FEW = 20

_TOKEN = re.compile(
    r"""(?P<number>[0-9]+(?:\.[0-9]+)?) | (?P<text>"(?:[^"]|"")*") | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)?)
      | (?P<sign><=|>=|<>|[-+*/&=<>(),]) | (?P<end>\Z)""",
    re.VERBOSE,
)
_SPACE = re.compile(r"\s*")
_DECIMAL_COMMA = re.compile(r",[0-9]")
_RANKS = (("or",), ("and",), ("not",), ("=", "<>", "<", "<=", ">", ">="), ("&",), ("+", "-"), ("*", "/"))
_RANK = {sign: rank for rank, signs in enumerate(_RANKS, 1) for sign in signs}
_NOT, _COMPARISON, _MINUS = _RANK["not"], _RANK["="], len(_RANKS) + 1
_TRUTH = {"true": True, "false": False}
_CHOICE = "if"
_HABITS = {  # what one writes elsewhere, and what it is here
    "×": "*", "÷": "/", ":": "/", "−": "-", "–": "-", "≤": "<=", "≥": ">=", "≠": "<>", "!": "<>", ";": ",", "[": "(", "]": ")",
    **dict.fromkeys("“”„«»'‘’", '"'),
    "absolu": "abs", "ans": "years", "arrondi": "round", "compte": "count", "contient": "contains", "et": "and", "faux": "false",
    "jours": "days", "moyenne": "avg", "nb": "count", "nombre": "count", "non": "not", "ou": "or", "si": "if", "somme": "sum",
    "vide": "empty", "vrai": "true",
}  # fmt: skip


class BadFormula(ValueError):
    """The text is no formula: `position` is the index of the first character at fault; `message` says the mend, in French."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position
        self.message = message


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a formula, and where it stands in the text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Constant(Part):
    """A number, a text, true or false; None for an empty text."""

    value: Decimal | str | bool | None


@dataclass(frozen=True, slots=True)
class Name(Part):
    """A field, or a column of a repeated group."""

    name: str


@dataclass(frozen=True, slots=True)
class Unary(Part):
    """A sign before one part."""

    sign: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Chain(Part):
    """Operators of one rank, from left to right: as many as one likes are no deeper than one."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Choice(Part):
    """`if(condition, yes, no)`: of the two only one is ever reckoned."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Call(Part):
    """A function and its values."""

    function: str
    values: tuple[Node, ...]


Node = Constant | Name | Unary | Chain | Choice | Call


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int

    @property
    def sign(self) -> str:
        """The sign, or the word that is one; empty where it is neither."""
        return self.text if self.kind == "sign" else ""


def tree(text: str) -> tuple[Node, frozenset[str]]:
    """The formula as a tree, and the names it reads. Raises BadFormula."""
    if len(text) > LONGEST:
        raise BadFormula(LONGEST, f"la formule est trop longue : {LONGEST} signes au plus.")
    parser = _Parser(text)
    return parser.whole(), frozenset(parser.names)


def quoted(text: str) -> str:
    """The text between guillemets, cut where it is long."""
    return f"« {text if len(text) <= 40 else text[:39] + '…'} »"


def perhaps(word: str, known: Collection[str]) -> str:
    """The end of a sentence: the known word that this one is near to, else those there are, where they are few."""
    folded = fold(word)
    habit = _HABITS.get(folded)
    near = [habit] if habit in known else get_close_matches(folded, known, n=1)
    if near:
        return f"vouliez-vous « {near[0]} » ?"
    return f"choisissez parmi {', '.join(sorted(known))}." if 0 < len(known) <= _FEW else "corrigez son nom."


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while True:
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]  # no space is a match, too
        found = _TOKEN.match(text, at)
        if found is None:
            raise BadFormula(at, _unreadable(text[at]))
        kind, word = str(found.lastgroup), found[0]
        if kind == "name" and word.lower() in _RANK:
            kind, word = "sign", word.lower()
        yield _Token(kind, word, at, found.end())
        if kind == "end":
            return
        at = found.end()
        # « max(2, km * 0,35) » would silently be three values.
        if kind == "number" and _DECIMAL_COMMA.match(text, at):
            raise BadFormula(at, "un nombre s’écrit avec un point (1.5) ; entre deux valeurs, mettez une virgule et une espace (1, 5).")


def _unreadable(sign: str) -> str:
    if sign == '"':
        return "ce texte n’est pas fermé ; ajoutez un guillemet droit à sa fin."
    if sign == ".":
        return "ce point ne sépare ni les décimales d’un nombre (0.5), ni un groupe de sa colonne (lignes.montant) ; retirez-le."
    if sign == "%":
        return "le signe « % » n’existe pas ici ; divisez par 100."
    shown = quoted(sign) if sign.isprintable() else f"invisible (U+{ord(sign):04X})"
    return f"le signe {shown} n’existe pas ici ; {f'écrivez {_HABITS[sign]}' if sign in _HABITS else 'retirez-le'}."


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.names: set[str] = set()
        self._tokens = _tokens(text)
        self._token = next(self._tokens)
        self._depth = 0

    def whole(self) -> Node:
        """The tree of all the text."""
        if self._token.kind == "end":
            raise BadFormula(0, "la formule est vide ; écrivez par exemple « quantite * prix ».")
        found = self._expression(0)
        if self._token.kind != "end":
            raise self._astray(found)
        return found

    def _take(self) -> _Token:
        token = self._token
        if token.kind != "end":
            self._token = next(self._tokens)
        return token

    def _expression(self, floor: int) -> Node:
        """The longest expression from here whose operators rank above the floor."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadFormula(self._token.start, f"la formule est trop imbriquée : {DEEPEST} niveaux au plus ; coupez-la en deux calculs.")
        left = self._operand()
        while (rank := _RANK.get(self._token.sign, 0)) > floor and rank != _NOT:
            left = self._chain(left, rank)
        self._depth -= 1
        return left

    def _chain(self, first: Node, rank: int) -> Chain:
        rest: list[tuple[str, Node]] = []
        while _RANK.get(self._token.sign) == rank:
            if rank == _COMPARISON and rest:
                raise BadFormula(self._token.start, "on compare deux valeurs à la fois ; écrivez par exemple « 1 < n and n < 5 ».")
            rest.append((self._take().sign, self._expression(rank)))
        return Chain(first.start, rest[-1][1].end, first, tuple(rest))

    def _operand(self) -> Node:
        token = self._take()
        start, end = token.start, token.end
        if token.kind == "number":
            try:
                return Constant(start, end, number(token.text))
            except NoValue as error:
                raise BadFormula(start, error.message) from None
        if token.kind == "text":
            return Constant(start, end, token.text[1:-1].replace('""', '"') or None)
        if token.kind == "name":
            return self._named(token)
        if token.sign == "(":
            found = self._expression(0)
            return replace(found, start=start, end=self._close(found))
        if token.sign in ("-", "not"):
            operand = self._expression(_MINUS if token.sign == "-" else _NOT)
            return Unary(start, operand.end, token.sign, operand)
        where = f"avant {quoted(token.text)}" if token.text else "à la fin"
        raise BadFormula(start, f"il manque une valeur {where} ; ajoutez-la.")

    def _named(self, name: _Token) -> Node:
        if self._token.sign == "(":
            return self._call(name)
        if name.text.lower() in _TRUTH:
            return Constant(name.start, name.end, _TRUTH[name.text.lower()])
        self.names.add(name.text)
        return Name(name.start, name.end, name.text)

    def _call(self, name: _Token) -> Node:
        function = name.text.lower()
        if function not in FUNCTIONS and function != _CHOICE:
            raise BadFormula(name.start, f"{quoted(name.text)} n’est pas une fonction ; {perhaps(name.text, (*FUNCTIONS, _CHOICE))}")
        opened = self._take()
        values: list[Node] = []
        while self._token.sign != ")" or values:
            values.append(self._expression(0))
            if self._token.sign != ",":
                break
            self._take()
        end = self._close(values[-1] if values else None)
        least, most = (3, 3) if function == _CHOICE else (FUNCTIONS[function].least, FUNCTIONS[function].most)
        if not least <= len(values) <= (most or len(values)):
            told = f"{least} au moins" if most is None else str(least) if most == least else f"{least} ou {most}"
            raise BadFormula(opened.start, f"nombre de valeurs de {quoted(function)} : {told}, pas {len(values)}.")
        if function == _CHOICE:
            return Choice(name.start, end, *values)
        return Call(name.start, end, function, tuple(values))

    def _close(self, last: Node | None) -> int:
        if self._token.kind == "end":
            raise BadFormula(self._token.start, "il manque une parenthèse fermante ; ajoutez-la.")
        if self._token.sign != ")":
            raise self._astray(last)
        return self._take().end

    def _astray(self, last: Node | None) -> BadFormula:
        """What follows a value and cannot."""
        token = self._token
        if token.sign == ")":
            return BadFormula(token.start, "cette parenthèse n’a pas été ouverte ; retirez-la.")
        if token.sign == ",":
            return BadFormula(token.start, "une virgule sépare les valeurs d’une fonction ; ailleurs, retirez-la.")
        told = f"il manque un opérateur avant {quoted(token.text)}"
        if token.kind == "number" and isinstance(last, Constant) and isinstance(last.value, Decimal):
            return BadFormula(token.start, f"{told} ; un grand nombre s’écrit sans espace.")
        for word in (token.text, last.name if isinstance(last, Name) else ""):
            if (habit := _HABITS.get(fold(word))) in ("and", "or", "not"):
                return BadFormula(token.start, f"{told} ; vouliez-vous {quoted(habit)} ?")
        return BadFormula(token.start, f"{told} ; ajoutez-le, par exemple + ou &.")
