"""Accounts of channels: mailboxes, bots, numbers. Written by an operator, shared among the workers that listen to them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import BadInput

_queries = sql.load(__file__, "accounts.sql")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a channel understood of the values an operator gave. Nothing in `settings` is secret.

    `addresses` are mail addresses by which citizens reach the collectivity from now on. `within`: the name is one among those of the
    collectivity, which another may use as well; the account is then called `<number of the collectivity>/<name>`.
    """

    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    addresses: Sequence[str] = ()
    within: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """An account in use. `sealed` opens with the seal of the installation; `state` is what doctor shows.

    `paused`: an administrator holds it, so that nobody listens to it. `reading` counts how often it was to be read from its beginning.
    """

    collectivity_id: int
    id: int
    channel: str
    name: str
    settings: Mapping[str, Any]
    sealed: bytes | None
    state: Mapping[str, Any] = field(compare=False)
    code: str = field(default="", compare=False)
    listened: bool = field(default=False, compare=False)
    paused: bool = field(default=False, compare=False)
    reading: int = 0


async def add(tx: Transaction, channel: str, code: str, new: NewAccount, sealed: bytes | None) -> int:
    """The number of an account, written for the collectivity that an INSEE code or a SIREN names. Raises BadInput, saying why not."""
    collectivity_id = await _queries.collectivity(tx.conn, code=code)
    if collectivity_id is None:
        raise BadInput("collectivity", f"aucune collectivité n’a le code INSEE ou le SIREN « {code} »")
    addresses = [address.lower() for address in new.addresses]
    async for row in _queries.taken_addresses(tx.conn, collectivity_id=collectivity_id, addresses=addresses):
        raise BadInput("address", f"l’adresse {row['address']} est celle d’une autre collectivité")
    name = f"{collectivity_id}/{new.name}" if new.within else new.name
    number = await _queries.add(
        tx.conn, collectivity_id=collectivity_id, channel=channel, name=name, settings=dict(new.settings), sealed=sealed
    )
    if number is None:
        raise BadInput("address", f"le compte {new.name} est celui d’une autre collectivité")
    if addresses:
        await _queries.add_addresses(tx.conn, collectivity_id=collectivity_id, addresses=addresses)
    return int(number)


async def active(tx: Transaction, now: datetime) -> Sequence[Account]:
    """Every account in use, with who listens to it at this moment."""
    return [_account(row) async for row in _queries.active(tx.conn, now=now)]


async def of_collectivity(tx: Transaction, collectivity_id: int, channel: str) -> Sequence[Account]:
    """The accounts of one channel that a collectivity uses."""
    return [_account(row) async for row in _queries.of_collectivity(tx.conn, collectivity_id=collectivity_id, channel=channel)]


async def one(tx: Transaction, number: int, now: datetime) -> Account | None:
    """One account in use, by its number."""
    row = await _queries.one(tx.conn, id=number, now=now)
    return _account(row) if row is not None else None


async def seen(tx: Transaction, collectivities: Sequence[int] | None, now: datetime) -> Sequence[tuple[Account, str]]:
    """The accounts in use of these collectivities (None: of all) with the name of each one's collectivity, and without their secrets."""
    found = _queries.seen(tx.conn, everywhere=collectivities is None, collectivities=list(collectivities or ()), now=now)
    return [(_account(row), row["place"]) async for row in found]


async def pause(tx: Transaction, collectivity_id: int, number: int, *, paused: bool) -> None:
    """Holds an account, or has it listened to again."""
    await _queries.pause(tx.conn, collectivity_id=collectivity_id, id=number, paused=paused)


async def read_again(tx: Transaction, collectivity_id: int, number: int) -> None:
    """Has an account read from its beginning: its listener starts over within moments."""
    await _queries.read_again(tx.conn, collectivity_id=collectivity_id, id=number)


async def remove(tx: Transaction, number: int) -> str | None:
    """Takes an account out of use, its secrets forgotten; its name, or None where there is none."""
    name: str | None = await _queries.remove(tx.conn, id=number)
    return name


async def by_name(tx: Transaction, channel: str, name: str) -> Account | None:
    """An account in use, by what it is called."""
    row = await _queries.by_name(tx.conn, channel=channel, name=name)
    return _account(row) if row is not None else None


async def of_channel(tx: Transaction, channel: str) -> Sequence[Account]:
    """The accounts of a channel in use, of all collectivities."""
    return [_account(row) async for row in _queries.of_channel(tx.conn, channel=channel)]


async def called(tx: Transaction, number: int) -> Account | None:
    """The account that an outside service calls for: what the doors may know of it."""
    row = await _queries.called(tx.conn, id=number)
    if row is None:
        return None
    return Account(row["collectivity_id"], row["id"], row["channel"], row["name"], row["settings"], row["sealed"], {})


async def note(tx: Transaction, account: Account, patch: Mapping[str, Any]) -> None:
    """Adds to what doctor shows of an account."""
    await _queries.note(tx.conn, collectivity_id=account.collectivity_id, id=account.id, patch=dict(patch))


async def share(tx: Transaction, channel: str, listener: str, now: datetime, alive_until: datetime) -> Sequence[Account]:
    """The accounts that this listener is to listen to, an equal share for every listener that lives.

    Called again and again, well before `alive_until`: a listener that no longer calls loses what it had to the others.
    """
    await _queries.beat(tx.conn, channel=channel, name=listener, alive_until=alive_until)
    await _queries.bury(tx.conn, channel=channel, now=now)
    census = await _queries.census(tx.conn, channel=channel)
    fair = math.ceil(census["accounts"] / max(1, census["listeners"]))
    await _queries.give_back(tx.conn, channel=channel, name=listener, keep=fair)
    have = [_account(row) async for row in _queries.held(tx.conn, channel=channel, name=listener)]
    if len(have) < fair:
        await _queries.take_free(tx.conn, channel=channel, name=listener, most=fair - len(have))
        have = [_account(row) async for row in _queries.held(tx.conn, channel=channel, name=listener)]
    return have


async def leave(tx: Transaction, channel: str, listener: str) -> None:
    """A listener ends: what it had is free at once."""
    await _queries.leave(tx.conn, channel=channel, name=listener)


def _account(row: Mapping[str, Any]) -> Account:
    return Account(
        row["collectivity_id"],
        row["id"],
        row["channel"],
        row["name"],
        row["settings"],
        row["sealed"],
        row["state"],
        row["code"],
        row["listened"],
        row["paused"],
        row["reading"],
    )
