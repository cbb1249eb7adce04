"""A register as a table: taken along, changed in a spreadsheet, brought back; what is wrong in it is refused line by line."""

from __future__ import annotations

import pytest

from grc.errors import BadInput, Forbidden
from grc.records import sheet, store
from grc.records.bring_in import Plan, bring_in, prepared
from grc.records.reach import reach
from tests.records.conftest import BOISVERT, CONTRACTS, NOW, SAINTE_MER, TODAY, added
from tests.support.world import AGENCY, World


async def planned(world: World, content: str | bytes) -> Plan:
    async with world.acting("odile") as (tx, odile):
        return (await prepared(tx, await reach(tx, odile, CONTRACTS), content, TODAY))[1]


async def test_what_is_taken_along_comes_back_without_a_change(world: World) -> None:
    contact = {"name": "Rose Landais", "phone": "+33536491234"}
    async with world.acting("odile") as (tx, odile):
        await added(
            tx, odile, "C-1", membre=SAINTE_MER, prix=1234.5, taxe=1481.4, depuis="2026-01-02", suivi=True, contact=contact, mots="=1+1"
        )
        await added(tx, odile, "C-2", membre=BOISVERT, objet="paie", suivi=False, mots='a;b "c"')
        text = sheet.written(CONTRACTS, await store.everything(tx, AGENCY, CONTRACTS))
    head, first = text.split("\r\n")[:2]
    assert head == (
        "Numéro;Collectivité;Objet;Mots;Prix;Prix TTC;Depuis le;Jusqu’au;Suivi;Contact (prénom et nom);Contact (adresse e-mail);"
        "Contact (téléphone);Contact (adresse postale);Rangée"
    )
    assert "Facturation de l’eau;'=1+1;1234,5;" in first, "a formula is text"
    plan = await planned(world, text.encode("utf-8-sig"))
    assert (plan.writes, plan.unchanged, plan.refused) == ([], 2, [])


async def test_a_table_says_what_it_would_add_change_and_refuse(world: World) -> None:
    async with world.acting("odile") as (tx, odile):
        await added(tx, odile, "C-1", membre=SAINTE_MER, prix=100, mots="gardé")
    table = "\n".join(
        [
            "Numéro;collectivite;Objet;Prix;Depuis le;Suivi;Autre chose",
            "C-1;40902;eau;150;;;",  # the member by its code, the choice by its value
            "C-2;Boisvert;Paie des agents;1 200,50 €;12/01/2026;oui;x",
            "C-3;Atlantide;eau;;;;",
            "C-4;Boisvert;vent;;;;",
            "C-5;Boisvert;eau;beaucoup;demain;;",
            ";Boisvert;eau;;;;",
            "C-2;Boisvert;eau;;;;",
            "",
        ]
    )
    async with world.acting("odile") as (tx, odile):
        read, plan = await prepared(tx, await reach(tx, odile, CONTRACTS), table, TODAY)
    assert read.unknown == ["Autre chose"]
    assert [(write.key, dict(write.changes)) for write in plan.changed] == [("C-1", {"prix": (100, 150), "taxe": (None, 180)})]
    (added_line,) = plan.added
    assert added_line.title == "Paie des agents, Boisvert"
    assert added_line.data == {
        "numero": "C-2", "membre": BOISVERT, "objet": "paie", "prix": 1200.5, "taxe": 1440.6, "depuis": "2026-01-12", "suivi": True,
    }  # fmt: skip
    told = {refusal.number: " ".join(refusal.why).replace("\u00a0", " ").replace("\u202f", " ") for refusal in plan.refused}
    assert told.keys() == {4, 5, 6, 7, 8}
    assert told[4].startswith("Collectivité : Nous ne trouvons pas « Atlantide »")
    assert told[5].startswith("Objet : Choisissez")
    assert "Prix : Écrivez un nombre" in told[6]
    assert "Depuis le : " in told[6]
    assert "Numéro : Renseignez « Numéro »" in told[7]
    assert told[8] == "« C-2 » est déjà à la ligne 3."


async def test_a_table_is_done_as_it_was_shown(world: World) -> None:
    table = "numero,objet,Rangée\nC-1,eau,\nC-2,eau,oui\nC-3,vent,\n"
    async with world.acting("odile") as (tx, odile):
        plan = await bring_in(tx, await reach(tx, odile, CONTRACTS), table, odile.name, odile.id, NOW, TODAY)
        assert (len(plan.added), len(plan.refused)) == (2, 1)
        assert [line.key for line in (await store.page(tx, AGENCY, CONTRACTS)).lines] == ["C-1"]
        assert [line.key for line in (await store.page(tx, AGENCY, CONTRACTS, active=False)).lines] == ["C-2"]
        again = await bring_in(tx, await reach(tx, odile, CONTRACTS), "numero\tRangée\nC-2\tnon\n", odile.name, odile.id, NOW, TODAY)
        assert [write.what for write in again.changed] == ["brought_back"]
        assert [change.who for change in await store.history(tx, AGENCY, again.changed[0].id or 0)] == ["Odile Castets"] * 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "vide"),
        (b"Objet;Prix\neau;3\n", "« Numéro » manque"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "manque"),
        (("Numéro\n" + "C\n" * (sheet.MOST_LINES + 2)).encode(), "plus de 5000 lignes"),
    ],
)
async def test_what_is_no_table_of_this_register_is_told(world: World, content: bytes, told: str) -> None:
    with pytest.raises(BadInput, match=told) as refused:
        await planned(world, content)
    assert refused.value.field == "fichier"


async def test_a_table_of_an_older_spreadsheet_is_read_all_the_same(world: World) -> None:
    plan = await planned(world, "Numéro;Objet;Mots\r\nC-1;Facturation de l’eau;Été\r\n".encode("cp1252"))
    assert plan.writes[0].data["mots"] == "Été"


async def test_who_may_not_write_brings_nothing_in(world: World) -> None:
    async with world.acting("claire") as (tx, claire):
        with pytest.raises(Forbidden):
            await bring_in(tx, await reach(tx, claire, CONTRACTS), "numero;objet\nC;eau\n", claire.name, claire.id, NOW, TODAY)


async def test_what_a_formula_of_ours_joins_from_words_never_runs_in_a_spreadsheet_and_a_number_stays_one(world: World) -> None:
    async with world.acting("odile") as (tx, odile):
        await added(tx, odile, "C-1", taxe="=HYPERLINK(1)")
        await added(tx, odile, "C-2", taxe=-12)
        text = sheet.written(CONTRACTS, await store.everything(tx, AGENCY, CONTRACTS))
    assert ";'=HYPERLINK(1);" in text
    assert ";-12" in text or ";\u221212" in text
