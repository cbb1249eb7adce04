"""What in a formula can never have a value, whatever a request says: names that are no field, kinds that go nowhere together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import product

from workflows.formula_functions import FUNCTIONS
from workflows.formula_parse import Call, Chain, Choice, Constant, Name, Node, Unary, perhaps, quoted
from workflows.formula_values import ANY, BOOL, GIVES, LIST, NUMBER, Kind, called, kind_of


def faults(tree: Node, text: str, kinds: Mapping[str, str]) -> tuple[str, ...]:
    """The faults of this tree of this text, where names are of these kinds, in the order of the text."""
    check = _Check(text, kinds)
    check.kinds_of(tree)
    return tuple(dict.fromkeys(check.faults))


def misfit(source: str, taker: str, kinds: Collection[Kind], wanted: frozenset[Kind]) -> str:
    """The sentence on a part of these kinds where a function or sign wants others."""
    told = f"{quoted(source)} est {called(kinds)} ; « {taker} » attend {called(wanted)}"
    if wanted == BOOL:
        return f"{told}, par exemple une comparaison."
    return f"{told}. Entourez la liste de sum(…) ou de count(…)." if set(kinds) == LIST else f"{told}."


def between(source: str, sign: str, left: Collection[Kind], right: Collection[Kind]) -> str:
    """The sentence on an operator between two parts of these kinds, of which it makes nothing."""
    met = {*left, *right}
    if "list" in met:
        mend = "cherchez avec contains(liste, valeur)" if sign in ("=", "<>") else "entourez la liste de sum(…) ou de count(…)"
    elif sign == "+" and "text" in met:
        mend = "pour joindre des textes, écrivez &"
    elif {"date", "text"} == met:
        mend = "une date s’écrit date(2026, 12, 31)"
    elif "bool" in GIVES[sign].values():
        mend = "comparez deux valeurs du même type"
    else:
        mend = "changez l’une des deux valeurs"
    return f"{quoted(source)} : « {sign} » ne va pas entre {called(left)} et {called(right)} ; {mend}."


class _Check:
    """The kinds that each part of a formula may be of, and what fits nowhere."""

    def __init__(self, text: str, kinds: Mapping[str, str]) -> None:
        self._text = text
        self._kinds = kinds
        self.faults: list[str] = []

    def kinds_of(self, node: Node) -> frozenset[Kind]:
        match node:
            case Constant():
                kind = kind_of(node.value)
                return ANY if kind is None else frozenset({kind})
            case Name():
                return self._named(node.name)
            case Unary(sign="not"):
                return self._fitting(node.operand, "not", BOOL)
            case Unary():
                return self._fitting(node.operand, "-", NUMBER)
            case Choice():
                self._fitting(node.condition, "if", BOOL)
                return self.kinds_of(node.yes) | self.kinds_of(node.no)
            case Chain(rest=(("and" | "or" as word, _), *_)):
                for part in (node.first, *(part for _, part in node.rest)):
                    self._fitting(part, word, BOOL)
                return BOOL
            case Chain():
                found = self.kinds_of(node.first)
                for sign, part in node.rest:
                    found = self._operated(sign, found, self.kinds_of(part), self._text[node.start : part.end])
                return found
            case Call():
                return self._called(node)

    def _named(self, name: str) -> frozenset[Kind]:
        if name not in self._kinds:
            self.faults.append(f"{quoted(name)} n’existe pas ; {perhaps(name, (*self._kinds, 'true', 'false'))}")
        return frozenset(kind for kind in ANY if kind == self._kinds.get(name)) or ANY

    def _operated(self, sign: str, left: frozenset[Kind], right: frozenset[Kind], source: str) -> frozenset[Kind]:
        gives = GIVES[sign]
        found = frozenset(gives[pair] for pair in product(left, right) if pair in gives)
        if not found:
            self.faults.append(between(source, sign, left, right))
        return found or frozenset(gives.values())

    def _called(self, node: Call) -> frozenset[Kind]:
        function = FUNCTIONS[node.function]
        gives = function.gives
        for place, part in enumerate(node.values):
            found = self._fitting(part, node.function, function.kinds(place))
            if len(function.gives) > 1 and "list" not in found:  # the largest and the smallest are of the kind of all values
                gives &= found
        if not gives:
            source = quoted(self._text[node.start : node.end])
            self.faults.append(f"{source} : un nombre et une date ne se comparent pas ; donnez des valeurs du même type.")
        return gives or function.gives

    def _fitting(self, node: Node, taker: str, wanted: frozenset[Kind]) -> frozenset[Kind]:
        found = self.kinds_of(node)
        if not found & wanted:
            self.faults.append(misfit(self._text[node.start : node.end], taker, found, wanted))
        return found & wanted or wanted
