"""A computed value of a kind of request, as an administrator writes it: `sum(lignes.montant) * 1.2`. Parsed once, reckoned often. Pure.

Operators, the weakest first: `or`, `and`, `not`, `= <> < <= > >=`, `&` (joins texts), `+ -`, `* /`. A text stands between straight
quotes, a quote within it is doubled. Between a date and a number, `+` and `-` count days. `if`, `and`, `or` reckon what they need only.

An empty field makes arithmetic empty, is no in a condition, nothing in `&`, and is passed over by sum, avg, count, min and max.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workflows.formula_check import between, faults, misfit
from workflows.formula_functions import FUNCTIONS, call
from workflows.formula_parse import BadFormula, Call, Chain, Choice, Constant, Name, Node, Unary, quoted, tree
from workflows.formula_values import BOOL, GIVES, NUMBER, Kind, NoValue, Value, kind_of, negative, operate, taken

__all__ = ["BadFormula", "Formula", "Kind", "NoValue", "Value", "check_types", "parse"]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as it was written, and the names it reads: a column of a repeated group is dotted (`lignes.montant`)."""

    text: str
    names: frozenset[str] = field(compare=False)
    _tree: Node = field(compare=False, repr=False)

    def value(self, read: Callable[[str], Any]) -> Value:
        """Its value for one request: a Decimal, a date, a text, a bool, a tuple of these, or None where it is empty.

        `read` gives what stands under a name: of these, an int, a float, a datetime, a list, or the rows of a group to be counted.
        Raises NoValue where there is none: division by zero, a kind that does not fit, a number or text that is too large.
        """
        return _Reckoning(self.text, read).value(self._tree)


def parse(text: str) -> Formula:
    """The formula in this text, of at most 1,000 characters and 30 levels. Raises BadFormula with the place and the mend."""
    found, names = tree(text)
    return Formula(text, names, found)


def check_types(formula: Formula, kinds: Mapping[str, str]) -> tuple[str, ...]:
    """What in the formula can never have a value, where fields are of these kinds: each fault a French sentence with its mend.

    Kinds are number, date, text, bool, and list for a repeated group, its columns and a choice of several.
    """
    return faults(formula._tree, formula.text, kinds)


class _Reckoning:
    """One reckoning of a formula for one request."""

    def __init__(self, text: str, read: Callable[[str], Any]) -> None:
        self._text = text
        self._read = read

    def value(self, node: Node) -> Value:
        match node:
            case Constant():
                return node.value
            case Name():
                raw = self._read(node.name)
                return self._of(node.name, lambda: taken(raw))
            case Unary(sign="not"):
                return not self._holds(node.operand, "not")
            case Unary():
                value = self._fitting(node.operand, "-", NUMBER)
                return negative(value) if isinstance(value, Decimal) else None
            case Choice():
                return self.value(node.yes if self._holds(node.condition, "if") else node.no)
            case Chain(rest=(("and" | "or" as word, _), *_)):
                decides = word == "or"
                parts = (node.first, *(part for _, part in node.rest))
                for part in parts:
                    if self._holds(part, word) is decides:
                        return decides
                return not decides
            case Chain():
                value = self.value(node.first)
                for sign, part in node.rest:
                    value = self._operated(sign, value, self.value(part), self._text[node.start : part.end])
                return value
            case Call():
                takes = FUNCTIONS[node.function].kinds
                values = [self._fitting(part, node.function, takes(place)) for place, part in enumerate(node.values)]
                return self._of(self._text[node.start : node.end], lambda: call(node.function, values))

    def _operated(self, sign: str, left: Value, right: Value, source: str) -> Value:
        kinds = kind_of(left), kind_of(right)
        if None not in kinds and kinds not in GIVES[sign]:
            raise NoValue(between(source, sign, *({kind} for kind in kinds if kind)))
        return self._of(source, lambda: operate(sign, left, right))

    def _holds(self, node: Node, word: str) -> bool:
        return self._fitting(node, word, BOOL) is True

    def _fitting(self, node: Node, taker: str, wanted: frozenset[Kind]) -> Value:
        value = self.value(node)
        if (kind := kind_of(value)) is not None and kind not in wanted:
            raise NoValue(misfit(self._text[node.start : node.end], taker, {kind}, wanted))
        return value

    def _of(self, source: str, compute: Callable[[], Value]) -> Value:
        """What is computed; where there is nothing, the reason names the part of the formula."""
        try:
            return compute()
        except NoValue as error:
            raise NoValue(f"{quoted(source)} : {error.message}") from None
