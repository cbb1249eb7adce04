"""A register as data: what its lines are made of, who keeps it, who sees them. Read from the folders of modules. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from workflows import faults, shelves, yaml_lines
from workflows.astray_fields import FieldsAstray
from workflows.faults import BadDocument, Fault
from workflows.notice import BadText, fill, strange
from workflows.parts.fields import Field
from workflows.parts.registers import RegisterPart, ShownTo
from workflows.values import say
from workflows.yaml_lines import Document

LONGEST_TITLE = 200
_KEY_KINDS = ("text", "number", "email", "phone")
_TABLE = 5  # columns, where the register names none
_TAKEN = ("id", "title")  # what a line says of itself wherever it is chosen


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """One register. `copies` are the fields that a request keeps with the line it was made about."""

    name: str
    title: str
    one: str
    summary: str
    icon: str
    key: str
    label: str
    fields: tuple[Field, ...]
    columns: tuple[str, ...]
    owner: Literal["agency", "each"]
    shown_to: ShownTo
    copies: tuple[str, ...]
    member_field: str | None
    asked_by: str | None
    since_field: str | None
    until_field: str | None
    by_field: Mapping[str, Field] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_field", {one.name: one for one in self.fields})

    def key_of(self, values: Mapping[str, Any]) -> str:
        """By what a person names a line with these values."""
        return " ".join(say(self.by_field[self.key], values.get(self.key)).split())

    def title_of(self, values: Mapping[str, Any]) -> str:
        """The title of a line with these values; its key where the label gives nothing."""
        said = {one.name: say(one, values.get(one.name)) for one in self.fields}
        return " ".join(fill(self.label, said).split())[:LONGEST_TITLE] or self.key_of(values)

    def chosen(self, id: int, title: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """What a request keeps of a line that was chosen: which it is, and what it said then."""
        return {"id": id, "title": title, **{name: values[name] for name in self.copies if name in values}}


Registers = Mapping[str, Register]


class BadRegister(BadDocument):
    """The document cannot be a register."""


def loads(text: str, source: str, others: Registers | None = None) -> Register:
    """The register in this text; `source` names it in errors, `others` are those its lines may point to. Raises BadRegister."""
    found, register = _shaped(text, source)
    _named(found, register, source, others or {})
    return register


def discover(*roots: Path) -> Registers:
    """Every register of the modules in these folders, by name. Raises BadRegister with the line and the mend of every fault."""
    read: dict[str, tuple[Path, Document, Register]] = {}
    for path in (path for folder in shelves.folders(*roots) for path in shelves.registers(folder)):
        found, register = _shaped(path.read_text(encoding="utf-8"), str(path))
        if register.name != shelves.name_of(path):
            raise BadRegister(str(path), (faults.at(found, ("name",), f"ce fichier est celui de « {shelves.name_of(path)} »."),))
        if register.name in read:
            told = f"« {register.name} » est déjà dans {read[register.name][0]} ; changez le nom."
            raise BadRegister(str(path), (faults.at(found, ("name",), told),))
        read[register.name] = path, found, register
    made = {name: register for name, (_, _, register) in sorted(read.items())}
    for path, found, register in read.values():
        _named(found, register, str(path), made)
    return made


def registers() -> Registers:
    """The registers of this installation, read once."""
    return _of(shelves.roots())


@lru_cache(maxsize=8)
def _of(roots: tuple[Path, ...]) -> Registers:
    return discover(*roots)


def _shaped(text: str, source: str) -> tuple[Document, Register]:
    try:
        found = yaml_lines.read(text)
    except yaml_lines.Unreadable as error:
        raise BadRegister(source, (Fault(error.line, f"ce n’est pas du YAML lisible : {error}"),)) from None
    try:
        part = RegisterPart.model_validate(found.data)
    except ValidationError as error:
        raise BadRegister(source, faults.of_shape(found, error)) from None
    plain = [one.name for one in part.fields if one.kind not in ("long_text", "group")]
    return found, Register(
        name=part.name, title=part.title, one=part.one, summary=part.summary or "", icon=part.icon, key=part.key, label=part.label,
        fields=tuple(part.fields), columns=tuple(part.columns or plain[:_TABLE]), owner=part.owner, shown_to=part.shown_to,
        copies=tuple(part.copies), member_field=part.member_field, asked_by=part.asked_by, since_field=part.since_field,
        until_field=part.until_field,
    )  # fmt: skip


def _named(found: Document, register: Register, source: str, others: Registers) -> None:
    wrong = tuple(sorted(set(_Astray(register, found, others).all())))
    if wrong:
        raise BadRegister(source, wrong)


class _Astray(FieldsAstray):
    """One register while its names are looked through."""

    def __init__(self, register: Register, found: Document, others: Registers) -> None:
        super().__init__(register.fields, found, others)
        self.register = register

    def all(self) -> Iterator[Fault]:
        register = self.register
        yield from self.form(register.fields, ("fields",), {})
        for n, one in enumerate(register.fields):
            if one.kind == "file":
                yield self.fault(("fields", n, "kind"), "une ligne de registre ne porte pas de fichier ; mettez-le dans une demande.")
            if one.kind == "record" and one.of:
                yield from self.known(one.of, self.registers, ("fields", n, "of"), "le registre")
        yield from self.of_kinds(("key",), register.key, _KEY_KINDS, required=True)
        for name, kinds in (("member_field", ("collectivity",)), ("since_field", ("date",)), ("until_field", ("date",))):
            if (wanted := getattr(register, name)) is not None:
                yield from self.of_kinds((name,), wanted, kinds)
        for name, listed in (("columns", register.columns), ("copies", register.copies)):
            for n, wanted in enumerate(listed):
                yield from self.known(wanted, self.fields, (name, n), "le champ")
                if name == "copies" and wanted in _TAKEN:
                    yield self.fault((name, n), f"« {wanted} » est déjà dit de toute ligne ; retirez-le, ou changez le nom du champ.")
        if register.shown_to == "member" and register.member_field is None:
            yield self.fault(("shown_to",), "pour montrer une ligne au membre qu’elle concerne, nommez le champ qui le dit (member_field).")
        yield from self.label()

    def of_kinds(self, path: tuple[str], name: str, kinds: Sequence[str], *, required: bool = False) -> Iterator[Fault]:
        yield from self.known(name, self.fields, path, "le champ")
        field = self.fields.get(name)
        if field is None:
            return
        if field.kind not in kinds:
            yield self.fault(path, f"« {name} » doit être un champ « {' » ou « '.join(kinds)} », pas « {field.kind} ».")
        if required and not (field.required and not field.when):
            yield self.fault(path, f"« {name} » nomme chaque ligne ; il doit être obligatoire, sans condition.")

    def label(self) -> Iterator[Fault]:
        try:
            for name in strange(self.register.label, self.fields):
                yield self.fault(("label",), f"la variable « {name} » n’existe pas ; écrivez le nom d’un champ.")
        except BadText as error:
            yield self.fault(("label",), str(error))
