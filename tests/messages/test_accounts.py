"""Accounts are shared among the workers that live: each has as many, none is left out, and the dead lose theirs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from grc.db.transaction import WORKER, Database
from grc.errors import BadInput
from grc.messages import accounts
from grc.messages.accounts import NewAccount

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ALIVE = timedelta(seconds=10)


@pytest.fixture
async def two_communes(db: Database) -> None:
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute(
            "insert into collectivity (id, kind, insee, name, slug) values (1, 'commune', '40088', 'Dax', 'dax'),"
            " (2, 'commune', '40192', 'Mont-de-Marsan', 'mont-de-marsan')"
        )


async def add(db: Database, name: str, code: str = "40088", *addresses: str) -> int:
    async with db.transaction(WORKER) as tx:
        return await accounts.add(tx, "email", code, NewAccount(name, {"address": name}, addresses=addresses), None)


async def share(db: Database, listener: str, now: datetime) -> set[str]:
    async with db.transaction(WORKER) as tx:
        return {account.name for account in await accounts.share(tx, "email", listener, now, now + ALIVE)}


async def rounds(db: Database, now: datetime, *listeners: str) -> list[set[str]]:
    """What each has after everybody has looked twice: once to give back, once to take."""
    for listener in listeners:
        await share(db, listener, now)
    return [await share(db, listener, now) for listener in listeners]


async def test_each_worker_has_its_share_and_none_is_left_out(db: Database, two_communes: None) -> None:
    names = {f"b{n}@dax.example" for n in range(7)}
    for name in names:
        await add(db, name)
    assert await rounds(db, NOW, "a") == [names]
    await rounds(db, NOW, "a", "b", "c")
    shares = await rounds(db, NOW, "a", "b", "c")
    assert sorted(len(one) for one in shares) in ([1, 3, 3], [2, 2, 3])
    assert set().union(*shares) == names
    assert sum(len(one) for one in shares) == 7, "no account has two workers"


async def test_a_worker_that_dies_loses_its_accounts_and_one_that_leaves_at_once(db: Database, two_communes: None) -> None:
    names = {f"b{n}@dax.example" for n in range(4)}
    for name in names:
        await add(db, name)
    await rounds(db, NOW, "a", "b")
    assert len(await share(db, "b", NOW + ALIVE / 2)) == 2, "a is silent, and may still live"
    assert await share(db, "b", NOW + ALIVE) == names
    await rounds(db, NOW + ALIVE, "b", "c")
    async with db.transaction(WORKER) as tx:
        await accounts.leave(tx, "email", "b")
    assert await share(db, "c", NOW + ALIVE) == names


async def test_an_account_that_is_removed_is_listened_to_no_more_and_forgets_its_secret(db: Database, two_communes: None) -> None:
    number = await add(db, "mairie@dax.example")
    assert await share(db, "a", NOW) == {"mairie@dax.example"}
    async with db.transaction(WORKER) as tx:
        assert await accounts.remove(tx, number) == "mairie@dax.example"
        assert await accounts.remove(tx, number) is None
        assert await tx.conn.fetchval("select sealed from account") is None
    assert await share(db, "a", NOW) == set()
    assert await add(db, "mairie@dax.example") == number, "it comes back as itself"


async def test_nobody_takes_the_mailbox_or_the_address_of_another_collectivity(db: Database, two_communes: None) -> None:
    await add(db, "mairie@dax.example", "40088", "mairie@dax.example")
    with pytest.raises(BadInput, match="autre collectivité"):
        await add(db, "mairie@dax.example", "40192")
    with pytest.raises(BadInput, match="autre collectivité"):
        await add(db, "bis@dax.example", "40192", "Mairie@Dax.example")
    with pytest.raises(BadInput, match="99999"):
        await add(db, "x@dax.example", "99999")


async def test_what_an_account_says_of_itself_adds_up(db: Database, two_communes: None) -> None:
    number = await add(db, "mairie@dax.example")
    await share(db, "a", NOW)
    for patch in ({"connected_since": NOW.isoformat()}, {"last_error": "x", "connected_since": None}):
        async with db.transaction(WORKER) as tx:
            (account,) = await accounts.active(tx, NOW)
            await accounts.note(tx, account, patch)
    async with db.transaction(WORKER) as tx:
        (account,) = await accounts.active(tx, NOW)
        (later,) = await accounts.active(tx, NOW + ALIVE)
    assert (account.id, account.code, account.listened, later.listened) == (number, "40088", True, False)
    assert account.state == {"connected_since": None, "last_error": "x"}
