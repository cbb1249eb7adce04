"""Mailboxes of providers that take no passwords: tokens are asked for, kept, renewed and refused, on a real Dovecot and a real provider."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from channels.email.check import test_account as try_account
from channels.email.grant import Grant
from channels.email.send import Sender
from channels.email.tokens import NoGrant, NoToken, Tokens, read_answer
from grc import clock
from grc.db.transaction import WORKER, Database
from grc.messages.accounts import Account
from tests.channels.email.conftest import QUICK, Post
from tests.channels.email.test_send import LETTER
from tests.channels.email.test_send import QUICK as SMTP_QUICK
from tests.makers.dovecot import BINARY, Dovecot
from tests.makers.mails import mail, number_of
from tests.makers.provider import CLIENT, SCOPE, SECRET, Provider, provider
from tests.makers.relay import relay
from tests.makers.scripted import scripted

USER = "mairie"
ADDRESS = "mairie@40088.example"


@pytest.fixture
async def microsoft() -> AsyncIterator[Provider]:
    async with provider() as running:
        yield running


@pytest.fixture
async def exchange(microsoft: Provider) -> AsyncIterator[Dovecot]:
    """A Dovecot that takes the tokens of the provider."""
    if BINARY is None:
        pytest.skip("no Dovecot on this machine: apt install dovecot-imapd")
    async with Dovecot(more=microsoft.dovecot(), beside={"oauth2.conf": microsoft.dovecot_file()}) as running:
        running.add(USER)
        yield running


def by_consent(microsoft: Provider) -> dict[str, str]:
    """The keys of an account whose owner consented."""
    grant = microsoft.consent(USER)
    return {"auth": "refresh", "token_url": microsoft.url, "client_id": CLIENT, "client_secret": SECRET, "refresh_token": grant}


def at(port: int) -> str:
    return f"imap://{USER}@127.0.0.1:{port}"


async def sealed_rows(db: Database) -> list[bytes]:
    async with db.transaction(WORKER) as tx:
        return [row["sealed"] for row in await tx.conn.fetch("select sealed from account_token")]


@pytest.mark.dovecot
async def test_a_mailbox_is_read_by_a_token_that_two_connections_share(post: Post, microsoft: Provider, exchange: Dovecot) -> None:
    account = await post.account(ADDRESS, imap_url=at(exchange.port), **by_consent(microsoft))
    async with post.reading():
        exchange.deliver(USER, mail(1))
        assert number_of((await post.intake.next_new()).raw) == "1"
        await exchange.stop()
        await post.until(account.id, lambda seen: seen.state.get("connected_since") is None)
        exchange.deliver(USER, mail(2))
        await exchange.start()
        assert number_of((await post.intake.next_new()).raw) == "2"
    assert len(microsoft.asked) == 1
    assert microsoft.asked[0]["grant_type"] == "refresh_token"
    (sealed,) = await sealed_rows(post.db)
    assert b"access-" not in sealed
    assert b"refresh-" not in sealed


@pytest.mark.dovecot
async def test_a_withdrawn_consent_says_what_to_do_and_a_new_one_mends_it(
    post: Post, microsoft: Provider, exchange: Dovecot, capfd: pytest.CaptureFixture[str]
) -> None:
    account = await post.account(ADDRESS, imap_url=at(exchange.port), **by_consent(microsoft))
    microsoft.withdraw()
    tokens = Tokens(post.db, post.seal, clock.now)
    async with post.reading():
        told = await post.until(account.id, lambda seen: seen.state.get("failures", 0) >= 3)
        assert "invalid_grant, AADSTS700082" in told.state["last_error"]
        assert len(microsoft.asked) == 1, "a grant that was refused is not asked with again and again"
        (health,) = await try_account(account, post.seal, tokens)
        assert "redonnez l’autorisation" in health.todo
        exchange.deliver(USER, mail(1))
        await post.account(ADDRESS, imap_url=at(exchange.port), **by_consent(microsoft))
        assert number_of((await post.intake.next_new()).raw) == "1"
    said = "".join(capfd.readouterr()) + json.dumps(dict(told.state)) + health.detail
    assert not any(secret in said for secret in (SECRET, "refresh-", "access-"))


@pytest.mark.dovecot
async def test_a_token_the_server_no_longer_takes_is_replaced_once_it_is_not_young(
    post: Post, microsoft: Provider, exchange: Dovecot
) -> None:
    account = await post.account(ADDRESS, imap_url=at(exchange.port), **by_consent(microsoft))
    now = clock.now()
    tokens = Tokens(post.db, post.seal, lambda: now)
    assert [one.ok for one in await try_account(account, post.seal, tokens)] == [True]
    microsoft.tokens.clear()
    (health,) = await try_account(account, post.seal, tokens)
    assert "AUTHENTICATE" in health.detail
    assert "a le droit de lire cette boîte" in health.todo
    assert len(microsoft.asked) == 1, "another would do no better so soon"
    now += timedelta(minutes=6)
    await try_account(account, post.seal, tokens)
    assert [one.ok for one in await try_account(account, post.seal, tokens)] == [True]
    assert len(microsoft.asked) == 2


async def test_a_refusal_comes_after_its_challenge_is_answered(post: Post, microsoft: Provider) -> None:
    heard: list[bytes] = []

    async def gmail(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK Gimap ready\r\n")
        while line := await reader.readline():
            heard.append(line)
            tag, _, command = line.partition(b" ")
            if command.startswith(b"CAPABILITY"):
                writer.write(b"* CAPABILITY IMAP4rev1 IDLE SASL-IR AUTH=XOAUTH2\r\n" + tag + b" OK done\r\n")
            elif command.startswith(b"AUTHENTICATE"):
                challenge = base64.b64encode(b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}')
                writer.write(b"+ " + challenge + b"\r\n")
                heard.append(await reader.readline())
                writer.write(tag + b" NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n")

    async with scripted(gmail) as port:
        account = await post.account(ADDRESS, imap_url=at(port), **by_consent(microsoft))
        (health,) = await try_account(account, post.seal, Tokens(post.db, post.seal, clock.now))
    assert "Invalid credentials" in health.detail
    sent = next(line for line in heard if b"AUTHENTICATE" in line)
    access = next(iter(microsoft.tokens))
    assert base64.b64decode(sent.split()[-1]) == f"user={USER}\1auth=Bearer {access}\1\1".encode()
    assert heard[heard.index(sent) + 1] == b"\r\n"


async def test_a_server_without_xoauth2_says_so(post: Post, microsoft: Provider, dovecot: Dovecot) -> None:
    dovecot.add(USER)
    account = await post.account(ADDRESS, imap_url=at(dovecot.port), **by_consent(microsoft))
    (health,) = await try_account(account, post.seal, Tokens(post.db, post.seal, clock.now))
    assert "n’offre pas XOAUTH2" in health.detail


def asking(post: Post, account: Account, microsoft: Provider, *, client: bool = False) -> tuple[Account, Grant]:
    refresh = "" if client else microsoft.consent(USER)
    return account, Grant("client" if client else "refresh", microsoft.url, CLIENT, SECRET, refresh, SCOPE)


async def test_ten_workers_at_once_ask_for_one_token(post: Post, microsoft: Provider) -> None:
    asked = asking(post, await post.account(ADDRESS), microsoft)
    microsoft.slow = asyncio.Event()
    workers = [asyncio.create_task(Tokens(post.db, post.seal, clock.now).of(*asked)) for _ in range(10)]
    while not microsoft.asked:
        await asyncio.sleep(0.01)
    microsoft.slow.set()
    assert len(set(await asyncio.gather(*workers))) == 1
    assert len(microsoft.asked) == 1


@pytest.mark.parametrize("replaces", [True, False])
async def test_a_token_is_renewed_shortly_before_it_expires(post: Post, microsoft: Provider, replaces: bool) -> None:
    microsoft.replaces = replaces
    asked = asking(post, await post.account(ADDRESS), microsoft)
    now = clock.now()
    tokens = Tokens(post.db, post.seal, lambda: now)
    first = await tokens.of(*asked)
    now += timedelta(minutes=54)
    assert await tokens.of(*asked) == first
    now += timedelta(minutes=2)
    second = await tokens.of(*asked)
    now += timedelta(minutes=56)
    third = await tokens.of(*asked)
    assert len({first, second, third}) == 3, "by the grant that came with the last one, where one did"


async def test_a_worker_that_dies_while_it_asks_keeps_the_others_waiting_half_a_minute_at_most(post: Post, microsoft: Provider) -> None:
    asked = asking(post, await post.account(ADDRESS), microsoft)
    now = clock.now()
    async with post.db.transaction(WORKER) as tx:
        await tx.conn.execute("insert into account_token values (1, $1, null, null, $2)", asked[0].id, now + timedelta(seconds=30))
    moments = iter([now, now, now, now + timedelta(seconds=31)])
    last = now

    def clocked() -> datetime:
        nonlocal last
        last = next(moments, last)
        return last

    assert await Tokens(post.db, post.seal, clocked).of(*asked)


async def test_an_application_signs_in_to_send_and_a_young_token_refused_is_for_the_operator(post: Post, microsoft: Provider) -> None:
    grant = {"auth": "client", "token_url": microsoft.url, "client_id": CLIENT, "client_secret": SECRET, "scope": SCOPE}
    offers = ("SIZE 1000000", "AUTH XOAUTH2")
    async with relay(offers, AUTH=["235 2.7.0 welcome", "535 5.7.3 Authentication unsuccessful"]) as there:
        await post.account(ADDRESS, smtp_url=f"smtp://127.0.0.1:{there.port}", **grant)
        for state, words in (("sent", "queued"), ("technical-failure", "5.7.3")):
            sender = Sender(post.db, post.seal, "", SMTP_QUICK)
            sent = await sender.send(replace(LETTER, sender_addr=ADDRESS))
            sender.close()
            assert (sent.state, words in sent.detail) == (state, True), sent
        (auth, _) = [line for line in there.said if line.startswith("AUTH")]
    assert len(microsoft.asked) == 1
    assert microsoft.asked[0]["grant_type"] == "client_credentials"
    access = next(iter(microsoft.tokens))
    assert base64.b64decode(auth.split()[-1]) == f"user={ADDRESS}\1auth=Bearer {access}\1\1".encode()


@pytest.mark.parametrize("away", [503, 429, 200])
async def test_while_the_provider_is_away_mail_waits_and_is_tried_again(post: Post, microsoft: Provider, away: int) -> None:
    microsoft.away = away
    await post.account(ADDRESS, smtp_url="smtp://127.0.0.1:1", **by_consent(microsoft))
    sender = Sender(post.db, post.seal, "", SMTP_QUICK)
    sent = await sender.send(replace(LETTER, sender_addr=ADDRESS))
    assert sent.state == "temporary-failure", sent
    assert str(away) in sent.detail


async def test_an_unknown_application_says_to_look_at_its_secret(post: Post, microsoft: Provider) -> None:
    account = await post.account(ADDRESS, imap_url=at(1), **(by_consent(microsoft) | {"client_secret": "périmé"}))
    (health,) = await try_account(account, post.seal, Tokens(post.db, post.seal, clock.now))
    assert "invalid_client, AADSTS7000215" in health.detail
    assert "client_secret" in health.todo
    assert "périmé" not in health.detail


async def test_a_provider_that_hangs_keeps_no_other_mailbox_waiting(post: Post, microsoft: Provider, dovecot: Dovecot) -> None:
    microsoft.slow = asyncio.Event()
    for number in range(3):
        await post.account(f"b{number}@40088.example", imap_url=at(dovecot.port), **by_consent(microsoft))
    await post.account(ADDRESS, imap_url=dovecot.add("voirie"))
    dovecot.deliver("voirie", mail(1))
    async with post.reading(replace(QUICK, opening=1)):
        assert number_of((await post.intake.next_new()).raw) == "1"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"[]"),
        (200, b'{"access_token": 7}'),
        (302, b"{}"),
        (500, b'{"error": "server_error"}'),
        (400, b"\xff\x00"),
        (200, b"[" * 60_000),
        (200, b'{"access_token": "a\\r\\nb"}'),
        (200, b'{"access_token": "\\ud800"}'),
    ],
)
def test_an_answer_that_makes_no_sense_is_no_token(status: int, body: bytes) -> None:
    with pytest.raises(NoToken):
        read_answer(status, body, "x")


@pytest.mark.parametrize(("said", "seconds"), [(3599, 3599), ("3599", 3599), (None, 3600), ("bientôt", 3600), (-5, 60), (10**9, 86_400)])
def test_how_long_a_token_lives_is_bounded(said: object, seconds: int) -> None:
    assert read_answer(200, json.dumps({"access_token": "a", "expires_in": said}).encode(), "x").seconds == seconds


@pytest.mark.parametrize("said", [{"message": "refresh-7 is over"}, "refresh-7", ["refresh-7"], "Token refresh-7 of jean"])
def test_what_stands_in_place_of_a_code_is_not_repeated(said: object) -> None:
    with pytest.raises(NoToken) as told:
        read_answer(400, json.dumps({"error": said}).encode(), "x")
    assert "refresh-7" not in str(told.value)


def test_what_a_refusal_says_is_never_repeated_whole() -> None:
    body = json.dumps({"error": "invalid_grant", "error_description": "AADSTS50173: token refresh-7 of jean"}).encode()
    with pytest.raises(NoGrant, match="AADSTS50173") as told:
        read_answer(400, body, "x")
    assert "refresh-7" not in str(told.value)


def test_a_grant_shows_none_of_its_secrets() -> None:
    grant = Grant("refresh", "https://jetons.example/t", "une-application", "un-secret", "un-jeton", "")
    assert repr(grant) == "refresh:une-application@jetons.example"
    assert "un-" not in grant.mark()
