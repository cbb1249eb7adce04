"""All types of ticket there are: every definition document found in the folders of modules. Nothing is named here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from workflows import register, shelves, yaml_lines
from workflows.definition import BadDefinition, Definition, of_document
from workflows.faults import Fault
from workflows.inherit import merge
from workflows.register import Registers
from workflows.shelves import MODULES
from workflows.yaml_lines import Document


@dataclass(frozen=True, slots=True)
class Entry:
    """A definition, and the folder of the module that it stands in (its texts lie there)."""

    definition: Definition
    folder: Path
    document: Document  # whole: with what it extends


class UnknownType(LookupError):
    """No module has a definition of this name and version."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The definitions by name and version."""

    entries: Mapping[tuple[str, int], Entry]
    newest: Mapping[str, Entry]
    registers: Registers

    def get(self, name: str, version: int | None = None) -> Definition:
        """The definition a ticket runs on; without a version, the one new tickets begin with."""
        return self.entry(name, version).definition

    def entry(self, name: str, version: int | None = None) -> Entry:
        """The definition with its folder."""
        found = self.newest.get(name) if version is None else self.entries.get((name, version))
        if found is None:
            raise UnknownType(f"no module defines « {name} »" + (f" version {version}" if version is not None else ""))
        return found

    def document(self, name: str, version: int) -> Document:
        """The document of a definition, whole."""
        return self.entries[name, version].document

    def names(self) -> Iterable[str]:
        """The names of all types, in order."""
        return sorted(self.newest)


def documents(*roots: Path) -> tuple[Path, ...]:
    """Every definition document of the modules in these folders."""
    return tuple(path for folder in shelves.folders(*roots) for path in shelves.documents(folder))


def discover(*roots: Path) -> Catalogue:
    """The catalogue of all modules in these folders. A document with a fault raises BadDefinition, or BadRegister."""
    registers = register.discover(*roots)
    entries: dict[tuple[str, int], Entry] = {}
    waiting = {path: _read(path) for path in documents(*roots)}  # each read once: reading is most of the work, at every start
    while waiting:
        ready = [path for path, found in waiting.items() if (extends := extended(found)) is None or extends in entries]
        for path in ready or waiting:  # what the rest extends is nowhere, or they extend one another: the first one's error says so
            _enter(path, waiting[path], entries, registers)
        waiting = {path: found for path, found in waiting.items() if path not in ready} if ready else {}
    newest = {name: entries[name, version] for name, version in sorted(entries)}
    return Catalogue(entries, newest, registers)


def _read(path: Path) -> Document:
    try:
        return yaml_lines.read(path.read_text(encoding="utf-8"))
    except yaml_lines.Unreadable as error:
        raise BadDefinition(str(path), (Fault(error.line, f"ce n’est pas du YAML lisible : {error}"),)) from None


def _enter(path: Path, found: Document, entries: dict[tuple[str, int], Entry], registers: Registers) -> None:
    def below(name: str, version: int) -> Document | None:
        under = entries.get((name, version))
        return under.document if under is not None else None

    definition, document = of_document(found, str(path), below, registers)
    if definition.name != shelves.name_of(path):
        raise BadDefinition(str(path), (Fault(1, f"name : à cette place, le type s’appelle « {shelves.name_of(path)} »."),))
    key = (definition.name, definition.version)
    if key in entries:
        told = f"name : « {definition.name} » version {definition.version} est déjà dans {entries[key].folder} ; changez l’un des deux."
        raise BadDefinition(str(path), (Fault(1, told),))
    entries[key] = Entry(definition, shelves.module_of(path), document)


def extended(found: Document) -> tuple[str, int] | None:
    """The type and version that a document extends, or None."""
    extends = found.data.get("extends") if isinstance(found.data, Mapping) else None
    if not isinstance(extends, Mapping) or not isinstance(extends.get("name"), str) or not isinstance(extends.get("version"), int):
        return None
    return extends["name"], extends["version"]


def whole(path: Path, below: Callable[[str, int], Document | None]) -> Document:
    """The document of a sound definition, with what it extends."""
    found = yaml_lines.read(path.read_text(encoding="utf-8"))
    extends = extended(found)
    under = below(*extends) if extends else None
    return merge(under, found) if under is not None else found


def texts_folder(name: str) -> Path:
    """The folder of the module that a type stands in, where its notices lie; those of a type made in the browser stand in its document."""
    entry = catalogue().newest.get(name)
    return entry.folder if entry is not None else MODULES / name


def catalogue() -> Catalogue:
    """The catalogue of this installation's modules, read once."""
    return _of(shelves.roots())


@lru_cache(maxsize=8)
def _of(roots: tuple[Path, ...]) -> Catalogue:
    return discover(*roots)
