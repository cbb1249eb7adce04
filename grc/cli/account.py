"""`grc account`: the mailboxes, bots and numbers of the channels. What is special to a channel stays in its folder."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING, Any

import orjson

from grc.errors import BadInput, NotFound
from grc.settings import Settings

if TYPE_CHECKING:
    from grc.actions.house import House
    from grc.messages.accounts import Account

NAME = "account"
HELP = "les comptes des canaux : boîtes aux lettres, robots, numéros"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERBE")
    add = verbs.add_parser("add", help="enregistre un compte, ou change celui du même nom")
    add.add_argument("channel", metavar="CANAL")
    add.add_argument("--collectivity", required=True, metavar="INSEE", help="code INSEE ou SIREN")
    add.add_argument("values", nargs="+", type=_pair, metavar="CLÉ=VALEUR")
    verbs.add_parser("list", help="les comptes, un par ligne")
    test = verbs.add_parser("test", help="essaie un compte, maintenant")
    test.add_argument("id", type=int, metavar="NUMÉRO")
    remove = verbs.add_parser("remove", help="retire un compte et oublie ses mots de passe")
    remove.add_argument("id", type=int, metavar="NUMÉRO")


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise argparse.ArgumentTypeError("CLÉ=VALEUR est attendu")  # without the text: it may hold a password
    return key, value


def run(args: argparse.Namespace, settings: Settings) -> int:
    try:
        return asyncio.run(_run(args, settings))
    except BadInput as error:
        print(f"grc account : {error.field} : {error}" if error.field else f"grc account : {error}", file=sys.stderr)
        return 1


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    from grc.app import compose

    async with compose(settings) as composed:
        house = composed.house
        match args.verb:
            case "add":
                _print(await _add(house, settings, args.channel, args.collectivity, dict(args.values)))
            case "list":
                for account in await _active(house):
                    seen = {"name": account.name, "listened": account.listened, "paused": account.paused, "state": account.state}
                    _print(_line(house, settings, account) | seen)
            case "test":
                return await _test(house, await _one(house, args.id))
            case "remove":
                _print(await _remove(house, args.id))
    return 0


async def _add(house: House, settings: Settings, channel: str, code: str, values: dict[str, str]) -> dict[str, Any]:
    from grc.db.transaction import WORKER
    from grc.messages import accounts
    from grc.messages.channel import with_accounts
    from grc.messages.seal import Seal

    room = with_accounts(house.channels.get(channel))
    if room is None:
        known = ", ".join(sorted(name for name, one in house.channels.items() if with_accounts(one)))
        raise BadInput("", f"le canal « {channel} » n’a pas de comptes (ceux qui en ont : {known})")
    new = room.read_account(values)
    async with house.db.transaction(WORKER) as tx:
        number = await accounts.add(tx, channel, code, new, Seal.of(settings).close(new.secrets))
    return _line(house, settings, await _one(house, number))


async def _test(house: House, account: Account) -> int:
    from dataclasses import asdict

    from grc.messages.channel import with_accounts

    room = with_accounts(house.channels.get(account.channel))
    if room is None:
        raise NotFound(f"le canal « {account.channel} » n’est pas sur cette machine")
    found = await room.test_account(account)
    for health in found:
        _print(asdict(health))
    return 0 if all(health.ok for health in found) else 1


async def _remove(house: House, number: int) -> dict[str, Any]:
    from grc.db.transaction import WORKER
    from grc.messages import accounts

    async with house.db.transaction(WORKER) as tx:
        name = await accounts.remove(tx, number)
    if name is None:
        raise NotFound(f"aucun compte n’a le numéro {number}")
    return {"id": number, "removed": name}


async def _active(house: House) -> list[Account]:
    from grc import clock
    from grc.db.transaction import WORKER
    from grc.messages import accounts

    async with house.db.transaction(WORKER) as tx:
        return list(await accounts.active(tx, clock.now()))


async def _one(house: House, number: int) -> Account:
    for account in await _active(house):
        if account.id == number:
            return account
    raise NotFound(f"aucun compte n’a le numéro {number}")


def _line(house: House, settings: Settings, account: Account) -> dict[str, Any]:
    from grc.messages.channel import with_accounts

    room = with_accounts(house.channels.get(account.channel))
    path = room.hook(account) if room else None
    return {"id": account.id, "channel": account.channel, "collectivity": account.code, "hook": settings.url() + path if path else None}


def _print(line: dict[str, Any]) -> None:
    print(orjson.dumps(line).decode(), flush=True)
