"""The page of figures: what a head of service sees of his services, in words, in bars, and in a table for his spreadsheet."""

from __future__ import annotations

from datetime import datetime

import pytest

from grc.actions.house import House
from grc.clock import PARIS
from grc.db.transaction import WORKER
from grc.types.figures import Asked, Bar
from grc.web.pages.figures import beginning, chart, harmless, said
from tests.makers.agents import Door
from tests.makers.majors import becomes
from tests.makers.types import document, publish
from tests.support.arrivals import form, opened
from tests.support.world import BOISVERT, SAINTE_MER
from workflows.definition import loads
from workflows.parts.words import Figure

COUNTED = (
    document(
        """
name: essai_chiffres
version: 1
title: Essai de chiffres
summary: Pour les essais.
fields:
  - {name: sorte, kind: choice, label: Sorte, required: false, choices: [{value: a, label: Première}, {value: b, label: Seconde}]}
  - {name: libre, kind: text, label: Libre, required: false}
"""
    )
    + """figures:
  - {name: n, label: Demandes}
  - {name: sortes, label: Par sorte, by: fields.sorte}
  - {name: libres, label: Par mot, by: fields.libre}
  - {name: mois, label: Par mois, by: month}
  - {name: etats, label: Par état, by: state}
  - {name: part, label: Part close, measure: share, when: {state: [closed]}}
  - {name: delai, label: Délai, measure: median, of: hours_to_close}
"""
)


@pytest.fixture
async def counted(house: House) -> None:
    """Three tickets of a type with figures: two of the reception, one of the roads for a member."""
    await publish(house.db, SAINTE_MER, COUNTED)
    await becomes(house.db, SAINTE_MER, {"lampadaire": "essai_chiffres"})
    for fields, service, member in (
        ({"sorte": "a", "libre": "=1+1"}, "", None),
        ({"sorte": "a"}, "", None),
        ({"sorte": "b"}, "voirie", BOISVERT),
    ):
        key = await opened(house, form({"service": service}))
        async with house.db.transaction(WORKER) as tx:
            await tx.conn.execute("update ticket set fields = $2, on_behalf_of = $3 where id = $1", key.id, fields, member)


@pytest.mark.usefixtures("counted")
async def test_a_head_of_service_sees_numbers_and_bars_in_words(door: Door) -> None:
    page = (await (await door("claire")).get("/agent/chiffres?type=essai_chiffres&periode=1")).text
    for words in ("Essai de chiffres", "Par sorte", "Première", "Seconde", "sans réponse", "Reçue", "Part close"):
        assert words in page, words
    assert '<rect class="bar-part" width="100%"' in page
    assert "style=" not in page
    one = (await (await door("claire")).get(f"/agent/chiffres?type=essai_chiffres&membre={BOISVERT}")).text
    assert "Seconde" in one
    assert "Première" not in one


@pytest.mark.usefixtures("counted")
async def test_figures_are_for_those_who_steer_and_of_what_they_see(door: Door, house: House) -> None:
    assert (await (await door("paul")).get("/agent/chiffres")).status == 404
    assert (await (await door("paul")).get("/agent/chiffres.csv")).status == 404
    assert 'href="/agent/chiffres"' not in (await (await door("paul")).get("/agent")).text
    theirs = await (await door("bea")).get("/agent/chiffres?type=essai_chiffres")
    assert theirs.status == 200
    assert "Essai de chiffres" not in theirs.text
    assert (await (await door("bea")).get("/agent/chiffres.csv?type=essai_chiffres")).status == 404
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update membership set role = 'chief' where agent_id = (select id from agent where email like 'luc@%')")
    page = (await (await door("luc")).get("/agent/chiffres?type=essai_chiffres")).text
    assert "Seconde" in page
    assert "Première" not in page, "of another service"


@pytest.mark.usefixtures("counted")
async def test_the_table_is_one_a_french_spreadsheet_reads_and_runs_nothing_of(door: Door) -> None:
    answer = await (await door("claire")).get("/agent/chiffres.csv?type=essai_chiffres&periode=12")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = answer.text.removeprefix("\ufeff").split("\r\n")
    assert lines[0] == "Chiffre;Regroupement;Valeur;Unité;Demandes"
    assert "Demandes;;3;;3" in lines
    assert "Par sorte;Première;2;;2" in lines
    assert "Par mot;'=1+1;1;;1" in lines
    assert len([line for line in lines if line.startswith("Par mois;")]) == 12


@pytest.mark.parametrize("query", ["type=rien", "periode=99", "membre=x", "membre=999999999", "membre=-1", "type=%00", "periode="])
@pytest.mark.usefixtures("counted")
async def test_odd_words_in_the_address_ask_for_nothing_odd(door: Door, query: str) -> None:
    assert (await (await door("claire")).get(f"/agent/chiffres?{query}")).status == 200


def test_a_period_begins_on_the_first_day_of_a_month() -> None:
    now = datetime(2026, 1, 15, 9, tzinfo=PARIS)
    for months, begins in ((1, (2026, 1, 1)), (3, (2025, 11, 1)), (12, (2025, 2, 1))):
        assert beginning(now, months) == datetime(*begins, tzinfo=PARIS)


def test_what_is_said_of_a_value() -> None:
    told = {
        (None, "€"): "–",
        (3.0, ""): "3",
        (1234.56, "€"): "1\u202f234,6\u00a0€",
        (66.666, "%"): "66,7\u00a0%",
        (0.0, "heures"): "0\u00a0heures",
    }
    assert {given: said(*given) for given in told} == told
    assert [harmless(text) for text in ("=1", "+1", "-1", "@a", "a", "")] == ["'=1", "'+1", "'-1", "'@a", "a", ""]


def test_months_without_anything_stand_between_the_others() -> None:
    asked = Asked([1], datetime(2025, 11, 1, tzinfo=PARIS), datetime(2026, 1, 15, tzinfo=PARIS))
    figure = Figure.model_validate({"name": "x", "label": "X", "by": "month"})
    made = chart(loads(COUNTED), figure, [Bar("2026-01", 4.0, 4), Bar("2025-11", 1.0, 1)], asked)
    assert [(line.name, line.value, line.part) for line in made.lines] == [
        ("novembre 2025", 1.0, 25), ("décembre 2025", 0.0, 0), ("janvier 2026", 4.0, 100),
    ]  # fmt: skip
