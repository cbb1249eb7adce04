"""Names in a list of fields that point to nothing, whether it is the form of a type or the lines of a register. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from workflows import faults
from workflows.faults import Fault
from workflows.formula import BadFormula, check_types, parse
from workflows.parts.fields import Field
from workflows.parts.when import When
from workflows.yaml_lines import Document, Path

if TYPE_CHECKING:
    from workflows.register import Registers

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


class FieldsAstray:
    """One document while its names are looked through."""

    def __init__(self, fields: Sequence[Field], found: Document, registers: Registers) -> None:
        self.found = found
        self.fields = {field.name: field for field in fields}
        self.registers = registers

    def fault(self, path: Path, text: str) -> Fault:
        return faults.at(self.found, path, text)

    def known(self, name: str, names: Iterable[str], path: Path, what: str) -> Iterator[Fault]:
        yield from faults.known(self.found, name, tuple(names), path, what)

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
                yield from self.formula(field.formula, (*here, "formula"), Kinds(kinds, self.unknown()))
            if field.kind == "group":
                if len(path) > 1:
                    yield self.fault((*here, "kind"), "un groupe ne contient pas de groupe ; sortez-le.")
                else:
                    yield from self.form(field.fields, (*here, "fields"), {})
            kinds |= self.kinds_of(field)

    def kinds(self) -> Mapping[str, str]:
        """The names by which formulas read the fields, with the kind of value each is."""
        return Kinds({name: kind for field in self.fields.values() for name, kind in self.kinds_of(field).items()}, self.unknown())

    def kinds_of(self, field: Field) -> dict[str, str]:
        """The same of one field: a person or a place is several values."""
        kinds = {field.name: _SAME_KIND.get(field.kind, "text")}
        if field.kind == "group":
            return kinds | {f"{field.name}.{inner.name}": "list" for inner in field.fields}
        copied = {inner.name: _SAME_KIND.get(inner.kind, "text") for inner in self.copied(field)}
        return kinds | {f"{field.name}.{inner}": copied.get(inner, "text") for inner in self.inner(field)}

    def inner(self, field: Field) -> tuple[str, ...]:
        """The values a field is made of, where it is several."""
        return (*_INNER.get(field.kind, ()), *(copied.name for copied in self.copied(field)))

    def copied(self, field: Field) -> tuple[Field, ...]:
        """What a line that is chosen in this field brings with it."""
        register = self.registers.get(field.of or "")
        return tuple(register.by_field[name] for name in register.copies) if register is not None and field.kind == "record" else ()

    def unknown(self) -> tuple[str, ...]:
        """The fields whose register is not there: nobody knows what its lines bring with them. `workflows.check` says so."""
        return tuple(name for name, field in self.fields.items() if field.kind == "record" and field.of not in self.registers)

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
            if inner and name in self.fields and self.fields[name].kind != "group" and name not in self.unknown():
                yield from self.known(inner, self.inner(self.fields[name]), (*path, key), f"dans « {name} », la partie")


class Kinds(dict[str, str]):
    """The kinds of names, where lines of a register that is not there may bring any value."""

    def __init__(self, kinds: Mapping[str, str], records: Iterable[str]) -> None:
        super().__init__(kinds)
        self._records = frozenset(records)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and name.partition(".")[0] in self._records)
