"""`grc ticket transfer`: what an agent does on the page of a transfer, by a command."""

from __future__ import annotations

import argparse

import pytest

from grc.cli import ticket as command
from grc.clock import now
from grc.db.transaction import WORKER, Database
from grc.errors import BadInput
from grc.settings import Settings
from tests.makers.requests import request
from tests.support.world import BOISVERT, found


async def test_a_request_is_transmitted_by_the_code_of_the_body(
    db: Database, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await found(db)
    async with db.transaction(WORKER) as tx:
        key = await request(tx, now())
        reference = await tx.conn.fetchval("select reference from ticket")
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    signed = ["--why", "Le chemin est à Boisvert.", "--signer", "Paul Dubos", "--capacity", "Secrétaire de mairie"]
    with pytest.raises(BadInput):
        await command._run(parser.parse_args(["transfer", reference, "--to", "40999", *signed]), settings)
    assert await command._run(parser.parse_args(["transfer", reference, "--to", "40903", *signed]), settings) == 0
    assert reference in capsys.readouterr().out
    async with db.transaction(WORKER) as tx:
        assert (
            await tx.conn.fetchval("select passed_to from ticket where collectivity_id = $1 and id = $2", key.collectivity_id, key.id)
            == BOISVERT
        )
