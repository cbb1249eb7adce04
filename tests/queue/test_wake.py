"""News reaches who waits for it, after the commit, and still does when the database was restarted meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from grc.db.transaction import WORKER, Database
from grc.queue.announce import Announcer
from grc.queue.wake import MISSED, MOST_WAITING, Following, Wake


class Heard:
    """Someone who follows what happens to tickets."""

    def __init__(self, following: Following) -> None:
        self._following = following

    async def next(self) -> str:
        return await asyncio.wait_for(anext(self._following), 10)


@pytest.fixture
async def heard(wake: Wake) -> AsyncIterator[Heard]:
    with wake.follow("ticket") as following:
        heard = Heard(following)
        assert await heard.next() == MISSED  # before it listened, anything may have happened
        yield heard


async def test_news_of_a_transaction_is_heard_once_it_is_committed(db: Database, heard: Heard) -> None:
    async with db.transaction(WORKER) as tx:
        tx.wake("ticket", "1:1:opened")
        tx.wake("ticket", "1:1:opened")
    assert await heard.next() == "1:1:opened"
    async with db.transaction(WORKER) as tx:
        tx.wake("ticket", "1:2:opened")
    assert await heard.next() == "1:2:opened"  # the first was told once


async def test_a_transaction_that_fails_announces_nothing(db: Database, heard: Heard) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.transaction(WORKER) as tx:
            tx.wake("ticket", "never")
            raise ZeroDivisionError
    async with db.transaction(WORKER) as tx:
        tx.wake("ticket", "after")
    assert await heard.next() == "after"


async def test_who_waits_for_one_subject_does_not_wake_for_another(db: Database, wake: Wake, heard: Heard) -> None:
    received, outgoing = wake.event("received"), wake.event("outgoing")
    async with db.transaction(WORKER) as tx:
        tx.wake("outgoing", "")
    await asyncio.wait_for(outgoing.wait(), 10)
    assert not received.is_set()


async def test_after_a_lost_connection_everybody_looks_and_news_is_heard_again(
    db: Database, wake: Wake, heard: Heard, database_url: str
) -> None:
    received = wake.event("received")
    async with db.transaction(WORKER) as tx:
        tx.wake("ticket", "before")
    assert await heard.next() == "before"  # both sides are connected now

    conn = await asyncpg.connect(database_url)
    others = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    await conn.execute(others)
    await conn.close()

    assert await heard.next() == MISSED
    assert received.is_set()
    async with db.transaction(WORKER) as tx:
        tx.wake("ticket", "after")
    assert await heard.next() == "after"


async def test_what_is_announced_while_the_database_is_away_is_not_lost(database_url: str, heard: Heard) -> None:
    announcer = Announcer(database_url.replace("/test_", "/no_such_"))
    announcer.announce([("ticket", "kept")])
    await asyncio.sleep(0)  # its first attempt begins, with the wrong name
    announcer._url = database_url
    assert await heard.next() == "kept"
    await announcer.close()


async def test_closing_sends_what_is_left(database_url: str, heard: Heard) -> None:
    announcer = Announcer(database_url)
    announcer.announce([("ticket", "last")])
    await announcer.close()
    assert await heard.next() == "last"


async def test_what_another_program_says_is_passed_over(wake: Wake, heard: Heard) -> None:
    for payload in ("", "no json", "[]", '{"on": "ticket"}', "null", '{"on": [], "of": 1}', '{"on": "ticket", "of": 1}'):
        wake.dispatch(payload)
    wake.dispatch('{"on": "ticket", "of": "ours"}')
    assert await heard.next() == "ours"


async def test_a_follower_who_is_far_behind_is_told_once_to_look_for_himself() -> None:
    following = Following()
    for number in range(MOST_WAITING + 1):
        following.tell(str(number))
    assert await Heard(following).next() == MISSED
