"""`grc web`: the half that answers browsers. Any number may run on one database."""

from __future__ import annotations

import argparse
import errno

from grc.errors import Misconfigured
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
    try:
        uvloop.run(run_web(settings))
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES):
            raise
        raise Misconfigured(f"GRC_HOST, GRC_PORT : {settings.host}:{settings.port} ne peut pas être servi ({error.strerror})") from error
    return 0
