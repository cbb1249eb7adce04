"""What is wrong in a definition document: the line, the place, and how to mend it, in French, for whoever writes one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from workflows import astray, document, yaml_lines
from workflows.astray import EFFECT_NAMES, LEGAL_KINDS, Fault, place
from workflows.document import DefinitionPart
from workflows.inherit import merge
from workflows.parts import base, deadlines, effects, fields, when, words
from workflows.yaml_lines import Document

__all__ = ["LEGAL_KINDS", "Below", "Fault", "examine", "nothing_below", "validate"]

# The document of a type at a version, whole (what it extends itself is in it); None where there is none.
Below = Callable[[str, int], Document | None]


def nothing_below(_name: str, _version: int) -> Document | None:
    """Where no other type is known."""
    return None


def validate(text: str, below: Below = nothing_below) -> tuple[DefinitionPart | None, Document, tuple[Fault, ...]]:
    """The document in its shape, the lines of its parts, and every fault: of shape, else of names that point nowhere."""
    try:
        found = yaml_lines.read(text)
    except yaml_lines.Unreadable as error:
        return None, Document(None, {}), (Fault(error.line, f"ce n’est pas du YAML lisible : {error}"),)
    extends = found.data.get("extends") if isinstance(found.data, Mapping) else None
    if isinstance(extends, Mapping):
        name, version = extends.get("name"), extends.get("version")
        under = below(name, version) if isinstance(name, str) and isinstance(version, int) else None
        if under is None:
            told = f"extends : le type « {name} » n’a pas de version {version} ; corrigez le nom ou la version."
            return None, found, (Fault(found.line(("extends",)), told),)
        found = merge(under, found)
    part, faults = examine(found)
    return part, found, faults


def examine(found: Document) -> tuple[DefinitionPart | None, tuple[Fault, ...]]:
    """A document that was read, or merged, in its shape, with every fault."""
    try:
        part = DefinitionPart.model_validate(found.data)
    except ValidationError as error:
        faults = (Fault(found.line(detail["loc"]), _told(found, detail)) for detail in error.errors())
        return None, tuple(sorted(set(faults)))
    return part, tuple(sorted(set(astray.astray(part, found))))


def _told(found: Document, detail: ErrorDetails) -> str:
    path = [step for step in detail["loc"] if step != "[key]"]
    name = str(path[-1]) if path else "le document"
    where = place(found, path)
    limits = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return f"{where} : il manque « {name} » ; ajoutez-le."
        case "extra_forbidden":
            near = get_close_matches(name, _known_keys(found, path), n=1)
            return f"{where} : « {name} » n’est pas connu ici ; {_perhaps(near)}"
        case "literal_error":
            return f"{where} : {_shown(detail['input'])} ne convient pas ; choisissez {_choices(limits.get('expected'))}."
        case "union_tag_invalid" | "union_tag_not_found":
            near = get_close_matches(str(limits.get("tag", "")), EFFECT_NAMES, n=1)
            known = ", ".join(EFFECT_NAMES)
            return f"{where} : « do » doit nommer un effet ({known}) ; {_perhaps(near)}"
        case "string_pattern_mismatch":
            name = _shown(detail["input"])
            return f"{where} : {name} n’est pas un nom admis ; écrivez en minuscules sans accent, par exemple « in_progress »."
        case "string_type":
            return f"{where} : un texte est attendu, pas {_shown(detail['input'])} ; mettez-le entre guillemets."
        case "string_too_short":
            return f"{where} : le texte est vide ; écrivez-le ou supprimez la clé."
        case "int_type" | "int_parsing":
            return f"{where} : un nombre entier est attendu, pas {_shown(detail['input'])}."
        case "value_error":
            return f"{where} : {detail['msg'].removeprefix('Value error, ')}."
        case "bool_type":
            return f"{where} : écrivez true ou false, pas {_shown(detail['input'])}."
        case "list_type":
            return f"{where} : une liste est attendue ; écrivez [a, b] ou une ligne « - … » par élément."
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"{where} : des clés sont attendues (« clé: valeur »), pas {_shown(detail['input'])}."
        case "too_short":
            return f"{where} : la liste est vide ; il en faut au moins {limits.get('min_length', 1)}."
        case "greater_than_equal":
            return f"{where} : {_shown(detail['input'])} est trop petit ; au moins {limits.get('ge')}."
        case "less_than_equal":
            return f"{where} : {_shown(detail['input'])} est trop grand ; au plus {limits.get('le')}."
        case _:
            return f"{where} : {detail['msg']}."


def _known_keys(found: Document, path: Sequence[str | int]) -> Iterator[str]:
    """The keys that could stand at this place, for a near miss: those of the part it lies in."""
    modules = (document, base, deadlines, effects, fields, when, words)
    found_parts = (part for module in modules for part in vars(module).values() if isinstance(part, type) and issubclass(part, base.Part))
    parts: list[type[BaseModel]] = list(dict.fromkeys(found_parts))
    holder: Any = found.data
    for step in path[:-1]:
        if (isinstance(step, int) and isinstance(holder, list)) or (isinstance(holder, dict) and step in holder):
            holder = holder[step]  # type: ignore[index]
    present = set(holder) if isinstance(holder, Mapping) else set()
    best = max(parts, key=lambda part: len(present & _keys(part)) - len(_keys(part)) / 100)
    yield from _keys(best) - present


def _keys(part: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in part.model_fields.items()}


def _perhaps(near: Sequence[str]) -> str:
    return f"vouliez-vous « {near[0]} » ?" if near else "supprimez-le ou corrigez son nom."


def _choices(expected: object) -> str:
    return str(expected).replace("'", "").replace(" or ", " ou ")


def _shown(value: object) -> str:
    text = str(value)
    return f"« {text if len(text) <= 40 else text[:39] + '…'} »"
