"""`grc workflow`: every definition read, its life examined, its scenarios lived; the law of each as a page."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from workflows import law_table, shelves
from workflows.catalogue import catalogue, documents, whole
from workflows.check import check
from workflows.definition import load
from workflows.faults import BadDocument
from workflows.texts import names
from workflows.yaml_lines import Document, Unreadable

if TYPE_CHECKING:
    from grc.settings import Settings

NAME = "workflow"
HELP = "checks the definitions of tickets and runs their scenarios"


def add_arguments(parser: ArgumentParser) -> None:
    """`grc workflow check [FILE...]`, `grc workflow law`."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    checks = verbs.add_parser("check", help="finds unreachable states, dead ends, promises not kept; exit 1 where there are any")
    checks.add_argument("files", nargs="*", type=Path, metavar="FILE", help="definitions; without any, those of all modules")
    verbs.add_parser("law", help="the regime, aims and documents of every type people ask, as Markdown for a jurist (docs/types.md)")


def run(args: Namespace, settings: Settings) -> int:
    """A line a fault on stderr, a line a sound definition on stdout; 1 where a definition has a fault."""
    if args.verb == "law":
        print(law_table.page(catalogue().get(name) for name in catalogue().names()), end="")
        return 0
    faulty = False
    for path in args.files or documents(*shelves.roots()):
        faults, told = _checked(path)
        faulty = faulty or bool(faults)
        for fault in faults:
            print(fault, file=sys.stderr)
        if not faults:
            print(told)
    return 1 if faulty else 0


def _checked(path: Path) -> tuple[tuple[str, ...], str]:
    try:
        definition = load(path, _below)
        faults = check(definition, names(shelves.module_of(path) / "texts"))
    except (BadDocument, OSError, UnicodeDecodeError) as error:
        return (str(error),), ""
    told = f"{definition.name} {definition.version}: {len(definition.states)} states, {len(definition.scenarios)} scenarios, sound"
    return tuple(f"{path}: {fault}" for fault in faults), told


def _below(name: str, version: int) -> Document | None:
    """What a document extends, of the types of this installation; one that cannot be read is told for itself."""
    for path in documents(*shelves.roots()):
        if shelves.name_of(path) == name:
            try:
                found = whole(path, _below)
            except (Unreadable, UnicodeDecodeError):
                continue
            if isinstance(found.data, dict) and found.data.get("version") == version:
                return found
    return None
