"""All types of ticket there are: every definition document found in the folders of `modules/`. Nothing is named here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from workflows.definition import Definition, load

MODULES = Path(__file__).resolve().parent.parent / "modules"


@dataclass(frozen=True, slots=True)
class Entry:
    """A definition, and the folder of the module that it stands in (its texts lie there)."""

    definition: Definition
    folder: Path


class UnknownType(LookupError):
    """No module has a definition of this name and version."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The definitions by name and version."""

    entries: Mapping[tuple[str, int], Entry]
    newest: Mapping[str, Entry]

    def get(self, name: str, version: int | None = None) -> Definition:
        """The definition a ticket runs on; without a version, the one new tickets begin with."""
        return self.entry(name, version).definition

    def entry(self, name: str, version: int | None = None) -> Entry:
        """The definition with its folder."""
        found = self.newest.get(name) if version is None else self.entries.get((name, version))
        if found is None:
            raise UnknownType(f"no module defines « {name} »" + (f" version {version}" if version is not None else ""))
        return found

    def names(self) -> Iterable[str]:
        """The names of all types, in order."""
        return sorted(self.newest)


def documents(root: Path = MODULES) -> tuple[Path, ...]:
    """Every definition document: `modules/<name>/definition.yaml`, and older versions beside it as `definition.<n>.yaml`."""
    return tuple(sorted(root.glob("*/definition*.yaml")))


def discover(root: Path = MODULES) -> Catalogue:
    """The catalogue of all modules under this folder. A document with a fault raises BadDefinition."""
    entries: dict[tuple[str, int], Entry] = {}
    for path in documents(root):
        definition = load(path)
        key = (definition.name, definition.version)
        if key in entries:
            raise ValueError(f"{path}: « {definition.name} » version {definition.version} is already in {entries[key].folder}")
        entries[key] = Entry(definition, path.parent)
    newest = {name: entries[name, version] for name, version in sorted(entries)}
    return Catalogue(entries, newest)


@cache
def catalogue() -> Catalogue:
    """The catalogue of the program's own modules, read once."""
    return discover()
