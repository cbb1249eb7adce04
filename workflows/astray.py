"""Names in a definition that point to nothing: a state, a field, a text, a deadline, a register, a word of a formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from workflows.astray_fields import FieldsAstray
from workflows.document import EVERY, DefinitionPart
from workflows.faults import EFFECT_NAMES, Fault
from workflows.parts import effects as part_of
from workflows.parts.effects import AnyEffect
from workflows.parts.when import When
from workflows.parts.words import GROUPED, MEASURED
from workflows.yaml_lines import Document, Path

if TYPE_CHECKING:
    from workflows.register import Registers

LEGAL_KINDS = ("are", "notify", "implicit_decision")
# Said by the happening `opened` alone, which looks them up (grc/records/cover.py).
AT_OPENING = ("subscribed", "covered")


def astray(part: DefinitionPart, found: Document, registers: Registers) -> Iterator[Fault]:
    """Every name that points to nothing, with the nearest that exists."""
    yield from _Astray(part, found, registers).all()


class _Astray(FieldsAstray):
    """One definition while it is looked through."""

    def __init__(self, part: DefinitionPart, found: Document, registers: Registers) -> None:
        super().__init__(part.fields, found, registers)
        self.part = part
        self.states = tuple(part.states)
        self.deadlines = (*LEGAL_KINDS, *part.deadlines)
        self.transitions = [transition.name for transition in part.transitions]

    def all(self) -> Iterator[Fault]:
        """Through the document in its order."""
        part = self.part
        yield from self.known(part.initial, self.states, ("initial",), "l’état")
        for name in EVERY:
            if name in self.states:
                yield self.fault(("states", name), f"« {name} » désigne plusieurs états dans « from » ; choisissez un autre nom.")
        if part.legal.months is not None and part.legal.days is not None:
            yield self.fault(("legal", "days"), "la durée est en mois ou en jours ; supprimez l’un des deux.")
        yield from self.form(part.fields, ("fields",), {})
        yield from self.form_checks()
        yield from self.covered()
        for n, transition in enumerate(part.transitions):
            path: Path = ("transitions", n)
            if transition.name in self.transitions[:n]:
                yield self.fault((*path, "name"), f"« {transition.name} » existe déjà ; changez le nom.")
            for m, name in enumerate(transition.from_):
                yield from self.known(name, (*self.states, *EVERY), (*path, "from", m), "l’état")
            if transition.to is not None:
                yield from self.known(transition.to, self.states, (*path, "to"), "l’état")
            for m, name in enumerate(transition.asks):
                yield from self.known(name, self.fields, (*path, "asks", m), "le champ")
            yield from self.later(transition.when, (*path, "when"))
            yield from self.effects(transition.effects, path)
        for n, reaction in enumerate(part.reactions):
            path = ("reactions", n)
            for m, name in enumerate(reaction.from_):
                yield from self.known(name, (*self.states, *EVERY), (*path, "from", m), "l’état")
            if reaction.to is not None:
                yield from self.known(reaction.to, self.states, (*path, "to"), "l’état")
                if reaction.also:
                    yield self.fault((*path, "to"), "une réaction qui s’ajoute (also) ne mène nulle part ; supprimez « to » ou « also ».")
            yield from self.happening(reaction.on, (*path, "on"))
            if reaction.on.startswith("transition:"):
                yield self.fault((*path, "on"), "les effets d’une transition s’écrivent avec elle.")
            opens = reaction.on == "opened"
            yield from (self.when if opens else self.later)(reaction.when, (*path, "when"))
            yield from self.effects(reaction.effects, path, opens=opens)
        yield from self.times()
        yield from self.written()
        yield from self.lives()

    def form_checks(self) -> Iterator[Fault]:
        for n, check in enumerate(self.part.checks):
            yield from self.formula(check.formula, ("checks", n, "formula"), self.kinds())
            yield from self.known(check.field, self.fields, ("checks", n, "field"), "le champ")
        for n, item in enumerate(self.part.items):
            yield from self.when(item.when, ("items", n, "when"))

    def covered(self) -> Iterator[Fault]:
        """By which lines of which register a request is covered."""
        asked = self.part.covered_by
        if asked is None:
            return
        path: Path = ("covered_by",)
        register = self.registers.get(asked.register_)
        if register is None:  # workflows.check says so
            return
        if register.member_field is None or register.shown_to == "owner":
            told = f"le registre « {register.name} » ne dit pas au membre ce qui le concerne (member_field, shown_to) ; complétez-le."
            yield self.fault((*path, "register"), told)
        yield from self.known(asked.field, register.by_field, (*path, "field"), "le champ")
        field = register.by_field.get(asked.field)
        if field is not None and field.choices:
            yield from self.known(str(asked.value), [choice.value for choice in field.choices], (*path, "value"), "la valeur")

    def happening(self, name: str, path: Path) -> Iterator[Fault]:
        family, _, rest = name.partition(":")
        reminded = [kind for kind, rule in self.part.deadlines.items() if rule.reminders]
        names = {"transition": self.transitions, "deadline": self.deadlines, "reminder": reminded}.get(family)
        if names is not None and rest not in names:
            near = get_close_matches(rest, names, n=1) or [" », « ".join(names)]
            yield self.fault(path, f"« {name} » n’arrive jamais ; vouliez-vous « {family}:{near[0]} » ?")

    def later(self, when: When, path: Path) -> Iterator[Fault]:
        """A condition of what happens after the opening."""
        yield from self.when(when, path)
        for key in when:
            if key in AT_OPENING:
                yield self.fault((*path, key), f"« {key} » n’est dit qu’à l’ouverture ; gardez-le alors dans un champ (effet set).")

    def effects(self, effects: Sequence[AnyEffect], path: Path, *, opens: bool = False) -> Iterator[Fault]:
        for n, effect in enumerate(effects):
            here = (*path, "effects", n)
            yield from (self.when if opens else self.later)(effect.when, (*here, "when"))
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
                case part_of.EnterPart():
                    yield from self.entered(effect, here)
                case part_of.ProducePart():
                    yield from self.known(effect.document, self.part.documents, here, "le document")

    def entered(self, effect: part_of.EnterPart, path: Path) -> Iterator[Fault]:
        """A line that is added to a register: its fields are the register's, and it must be named."""
        for formula in effect.fields.values():
            yield from self.formula(formula, path, self.kinds())
        register = self.registers.get(effect.register_)
        if register is None:  # workflows.check says so
            return
        for name in effect.fields:
            yield from self.known(name, register.by_field, path, "le champ du registre")
        if register.key not in effect.fields:
            yield self.fault(path, f"il manque « {register.key} », qui nomme chaque ligne du registre « {register.name} » ; ajoutez-le.")

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
            for key, words, what in ((figure.of, MEASURED, "la mesure"), (figure.by, GROUPED, "le regroupement")):
                if key and key.startswith("fields."):
                    yield from self.known(key.split(".")[1], self.fields, ("figures", n), "le champ")
                elif key:
                    yield from self.known(key, words, ("figures", n), what)

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
