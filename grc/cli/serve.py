"""`grc serve`: all of the service on one machine, from one command."""

from __future__ import annotations

import argparse
import asyncio

from grc.settings import Settings

NAME = "serve"
HELP = "fait tourner tout le service : base, migrations, web, worker"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--demo", action="store_true", help="avec un territoire, des agents et des demandes imaginaires, si la base est vide"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    from grc import log
    from grc.supervisor import serve

    log.configure(settings.log_level, NAME)
    return asyncio.run(serve(settings, demo=args.demo or settings.demo))
