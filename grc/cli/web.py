"""`grc web`: the half that answers browsers. Any number may run on one database."""

from __future__ import annotations

import argparse

from grc.settings import Settings

NAME = "web"
HELP = "sert les pages et les crochets (la moitié « web » de grc serve)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing: all is set by GRC_* variables."""


def run(args: argparse.Namespace, settings: Settings) -> int:
    import uvloop

    from grc import log
    from grc.app import run_web

    log.configure(settings.log_level, NAME)
    uvloop.run(run_web(settings))
    return 0
