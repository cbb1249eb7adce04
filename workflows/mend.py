"""What is wrong in a definition document: the line, the place, and how to mend it, in French, for whoever writes one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from workflows import document, yaml_lines
from workflows.document import DefinitionPart
from workflows.yaml_lines import Document

DEADLINE_KINDS = ("are", "answer", "notify", "implicit_decision")
EFFECT_NAMES = tuple(get_args(part.model_fields["do"].annotation)[0] for part in get_args(get_args(document.AnyEffect)[0]))


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to mend, and its line."""

    line: int
    text: str


def validate(text: str) -> tuple[DefinitionPart | None, Document, tuple[Fault, ...]]:
    """The document in its shape, the lines of its parts, and every fault: of shape, else of names that point nowhere."""
    try:
        found = yaml_lines.read(text)
    except yaml_lines.Unreadable as error:
        return None, Document(None, {}), (Fault(error.line, f"ce n’est pas du YAML lisible : {error}"),)
    try:
        part = DefinitionPart.model_validate(found.data)
    except ValidationError as error:
        faults = (Fault(found.line(detail["loc"]), _told(found, detail)) for detail in error.errors())
        return None, found, tuple(sorted(set(faults)))
    return part, found, tuple(sorted(_astray(part, found)))


def _told(found: Document, detail: ErrorDetails) -> str:
    path = [step for step in detail["loc"] if step != "[key]"]
    name = str(path[-1]) if path else "le document"
    place = _place(found, path)
    limits = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            return f"{place} : il manque « {name} » ; ajoutez-le."
        case "extra_forbidden":
            near = get_close_matches(name, _known_keys(found, path), n=1)
            return f"{place} : « {name} » n’est pas connu ici ; {_perhaps(near)}"
        case "literal_error":
            return f"{place} : {_shown(detail['input'])} ne convient pas ; choisissez {_choices(limits.get('expected'))}."
        case "union_tag_invalid" | "union_tag_not_found":
            near = get_close_matches(str(limits.get("tag", "")), EFFECT_NAMES, n=1)
            known = ", ".join(EFFECT_NAMES)
            return f"{place} : « do » doit nommer un effet ({known}) ; {_perhaps(near)}"
        case "string_pattern_mismatch":
            name = _shown(detail["input"])
            return f"{place} : {name} n’est pas un nom admis ; écrivez en minuscules sans accent, par exemple « in_progress »."
        case "string_type":
            return f"{place} : un texte est attendu, pas {_shown(detail['input'])} ; mettez-le entre guillemets."
        case "string_too_short":
            return f"{place} : le texte est vide ; écrivez-le ou supprimez la clé."
        case "int_type" | "int_parsing":
            return f"{place} : un nombre entier est attendu, pas {_shown(detail['input'])}."
        case "bool_type":
            return f"{place} : écrivez true ou false, pas {_shown(detail['input'])}."
        case "list_type":
            return f"{place} : une liste est attendue ; écrivez [a, b] ou une ligne « - … » par élément."
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"{place} : des clés sont attendues (« clé: valeur »), pas {_shown(detail['input'])}."
        case "too_short":
            return f"{place} : la liste est vide ; il en faut au moins {limits.get('min_length', 1)}."
        case "greater_than_equal":
            return f"{place} : {_shown(detail['input'])} est trop petit ; au moins {limits.get('ge')}."
        case "less_than_equal":
            return f"{place} : {_shown(detail['input'])} est trop grand ; au plus {limits.get('le')}."
        case _:
            return f"{place} : {detail['msg']}."


def _place(found: Document, path: Sequence[str | int]) -> str:
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


def _known_keys(found: Document, path: Sequence[str | int]) -> Iterator[str]:
    """The keys that could stand at this place, for a near miss: those of the part it lies in."""
    parts: list[type[BaseModel]] = [part for part in vars(document).values() if isinstance(part, type) and issubclass(part, document.Part)]
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


def _astray(part: DefinitionPart, found: Document) -> Iterator[Fault]:
    """Names that point to nothing."""

    def known(name: str, names: Iterable[str], path: tuple[str | int, ...], what: str) -> Iterator[Fault]:
        names = tuple(names)
        if name not in names:
            near = get_close_matches(name, names, n=1) or [" », « ".join(names)]
            yield Fault(found.line(path), f"{_place(found, path)} : {what} « {name} » n’existe pas ; vouliez-vous « {near[0]} » ?")

    states = part.states
    transitions = [transition.name for transition in part.transitions]
    yield from known(part.initial, states, ("initial",), "l’état")
    if part.legal.months is not None and part.legal.days is not None:
        yield Fault(found.line(("legal", "days")), "legal : la durée est en mois ou en jours ; supprimez l’un des deux.")
    path: tuple[str | int, ...]
    for n, transition in enumerate(part.transitions):
        path = ("transitions", n)
        if transition.name in transitions[:n]:
            yield Fault(found.line((*path, "name")), f"transitions[{n + 1}] : « {transition.name} » existe déjà ; changez le nom.")
        for m, name in enumerate(transition.from_):
            yield from known(name, states, (*path, "from", m), "l’état")
        yield from known(transition.to, states, (*path, "to"), "l’état")
        yield from _effects_astray(transition.effects, found, path)
    for n, reaction in enumerate(part.reactions):
        path = ("reactions", n)
        for m, name in enumerate(reaction.from_):
            yield from known(name, states, (*path, "from", m), "l’état")
        if reaction.to is not None:
            yield from known(reaction.to, states, (*path, "to"), "l’état")
        yield from _happening_astray(reaction.on, transitions, found, (*path, "on"))
        if reaction.on.startswith("transition:"):
            yield Fault(found.line((*path, "on")), f"reactions[{n + 1}] : les effets d’une transition s’écrivent avec elle.")
        yield from _effects_astray(reaction.effects, found, path)
    for n, scenario in enumerate(part.scenarios):
        for m, moment in enumerate(scenario.life):
            path = ("scenarios", n, "life", m)
            yield from known(moment.state, states, (*path, "state"), "l’état")
            yield from _happening_astray(moment.happens, transitions, found, (*path, "happens"))
            for k, name in enumerate(moment.effects or ()):
                yield from known(name, (*EFFECT_NAMES, "close_ticket", "reopen_ticket"), (*path, "effects", k), "l’effet")


def _happening_astray(name: str, transitions: Sequence[str], found: Document, path: tuple[str | int, ...]) -> Iterator[Fault]:
    family, _, rest = name.partition(":")
    names = {"transition": transitions, "deadline": DEADLINE_KINDS}.get(family)
    if names is not None and rest not in names:
        near = get_close_matches(rest, names, n=1) or [" », « ".join(names)]
        yield Fault(found.line(path), f"{_place(found, path)} : « {name} » n’arrive jamais ; vouliez-vous « {family}:{near[0]} » ?")


def _effects_astray(effects: Sequence[document.AnyEffect], found: Document, path: tuple[str | int, ...]) -> Iterator[Fault]:
    for n, effect in enumerate(effects):
        here = (*path, "effects", n)
        named: list[str] = []
        if isinstance(effect, document.StartDeadlinesPart):
            named = effect.kinds
        elif isinstance(effect, document.MeetDeadlinePart):
            named = [effect.kind]
        for kind in named:
            if kind not in DEADLINE_KINDS:
                near = get_close_matches(kind, DEADLINE_KINDS, n=1) or [" », « ".join(DEADLINE_KINDS)]
                yield Fault(found.line(here), f"{_place(found, here)} : l’échéance « {kind} » n’existe pas ; vouliez-vous « {near[0]} » ?")
