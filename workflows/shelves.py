"""Where modules lie: the program's own, and those of the installation. A folder is a module; what it holds says what it is.

modules/<name>/README.md                what it is for
               definition.yaml          the type of ticket that has the name of the folder; definition.<n>.yaml: its older versions
               types/<type>.yaml        further types; types/<type>.<n>.yaml: their older versions
               registers/<name>.yaml    lines of what its requests are about
               texts/<notice>/          notices in place of those of workflows/notices/
               demo.yaml                lines for the demonstration
               __init__.py              only where code is needed: module(room), pages, templates/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

MODULES = Path(__file__).resolve().parent.parent / "modules"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_VERSION = re.compile(r"\.[1-9][0-9]{0,5}$")

_roots: tuple[Path, ...] = (MODULES,)


def roots() -> tuple[Path, ...]:
    """The folders of modules that this process reads."""
    return _roots


def read_also(*more: Path) -> None:
    """Says where the installation's own modules lie, beside the program's. Once, before the first is read: what was read stays."""
    global _roots
    _roots = (MODULES, *more)


def is_name(text: str) -> bool:
    """Whether a module, a type or a register can be called so."""
    return _NAME.fullmatch(text) is not None


def folders(*of: Path) -> tuple[Path, ...]:
    """The folder of each module that lies in these, in the order of their names."""
    found = (path for root in of if root.is_dir() for path in root.iterdir() if path.is_dir() and is_name(path.name))
    return tuple(sorted(found, key=lambda path: path.name))


def documents(folder: Path) -> tuple[Path, ...]:
    """The definition documents of a module."""
    return tuple(sorted([*folder.glob("definition*.yaml"), *folder.glob("types/*.yaml")]))


def registers(folder: Path) -> tuple[Path, ...]:
    """The documents of the registers of a module."""
    return tuple(sorted(folder.glob("registers/*.yaml")))


def name_of(path: Path) -> str:
    """The name that a document has by its place: of its folder for `definition.yaml`, else of the file without its version."""
    stem = _VERSION.sub("", path.stem)
    return path.parent.name if stem == "definition" and path.parent.name != "types" else stem


def module_of(path: Path) -> Path:
    """The folder of the module that a document stands in."""
    return path.parent.parent if path.parent.name in ("types", "registers") else path.parent


def demo(*of: Path) -> Iterator[Path]:
    """What the modules in these folders bring to the demonstration."""
    yield from (path for folder in folders(*of) if (path := folder / "demo.yaml").is_file())
