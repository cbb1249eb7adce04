"""Signing in: nothing tells whether an address exists, guessing is braked, sessions are seen and ended by their owner."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256

import pytest

from grc import clock
from grc.db.transaction import GATE, Database
from grc.web import sessions
from grc.web.pages.signin import BRAKES, onward
from tests.makers.agents import Answer, Browser, Door, Site, address, stranger
from tests.support.world import PASSWORD, World

CONNEXION = "/agent/connexion"


@pytest.fixture
async def nobody(site: Site, world: World) -> AsyncIterator[Browser]:
    """A browser that is not signed in."""
    browser = await stranger(site)
    yield browser
    await browser.client.close()


async def attempt(browser: Browser, email: str, password: str) -> Answer:
    return await browser.send(CONNEXION, {"email": email, "mot_de_passe": password})


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(nobody: Browser) -> None:
    wrong = await attempt(nobody, address("claire"), "pas du tout le bon mot")
    unknown = await attempt(nobody, "personne@sainte-mer.example", "pas du tout le bon mot")
    assert wrong.status == unknown.status == 422
    assert wrong.text.replace(address("claire"), "X") == unknown.text.replace("personne@sainte-mer.example", "X")
    assert "ne vont pas ensemble" in wrong.text
    assert PASSWORD not in wrong.text


async def test_guessing_is_braked_for_an_address_that_exists_and_one_that_does_not(nobody: Browser) -> None:
    for email in (address("claire"), "personne@sainte-mer.example"):
        for _ in range(BRAKES["pair"]):
            assert (await attempt(nobody, email, "essai de mot de passe")).status == 422
        braked = await attempt(nobody, email, "essai de mot de passe")
        assert braked.status == 429
        assert "quart d’heure" in braked.text
    assert (await attempt(nobody, address("claire"), PASSWORD)).status == 429  # even the right one waits


async def test_somebody_elses_guesses_do_not_lock_the_owner_out(nobody: Browser, db: Database) -> None:
    async with db.transaction(GATE) as tx:
        for _ in range(BRAKES["pair"]):
            keys = [f"pair:{address('claire')}:203.0.113.9", "net:203.0.113.9", f"mail:{address('claire')}"]
            await sessions.queries.record_failures(tx.conn, keys=keys, now=clock.now())
    assert (await attempt(nobody, address("claire"), PASSWORD)).status == 303


async def test_the_brake_lets_go_after_a_quarter_of_an_hour(nobody: Browser, db: Database) -> None:
    async with db.transaction(GATE) as tx:
        for _ in range(BRAKES["net"]):
            keys = [f"pair:{address('claire')}:127.0.0.1", "net:127.0.0.1", f"mail:{address('claire')}"]
            await sessions.queries.record_failures(tx.conn, keys=keys, now=clock.now() - timedelta(minutes=16))
    assert (await attempt(nobody, address("claire"), PASSWORD)).status == 303


async def test_the_cookie_is_kept_from_scripts_and_stored_as_a_digest(nobody: Browser, db: Database) -> None:
    answer = await attempt(nobody, address("claire"), PASSWORD)
    told = answer.headers["Set-Cookie"]
    assert "HttpOnly" in told
    assert "SameSite=Lax" in told
    cookie = told.partition("=")[2].partition(";")[0]
    async with db.transaction(GATE) as tx:
        stored = [bytes(row["digest"]) for row in await tx.conn.fetch("select digest from session")]
    assert stored == [sha256(cookie.encode()).digest()]


async def test_an_agent_who_left_no_longer_enters(nobody: Browser, claire: Browser, db: Database, world: World) -> None:
    async with db.transaction(GATE) as tx:
        await tx.conn.execute("reset role")
        await tx.conn.execute("set local role grc_worker")
        await tx.conn.execute("update agent set active = false where id = $1", world.agents["claire"])
    assert (await claire.get("/agent")).headers["Location"] == CONNEXION
    assert (await attempt(nobody, address("claire"), PASSWORD)).status == 422


async def test_signing_out_makes_the_cookie_worthless(claire: Browser, site: Site) -> None:
    cookies = {morsel.key: morsel.value for morsel in claire.client.cookie_jar}
    assert (await claire.post("/agent/deconnexion")).status == 303
    stolen = await stranger(site)
    try:
        answer = await stolen.get("/agent", Cookie=f"{sessions.COOKIE}={cookies[sessions.COOKIE]}")
    finally:
        await stolen.client.close()
    assert (answer.status, answer.headers["Location"]) == (303, CONNEXION)


async def test_an_agent_sees_his_sessions_and_ends_the_one_he_forgot(door: Door) -> None:
    office, home = await door("claire"), await door("claire")
    page = await home.get("/agent/moi")
    assert page.text.count('name="session"') == 2
    mine = page.text.index("celle-ci")
    fingerprints = [part.partition('"')[0] for part in page.text.split('name="session" value="')[1:]]
    other = fingerprints[1] if page.text.index(fingerprints[0]) > mine else fingerprints[0]
    assert (await home.post("/agent/moi/sessions", session=other)).status == 303
    assert (await office.get("/agent")).status == 303
    assert (await home.get("/agent")).status == 200


async def test_nobody_ends_the_session_of_another(door: Door, db: Database) -> None:
    claire, luc = await door("claire"), await door("luc")
    async with db.transaction(GATE) as tx:
        digests = [row["digest"].hex() for row in await tx.conn.fetch("select digest from session")]
    for digest in digests:
        if (await luc.get("/agent")).status == 200:
            await luc.post("/agent/moi/sessions", session=digest[:32])
    assert (await claire.get("/agent")).status == 200
    assert (await luc.get("/agent")).status == 303  # only his own


async def test_a_wildcard_names_no_session(claire: Browser) -> None:
    assert (await claire.post("/agent/moi/sessions", session="%" * 32)).status == 422


async def test_two_people_can_sign_in_at_once(door: Door) -> None:
    both = await asyncio.gather(door("claire"), door("bea"))
    assert [(await browser.get("/agent")).status for browser in both] == [200, 200]


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/agent", "/agent"),
        ("/agent?vue=miens", "/agent?vue=miens"),
        ("/agent/demandes/K7M4-QF9", "/agent/demandes/K7M4-QF9"),
        ("https://elsewhere.example/agent", ""),
        ("//elsewhere.example/agent", ""),
        ("/agent\\@elsewhere.example", ""),
        ("/agentelsewhere", ""),
        ("/agent/connexion?suite=/agent", ""),
        ("/agent\r\nSet-Cookie: a=b", ""),
    ],
)
def test_signing_in_leads_to_our_own_pages_only(asked: str, goes: str) -> None:
    assert onward(asked) == goes
