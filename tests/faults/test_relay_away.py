"""The citizens' mail server is away for an hour: what was to leave waits, is seen to wait, and leaves once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import aiohttp

from grc.db.transaction import WORKER
from tests.support.mails import mail, post
from tests.support.passing import let_pass
from tests.support.processes import Service, until
from tests.support.relay import Relay
from tests.support.signed_in import signed_in
from tests.support.world import World


async def test_an_acknowledgement_waits_for_the_relay_and_leaves_once(service: Service, world: World, relay: Relay) -> None:
    await relay.close()
    assert (await post(service.lmtp_port, mail("Bonjour.")))[0] == 250

    async def attempts(at_least: int) -> list[str] | None:
        async with world.db.transaction(WORKER) as tx:
            rows = await tx.conn.fetch("select state, detail from delivery_attempt order by id")
        return [row["state"] for row in rows] if len(rows) >= at_least else None

    for tries in (1, 2, 3):
        states = await until(partial(attempts, tries), 10, lambda: f"an attempt; {service.told('worker')}")
        assert states == ["temporary-failure"] * tries
        async with world.db.transaction(WORKER) as tx:
            row = await tx.conn.fetchrow("select o.state, o.due - max(a.at) as pause, t.reference from outgoing o "
                                         "join ticket t on t.id = o.ticket_id join delivery_attempt a on a.outgoing_id = o.id "
                                         "group by o.state, o.due, t.reference")  # fmt: skip
        assert row["state"] == "temporary-failure"
        assert row["pause"] == timedelta(seconds=(60, 180, 600)[tries - 1]), "each pause is longer than the last"
        if tries == 1:
            async with signed_in(service, "paul@sainte-mer.example") as agent:
                page = await agent.page(f"/agent/demandes/{row['reference']}")
            assert "nouvel essai prévu" in page, "the agent sees that it has not left yet"
        if tries < 3:
            await let_pass(world.db, row["pause"])

    await relay.open()
    await let_pass(world.db, timedelta(minutes=10))
    got = await relay.caught(lambda caught: caught.rcpt_to == "jeanne@habitants.example")
    states = await until(lambda: attempts(4), 10, lambda: "the last attempt is written down")
    assert states[3:] == ["sent"]
    await let_pass(world.db, timedelta(days=1))
    await post(service.lmtp_port, mail("Autre.", sender="marc@habitants.example"), sender="marc@habitants.example")
    await relay.caught(lambda caught: caught.rcpt_to == "marc@habitants.example")
    assert [caught.mail["Message-ID"] for caught in relay.to("jeanne@habitants.example")] == [got.mail["Message-ID"]], "once"


async def test_pages_and_doors_are_served_while_the_relay_is_away(service: Service, world: World, relay: Relay) -> None:
    await relay.close()
    for number in range(10):
        sender = f"c{number}@habitants.example"
        assert (await post(service.lmtp_port, mail("Bonjour.", sender=sender), sender=sender))[0] == 250
    async with aiohttp.ClientSession() as client, client.get(f"{service.url}/40902/contact") as response:
        assert response.status == 200
    assert (await service.command("ledger"))[0] == 0
