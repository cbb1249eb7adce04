"""Mail that lies in mailboxes on a real Dovecot comes in: at once, all of it, once, whatever the servers do."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from dataclasses import replace

import pytest

from channels.email import progress
from channels.email.collect import PORTION_COUNT, WINDOW
from channels.email.stand_in import source_id
from grc.db.transaction import WORKER
from grc.messages import accounts
from grc.messages.model import TryLater
from tests.channels.email.conftest import QUICK, Post, until
from tests.makers.dovecot import Dovecot
from tests.makers.mails import mail, number_of
from tests.makers.scripted import scripted, silence

pytestmark = pytest.mark.dovecot


async def numbers(post: Post, count: int) -> list[str]:
    return [number_of((await post.intake.next_new()).raw) for _ in range(count)]


async def test_a_mail_is_in_the_ledger_within_a_second(post: Post, dovecot: Dovecot) -> None:
    account = await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"))
    async with post.reading():
        await post.until(account.id, lambda seen: bool(seen.state.get("connected_since")))
        dovecot.deliver("mairie", mail(0))
        await numbers(post, 1)  # the first one also warms Dovecot's index
        delays = []
        for number in range(1, 4):
            dovecot.deliver("mairie", mail(number))
            since = time.perf_counter()
            assert await numbers(post, 1) == [str(number)]
            delays.append(time.perf_counter() - since)
    assert max(delays) < 1.0, delays


async def test_the_ledger_says_where_a_mail_came_from(post: Post, dovecot: Dovecot) -> None:
    await post.account("Mairie@40088.example", imap_url=dovecot.add("mairie"))
    raw = mail(1)
    dovecot.deliver("mairie", raw)
    async with post.reading():
        arrival = await post.intake.next_new()
    assert arrival.raw == raw
    assert (arrival.channel, arrival.account, arrival.collectivity_id) == ("email", "mairie@40088.example", 1)
    assert arrival.meta["folder"] == "INBOX"


async def test_everything_that_waits_is_taken_once_and_in_order(post: Post, dovecot: Dovecot) -> None:
    account = await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"))
    count = 2 * WINDOW + PORTION_COUNT + 3
    for number in range(count):
        dovecot.deliver("mairie", mail(number))
    async with post.reading():
        assert await numbers(post, count) == [str(number) for number in range(count)]
        await until(lambda: post.progress(account.id), lambda seen: seen[1] == count)
    assert len(await post.rows()) == count
    async with post.reading():
        dovecot.deliver("mairie", mail("next"))
        assert await numbers(post, 1) == ["next"]
    assert post.intake.taken.empty(), "what was taken is not even fetched again"


async def test_mail_that_somebody_has_read_already_is_taken_as_well(post: Post, dovecot: Dovecot) -> None:
    url = dovecot.add("mairie")
    read = dovecot.deliver("mairie", mail("read"))
    read.rename(read.parent.parent / "cur" / f"{read.name}:2,S")
    await post.account("mairie@40088.example", imap_url=url)
    async with post.reading():
        assert await numbers(post, 1) == ["read"]


async def test_a_server_that_is_stopped_and_started_again_costs_no_mail(post: Post, dovecot: Dovecot) -> None:
    account = await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"))
    async with post.reading():
        dovecot.deliver("mairie", mail("before"))
        assert await numbers(post, 1) == ["before"]
        await dovecot.stop()
        down = await post.until(account.id, lambda seen: seen.state.get("connected_since") is None and "failures" in seen.state)
        assert down.state["last_error"]
        for number in range(30):
            dovecot.deliver("mairie", mail(number))
        await dovecot.start()
        assert Counter(await numbers(post, 30)) == Counter(str(number) for number in range(30))
        await post.until(account.id, lambda seen: bool(seen.state.get("connected_since")))
    assert len(await post.rows()) == 31


async def test_a_folder_numbered_anew_is_read_again_and_nothing_is_twice(post: Post, dovecot: Dovecot) -> None:
    account = await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"))
    async with post.reading():
        for number in range(5):
            dovecot.deliver("mairie", mail(number))
        await numbers(post, 5)
        await post.until(account.id, lambda seen: bool(seen.state.get("last_message_at")))
        before, _ = await post.progress(account.id)
        await dovecot.stop()
        dovecot.forget_numbers("mairie")
        dovecot.deliver("mairie", mail("after"))
        await dovecot.start()
        assert await numbers(post, 1) == ["after"]
        after, last = await until(lambda: post.progress(account.id), lambda seen: seen[0] != before and seen[1] == 6)
    assert after != before
    assert last == 6
    assert len(await post.rows()) == 6


async def test_the_same_mail_in_two_mailboxes_is_kept_for_both(post: Post, dovecot: Dovecot) -> None:
    for name in ("mairie", "voirie"):
        await post.account(f"{name}@40088.example", imap_url=dovecot.add(name))
        dovecot.deliver(name, mail("one"))
    async with post.reading():
        assert await numbers(post, 2) == ["one", "one"]


async def test_two_mails_alike_without_a_message_id_are_two(post: Post, dovecot: Dovecot) -> None:
    await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"))
    alarm = b"From: alarme@exemple.example\r\nSubject: demande alarme\r\n\r\nLa pompe s'arrete.\r\n"
    first, second = dovecot.deliver("mairie", alarm), dovecot.deliver("mairie", alarm)
    os.utime(first, (1_700_000_000, 1_700_000_000))  # a Maildir's date of arrival
    os.utime(second, (1_700_000_060, 1_700_000_060))
    async with post.reading():
        assert await numbers(post, 2) == ["alarme", "alarme"]


@pytest.mark.parametrize("name", ["silent", "garbage", "closed", "wrong password"])
async def test_a_mailbox_in_trouble_says_so_and_disturbs_no_other(post: Post, dovecot: Dovecot, name: str) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        while await reader.readline():
            writer.write(b"\x00\xff{99999999999}\r\nA1 OK what?\r\n* 5 FETCH ((((\r\n")

    async with scripted(silence) as silent, scripted(babble) as garbage, scripted(silence) as closed:
        urls = {
            "silent": f"imap://a:b@127.0.0.1:{silent}",
            "garbage": f"imap://a:b@127.0.0.1:{garbage}",
            "closed": "imap://a:b@127.0.0.1:1",
            "wrong password": f"imap://mairie:faux@127.0.0.1:{dovecot.port}",
        }
        assert closed
        ill = await post.account("malade@40088.example", imap_url=urls[name])
        await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"))
        async with post.reading():
            told = await post.until(ill.id, lambda seen: seen.state.get("failures", 0) >= 2)
            assert told.state["last_error"]
            assert told.state.get("connected_since") is None
            dovecot.deliver("mairie", mail(1))
            since = time.perf_counter()
            await numbers(post, 1)
            assert time.perf_counter() - since < 1.5


async def test_a_server_without_idle_is_looked_at_again_and_again(post: Post) -> None:
    async with Dovecot(more="protocol imap {\n  imap_capability = IMAP4rev1 UIDPLUS\n}") as plain:
        await post.account("mairie@40088.example", imap_url=plain.add("mairie"))
        async with post.reading():
            plain.deliver("mairie", mail(1))
            assert await numbers(post, 1) == ["1"]
            plain.deliver("mairie", mail(2))
            assert await numbers(post, 1) == ["2"]


async def test_idle_is_renewed_and_mail_still_comes_at_once(post: Post, dovecot: Dovecot) -> None:
    await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"))
    async with post.reading(replace(QUICK, idle=0.05)):
        for number in range(3):
            dovecot.deliver("mairie", mail(number))
            assert await numbers(post, 1) == [str(number)]


@pytest.mark.parametrize("at", [b"SELECT", b"SEARCH", b"IDLE", b"DONE"])
async def test_a_server_that_falls_silent_at_any_step_is_noticed_and_left(post: Post, at: bytes) -> None:
    met: list[bytes] = []

    async def falls_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        idling = b""
        while line := await reader.readline():
            tag, _, command = line.strip().partition(b" ")
            met.append(at if at in line else b"")
            if at in line:
                await reader.read()
            elif b"CAPABILITY" in command:
                writer.write(b"* CAPABILITY IMAP4rev1 IDLE\r\n" + tag + b" OK\r\n")
            elif b"SELECT" in command:
                writer.write(b"* OK [UIDVALIDITY 7] valid\r\n" + tag + b" OK\r\n")
            elif b"SEARCH" in command:
                writer.write(b"* SEARCH\r\n" + tag + b" OK\r\n")
            elif b"IDLE" in command:
                idling = tag
                writer.write(b"+ idling\r\n")
            else:
                writer.write((idling if line.startswith(b"DONE") else tag) + b" OK\r\n")

    async with scripted(falls_silent) as port:
        account = await post.account("mairie@40088.example", imap_url=f"imap://a:b@127.0.0.1:{port}")
        async with post.reading(replace(QUICK, silence=0.3, idle=0.1)):
            told = await post.until(account.id, lambda seen: seen.state.get("failures", 0) >= 1)
    assert "pas de réponse" in told.state["last_error"]
    assert at in met, "it got there, and answered until then"


async def test_a_mail_that_is_too_large_is_recorded_and_left_where_it_is(post: Post, dovecot: Dovecot) -> None:
    account = await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"))
    dovecot.deliver("mairie", mail("large", size=300_000))
    dovecot.deliver("mairie", mail("small"))
    async with post.reading(most_bytes=200_000):
        large, small = await post.intake.next_new(), await post.intake.next_new()
        await post.until(account.id, lambda seen: bool(seen.state.get("last_message_at")))
    assert number_of(small.raw) == "small"
    assert len(large.raw) < 2000
    assert b"Message-ID: <large@exemple.example>" in large.raw
    assert "dépasse la taille acceptée (0,2\u00a0Mo)".encode() in large.raw
    assert len(dovecot.files("mairie")) == 2


async def test_a_mail_of_several_megabytes_comes_whole(post: Post, dovecot: Dovecot) -> None:
    await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"))
    raw = mail("large", size=12_000_000)
    dovecot.deliver("mairie", raw)
    async with post.reading(most_bytes=20_000_000):
        assert (await post.intake.next_new()).raw == raw


async def test_a_mail_the_server_cannot_read_is_recorded_and_stops_none_behind_it(post: Post, dovecot: Dovecot) -> None:
    await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"))
    dovecot.deliver("mairie", mail("first"))
    dovecot.deliver("mairie", mail("broken")).chmod(0)
    dovecot.deliver("mairie", mail("last"))
    async with post.reading():
        arrivals = [await post.intake.next_new() for _ in range(3)]
    said = {number_of(arrival.raw): arrival for arrival in arrivals}
    assert {"first", "last"} < set(said)
    (stand_in,) = [arrival for number, arrival in said.items() if number not in ("first", "last")]
    assert b"X-GRC-Left: unreadable" in stand_in.raw


async def test_while_the_ledger_is_away_mail_waits_and_none_is_lost(post: Post, dovecot: Dovecot) -> None:
    await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"))
    post.intake.answers = [TryLater("la base est arrêtée")] * 10
    for number in range(5):
        dovecot.deliver("mairie", mail(number))
    async with post.reading():
        assert Counter(await numbers(post, 5)) == Counter("01234")
    assert len(await post.rows()) == 5


async def test_one_mail_the_ledger_cannot_take_delays_none_behind_it(post: Post, dovecot: Dovecot) -> None:
    account = await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"))
    full = True
    post.intake.refuse = lambda arrival: full and number_of(arrival.raw) == "1"
    for number in range(4):
        dovecot.deliver("mairie", mail(number))
    async with post.reading():
        assert await numbers(post, 3) == ["0", "2", "3"]
        await post.until(account.id, lambda seen: seen.state.get("failures", 0) >= 1)
        assert (await post.progress(account.id))[1] == 1, "progress never passes a mail that is not in the ledger"
        full = False
        assert await numbers(post, 1) == ["1"]
    assert len(await post.rows()) == 4


async def test_taken_mail_is_flagged_where_the_operator_wishes(post: Post, dovecot: Dovecot) -> None:
    account = await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"), after="seen")
    dovecot.deliver("mairie", mail(1))
    async with post.reading():
        await numbers(post, 1)
        await post.until(account.id, lambda seen: bool(seen.state.get("last_message_at")))
    (kept,) = dovecot.files("mairie")
    assert kept.name.endswith("S")


@pytest.mark.parametrize("capabilities", ["", "protocol imap {\n  imap_capability = IMAP4rev1 IDLE UIDPLUS\n}"])
async def test_taken_mail_is_moved_to_a_folder_that_is_made_for_it(post: Post, capabilities: str) -> None:
    async with Dovecot(more=capabilities) as dovecot:
        account = await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"), after="move:Traité & classé")
        for number in range(3):
            dovecot.deliver("mairie", mail(number))
        async with post.reading():
            await numbers(post, 3)
            await post.until(account.id, lambda seen: bool(seen.state.get("last_message_at")))
        assert dovecot.files("mairie") == []
        assert len(dovecot.files("mairie", ".Trait&AOk- &- class&AOk-")) == 3


async def test_another_folder_than_the_inbox_is_read(post: Post, dovecot: Dovecot) -> None:
    first = await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"), after="move:À traiter")
    dovecot.deliver("mairie", mail(1))
    async with post.reading():
        await numbers(post, 1)
        await post.until(first.id, lambda seen: bool(seen.state.get("last_message_at")))
    await post.remove(first.id)
    await post.account("bis@40088.example", imap_url=dovecot.add("mairie"), folder="À traiter")
    async with post.reading():
        assert await numbers(post, 1) == ["1"]


async def test_accounts_come_and_go_while_the_worker_runs(post: Post, dovecot: Dovecot) -> None:
    async with post.reading():
        account = await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"))
        dovecot.deliver("mairie", mail(1))
        assert await numbers(post, 1) == ["1"]
        await post.remove(account.id)
        other = await post.account("voirie@40088.example", imap_url=dovecot.add("voirie"))
        await post.until(other.id, lambda seen: bool(seen.state.get("connected_since")))  # a turn later: the first one has ended
        dovecot.deliver("mairie", mail(2))
        dovecot.deliver("voirie", mail(3))
        assert await numbers(post, 1) == ["3"]
        await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"))
        assert await numbers(post, 1) == ["2"], "an account that comes back goes on where it was"


async def test_a_mailbox_that_is_held_waits_and_one_to_be_read_again_gives_only_what_is_missing(post: Post, dovecot: Dovecot) -> None:
    account = await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"))
    other = await post.account("voirie@40088.example", imap_url=dovecot.add("voirie"))
    async with post.reading():
        for number in range(3):
            dovecot.deliver("mairie", mail(number))
        await numbers(post, 3)
        async with post.db.transaction(WORKER) as tx:
            await accounts.pause(tx, account.collectivity_id, account.id, paused=True)
        await post.account("parcs@40088.example", imap_url=dovecot.add("parcs"))
        dovecot.deliver("parcs", mail("turn"))
        assert await numbers(post, 1) == ["turn"]  # a turn later: the listener of the held one has ended
        dovecot.deliver("mairie", mail("held"))
        dovecot.deliver("voirie", mail("other"))
        assert await numbers(post, 1) == ["other"]
        async with post.db.transaction(WORKER) as tx:
            await tx.conn.execute("delete from received where source_id = $1", source_id(mail(1), ""))
            await accounts.read_again(tx, account.collectivity_id, account.id)
            await accounts.pause(tx, account.collectivity_id, account.id, paused=False)
        assert Counter(await numbers(post, 2)) == Counter(["1", "held"])
        await until(lambda: post.progress(account.id), lambda seen: seen[1] == 4)
    assert len(await post.rows()) == 6
    assert other.reading == 0


async def test_whoever_still_works_on_an_earlier_reading_moves_no_progress(post: Post) -> None:
    account = await post.account("mairie@40088.example", imap_url="imap://127.0.0.1:1")
    again = replace(account, reading=1)
    async with post.db.transaction(WORKER) as tx:
        for reader, last in ((account, 9), (again, 2), (account, 10), (again, 1)):
            await progress.write(tx, reader, "INBOX", progress.Progress(7, last))
        assert await progress.read(tx, again, "INBOX", 7) == progress.Progress(7, 2)
        assert await progress.read(tx, account, "INBOX", 7) == progress.Progress(7, 0)


async def test_how_long_a_mail_lay_at_its_server_is_told(post: Post, dovecot: Dovecot) -> None:
    account = await post.account("mairie@40088.example", imap_url=dovecot.add("mairie"))
    path = dovecot.deliver("mairie", mail(1))
    os.utime(path, (time.time() - 120, time.time() - 120))  # a Maildir's date of arrival
    async with post.reading():
        await numbers(post, 1)
        seen = await post.until(account.id, lambda seen: "lag" in seen.state)
    assert 120 <= seen.state["lag"] < 120 + 60
    assert seen.state["behind"] == 0


async def test_a_corrected_password_is_used_at_once(post: Post, dovecot: Dovecot) -> None:
    right = dovecot.add("mairie")
    account = await post.account("mairie@40088.example", imap_url=f"imap://mairie:faux@127.0.0.1:{dovecot.port}")
    async with post.reading():
        await post.until(account.id, lambda seen: "LOGIN" in str(seen.state.get("last_error", "")))
        await post.account("mairie@40088.example", imap_url=right)
        dovecot.deliver("mairie", mail(1))
        assert await numbers(post, 1) == ["1"]


async def test_two_workers_read_each_mailbox_once(post: Post, dovecot: Dovecot) -> None:
    boxes = [await post.account(f"b{n}@40088.example", imap_url=dovecot.add(f"b{n}")) for n in range(6)]
    async with post.reading(), post.reading():
        for box in boxes:
            await post.until(box.id, lambda seen: bool(seen.state.get("connected_since")))
        for n in range(6):
            dovecot.deliver(f"b{n}", mail(n))
        assert Counter(await numbers(post, 6)) == Counter("012345")
    assert len(await post.rows()) == 6


async def test_more_mailboxes_than_connections_take_turns(post: Post, dovecot: Dovecot) -> None:
    for n in range(5):
        await post.account(f"b{n}@40088.example", imap_url=dovecot.add(f"b{n}"))
        dovecot.deliver(f"b{n}", mail(n))
    async with post.reading(replace(QUICK, per_host=2, yielding=0.05)):
        assert Counter(await numbers(post, 5)) == Counter("01234")
