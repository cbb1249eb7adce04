"""`grc`: one command a file in this folder, found by its name, read only when it is asked for.

A command's module has NAME, HELP, add_arguments(parser) and run(args, settings) -> int. Exit status: 0 done, 1 refused or failed with one
clear line on stderr, 2 usage.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from types import ModuleType

from grc import __version__, settings
from grc.errors import GrcError, Raced
from workflows import shelves

DESCRIPTION = "Relation citoyenne des collectivités : ce qui fait tourner le service, et ce qui le regarde de près."


def _names() -> list[str]:
    package = importlib.import_module("grc.cli")
    return sorted(found.name for found in pkgutil.iter_modules(package.__path__) if found.name != "main")


def commands(asked: str | None = None) -> list[ModuleType]:
    """The modules of the commands: of the one asked for, or all where it is not one."""
    names = _names()
    file = (asked or "").replace("-", "_")
    return [importlib.import_module(f"grc.cli.{name}") for name in ([file] if file in names else names)]


def parser_for(asked: str | None) -> argparse.ArgumentParser:
    """The parser of the command line; it knows all commands, or only the one asked for."""
    parser = argparse.ArgumentParser(prog="grc", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"grc {__version__}")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMANDE")
    for module in commands(asked):
        sub = subparsers.add_parser(module.NAME, help=module.HELP, description=module.HELP)
        module.add_arguments(sub)
        sub.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    args = parser_for(words[0] if words else None).parse_args(words)
    try:
        given = settings.read()
        if given.modules_dir is not None:
            shelves.read_also(given.modules_dir)
        status: int = args.run(args, given)
        sys.stdout.flush()
        return status
    except Raced:
        return _failed(args.command, "une autre opération l’a devancé : recommencez")
    except GrcError as error:
        return _failed(args.command, str(error))
    except BrokenPipeError:  # `grc … | head`: nobody reads any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return _failed(args.command, "interrompu")


def _failed(command: str, why: str) -> int:
    print(f"grc {command} : {' '.join(why.split())}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
