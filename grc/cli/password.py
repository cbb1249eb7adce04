"""`grc password`: gives an agent a password, asked for at the terminal or read from stdin, never from the command line."""

from __future__ import annotations

import argparse
import asyncio
import sys

from grc.errors import BadInput
from grc.settings import Settings

NAME = "password"
HELP = "donne un mot de passe à un agent (demandé au clavier, ou lu sur l’entrée) et ferme ses sessions"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", metavar="ADRESSE")


def run(args: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(_set(args.email, _asked(), settings))


def _asked() -> str:
    from getpass import getpass

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("Nouveau mot de passe : ")
    if getpass("Encore une fois : ") != password:
        raise BadInput("password", "les deux saisies diffèrent : rien n’a été changé")
    return password


async def _set(email: str, password: str, settings: Settings) -> int:
    from grc import clock
    from grc.db.transaction import WORKER
    from grc.people.enrol import set_password
    from grc.people.passwords import hash_password
    from grc.queue.database import open_database

    hashed = hash_password(password)
    async with open_database(settings) as (db, _), db.transaction(WORKER) as tx:
        await set_password(tx, email, hashed, clock.now())
    return 0
