"""Search: in French without accents, by reference, name and address; and never a word of what the agent may not see."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg
import pytest

from grc import clock
from grc.actions.house import House
from grc.actions.note import note
from grc.db.transaction import Scope
from grc.tickets import inbox
from grc.tickets.inbox import query_words
from tests.makers.agents import Browser, Door
from tests.support.arrivals import arrive, form, key_of, letter
from tests.support.mails import mail
from tests.support.world import BOISVERT, SAINTE_MER, World


@dataclass(frozen=True, slots=True)
class Known:
    """Three tickets: of the reception and the roads of Sainte-Mer, and of Boisvert, each with a word that is its own."""

    reception: str
    roads: str
    boisvert: str


@pytest.fixture
async def known(house: House) -> Known:
    async def of(text: str, to: str, collectivity_id: int) -> str:
        raw = mail(text, to=to, sender="Éloïse Bérard <eloise@habitants.example>")
        return str((await arrive(house, letter(raw, to, collectivity_id)))["ticket"])

    return Known(
        await of("La forêt brûlée près du château, côté hérisson.", "mairie@sainte-mer.example", SAINTE_MER),
        await of("La forêt borde la chaussée, côté blaireau.", "voirie@sainte-mer.example", SAINTE_MER),
        await of("La forêt de Boisvert, côté renard.", "mairie@boisvert.example", BOISVERT),
    )


async def found(browser: Browser, asked: str) -> set[str]:
    page = await browser.get("/agent") if not asked else await browser.get(f"/agent?q={asked}")
    assert page.status == 200
    return set(page.references)


async def test_accents_capitals_and_plurals_do_not_matter(claire: Browser, known: Known) -> None:
    for asked in ("forêts brûlées", "foret brulee", "FORÊT BRÛLÉE", "chateaux", "hérissons", "heriss"):
        assert await found(claire, asked) == {known.reception}, asked


async def test_all_the_words_must_be_there(claire: Browser, known: Known) -> None:
    assert await found(claire, "forêt") == {known.reception, known.roads}
    assert await found(claire, "forêt chaussée") == {known.roads}
    assert await found(claire, "forêt introuvable") == set()


async def test_by_reference_name_and_address(claire: Browser, known: Known) -> None:
    assert await found(claire, known.roads) == {known.roads}
    assert await found(claire, known.roads.lower().replace("-", " ")) == {known.roads}
    assert await found(claire, "Eloise Berard") == {known.reception, known.roads}
    assert await found(claire, "eloise@habitants.example") == {known.reception, known.roads}


async def test_nothing_is_found_of_another_town_or_another_service(door: Door, known: Known) -> None:
    luc, bea, odile = await door("luc"), await door("bea"), await door("odile")
    for asked in ("forêt", "eloise@habitants.example", "Eloise Berard", "côté"):
        assert await found(luc, asked) == {known.roads}, asked
        assert await found(bea, asked) == {known.boisvert}, asked
        assert await found(odile, asked) == set(), asked  # runs the installation, reads no town's tickets
    for asked in ("hérisson", "renard", known.reception, known.boisvert):
        assert await found(luc, asked) == set(), asked


async def test_the_collectivity_of_a_message_is_no_word_one_can_ask_for(door: Door, known: Known) -> None:
    luc = await door("luc")
    for asked in ("c:2", "c:3", "'c:3'", "c:3:*", "b:0", "' | 'c:3", "!renard", "foret | renard", "renard:*", "a & !b", "\\", "'"):
        assert await found(luc, asked) <= {known.roads}, asked


@pytest.mark.parametrize("words", ["'renard'", "'c:3'", "!'zzz'", "'foret' | 'renard'"])
async def test_the_function_itself_tells_nothing_outside_the_scope(world: World, known: Known, words: str) -> None:
    async with world.acting("luc") as (tx, _):
        rows = await tx.conn.fetch("select t.reference from search_tickets($1, 50) f join ticket t on t.id = f.ticket_id", words)
        direct = await tx.conn.fetch("select * from search_tickets($1, 50)", words)
        reach = await tx.conn.fetch("select id from ticket")
    assert {row["reference"] for row in rows} <= {known.roads}
    assert {row["ticket_id"] for row in direct} <= {row["id"] for row in reach}


async def test_without_a_scope_the_function_finds_nothing(house: House, known: Known) -> None:
    async with house.db.transaction(Scope("grc_web")) as tx:
        assert await tx.conn.fetch("select * from search_tickets('''foret''', 50)") == []
    async with house.db.transaction(Scope("grc_web", collectivities=(SAINTE_MER,))) as tx:
        assert await tx.conn.fetch("select * from search_tickets('''foret''', 50)") == []  # a town without a service is no scope


async def test_nobody_but_an_agent_may_call_it(house: House, known: Known) -> None:
    for role in ("grc_citizen", "grc_intake", "grc_gate", "grc_operator"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with house.db.transaction(Scope(role, collectivities=(SAINTE_MER,), services=(1, 2, 3))) as tx:
                await tx.conn.fetch("select * from search_tickets('''foret''', 50)")


async def test_notes_are_found_by_their_colleagues(claire: Browser, house: House, world: World, known: Known) -> None:
    async with world.acting("claire") as (tx, agent):
        await note(tx, agent, await key_of(house, known.roads), "Voir l’arrêté préfectoral.", (), clock.now())
    assert await found(claire, "arrete prefectoral") == {known.roads}


async def test_a_word_of_every_message_is_found_as_a_rare_one_is(claire: Browser, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {str((await arrive(house, form({"message": f"Le lampadaire {n} est éteint."})))["ticket"]) for n in range(12)}
    monkeypatch.setattr(inbox, "PAGE", 5)  # fewer than there are: the newest block of messages is enough
    assert len(await found(claire, "lampadaire") & made) == 5


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("Forêt d’Éole", "foret & d & eole:*"),
        ("le", "le"),
        ("jean.dupont@exemple.fr forêt", "'jean.dupont@exemple.fr' & foret:*"),
        ("", ""),
        ("' & | ! :* <->", ""),
        ("a" * 500, "a" * 200 + ":*"),
    ],
)
def test_what_is_typed_becomes_words_and_nothing_else(asked: str, words: str) -> None:
    assert query_words(asked) == words
