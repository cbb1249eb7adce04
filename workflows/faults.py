"""What is wrong in a document that people write: the line, the place in it, and the mend, in French. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from grc.errors import Misconfigured
from workflows import document
from workflows.parts import base, deadlines, effects, fields, registers, when, words
from workflows.parts.effects import AnyEffect
from workflows.yaml_lines import Document, Path

EFFECT_NAMES = tuple(get_args(part.model_fields["do"].annotation)[0] for part in get_args(get_args(AnyEffect)[0]))
_MODULES = (document, base, deadlines, effects, fields, registers, when, words)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to mend, its line, and its path in the document."""

    line: int
    text: str
    path: Path = field(default=(), compare=False)


class BadDocument(Misconfigured):
    """The document cannot be what it should; `faults` says each error with its line and its mend."""

    def __init__(self, source: str, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(f"{source}, ligne {fault.line} : {fault.text}" for fault in faults))
        self.source = source
        self.faults = faults


def place(found: Document, path: Sequence[str | int]) -> str:
    """The place in the words of the document: `transitions[2].label`."""
    told, here = "", ()
    for n, step in enumerate(path):
        last = n == len(path) - 1
        if (*here, step) in found.lines:
            here = (*here, step)  # type: ignore[assignment]
        elif not last:
            continue  # the name of a variant, put in by the validator
        told += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return told.lstrip(".") or "le document"


def at(found: Document, path: Path, text: str) -> Fault:
    """A fault at this place of the document."""
    return Fault(found.line(path), f"{place(found, path)} : {text}", path)


def of_shape(found: Document, error: ValidationError) -> tuple[Fault, ...]:
    """Every fault of a document that has not the shape it should, in the order of its lines."""
    return tuple(sorted({Fault(found.line(d["loc"]), _told(found, d), _written(found, d["loc"])) for d in error.errors()}))


def _written(found: Document, path: Sequence[str | int]) -> Path:
    """The path as the document has it: as far as it goes, without the names of variants that the validator puts in."""
    here: Path = ()
    data = found.data
    for step in path:
        parts: Mapping[Any, Any] = data if isinstance(data, Mapping) else dict(enumerate(data)) if isinstance(data, list) else {}
        if step in parts:
            here, data = (*here, step), parts[step]
    return here


def known(found: Document, name: str, names: Sequence[str], path: Path, what: str) -> Iterator[Fault]:
    """A fault where the name is none of these, with the nearest that exists."""
    if name not in names:
        near = get_close_matches(name, names, n=1)
        mend = f"vouliez-vous « {near[0]} » ?" if near else f"il y a « {' », « '.join(names)} »." if names else "ajoutez-le d’abord."
        yield at(found, path, f"{what} « {name} » n’existe pas ; {mend}")


def _told(found: Document, detail: ErrorDetails) -> str:
    path = [step for step in detail["loc"] if step != "[key]"]
    name = str(path[-1]) if path else "le document"
    where = place(found, path)
    limits = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return f"{where} : il manque « {name} » ; ajoutez-le."
        case "extra_forbidden":
            near = get_close_matches(name, _known_keys(found, path), n=1)
            return f"{where} : « {name} » n’est pas connu ici ; {_perhaps(near)}"
        case "literal_error":
            return f"{where} : {_shown(detail['input'])} ne convient pas ; choisissez {_choices(limits.get('expected'))}."
        case "union_tag_invalid" | "union_tag_not_found":
            near = get_close_matches(str(limits.get("tag", "")), EFFECT_NAMES, n=1)
            named = ", ".join(EFFECT_NAMES)
            return f"{where} : « do » doit nommer un effet ({named}) ; {_perhaps(near)}"
        case "string_pattern_mismatch":
            name = _shown(detail["input"])
            return f"{where} : {name} n’est pas un nom admis ; écrivez en minuscules sans accent, par exemple « in_progress »."
        case "string_type":
            return f"{where} : un texte est attendu, pas {_shown(detail['input'])} ; mettez-le entre guillemets."
        case "string_too_short":
            return f"{where} : le texte est vide ; écrivez-le ou supprimez la clé."
        case "int_type" | "int_parsing":
            return f"{where} : un nombre entier est attendu, pas {_shown(detail['input'])}."
        case "value_error":
            return f"{where} : {detail['msg'].removeprefix('Value error, ')}."
        case "bool_type":
            return f"{where} : écrivez true ou false, pas {_shown(detail['input'])}."
        case "list_type":
            return f"{where} : une liste est attendue ; écrivez [a, b] ou une ligne « - … » par élément."
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"{where} : des clés sont attendues (« clé: valeur »), pas {_shown(detail['input'])}."
        case "too_short":
            return f"{where} : la liste est vide ; il en faut au moins {limits.get('min_length', 1)}."
        case "greater_than_equal":
            return f"{where} : {_shown(detail['input'])} est trop petit ; au moins {limits.get('ge')}."
        case "less_than_equal":
            return f"{where} : {_shown(detail['input'])} est trop grand ; au plus {limits.get('le')}."
        case _:
            return f"{where} : {detail['msg']}."


def _known_keys(found: Document, path: Sequence[str | int]) -> Iterator[str]:
    """The keys that could stand at this place, for a near miss: those of the part it lies in."""
    found_parts = (part for module in _MODULES for part in vars(module).values() if isinstance(part, type) and issubclass(part, base.Part))
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
    return f"vouliez-vous « {near[0]} » ?" if near else "supprimez-le ou corrigez son nom."


def _choices(expected: object) -> str:
    return str(expected).replace("'", "").replace(" or ", " ou ")


def _shown(value: object) -> str:
    text = str(value)
    return f"« {text if len(text) <= 40 else text[:39] + '…'} »"
