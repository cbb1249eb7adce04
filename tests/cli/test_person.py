"""`grc person find`: whoever these words may mean, a line each."""

from __future__ import annotations

import argparse
import asyncio
import json

import pytest

from grc.cli import person
from grc.db.transaction import Database
from grc.settings import Settings
from tests.support.world import found


async def test_a_person_is_found_by_the_beginning_of_his_name(db: Database, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    await found(db)
    async with db.pool.acquire() as conn:
        await conn.execute("set role grc_worker; insert into person (collectivity_id, name, created_at) values (2, 'Jeanne Duport', now())")
        await conn.execute("reset role")
    parser = argparse.ArgumentParser()
    person.add_arguments(parser)
    args = parser.parse_args(["find", "dup", "--collectivity", "40902"])
    assert await asyncio.to_thread(person.run, args, settings) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "Jeanne Duport"
