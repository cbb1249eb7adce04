"""Registers on screen: who keeps them writes, members read what is about them, and a file is shown before it is done."""

from __future__ import annotations

import aiohttp
import pytest

from grc.clock import now
from grc.records.keep import keep
from grc.records.reach import reach
from tests.makers.agents import Browser, Door
from tests.support.world import World
from workflows.register import registers

PAGE = "/agent/registres/adhesion"
LINE = {"c.numero": "2026-001", "c.membre": "Sainte-Mer", "c.service": "assistance", "c.depuis": "2026-01-01", "c.prix": "1 200"}


async def subscribed(world: World, numero: str, member: tuple[int, str], service: str = "assistance") -> int:
    """A line of the register of subscriptions."""
    async with world.acting("odile") as (tx, odile):
        values = {
            "numero": numero,
            "membre": {"id": member[0], "name": member[1]},
            "service": service,
            "depuis": "2026-01-01",
            "note": "Entre nous.",
        }
        return await keep(tx, await reach(tx, odile, registers()["adhesion"]), odile, None, values, now())


@pytest.fixture
async def odile(door: Door) -> Browser:
    """The operator of the agency, who keeps its registers."""
    return await door("odile")


async def test_a_line_is_added_changed_put_away_and_brought_back(odile: Browser) -> None:
    added = await odile.post(f"{PAGE}/nouvelle", **LINE)
    assert added.status == 303, added.text
    line = added.headers["Location"].partition("?")[0]
    page = (await odile.get(line)).text
    assert "Assistance informatique, Sainte-Mer" in page
    assert "1\u202f200\u00a0€ HT" in page
    assert (await odile.post(f"{line}/modifier", **{**LINE, "c.prix": "1300"})).status == 303
    page = (await odile.get(line)).text
    assert "<del>" in page
    assert "Odile Castets" in page
    assert (await odile.post(f"{line}/ranger")).status == 303
    assert "Assistance informatique" not in (await odile.get(PAGE)).text.partition("<tbody>")[2]
    assert line in (await odile.get(f"{PAGE}?rangees=1")).text
    assert (await odile.post(f"{line}/ranger", remettre="1")).status == 303
    assert line in (await odile.get(f"{PAGE}?q=assis+sain")).text


async def test_what_is_wrong_in_a_line_is_told_beside_its_field_and_nothing_is_lost(odile: Browser) -> None:
    answer = await odile.post(f"{PAGE}/nouvelle", **{**LINE, "c.prix": "cher", "c.membre": "Atlantide"})
    assert answer.status == 422
    assert 'id="c-prix-faute"' in answer.text
    assert 'value="cher"' in answer.text
    assert "Nous ne trouvons pas" in answer.text
    await odile.post(f"{PAGE}/nouvelle", **LINE)
    twice = await odile.post(f"{PAGE}/nouvelle", **LINE)
    assert twice.status == 422
    assert "nomme déjà" in twice.text


async def test_a_member_reads_the_lines_about_himself_and_no_note_of_the_agency(world: World, door: Door) -> None:
    mine, other = await subscribed(world, "A-1", (2, "Sainte-Mer")), await subscribed(world, "A-2", (3, "Boisvert"))
    claire = await door("claire")
    page = await claire.get(PAGE)
    assert f"{PAGE}/{mine}" in page.text
    assert f"{PAGE}/{other}" not in page.text
    assert "Ajouter" not in page.text
    shown = await claire.get(f"{PAGE}/{mine}")
    assert "Assistance informatique" in shown.text
    assert "Entre nous" not in shown.text
    assert "Historique" not in shown.text
    assert (await claire.get(f"{PAGE}/{other}")).status == 404
    assert (await claire.get(f"{PAGE}/{mine}/modifier")).status in (403, 404)
    assert (await claire.post(f"{PAGE}/{mine}/ranger")).status == 403
    assert (await claire.post(f"{PAGE}/nouvelle", **LINE)).status == 403
    table = await claire.get(f"{PAGE}/export.csv")
    assert "A-1" in table.text
    assert "A-2" not in table.text
    assert "Note de l’agence" not in table.text
    assert "1\u00a0ligne" in (await claire.get("/agent/registres")).text


async def test_an_agent_without_a_lead_reads_and_does_not_write(world: World, door: Door) -> None:
    await subscribed(world, "A-1", (2, "Sainte-Mer"))
    paul = await door("paul")
    assert (await paul.get(PAGE)).status == 200
    assert (await paul.get(f"{PAGE}/nouvelle")).status == 404
    assert (await paul.get("/agent/registres/rien")).status == 404


async def test_a_file_is_shown_before_it_is_done(world: World, odile: Browser) -> None:
    await subscribed(world, "A-1", (2, "Sainte-Mer"))
    table = "Numéro de convention;Collectivité;Service;Depuis le;Prix par an\nA-1;Sainte-Mer;Wi-Fi public;01/01/2026;20\n"
    table += "A-2;Boisvert;logiciels;01/02/2026;300\nA-3;Atlantide;logiciels;hier;\n"
    form = aiohttp.FormData({"csrf": odile.csrf})
    form.add_field("fichier", table.encode(), filename="adhesions.csv", content_type="text/csv")
    seen = await odile.send(f"{PAGE}/importer", form)
    assert seen.status == 200, seen.text
    for told in ("À ajouter", "À changer", "Refusées", "Atlantide", "Importer ces 2 lignes", "Logiciels métiers, Boisvert"):
        assert told in seen.text, told
    assert "A-2" not in (await odile.get(f"{PAGE}/export.csv")).text, "nothing is done yet"
    done = await odile.post(f"{PAGE}/importer", table=table)
    assert done.status == 303
    assert "fait=apportees" in done.headers["Location"]
    assert "1 ajoutée, 1 changée, 1 refusée" in (await odile.get(done.headers["Location"])).text
    again = (await odile.get(f"{PAGE}/export.csv")).text
    assert "A-2;Boisvert;Logiciels métiers" in again
    assert "A-1;Sainte-Mer;Wi-Fi public" in again


async def test_a_file_that_is_no_table_is_told(odile: Browser) -> None:
    assert "Choisissez le fichier" in (await odile.post(f"{PAGE}/importer")).text
    form = aiohttp.FormData({"csrf": odile.csrf})
    form.add_field("fichier", b"a;b\n1;2\n", filename="autre.csv", content_type="text/csv")
    answer = await odile.send(f"{PAGE}/importer", form)
    assert answer.status == 422
    assert "Numéro de convention" in answer.text


async def test_the_filter_keeps_to_one_member(world: World, odile: Browser) -> None:
    mine, other = await subscribed(world, "A-1", (2, "Sainte-Mer")), await subscribed(world, "A-2", (3, "Boisvert"))
    page = (await odile.get(f"{PAGE}?membre=2")).text
    assert f"{PAGE}/{mine}" in page
    assert f"{PAGE}/{other}" not in page
    for odd in ("membre=x", "membre=99999999999", "apres=x", "apres=9.%00", "q=%00", "q=%27+%26+%21", "pour=7"):
        assert (await odile.get(f"{PAGE}?{odd}")).status in (200, 404), odd
