"""A YAML document with the line of everything in it, so that an error can say where."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

Path = tuple[str | int, ...]


MOST_PARTS = 50_000  # values of a document: ours have some thousands
MOST_LEVELS = 60  # of lists and keys within one another; deeper, libyaml runs out of stack, which ends the process
LARGEST = 10**100  # a whole number beyond can be reckoned with by nothing here
_UNSAID = re.compile("[\x00\ud800-\udfff]")  # what `"\\0"` and `"\\ud800"` write: neither a page nor the database takes it


class _Told:
    """A value that is no such thing (`!!int deux`) is told with its line, whatever the constructor throws at it."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            made = super().construct_object(node, deep)  # type: ignore[misc]
        except (ValueError, LookupError, AttributeError, TypeError, ArithmeticError):
            made = LARGEST + 1
        if isinstance(made, int) and abs(made) > LARGEST:
            raise Unreadable(node.start_mark.line + 1, "cette valeur ne peut pas être lue ; mettez-la entre guillemets")
        if isinstance(made, str) and _UNSAID.search(made):
            raise Unreadable(node.start_mark.line + 1, "ce texte contient un caractère qui n’en est pas un ; supprimez-le")
        return made


class _Loader(_Told, yaml.SafeLoader):
    """Only true and false are booleans (`on:` is a word), and a date stays as it was written."""


class _Fast(_Told, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same by libyaml, ten times as fast. What it cannot read is read again by the other, whose words about it we know."""


# What a plain word is taken for, by its first character: for whoever writes what is to be read here.
RESOLVERS = {
    first: [(tag, pattern) for tag, pattern in found if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for first in "tf":
    RESOLVERS.setdefault(first, []).append(("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$")))
_Loader.yaml_implicit_resolvers = _Fast.yaml_implicit_resolvers = RESOLVERS


# What the parser says of the mistakes people make, as a mend.
_MENDS = {
    "mapping values are not allowed here": "un texte contient deux-points suivis d’une espace ; mettez-le entre guillemets",
    "could not find expected ':'": "il manque deux-points après la clé, ou le retrait est faux",
    "found character '\\t' that cannot start any token": "une tabulation s’y trouve ; le retrait se fait avec des espaces",
    "expected <block end>, but found '<block mapping start>'": "le retrait ne convient pas ; alignez la ligne avec les autres clés",
    "expected <block end>, but found '-'": "le retrait ne convient pas ; alignez la ligne avec les autres éléments",
    "expected ',' or '}', but got '?'": "un texte entre accolades contient un point d’interrogation ; mettez-le entre guillemets",
    "expected ',' or ']', but got '?'": "un texte entre crochets contient un point d’interrogation ; mettez-le entre guillemets",
    "expected <block end>, but found '<scalar>'": "du texte suit une valeur entre guillemets ; mettez tout entre guillemets",
}


_TOO_DEEP = f"les listes et les clés sont trop imbriquées ; {MOST_LEVELS} niveaux au plus"


class Unreadable(Exception):
    """The text is no YAML, or says the same key twice; `line` is where."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    """The data of the document, and the line where each part of it begins."""

    data: Any
    lines: Mapping[Path, int]

    def line(self, path: Sequence[str | int]) -> int:
        """The line of the deepest part of the document that lies on this path.

        Steps that are not of the document (the name of a variant that a validator puts in) are passed over.
        """
        here: Path = ()
        for step in path:
            if (*here, step) in self.lines:
                here = (*here, step)
        return self.lines.get(here, 1)


def read(text: str) -> Document:
    """The document in this text. Raises Unreadable, with the line, where it cannot be read."""
    try:
        _bounded(text)
        return _by(_Fast, text)
    except (yaml.YAMLError, UnicodeEncodeError):
        pass
    try:
        return _by(_Loader, text)
    except RecursionError:
        raise Unreadable(1, _TOO_DEEP) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or str(error)
        raise Unreadable(mark.line + 1 if mark else 1, _MENDS.get(problem, problem)) from None
    except yaml.reader.ReaderError as error:
        raise Unreadable(text.count("\n", 0, error.position) + 1, "un caractère de contrôle s’y trouve ; supprimez-le") from None
    except yaml.YAMLError as error:
        raise Unreadable(1, str(error)) from None


def _bounded(text: str) -> None:
    """Refuses what is nested too deep, or goes on for ever, event by event: composing is recursive."""
    level = 0
    for parts, event in enumerate(yaml.parse(text, Loader=_Fast)):
        if parts > MOST_PARTS:
            raise Unreadable(_line(event), f"ce document est trop long ; {MOST_PARTS} valeurs au plus")
        if isinstance(event, yaml.CollectionStartEvent):
            level += 1
            if level > MOST_LEVELS:
                raise Unreadable(_line(event), _TOO_DEEP)
        elif isinstance(event, yaml.CollectionEndEvent):
            level -= 1


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _by(kind: Any, text: str) -> Document:
    loader = kind(text)
    try:
        node = loader.get_single_node()
        lines: dict[Path, int] = {}
        if node is not None:
            _walk(node, (), lines, set())
        return Document(None if node is None else loader.construct_document(node), lines)
    finally:
        loader.dispose()


def _walk(node: yaml.Node, path: Path, lines: dict[Path, int], seen: set[int]) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if id(node) in seen:  # an alias can hold itself, or make a gigabyte of ten lines
        raise Unreadable(node.start_mark.line + 1, "les renvois (*nom) ne sont pas admis ; répétez la partie")
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise Unreadable(key.start_mark.line + 1, "une clé doit être un mot")
            here = (*path, key.value)
            if here in lines:
                raise Unreadable(key.start_mark.line + 1, f"la clé « {key.value} » est écrite deux fois")
            lines[here] = key.start_mark.line + 1
            _walk(value, here, lines, seen)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(value, (*path, index), lines, seen)
