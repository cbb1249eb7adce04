"""`grc worker`: the half that takes in, sends and watches deadlines. Any number may run on one database."""

from __future__ import annotations

import argparse

from grc.settings import Settings

NAME = "worker"
HELP = "relève, achemine, envoie et veille aux échéances (l’autre moitié de grc serve)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing: all is set by GRC_* variables."""


def run(args: argparse.Namespace, settings: Settings) -> int:
    import uvloop

    from grc import log
    from grc.app import run_worker

    log.configure(settings.log_level, NAME)
    uvloop.run(run_worker(settings))
    return 0
