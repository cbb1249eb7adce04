"""A document that somebody is writing, looked at as it stands: what it says, what is wrong in it, whether it can be lived. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from workflows import vocabulary, yaml_lines
from workflows.check import findings
from workflows.definition import BadDefinition, Definition, loads
from workflows.document import DefinitionPart
from workflows.inherit import merge
from workflows.texts import SHARED, names
from workflows.vocabulary import KEYS, NBSP, PARTS
from workflows.yaml_lines import Document, Path

# Shapes that no form can show: a list where keys should be.
_UNSHAPELY = frozenset({"list_type", "dict_type", "model_type", "model_attributes_type"})


@dataclass(frozen=True, slots=True)
class Told:
    """A fault in plain French: which part to mend (empty: the document), its place in words, the line."""

    path: Path
    where: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Examined:
    """A draft as it stands. `own` is what it says itself, `below` what it extends, `whole` both; `definition` None while it has faults of
    shape or of names. `shapely`: forms can show it, else only its text."""

    own: Any
    below: Any
    whole: Any
    shapely: bool
    definition: Definition | None
    faults: tuple[Told, ...] = field(default_factory=tuple)

    @property
    def sound(self) -> bool:
        """Whether it may be published."""
        return not self.faults and self.definition is not None


def examine(text: str, below: Document | None = None) -> Examined:
    """The draft in this text; `below` is the document that it says it extends, None where there is none such."""
    try:
        found = yaml_lines.read(text)
    except yaml_lines.Unreadable as error:
        told = Told((), "", vocabulary.typeset(f"Ce texte n’est pas lisible : {error}."), error.line)
        return Examined(None, {}, None, False, None, (told,))
    under = below if isinstance(found.data, Mapping) and "extends" in found.data else None
    whole = merge(under, found) if under is not None else found
    try:
        definition = loads(text, "", lambda _name, _version: under)
    except BadDefinition as bad:
        known = labels_of(whole.data) if isinstance(whole.data, Mapping) else {}
        faults = tuple(Told(f.path, where(whole.data, f.path), _without_place(f.text, known), f.line) for f in bad.faults)
        return Examined(found.data, under.data if under else {}, whole.data, shapely(whole.data), None, faults)
    labels = labels_of(whole.data)
    faults = tuple(
        Told(one.path, where(whole.data, one.path), vocabulary.plain(one.text, labels), whole.line(one.path))
        for one in findings(definition, names(SHARED))
    )
    return Examined(found.data, under.data if under else {}, whole.data, True, definition, faults)


def shapely(data: Any) -> bool:
    """Whether the parts are lists and keys where they should be, whatever they say."""
    if not isinstance(data, Mapping):
        return False
    try:
        DefinitionPart.model_validate(data)
    except ValidationError as error:
        return not any(detail["type"] in _UNSHAPELY for detail in error.errors())
    return True


def labels_of(data: Any) -> Mapping[str, str]:
    """The labels of deadlines, transitions and states by their names, for sentences."""
    labels: dict[str, str] = {}
    for part in ("states", "deadlines"):
        named = data.get(part)
        for name, one in named.items() if isinstance(named, Mapping) else ():
            if isinstance(one, Mapping):
                labels[name] = str(one.get("label") or name)
    acts = data.get("transitions")
    for one in acts if isinstance(acts, list) else ():
        if isinstance(one, Mapping) and "name" in one:
            labels[str(one["name"])] = str(one.get("label") or one["name"])
    return labels


def where(data: Any, path: Path) -> str:
    """A place in words: « Champ « Urgence » · libellé »."""
    told, here = list[str](), data
    for n, step in enumerate(path):
        here = here.get(step) if isinstance(here, Mapping) else here[step] if isinstance(here, list) and isinstance(step, int) else None
        if n == 0:
            told.append(PARTS.get(str(step), KEYS.get(str(step), str(step)).capitalize()))
        elif n == 1 and isinstance(here, Mapping) and path[0] in PARTS:
            label = here.get("label") or here.get("title") or here.get("subject")
            told[0] = f"{_ONE.get(str(path[0]), told[0])} «{NBSP}{label or _called(here, step)}{NBSP}»"
        elif isinstance(step, int):
            told.append(str(step + 1))
        else:
            told.append(KEYS.get(step, step))
    return " · ".join(told)


_ONE = {
    "fields": "Champ", "states": "État", "transitions": "Acte", "reactions": "Réaction", "deadlines": "Échéance", "texts": "Texte",
    "documents": "Document", "figures": "Chiffre", "scenarios": "Scénario", "items": "Pièce", "checks": "Vérification", "moves": "Passage",
}  # fmt: skip


def _called(part: Mapping[str, Any], step: str | int) -> str:
    if "on" in part:
        return vocabulary.happening(str(part["on"]))
    return str(part.get("name") or (step if isinstance(step, str) else step + 1))


def _without_place(text: str, labels: Mapping[str, str]) -> str:
    """The fault without the place in the words of the document, which is told beside it."""
    _, colon, rest = text.partition(" : ")
    told = rest if colon and rest else text
    return vocabulary.plain(told[0].upper() + told[1:], labels)
