"""Names in a definition that point to nothing: a state, a field, a text, a deadline, a word of a formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import get_args

from workflows.document import DefinitionPart
from workflows.formula import BadFormula, check_types, parse
from workflows.parts import effects as part_of
from workflows.parts.effects import AnyEffect
from workflows.parts.fields import Field
from workflows.parts.when import When
from workflows.yaml_lines import Document

LEGAL_KINDS = ("are", "notify", "implicit_decision")
EFFECT_NAMES = tuple(get_args(part.model_fields["do"].annotation)[0] for part in get_args(get_args(AnyEffect)[0]))
SHARED_TEXTS = ("ack",)
# What a ticket can be asked about itself, beside its fields; each happening says more of its own.
FACTS = (
    "answered", "priority", "channel", "member", "assigned", "may_answer", "automatic", "text", "rating", "subscribed", "covered",
)  # fmt: skip
# A person or a place is several values; each can be asked for.
_INNER = {
    "person": ("name", "email", "phone", "address"),
    "place": ("text", "insee", "lat", "lon"),
    "collectivity": ("id", "name"),
    "record": ("id", "title"),
}
_SAME_KIND = {"number": "number", "date": "date", "check": "bool", "group": "list", "file": "list", "computed": "any"}

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to mend, and its line."""

    line: int
    text: str


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


def astray(part: DefinitionPart, found: Document) -> Iterator[Fault]:
    """Every name that points to nothing, with the nearest that exists."""
    yield from _Astray(part, found).all()


class _Astray:
    """One document while it is looked through."""

    def __init__(self, part: DefinitionPart, found: Document) -> None:
        self.part, self.found = part, found
        self.states = tuple(part.states)
        self.fields = {field.name: field for field in part.fields}
        self.deadlines = (*LEGAL_KINDS, *part.deadlines)
        self.transitions = [transition.name for transition in part.transitions]

    def all(self) -> Iterator[Fault]:
        """Through the document in its order."""
        part = self.part
        yield from self.known(part.initial, self.states, ("initial",), "l’état")
        if part.legal.months is not None and part.legal.days is not None:
            yield self.fault(("legal", "days"), "la durée est en mois ou en jours ; supprimez l’un des deux.")
        yield from self.form(part.fields, ("fields",), {})
        yield from self.form_checks()
        for n, transition in enumerate(part.transitions):
            path: Path = ("transitions", n)
            if transition.name in self.transitions[:n]:
                yield self.fault((*path, "name"), f"« {transition.name} » existe déjà ; changez le nom.")
            for m, name in enumerate(transition.from_):
                yield from self.known(name, self.states, (*path, "from", m), "l’état")
            if transition.to is not None:
                yield from self.known(transition.to, self.states, (*path, "to"), "l’état")
            for m, name in enumerate(transition.asks):
                yield from self.known(name, self.fields, (*path, "asks", m), "le champ")
            yield from self.when(transition.when, (*path, "when"))
            yield from self.effects(transition.effects, path)
        for n, reaction in enumerate(part.reactions):
            path = ("reactions", n)
            for m, name in enumerate(reaction.from_):
                yield from self.known(name, self.states, (*path, "from", m), "l’état")
            if reaction.to is not None:
                yield from self.known(reaction.to, self.states, (*path, "to"), "l’état")
            yield from self.happening(reaction.on, (*path, "on"))
            if reaction.on.startswith("transition:"):
                yield self.fault((*path, "on"), "les effets d’une transition s’écrivent avec elle.")
            yield from self.when(reaction.when, (*path, "when"))
            yield from self.effects(reaction.effects, path)
        yield from self.times()
        yield from self.written()
        yield from self.lives()

    def fault(self, path: Path, text: str) -> Fault:
        return Fault(self.found.line(path), f"{place(self.found, path)} : {text}")

    def known(self, name: str, names: Iterable[str], path: Path, what: str) -> Iterator[Fault]:
        names = tuple(names)
        if name not in names:
            near = get_close_matches(name, names, n=1)
            mend = f"vouliez-vous « {near[0]} » ?" if near else f"il y a « {' », « '.join(names)} »." if names else "ajoutez-le d’abord."
            yield self.fault(path, f"{what} « {name} » n’existe pas ; {mend}")

    def form(self, fields: Sequence[Field], path: Path, above: Mapping[str, str]) -> Iterator[Fault]:
        """The fields of the form, or of a group in it: each may ask those above it."""
        kinds = dict(above)
        for n, field in enumerate(fields):
            here = (*path, n)
            if field.name in [other.name for other in fields[:n]]:
                yield self.fault((*here, "name"), f"le champ « {field.name} » existe déjà ; changez le nom.")
            needs = {"choice": ("choices", field.choices), "group": ("fields", field.fields), "record": ("of", field.of),
                     "computed": ("formula", field.formula)}  # fmt: skip
            if field.kind in needs and not needs[field.kind][1]:
                yield self.fault(here, f"un champ « {field.kind} » a besoin de « {needs[field.kind][0]} » ; ajoutez-le.")
            for kind, (name, given) in needs.items():
                if given and kind != field.kind:
                    yield self.fault((*here, name), f"« {name} » ne sert qu’à un champ « {kind} » ; supprimez-le ou changez le genre.")
            values = [choice.value for choice in field.choices]
            for m, value in enumerate(values):
                if value in values[:m]:
                    yield self.fault((*here, "choices", m), f"la valeur « {value} » existe déjà ; changez-la.")
            if path == ("fields",):
                yield from self.when(field.when, (*here, "when"), tuple(kinds))
            if field.formula:
                yield from self.formula(field.formula, (*here, "formula"), Kinds(kinds, self.of_kind("record")))
            if field.kind == "group":
                if len(path) > 1:
                    yield self.fault((*here, "kind"), "un groupe ne contient pas de groupe ; sortez-le.")
                else:
                    yield from self.form(field.fields, (*here, "fields"), {})
            kinds |= kinds_of(field)

    def form_checks(self) -> Iterator[Fault]:
        for n, check in enumerate(self.part.checks):
            yield from self.formula(check.formula, ("checks", n, "formula"), self.kinds())
            yield from self.known(check.field, self.fields, ("checks", n, "field"), "le champ")
        for n, item in enumerate(self.part.items):
            yield from self.when(item.when, ("items", n, "when"))

    def kinds(self) -> Mapping[str, str]:
        return Kinds({name: kind for field in self.part.fields for name, kind in kinds_of(field).items()}, self.of_kind("record"))

    def formula(self, text: str, path: Path, kinds: Mapping[str, str]) -> Iterator[Fault]:
        try:
            formula = parse(text)
        except BadFormula as error:
            yield self.fault(path, f"signe {error.position + 1} : {error}")
            return
        for told in check_types(formula, kinds):
            yield self.fault(path, told)

    def when(self, when: When, path: Path, fields: tuple[str, ...] | None = None) -> Iterator[Fault]:
        for key in when:
            first, _, rest = key.partition(".")
            if first != "fields":
                yield from self.known(key, FACTS, path, "le fait")
                continue
            name, _, inner = rest.partition(".")
            yield from self.known(name, self.fields if fields is None else fields, (*path, key), "le champ")
            if inner and name in self.fields and self.fields[name].kind not in ("group", "record"):
                yield from self.known(inner, _INNER.get(self.fields[name].kind, ()), (*path, key), f"dans « {name} », la partie")

    def happening(self, name: str, path: Path) -> Iterator[Fault]:
        family, _, rest = name.partition(":")
        reminded = [kind for kind, rule in self.part.deadlines.items() if rule.reminders]
        names = {"transition": self.transitions, "deadline": self.deadlines, "reminder": reminded}.get(family)
        if names is not None and rest not in names:
            near = get_close_matches(rest, names, n=1) or [" », « ".join(names)]
            yield self.fault(path, f"« {name} » n’arrive jamais ; vouliez-vous « {family}:{near[0]} » ?")

    def effects(self, effects: Sequence[AnyEffect], path: Path) -> Iterator[Fault]:
        for n, effect in enumerate(effects):
            here = (*path, "effects", n)
            yield from self.when(effect.when, (*here, "when"))
            match effect:
                case part_of.StartDeadlinesPart():
                    for kind in effect.kinds:
                        yield from self.known(kind, self.deadlines, here, "l’échéance")
                case part_of.MeetDeadlinePart():
                    yield from self.known(effect.kind, self.deadlines, here, "l’échéance")
                case part_of.SetPart():
                    yield from self.known(effect.field, self.fields, here, "le champ")
                    yield from self.set_value(effect, here)
                case part_of.PrioritisePart() if effect.formula:
                    yield from self.formula(effect.formula, here, self.kinds())
                case part_of.CreatePart():
                    if effect.where.startswith("fields."):
                        yield from self.known(
                            effect.where.removeprefix("fields."), self.of_kind("collectivity"), here, "le champ collectivité"
                        )
                    for formula in effect.fields.values():
                        yield from self.formula(formula, here, self.kinds())
                case part_of.ProducePart():
                    yield from self.known(effect.document, self.part.documents, here, "le document")

    def set_value(self, effect: part_of.SetPart, path: Path) -> Iterator[Fault]:
        field = self.fields.get(effect.field)
        if effect.formula:
            yield from self.formula(effect.formula, path, self.kinds())
        elif field is not None and field.choices and effect.value is not None:
            yield from self.known(str(effect.value), [choice.value for choice in field.choices], path, "la valeur")

    def of_kind(self, kind: str) -> tuple[str, ...]:
        return tuple(name for name, field in self.fields.items() if field.kind == kind)

    def times(self) -> Iterator[Fault]:
        for kind, rule in self.part.deadlines.items():
            path: Path = ("deadlines", kind)
            if kind in LEGAL_KINDS:
                yield self.fault(path, f"« {kind} » est une échéance de la loi, réglée par « legal » ; choisissez un autre nom.")
            for m, name in enumerate(rule.pauses):
                yield from self.known(name, self.states, (*path, "pauses", m), "l’état")
            for m, case in enumerate(rule.cases):
                yield from self.when(case.when, (*path, "cases", m, "when"))
            for span in (rule.after, *(case.after for case in rule.cases)):
                if span.field:
                    yield from self.known(span.field.removeprefix("fields.").partition(".")[0], self.fields, (*path, "after"), "le champ")

    def written(self) -> Iterator[Fault]:
        for name, paper in self.part.documents.items():
            for m, field in enumerate(paper.facts):
                yield from self.known(field, self.fields, ("documents", name, "facts", m), "le champ")
        for n, figure in enumerate(self.part.figures):
            for key in (figure.of, figure.by):
                if key and key.startswith("fields."):
                    yield from self.known(key.split(".")[1], self.fields, ("figures", n), "le champ")

    def lives(self) -> Iterator[Fault]:
        for n, scenario in enumerate(self.part.scenarios):
            for m, moment in enumerate(scenario.life):
                path: Path = ("scenarios", n, "life", m)
                yield from self.known(moment.state, self.states, (*path, "state"), "l’état")
                yield from self.happening(moment.happens, (*path, "happens"))
                for name in moment.fields:
                    yield from self.known(name, self.fields, (*path, "fields", name), "le champ")
                for k, name in enumerate(moment.effects or ()):
                    yield from self.known(name, SCENARIO_EFFECTS, (*path, "effects", k), "l’effet")


# As `workflows.check.effect_name` writes the engine's effects.
SCENARIO_EFFECTS = (
    *(name for name in EFFECT_NAMES if name not in ("assign", "set", "create", "call")),
    "close_ticket", "reopen_ticket", "pause_deadlines", "resume_deadlines", "assign_service", "assign_to", "set_field", "create_linked",
    "call_hook",
)  # fmt: skip


class Kinds(dict[str, str]):
    """The kinds of names, where a line of a register brings values of its own: which, its register says."""

    def __init__(self, kinds: Mapping[str, str], records: Iterable[str]) -> None:
        super().__init__(kinds)
        self._records = frozenset(records)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and name.partition(".")[0] in self._records)


def kinds_of(field: Field) -> dict[str, str]:
    """The names by which formulas read a field, with the kind of value each is."""
    kinds = {field.name: _SAME_KIND.get(field.kind, "text")}
    if field.kind == "group":
        kinds |= {f"{field.name}.{inner.name}": "list" for inner in field.fields}
    else:
        kinds |= {f"{field.name}.{inner}": "text" for inner in _INNER.get(field.kind, ())}
    return kinds
