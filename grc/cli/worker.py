"""`grc worker`: the half that takes in, sends and watches deadlines. Any number may run on one database."""

from __future__ import annotations

import argparse

from grc.settings import Settings

NAME = "worker"
HELP = "relève, achemine, envoie et veille aux échéances (l’autre moitié de grc serve)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which parts of the work; all else is set by GRC_* variables."""
    parser.add_argument(
        "--only",
        action="append",
        choices=["intake", "deliver", "deadlines", "channels"],
        help="seulement cette partie du travail (plusieurs fois : ces parties) ; sans elle, tout",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    import uvloop

    from grc import log
    from grc.app import run_worker

    log.configure(settings.log_level, NAME)
    uvloop.run(run_worker(settings, args.only))
    return 0
