"""`grc workflow`: the documents of types for whoever writes them: their schema, their faults, their picture, a life played; their law."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grc import clock
from grc.errors import BadInput
from workflows import shelves
from workflows.catalogue import catalogue, documents, whole
from workflows.definition import Definition, load
from workflows.faults import BadDocument
from workflows.yaml_lines import Document, Unreadable

if TYPE_CHECKING:
    from grc.settings import Settings

NAME = "workflow"
HELP = "les types de demande, pour qui les écrit\u00a0: schéma, fautes, dessin, essai d’une vie, droit"
_SIMULATE = """Joue une vie, sans base de données, et écrit une ligne JSON par moment\u00a0:
happens, by, at, state, effects, fields, deadlines\u202f; refused (pourquoi) quand le moment n’est pas possible.

Sans SCÉNARIO, la vie est lue sur l’entrée standard, un moment par ligne\u00a0:
  {"happens": "opened", "by": "citizen", "fields": {"objet": "…"}}
  {"happens": "transition:close", "by": "agent", "data": {"text": "…"}, "at": "2026-03-09T10:00:00+01:00"}"""


def add_arguments(parser: ArgumentParser) -> None:
    """The verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERBE")

    def verb(name: str, told: str, more: str = "") -> ArgumentParser:
        return verbs.add_parser(name, help=told, description=more or told, formatter_class=RawDescriptionHelpFormatter)

    verb("schema", "le schéma JSON d’un document, pour un éditeur qui complète")
    check = verb("check", "cherche les fautes, par ligne, avec le remède ; 1 s’il y en a")
    check.add_argument("files", nargs="*", type=Path, metavar="FICHIER", help="des documents ; sans eux, ceux de tous les modules")
    draw = verb("draw", "dessine la vie d’un type, en SVG, même si son document a encore des fautes")
    draw.add_argument("named", nargs="?", metavar="TYPE|FICHIER", help="un type par son nom, ou un document ; sans lui, tous les types")
    draw.add_argument("--output", type=Path, default=Path(), metavar="DOSSIER", help="où écrire <type>.svg ; ici, si rien n’est dit")
    simulate = verb("simulate", "joue un scénario, ou une vie lue sur l’entrée standard", _SIMULATE)
    simulate.add_argument("named", metavar="TYPE|FICHIER", help="un type par son nom, ou un document")
    simulate.add_argument("scenario", nargs="?", metavar="SCÉNARIO", help="le numéro d’un scénario (1, 2…), ou des mots de son titre")
    simulate.add_argument(
        "--at", type=_moment, default=clock.now(), metavar="MOMENT",
        help="quand la vie commence, par exemple 2026-03-09T10:00:00+01:00 ; maintenant, si rien n’est dit",
    )  # fmt: skip
    verb("law", "régime, objectifs et pièces de chaque type, en Markdown, pour un juriste (docs/types.md)")


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"« {text} » n’est pas un moment") from None
    return found if found.tzinfo else found.replace(tzinfo=clock.PARIS)


def run(args: Namespace, settings: Settings) -> int:
    """What a verb prints; 1 where it found a fault or a refusal."""
    return _VERBS[args.verb](args)


def _schema(_args: Namespace) -> int:
    import orjson

    from workflows.schema import schema

    print(orjson.dumps(schema(), option=orjson.OPT_INDENT_2).decode())
    return 0


def _check(args: Namespace) -> int:
    """A line a fault on stderr, a line a sound document on stdout."""
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
    from workflows.check import findings
    from workflows.texts import names

    try:
        definition = load(path, _below)
        found = findings(definition, names(shelves.module_of(path) / "texts"))
    except (BadDocument, OSError, UnicodeDecodeError) as error:
        return (str(error),), ""
    document = whole(path, _below)
    lines = sorted((document.line(finding.path), finding.text) for finding in found)
    sound = (_count(len(definition.states), "état"), _count(len(definition.scenarios), "scénario"), "sans faute")
    told = f"{definition.name} {definition.version}\u00a0: {', '.join(sound)}"
    return tuple(f"{path}, ligne {line} : {text}" for line, text in lines), told


def _count(number: int, one: str) -> str:
    return f"{number}\u00a0{one}{'s' if number > 1 else ''}"


def _draw(args: Namespace) -> int:
    from workflows.drawing import draw
    from workflows.picture import graph

    args.output.mkdir(parents=True, exist_ok=True)
    for name, data in _drawn(args.named):
        if not isinstance(data, Mapping) or not isinstance(data.get("states"), Mapping):
            raise BadInput("states", f"{name}\u00a0: ce document n’a pas d’états (states) ; il n’y a rien à dessiner.")
        path = args.output / f"{name}.svg"
        path.write_text(draw(graph(data)), encoding="utf-8")
        print(path)
    return 0


def _drawn(named: str | None) -> Iterator[tuple[str, Any]]:
    """The names and whole documents of what is to be drawn; a file may have faults still."""
    if named is None or not _is_file(named):
        known = catalogue()
        for name in known.names() if named is None else [_known(named)]:
            yield name, known.entry(name).document.data
        return
    try:
        found = whole(Path(named), _below)
    except (Unreadable, OSError, UnicodeDecodeError) as error:
        line = f", ligne {error.line}" if isinstance(error, Unreadable) else ""
        raise BadInput("", f"{named}{line} : {error}") from error
    yield shelves.name_of(Path(named)), found.data


def _simulate(args: Namespace) -> int:
    """A line a moment on stdout; 1 where one of them is not possible."""
    import orjson

    from grc.actions import play

    definition = _loaded(Path(args.named)) if _is_file(args.named) else catalogue().get(_known(args.named))
    moments = play.typed(sys.stdin.buffer) if args.scenario is None else play.told(definition, args.scenario)
    refused = False
    for line in play.played(definition, moments, args.at):
        refused = refused or "refused" in line
        print(orjson.dumps(line).decode(), flush=True)
    return 1 if refused else 0


def _loaded(path: Path) -> Definition:
    try:
        return load(path, _below)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("", f"{path} : {error}") from error


def _law(_args: Namespace) -> int:
    from workflows import law_table

    print(law_table.page(catalogue().get(name) for name in catalogue().names()), end="")
    return 0


_VERBS: Mapping[str, Callable[[Namespace], int]] = {
    "schema": _schema, "check": _check, "draw": _draw, "simulate": _simulate, "law": _law,
}  # fmt: skip


def _is_file(named: str) -> bool:
    return named.endswith((".yaml", ".yml")) or "/" in named or Path(named).is_file()


def _known(name: str) -> str:
    """The name of a type there is. Raises BadInput, with the nearest."""
    from difflib import get_close_matches

    names = list(catalogue().names())
    if name not in names:
        near = get_close_matches(name, names, n=1)
        mend = f"vouliez-vous «\u00a0{near[0]}\u00a0»\u202f?" if near else f"il y a {', '.join(names)}."
        raise BadInput("", f"aucun module n’a de type «\u00a0{name}\u00a0»\u202f; {mend}")
    return name


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
