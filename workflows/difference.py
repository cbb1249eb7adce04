"""What changed between two whole documents of a type, said in French: fields added, texts changed, deadlines made shorter. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from workflows import inputs, vocabulary
from workflows.edit import MISSING, Path
from workflows.examine import labels_of
from workflows.inherit import key_of
from workflows.vocabulary import KEYS, NBSP

# Keys that are no matter of a difference: they say which version it is.
_OF_ITSELF = ("version", "extends", "moves", "scenarios", "name")
_ORDERED = {"fields": "champs", "states": "états", "transitions": "actes"}
_KEYED = ("states", "deadlines", "texts", "documents")
# How a part is called at the head of a sentence, and whether it is a feminine word.
_CALLED = {
    "fields": ("Champ", False), "states": ("État", False), "transitions": ("Acte", False), "deadlines": ("Échéance", True),
    "texts": ("Texte", False), "documents": ("Document", False), "figures": ("Chiffre", False), "items": ("Pièce", True),
    "checks": ("Vérification", True), "choices": ("Réponse", True), "reactions": ("Réaction", True), "legal": ("Régime légal", False),
}  # fmt: skip
# What a yes or no turns a part into.
_TURNS = {"required": ("facultatif", "obligatoire"), "open": ("fermé", "ouvert")}
_ENDS = {"when": "modifiée", "help": "modifiée", "formula": "modifiée", "effects": "modifiés", "keywords": "modifiés", "needs": "modifiés"}
LONG = 80  # characters from which a value is shown beside the sentence, not in it


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: where, what was said (MISSING: nothing), what is said now, and both in words."""

    path: Path
    before: Any
    after: Any
    text: str
    was: str = ""
    is_: str = ""


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What changed from one whole document to the other, in the order of the newer one."""
    return tuple(_Comparing(before, after).all())


class _Comparing:
    """Two documents while they are compared."""

    def __init__(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        self.before, self.after = before, after
        self.labels = {**labels_of(before), **labels_of(after), **vocabulary.ANY_STATE, **vocabulary.LEGAL_DEADLINES}
        self.labels |= {f"fields.{name}": label for name, label in _field_labels(before) | _field_labels(after)}

    def all(self) -> Iterator[Difference]:
        for key in _keys(self.after, self.before):
            if key not in _OF_ITSELF:
                before, after = self.before.get(key, MISSING), self.after.get(key, MISSING)
                yield from self.value((key,), before, after, "")
                if key in _ORDERED:
                    yield from self.order(key, _parts(before, key), _parts(after, key))

    def order(self, key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
        """Whether the parts that are in both have changed places."""
        if [name for name in before if name in after] != [name for name in after if name in before]:
            yield Difference((key,), list(before), list(after), f"L’ordre des {_ORDERED[key]} change")

    def value(self, path: Path, before: Any, after: Any, called: str) -> Iterator[Difference]:
        """The differences at a path; `called` is the part it lies in."""
        if before == after:
            return
        key = path[-1]
        if key_of(key) and isinstance(before, list | _Missing) and isinstance(after, list | _Missing):
            yield from self.parts(path, _named(before, key), _named(after, key), called)
        elif key in _KEYED and len(path) == 1:
            yield from self.parts(path, _mapping(before), _mapping(after), called)
        elif key in ("reactions", "checks"):
            yield from self.listed(path, before if isinstance(before, list) else [], after if isinstance(after, list) else [])
        elif key == "legal" and isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from self.inside(path, before, after, _CALLED["legal"][0])
        elif key == "text" and isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from self.inside(path, before, after, called)
        else:
            yield self.changed(path, before, after, called)

    def parts(self, path: Path, before: Mapping[str, Any], after: Mapping[str, Any], called: str) -> Iterator[Difference]:
        """Parts known by their names: added, gone, or changed within."""
        kind, feminine = _CALLED.get(path[-1], (path[-1], False))
        head = f"{called}, {kind.lower()}" if called else kind
        e = "e" if feminine else ""
        for name in _keys(after, before):
            old, new = before.get(name, MISSING), after.get(name, MISSING)
            here = (*path, name)
            if old is MISSING:
                yield Difference(here, MISSING, new, f"{head} {_quoted(new, name)} ajouté{e}")
            elif new is MISSING:
                yield Difference(here, old, MISSING, f"{head} {_quoted(old, name)} supprimé{e}")
            elif isinstance(old, Mapping) and isinstance(new, Mapping):
                yield from self.inside(here, old, new, f"{head} {_quoted(old, name)}")

    def inside(self, path: Path, before: Mapping[str, Any], after: Mapping[str, Any], called: str) -> Iterator[Difference]:
        for key in _keys(after, before):
            if key != "name":
                yield from self.value((*path, key), before.get(key, MISSING), after.get(key, MISSING), called)

    def listed(self, path: Path, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Difference]:
        """Parts without names, as they were added, taken away or changed in place."""
        kind = _CALLED[path[-1]][0]
        old, new = [_canonical(part) for part in before], [_canonical(part) for part in after]
        for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag == "equal":
                continue
            for one, other in zip(range(i, j), range(k, m), strict=False):
                called = f"{kind} {self.reaction(after[other])}"
                if (
                    isinstance(before[one], Mapping)
                    and isinstance(after[other], Mapping)
                    and before[one].get("on") == after[other].get("on")
                ):
                    yield from self.inside((*path, str(other)), before[one], after[other], called)
                else:
                    yield Difference((*path, str(other)), before[one], after[other], f"{called} à la place de {self.reaction(before[one])}")
            for one in range(i + (m - k), j):
                yield Difference((*path, str(one)), before[one], MISSING, f"{kind} {self.reaction(before[one])} supprimée")
            for other in range(k + (j - i), m):
                yield Difference((*path, str(other)), MISSING, after[other], f"{kind} {self.reaction(after[other])} ajoutée")

    def reaction(self, part: Any) -> str:
        if not isinstance(part, Mapping):
            return ""
        if "on" in part:
            return f"«{NBSP}quand {vocabulary.happening(str(part['on']), self.labels)}{NBSP}»"
        return f"«{NBSP}{part.get('message', '')}{NBSP}»"

    def changed(self, path: Path, before: Any, after: Any, called: str) -> Difference:
        was, now = self.say(path[-1], before), self.say(path[-1], after)
        head = f"{called} : {KEYS.get(path[-1], path[-1])}" if called else KEYS.get(path[-1], path[-1]).capitalize()
        if path[-1] in _TURNS:
            called_ = called or "Le type"
            return Difference(path, before, after, f"{called_} devient {_TURNS[path[-1]][after is not False]}")
        if len(was) > LONG or len(now) > LONG or "\n" in was + now:
            return Difference(path, before, after, f"{head} {_ENDS.get(path[-1], 'modifié')}", was, now)
        if before is MISSING:
            return Difference(path, before, after, f"{head} : {now}")
        if after is MISSING:
            return Difference(path, before, after, f"{head} : {was}, supprimé")
        return Difference(path, before, after, f"{head} : {was} → {now}")

    def say(self, key: str, value: Any) -> str:
        """A value in words."""
        match value:
            case _ if value is MISSING or value is None:
                return "rien"
            case bool():
                return "oui" if value else "non"
            case Mapping() if key == "when":
                return self.condition(value)
            case Mapping():
                length = next((f"{value[unit]} {words}" for unit, words in vocabulary.UNITS.items() if unit in value), "")
                return length or ", ".join(f"{KEYS.get(str(k), k)} {self.say(str(k), v)}" for k, v in value.items())
            case list() if key == "effects":
                return ", ".join(self.effect(one) for one in value) or "aucun"
            case list():
                return ", ".join(self.say(key, one) for one in value) or "rien"
            case str():
                return self.labels.get(value) or _WORDS.get((key, value)) or value
            case _:
                return str(value)

    def effect(self, one: Any) -> str:
        if not isinstance(one, Mapping):
            return str(one)
        told = vocabulary.EFFECTS.get(str(one.get("do")), str(one.get("do"))).lower()
        what = [self.say(str(key), value) for key, value in one.items() if key not in ("do", "when") and isinstance(value, str | list)]
        condition = f" {self.condition(one['when'])}" if one.get("when") else ""
        told += f" ({', '.join(what)})" if what else ""
        return told + condition

    def condition(self, when: Mapping[str, Any]) -> str:
        return "si " + " et ".join(self.asked(key, test) for key, test in when.items()) if when else "toujours"

    def asked(self, key: str, test: Any) -> str:
        name = self.labels.get(key) or vocabulary.FACTS.get(key, key)
        tests = {"is": test} if isinstance(test, list) else test if isinstance(test, Mapping) else {}
        known = inputs.possible(self.after, key) or {}
        told = []
        for how, value in tests.items():
            if how == "filled":
                told.append(vocabulary.TESTS["filled" if value else "empty"])
            else:
                values = value if isinstance(value, list) else [value]
                told.append(f"{vocabulary.TESTS.get(how, how)} {' ou '.join(str(known.get(one, _yes(one))) for one in values)}")
        return f"{name} {' et '.join(told)}"


_Missing = type(MISSING)
_WORDS = {
    **{("kind", value): words for value, words in vocabulary.FIELD_KINDS.items()},
    **{("audience", value): words for value, words in vocabulary.AUDIENCES.items()},
    **{("regime", value): words for value, words in vocabulary.REGIMES.items()},
    **{("who", value): words for value, words in vocabulary.ACTORS.items()},
    **{("owner", value): words for value, words in vocabulary.OWNERS.items()},
    **{("phase", value): words for value, words in vocabulary.PHASES.items()},
    **{("channels", value): words for value, words in vocabulary.CHANNELS.items()},
    **{("by", value): words for value, words in {**vocabulary.AUTHORS, **vocabulary.FILLED_BY}.items()},
}


def _yes(value: Any) -> str:
    return ("oui" if value else "non") if isinstance(value, bool) else str(value)


def _keys(first: Mapping[str, Any], then: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys((*first, *then)))


def _named(parts: Any, list_name: str) -> dict[str, Any]:
    key = key_of(list_name)
    return {f"@{part[key]}": part for part in parts if isinstance(part, Mapping) and key in part} if isinstance(parts, list) else {}


def _parts(parts: Any, list_name: str) -> Mapping[str, Any]:
    return _named(parts, list_name) if key_of(list_name) else _mapping(parts)


def _mapping(parts: Any) -> Mapping[str, Any]:
    return parts if isinstance(parts, Mapping) else {}


def _field_labels(data: Mapping[str, Any]) -> set[tuple[str, str]]:
    fields = data.get("fields")
    parts = [part for part in fields if isinstance(part, Mapping) and "name" in part] if isinstance(fields, list) else []
    return {(str(part["name"]), str(part.get("label") or part["name"])) for part in parts}


def _quoted(part: Any, name: str) -> str:
    label = next((part[key] for key in ("label", "title", "subject") if part.get(key)), None) if isinstance(part, Mapping) else None
    return f"«{NBSP}{label or name.removeprefix('@')}{NBSP}»"


def _canonical(part: Any) -> str:
    return json.dumps(part, sort_keys=True, ensure_ascii=False, default=str)
