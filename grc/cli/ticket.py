"""`grc ticket REF`: one ticket, whole, as JSON; `grc ticket transfer REF`: it goes to the body that is competent for it."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

import orjson

from grc.settings import Settings

if TYPE_CHECKING:
    from grc.db.transaction import Transaction

NAME = "ticket"
HELP = "une demande entière, en JSON : messages, envois, chronologie, échéances ; ou sa transmission (transfer)"
TRANSFER = "transfer"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("reference", nargs="+", metavar="REF", help="sa référence, par exemple K7M4-QF9 ; « transfer REF » la transmet")
    parser.add_argument("--to", metavar="INSEE|SIREN", help="à quel organisme la transmettre")
    parser.add_argument("--service", default="", metavar="SERVICE", help="à quel service de cet organisme, par son nom court")
    parser.add_argument("--why", default="", metavar="MOTIF", help="pourquoi : les agents des deux organismes le liront")
    parser.add_argument("--signer", default="", metavar="NOM", help="qui signe l’avis au demandeur (L111-2)")
    parser.add_argument("--capacity", default="", metavar="QUALITÉ", help="sa qualité, par exemple « Secrétaire de mairie »")


def run(args: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(_run(args, settings))


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    from grc.db.transaction import WORKER
    from grc.queue.database import open_database
    from grc.tickets.dossier import dossier

    *verb, given = args.reference
    async with open_database(settings) as (db, _), db.transaction(WORKER) as tx:
        if verb == [TRANSFER]:
            await _transfer(tx, _read(given), args)
        elif verb:
            raise _misused()
        print(orjson.dumps(await dossier(tx, _read(given))).decode())
    return 0


def _misused() -> Exception:
    from grc.errors import BadInput

    return BadInput("", "Donnez une référence, ou « transfer » et une référence.")


def _read(given: str) -> str:
    from grc.errors import NotFound
    from grc.tickets import reference

    wanted = reference.read(given)
    if wanted is None:
        raise NotFound(f"« {given} » n’est pas une référence : vérifiez chaque signe, le dernier contrôle les autres.")
    return wanted


async def _transfer(tx: Transaction, reference: str, args: argparse.Namespace) -> None:
    """Does at once what an agent asks for on the page of a transfer."""
    from grc import clock
    from grc.actions.carry import Actor
    from grc.actions.legal_act import Signer
    from grc.actions.pass_on import Order, pass_on
    from grc.actions.transfer import checked
    from grc.errors import BadInput
    from grc.tickets import store, transfers

    key = await store.find(tx, reference)
    found = [body for body in await transfers.bodies(tx, args.to or "", key.collectivity_id) if body.code == args.to]
    if not found:
        raise BadInput("to", f"« {args.to or ''} » n’est le code d’aucun organisme qui utilise le service.")
    order = await checked(tx, key, Order(found[0].id, args.why, Signer(args.signer, args.capacity), args.service))
    await pass_on(tx, key, order, Actor("Ligne de commande"), clock.now())
