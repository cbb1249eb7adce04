"""A call reaches the program that was set, signed, once for each time it is seen, and nowhere else."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta

import orjson
import pytest

from channels.webhook import send
from channels.webhook.check import address_health, tried
from channels.webhook.send import Caller, Limits
from channels.webhook.settings import read_account, target
from grc import clock
from grc.actions import deliver
from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.errors import BadInput
from grc.messages import accounts
from grc.messages.accounts import Account
from grc.messages.internet import networks
from grc.messages.model import Sent
from grc.messages.seal import Seal
from grc.settings import Settings
from tests.channels.webhook.program import Program
from tests.makers.types import document, publish
from tests.support.arrivals import row, rows, ticket
from tests.support.tickets import begun, lived, run_errands
from tests.support.world import AGENCY, SAINTE_MER, World

SECRET = "un secret entre deux programmes"
LOOPBACK = networks("127.0.0.0/8")
TYPE = "name: calling\nversion: 1\ntitle: Demande au logiciel\nsummary: Pour les essais.\ncategory: Essais\n"
TYPE += "fields:\n  - {name: quantite, kind: number, label: Quantité}\n"


async def account_to(house: House, settings: Settings, url: str) -> Account:
    """The account of Sainte-Mer that calls this address."""
    new = read_account({"name": "logiciel-metier", "url": url, "secret": SECRET})
    async with house.db.transaction(WORKER) as tx:
        number = await accounts.add(tx, "webhook", "40902", new, Seal.of(settings).close(new.secrets))
        return next(one for one in await accounts.active(tx, clock.now()) if one.id == number)


def caller(house: House, settings: Settings, limits: Limits | None = None) -> Caller:
    return Caller(house.db, Seal.of(settings), LOOPBACK, limits)


async def called(house: House, settings: Settings, url: str, body: bytes = b"{}", limits: Limits | None = None) -> Sent:
    there = await account_to(house, settings, url)
    return await caller(house, settings, limits).call(there, body, "grc.7", clock.now())


def signed(program: Program, secret: str = SECRET) -> bool:
    """Whether the last call was signed with this secret, as a program checks it."""
    call = program.calls[-1]
    parts = dict(part.split("=") for part in call.headers["X-GRC-Signature"].split(","))
    assert abs(clock.now().timestamp() - int(parts["t"])) < 300
    return hmac.compare_digest(parts["v1"], hmac.new(secret.encode(), parts["t"].encode() + b"." + call.body, hashlib.sha256).hexdigest())


async def test_what_a_type_calls_is_told_with_the_state_and_fields_of_the_ticket(
    house: House, world: World, settings: Settings, program: Program
) -> None:
    text = document(TYPE).replace("who: [agent, chief, admin]}", "who: [agent], effects: [{do: call, hook: logiciel-metier}]}", 1)
    await publish(world.db, AGENCY, text)
    await account_to(house, settings, f"{program.url}/grc?cle=1")
    key = await begun(house.db, SAINTE_MER, "calling", {"quantite": 3})
    await lived(house.db, key, "transition:take")
    assert await run_errands(house.db) == ["done"]
    (leaving,) = [one for one in await deliver.claim(house, clock.now(), 10) if one.message.channel == "webhook"]
    sent = await caller(house, settings).send(leaving.message)
    assert sent == Sent("delivered", "HTTP 200 merci")
    assert await deliver.record(house, leaving, sent, clock.now()) == "delivered"

    (call,) = program.calls
    body = orjson.loads(call.body)
    stands = await ticket(house, key)
    assert {name: body[name] for name in ("reference", "type", "version", "state", "phase", "fields", "hook")} == {
        "reference": stands["reference"], "type": "calling", "version": 1, "state": "doing", "phase": "open",
        "fields": {"quantite": 3}, "hook": "logiciel-metier",
    }  # fmt: skip
    assert (call.path, call.headers["Content-Type"]) == ("/grc", "application/json")
    assert call.headers["Idempotency-Key"] == f"grc.{leaving.message.outgoing_id}"
    assert signed(program)
    assert not signed(program, "un autre secret, tout aussi long")
    evidence = await row(house, "select state, detail from delivery_attempt")
    assert tuple(evidence) == ("delivered", "HTTP 200 merci")
    message = await row(house, "select audience, direction from message where kind = 'call'")
    assert tuple(message) == ("machine", "out"), "whoever asked never reads it"


async def test_every_try_of_a_call_has_the_same_key_and_a_signature_of_its_moment(
    house: House, settings: Settings, program: Program
) -> None:
    there = await account_to(house, settings, program.url)
    for moment in (clock.now(), clock.now() + timedelta(minutes=1)):
        await caller(house, settings).call(there, b'{"a":1}', "grc.7", moment)
    keys = {call.headers["Idempotency-Key"] for call in program.calls}
    signatures = {call.headers["X-GRC-Signature"] for call in program.calls}
    assert (keys, len(signatures)) == ({"grc.7"}, 2)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, "delivered"), (201, "delivered"), (204, "delivered"), (301, "permanent-failure"), (302, "permanent-failure"),
        (307, "permanent-failure"), (400, "permanent-failure"), (401, "permanent-failure"), (404, "permanent-failure"),
        (408, "temporary-failure"), (409, "temporary-failure"), (410, "permanent-failure"), (429, "temporary-failure"),
        (500, "temporary-failure"), (503, "temporary-failure"),
    ],
)  # fmt: skip
async def test_an_answer_is_taken_as_what_it_means_and_never_followed(
    house: House, settings: Settings, program: Program, status: int, state: str
) -> None:
    program.status = status
    sent = await called(house, settings, program.url)
    assert (sent.state, f"HTTP {status}" in sent.detail) == (state, True), sent
    assert [call.path for call in program.calls] == ["/"]


async def test_a_program_that_does_not_answer_is_tried_again_and_keeps_nobody(house: House, settings: Settings, program: Program) -> None:
    sent = await called(house, settings, f"{program.url}/silence", limits=Limits(whole=0.3))
    assert sent.state == "temporary-failure"


async def test_an_answer_without_end_is_cut_short(house: House, settings: Settings, program: Program) -> None:
    sent = await called(house, settings, f"{program.url}/endless")
    assert sent.state == "delivered"
    assert len(sent.detail) <= 20 + send.LARGEST_ANSWER


async def test_a_call_that_is_too_long_is_not_made(house: House, settings: Settings, program: Program) -> None:
    sent = await called(house, settings, program.url, b"x" * (send.LARGEST_BODY + 1))
    assert (sent.state, program.calls) == ("permanent-failure", [])


async def test_a_port_where_nobody_listens_and_a_name_that_is_none_are_tried_again(
    house: House, settings: Settings, program: Program
) -> None:
    await program.close()
    assert (await called(house, settings, program.url)).state == "temporary-failure"
    assert (await called(house, settings, "https://nulle-part.invalid/")).state == "temporary-failure"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_an_address_of_ours_is_never_called_however_it_is_written(
    house: House, settings: Settings, program: Program, scheme: str, host: str
) -> None:
    there = await account_to(house, settings, f"{scheme}://{host}:{program.port}/")
    sent = await Caller(house.db, Seal.of(settings)).call(there, b"{}", "grc.7", clock.now())
    assert sent.state in ("technical-failure", "temporary-failure"), sent
    assert program.calls == []


@pytest.mark.parametrize("addresses", [["93.184.215.14", "127.0.0.1"], ["::1"], ["169.254.169.254"]])
async def test_a_name_with_one_address_of_ours_is_refused_whole(house: House, settings: Settings, addresses: Sequence[str]) -> None:
    there = target(await account_to(house, settings, "https://metier.example/"), Seal.of(settings))
    assert "GRC_WEBHOOK_ALLOW" in Caller(house.db, Seal.of(settings)).trouble(there, addresses)
    assert Caller(house.db, Seal.of(settings)).trouble(there, ["93.184.215.14"]) == ""


async def test_without_https_only_a_network_of_the_operator_is_called(house: House, settings: Settings) -> None:
    plain = target(await account_to(house, settings, "http://metier.example/"), Seal.of(settings))
    assert "https" in caller(house, settings).trouble(plain, ["93.184.215.14"])
    assert caller(house, settings).trouble(plain, ["127.0.0.1"]) == ""


async def test_the_call_goes_to_the_address_that_was_looked_at_whatever_the_name_says_now(
    house: House, settings: Settings, program: Program
) -> None:
    there = target(await account_to(house, settings, f"http://metier.invalid:{program.port}/"), Seal.of(settings))
    sent = await caller(house, settings)._post(there, ["127.0.0.1"], b"{}", send.headers(there, b"{}", "grc.7", clock.now()))
    assert sent.state == "delivered"
    assert program.calls[0].headers["Host"] == f"metier.invalid:{program.port}", "its name is that of the certificate"


async def test_a_call_without_its_account_says_so(house: House, world: World, settings: Settings, program: Program) -> None:
    text = document(TYPE).replace("who: [agent, chief, admin]}", "who: [agent], effects: [{do: call, hook: logiciel-metier}]}", 1)
    await publish(world.db, AGENCY, text)
    account = await account_to(house, settings, program.url)
    key = await begun(house.db, SAINTE_MER, "calling", {"quantite": 3})
    await lived(house.db, key, "transition:take")
    await run_errands(house.db)
    async with house.db.transaction(WORKER) as tx:
        await accounts.remove(tx, account.id)
    for leaving in await deliver.claim(house, clock.now(), 10):
        if leaving.message.channel == "webhook":
            assert await deliver.deliver(house, leaving, clock.now) == "technical-failure"
    assert (await ticket(house, key))["alarm"] == "delivery_failed"
    assert program.calls == []


async def test_two_collectivities_may_call_their_programs_by_the_same_name(house: House, world: World, settings: Settings) -> None:
    new = read_account({"name": "logiciel-metier", "url": "https://metier.example/", "secret": SECRET})
    async with house.db.transaction(WORKER) as tx:
        for code in ("40902", "40903"):
            await accounts.add(tx, "webhook", code, new, None)
    assert [line["name"] for line in await rows(house, "select name from account order by name")] == [
        "2/logiciel-metier",
        "3/logiciel-metier",
    ]


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"url": "ftp://a.example/"}, "url"),
        ({"url": "https://moi:motdepasse@a.example/"}, "url"),
        ({"url": "a.example"}, "url"),
        ({"url": "https://a.example/#b"}, "url"),
        ({"secret": "court"}, "secret"),
        ({"name": "Logiciel métier"}, "name"),
        ({"token": "x"}, "token"),
    ],
)
def test_an_account_that_cannot_be_is_refused_at_its_key_and_repeats_no_secret(values: dict[str, str], key: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_account({"name": "metier", "url": "https://a.example/", "secret": SECRET} | values)
    assert refused.value.field == key
    assert "motdepasse" not in str(refused.value)
    assert SECRET not in str(refused.value)


async def test_neither_secret_nor_address_lies_open_in_the_database(house: House, settings: Settings) -> None:
    account = await account_to(house, settings, "https://metier.example/cle-secrete?x=autre-cle")
    line = str(await rows(house, "select a::text as line from account a"))
    assert "metier.example" in line
    for hidden in (SECRET, "cle-secrete", "autre-cle"):
        assert hidden not in line
    assert "autre-cle" not in repr(target(account, Seal.of(settings)))


async def test_doctor_says_which_address_cannot_be_called_and_a_test_calls_it(house: House, settings: Settings, program: Program) -> None:
    account = await account_to(house, settings, program.url)
    assert not (await address_health(account, ())).ok
    assert (await address_health(account, LOOPBACK)).ok
    assert program.calls == [], "to look is not to call"
    assert (await tried(caller(house, settings), account, clock.now())).ok
    assert orjson.loads(program.calls[0].body)["test"] is True
    program.status = 401
    found = await tried(caller(house, settings), account, clock.now())
    assert (found.ok, bool(found.todo)) == (False, True)
