"""The page of accounts says what is wrong first and what to do; an administrator holds, tries and rereads his own alone."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from channels.email.settings import read_account
from grc import clock
from grc.db.transaction import WORKER, Scope
from grc.messages import accounts
from grc.messages.seal import Seal
from grc.settings import Settings
from tests.makers.agents import Door
from tests.makers.dovecot import BINARY, Dovecot
from tests.support.world import World, join

LISTENER = "essai:1"


_MANY = """
insert into account (collectivity_id, channel, name, settings, state, leased_by)
select 2, 'email', 'b' || n || '@sainte-mer.example', settings,
       case when n % 50 = 0 then '{"last_error": "connexion : Errno 111", "failures": 2}' else state end, leased_by
from account, generate_series(1, 599) n where id = (select min(id) from account)
"""


async def box(world: World, settings: Settings, address: str, url: str, state: Mapping[str, Any] | None = None, code: str = "40902") -> int:
    """A mailbox that a worker listens to, and what it wrote down; its number."""
    new = read_account({"address": address, "imap_url": url})
    now = clock.now()
    async with world.db.transaction(WORKER) as tx:
        number = await accounts.add(tx, "email", code, new, Seal.of(settings).close(new.secrets))
        await tx.conn.execute("update account set state = $2, leased_by = $3 where id = $1", number, dict(state or {}), LISTENER)
        until = now + timedelta(hours=1)
        await tx.conn.execute("insert into listener values ('email', $1, $2) on conflict do nothing", LISTENER, until)
    return number


def well(**more: Any) -> Mapping[str, Any]:
    now = clock.now()
    return {"connected_since": (now - timedelta(hours=3)).isoformat(), "checked_at": now.isoformat(), **more}


async def held(world: World, number: int) -> tuple[bool, int]:
    async with world.db.transaction(WORKER) as tx:
        row = await tx.conn.fetchrow("select paused, reading from account where id = $1", number)
    return row["paused"], row["reading"]


@pytest.fixture
async def admin(world: World) -> str:
    """The administrator of Sainte-Mer."""
    await join(world.db, "adele@sainte-mer.example", "Adèle Dauga", "40902", "admin")
    return "adele@sainte-mer.example"


async def test_what_is_wrong_comes_first_with_what_to_do(world: World, settings: Settings, door: Door) -> None:
    arrived = (clock.now() - timedelta(minutes=5)).isoformat()
    await box(world, settings, "a@sainte-mer.example", "imaps://imap.example", well(last_message_at=arrived, lag=1))
    await box(world, settings, "z@sainte-mer.example", "imaps://imap.example", {"last_error": "LOGIN : NO", "failures": 4})
    text = (await (await door("odile")).get("/agent/boites")).text
    assert text.index("z@sainte-mer.example") < text.index("a@sainte-mer.example")
    assert "4 essais sans succès" in text
    assert "Vérifiez l’utilisateur et le mot de passe" in text
    assert "1\u00a0s</td>" in text
    assert 'hx-trigger="every 10s"' in text


@pytest.mark.alone
async def test_six_hundred_are_filtered_and_quick(world: World, settings: Settings, door: Door) -> None:
    await box(world, settings, "premiere@sainte-mer.example", "imaps://imap.example", well())
    async with world.db.transaction(WORKER) as tx:
        await tx.conn.execute(_MANY)
    odile = await door("odile")
    await odile.get("/agent/boites")
    since = time.perf_counter()
    everything = (await odile.get("/agent/boites")).text
    assert time.perf_counter() - since < 2.0
    assert everything.count('<tr id="boite-') == 200
    assert "Et 400 autres" in everything
    assert len(everything) < 250_000
    first = re.findall(r'class="mark (\w+)"', everything)[:12]
    assert first == ["late"] * 11 + ["done"]
    ill = (await odile.get("/agent/boites?etat=a-regarder")).text
    assert ill.count('<tr id="boite-') == 11
    assert (await odile.get("/agent/boites?q=B77+sainte")).text.count('<tr id="boite-') == 1


async def test_an_administrator_holds_his_mailbox_and_goes_on_and_has_it_read_again(
    world: World, settings: Settings, door: Door, admin: str
) -> None:
    number = await box(world, settings, "voirie2@sainte-mer.example", "imaps://imap.example", well())
    adele = await door(admin)
    answer = await adele.post(f"/agent/boites/{number}/pause")
    assert (answer.status, await held(world, number)) == (303, (True, 0))
    sheet = (await adele.get(answer.headers["Location"])).text
    assert "Reprendre la relève" in sheet
    assert "le courrier attend sur son serveur" in sheet
    await adele.post(f"/agent/boites/{number}/reprendre")
    await adele.post(f"/agent/boites/{number}/relire")
    assert await held(world, number) == (False, 1)


async def test_nobody_reaches_the_mailboxes_of_others(world: World, settings: Settings, door: Door, admin: str) -> None:
    theirs = await box(world, settings, "accueil@boisvert.example", "imaps://imap.example", well(), "40903")
    await join(world.db, admin, "Adèle Dauga", "40903", "agent")  # an agent there, an administrator elsewhere
    adele, paul = await door(admin), await door("paul")
    assert "boisvert" not in (await adele.get("/agent/boites")).text.partition('id="boites"')[2]
    nothing = await adele.get("/agent/boites/999999")
    for browser in (adele, paul):
        assert (await browser.get(f"/agent/boites/{theirs}")).status == nothing.status == 404
        for act in ("essayer", "pause", "reprendre", "relire"):
            assert (await browser.post(f"/agent/boites/{theirs}/{act}")).status == 404
    assert await held(world, theirs) == (False, 0)
    assert (await (await door("odile")).post(f"/agent/boites/{theirs}/pause")).status == 303
    assert await held(world, theirs) == (True, 0)


async def test_the_database_itself_keeps_mailboxes_and_tokens_apart(world: World, settings: Settings) -> None:
    mine = await box(world, settings, "ici@sainte-mer.example", "imaps://imap.example")
    theirs = await box(world, settings, "la@boisvert.example", "imaps://imap.example", code="40903")
    async with world.db.transaction(Scope("grc_web", (2,))) as tx:
        told = await tx.conn.execute("update account set paused = true where id = any($1::int[])", [mine, theirs])
        assert told == "UPDATE 1"
        granted = await tx.conn.fetchval("select has_table_privilege('grc_web', 'account_token', 'select')")
        assert not granted
        assert not await tx.conn.fetchval("select has_column_privilege('grc_web', 'account', 'sealed', 'select')")
        assert not await tx.conn.fetchval("select has_column_privilege('grc_operator', 'account', 'settings', 'update')")
    assert await held(world, theirs) == (False, 0)


@pytest.mark.dovecot
async def test_a_mailbox_is_tried_from_its_page(world: World, settings: Settings, door: Door, admin: str) -> None:
    if BINARY is None:
        pytest.skip("no Dovecot on this machine: apt install dovecot-imapd")
    async with Dovecot() as dovecot:
        good = await box(world, settings, "bonne@sainte-mer.example", dovecot.add("bonne"))
        wrong = await box(world, settings, "fausse@sainte-mer.example", f"imap://bonne:sesame@127.0.0.1:{dovecot.port}")
        adele = await door(admin)
        assert "dossier INBOX, 0 courriel(s)" in (await adele.post(f"/agent/boites/{good}/essayer")).text
        said = (await adele.post(f"/agent/boites/{wrong}/essayer")).text
        assert "vérifiez l’utilisateur et le mot de passe" in said
        assert "sesame" not in said
