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
    demo = args.demo or settings.demo
    return asyncio.run(serve(settings, demo=demo, started=lambda: print(_welcome(settings, demo=demo), flush=True)))


def _welcome(settings: Settings, *, demo: bool) -> str:
    """Where to go, and as whom."""
    url = settings.url()
    if not demo:
        return f"GRC sert {url} (agents : {url}/agent)"
    from grc.demo import logins

    who = "\n".join(f"    {login.email:<34} {login.password:<22} {login.says}" for login in logins())
    return (
        f"\nDémonstration de GRC, sur cette machine seulement\n"
        f"  citoyens   {url}/\n"
        f"  agents     {url}/agent\n{who}\n"
        f"  courrier   SMTP {settings.smtp_port}, LMTP {settings.lmtp_port}, pour mairie@<insee>.example ; ce qui part est montré\n"
        f"  Ctrl-C pour arrêter\n"
    )
