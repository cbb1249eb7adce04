"""All types of ticket there are: every definition document found in the folders of `modules/`. Nothing is named here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from workflows import yaml_lines
from workflows.definition import Definition, load
from workflows.inherit import merge
from workflows.yaml_lines import Document

MODULES = Path(__file__).resolve().parent.parent / "modules"


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


def documents(root: Path = MODULES) -> tuple[Path, ...]:
    """Every definition document: `modules/<name>/definition.yaml`, and older versions beside it as `definition.<n>.yaml`."""
    return tuple(sorted(root.glob("*/definition*.yaml")))


def discover(root: Path = MODULES) -> Catalogue:
    """The catalogue of all modules under this folder. A document with a fault raises BadDefinition."""
    entries: dict[tuple[str, int], Entry] = {}
    waiting = list(documents(root))
    while waiting:
        put_off = [path for path in waiting if not _entered(path, entries, last=False)]
        if len(put_off) == len(waiting):  # what they extend is nowhere, or they extend one another: the first one's error says so
            for path in put_off:
                _entered(path, entries, last=True)
        waiting = put_off
    newest = {name: entries[name, version] for name, version in sorted(entries)}
    return Catalogue(entries, newest)


def _entered(path: Path, entries: dict[tuple[str, int], Entry], *, last: bool) -> bool:
    """Whether the document could be read: one that extends another waits until that one is there."""

    def below(name: str, version: int) -> Document | None:
        found = entries.get((name, version))
        return found.document if found is not None else None

    if not last and (extends := extended(path)) is not None and extends not in entries:
        return False
    definition = load(path, below)
    key = (definition.name, definition.version)
    if key in entries:
        raise ValueError(f"{path}: « {definition.name} » version {definition.version} is already in {entries[key].folder}")
    entries[key] = Entry(definition, path.parent, whole(path, below))
    return True


def extended(path: Path) -> tuple[str, int] | None:
    """The type and version that a document extends, or None. What cannot be read is told when it is loaded."""
    try:
        data = yaml_lines.read(path.read_text(encoding="utf-8")).data
    except (yaml_lines.Unreadable, UnicodeDecodeError):
        return None
    extends = data.get("extends") if isinstance(data, Mapping) else None
    if not isinstance(extends, Mapping) or not isinstance(extends.get("name"), str) or not isinstance(extends.get("version"), int):
        return None
    return extends["name"], extends["version"]


def whole(path: Path, below: Callable[[str, int], Document | None]) -> Document:
    """The document of a sound definition, with what it extends."""
    found = yaml_lines.read(path.read_text(encoding="utf-8"))
    extends = extended(path)
    under = below(*extends) if extends else None
    return merge(under, found) if under is not None else found


def texts_folder(name: str) -> Path:
    """The folder in which a module keeps notices of its own; those of a type made in the browser stand in its document."""
    return MODULES / name


@cache
def catalogue() -> Catalogue:
    """The catalogue of the program's own modules, read once."""
    return discover()
