"""`grc competence`: who is competent for what, where, by the rules of the agency: listed, added, tried."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING, Any

import orjson

from grc.settings import Settings

if TYPE_CHECKING:
    from grc.collectivities.competence import Competence
    from grc.db.transaction import Transaction

NAME = "competence"
HELP = "qui est compétent pour quoi, et où : les règles de l’agence, listées, ajoutées, essayées"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERBE")
    verbs.add_parser("list", help="les règles, une par ligne")
    add = verbs.add_parser("add", help="ajoute une règle et la dit")
    add.add_argument("title", metavar="SUJET", help="avec l’article : « L’eau potable »")
    add.add_argument("--type", action="append", default=[], metavar="NOM", help="un type de demande ; à répéter")
    add.add_argument("--word", action="append", default=[], metavar="MOT", help="un mot ou quelques mots qu’une demande dirait ; à répéter")
    add.add_argument("--where", action="append", default=[], metavar="LIEU", help="une commune ou intercommunalité ; sans cela, partout")
    who = add.add_mutually_exclusive_group(required=True)
    who.add_argument("--collectivity", metavar="CODE", help="nom, code INSEE ou SIREN de la collectivité compétente")
    who.add_argument("--commune", action="store_true", help="la commune du lieu")
    who.add_argument("--epci", action="store_true", help="l’intercommunalité du lieu")
    who.add_argument("--outside", metavar="NOM", help="un organisme extérieur")
    add.add_argument("--email", default="", metavar="ADRESSE", help="de l’organisme extérieur")
    add.add_argument("--address", default="", metavar="ADRESSE", help="postale, de l’organisme extérieur")
    add.add_argument("--begins", default="", metavar="JOUR", help="2027-01-01")
    add.add_argument("--ends", default="", metavar="JOUR")
    attempt = verbs.add_parser("try", help="dit qui serait compétent, et ce que chaque règle en pense")
    attempt.add_argument("text", metavar="TEXTE", help="ce que dirait la demande")
    attempt.add_argument("--type", default="", metavar="NOM", help="son type")
    attempt.add_argument("--where", default="", metavar="COMMUNE", help="nom ou code INSEE")


def run(args: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(_run(args, settings))


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    from grc.db.transaction import WORKER
    from grc.queue.database import open_database

    async with open_database(settings) as (db, _), db.transaction(WORKER) as tx:
        match args.verb:
            case "list":
                return await _list(tx)
            case "add":
                return await _add(tx, args)
            case _:
                return await _try(tx, args)


async def _list(tx: Transaction) -> int:
    from grc.collectivities.competence_rows import everything

    for kept in await everything(tx):
        _print({**_line(kept.rule), "changed_at": kept.changed_at.isoformat(), "changed_by": kept.changed_by})
    return 0


async def _add(tx: Transaction, args: argparse.Namespace) -> int:
    from grc import clock
    from grc.actions.competent import subjects
    from grc.actions.put_competence import Typed, put_by_operator, read, told

    named = {"collectivity": args.collectivity, "commune": args.commune, "epci": args.epci, "outside": args.outside}
    typed = Typed(
        title=args.title, types=args.type, words=args.word, where=args.where, who=next(who for who, given in named.items() if given),
        competent=args.collectivity or "", body_name=args.outside or "", body_email=args.email, body_address=args.address,
        begins_on=args.begins, ends_on=args.ends,
    )  # fmt: skip
    rule, faults = await read(tx, typed, await subjects(tx))
    if rule is None:
        raise told(faults)
    _print(_line(await put_by_operator(tx, rule, clock.now())))
    return 0


async def _try(tx: Transaction, args: argparse.Namespace) -> int:
    from grc import clock
    from grc.actions.competent import subjects
    from grc.clock import PARIS
    from grc.collectivities.competence_rows import everything, named_place
    from grc.errors import BadInput
    from routing.competence import Subject, verdicts

    types = await subjects(tx)
    if args.type and args.type not in types:
        raise BadInput("type", f"aucun type de demande ne s’appelle « {args.type} »")
    place = await named_place(tx, args.where) if args.where else None
    if args.where and place is None:
        raise BadInput("where", f"aucune commune d’ici ne s’appelle « {args.where} », ou plusieurs : donnez son code INSEE")
    subject = Subject(args.type, types.get(args.type, ""), args.text)
    rules = [kept.rule for kept in await everything(tx)]
    for verdict in verdicts(subject, place, rules, clock.now().astimezone(PARIS).date()):
        _print({"rule": verdict.rule.id, "competent": verdict.body.name if verdict.body else None, "why": verdict.why})
    return 0


def _line(rule: Competence) -> dict[str, Any]:
    body = rule.body
    return {
        "id": rule.id, "title": rule.title, "types": rule.types, "words": rule.words, "communes": rule.communes, "epci": rule.epci,
        "who": rule.who, "collectivity": rule.competent_id, "name": body.name if body else None, "email": body.email if body else None,
        "begins_on": rule.begins_on, "ends_on": rule.ends_on, "active": rule.active, "example": rule.example,
    }  # fmt: skip


def _print(line: dict[str, Any]) -> None:
    print(orjson.dumps(line).decode())
