"""A register is a document anybody may write: what is wrong in it is told with its line and its mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from workflows.definition import BadDefinition, loads
from workflows.register import BadRegister, Registers, discover, registers
from workflows.register import loads as register
from workflows.shelves import MODULES, documents, folders, name_of

TEXT = """\
name: contrat
title: Contrats
one: Contrat
key: numero
label: "{{ objet }}, {{ membre }}"
shown_to: member
member_field: membre
since_field: depuis
copies: [prix]
columns: [objet, prix]
fields:
  - {name: numero, kind: text, label: Numéro}
  - {name: membre, kind: collectivity, label: Collectivité}
  - {name: objet, kind: choice, label: Objet, choices: [{value: eau, label: Eau}]}
  - {name: prix, kind: number, label: Prix, required: false}
  - {name: taxe, kind: computed, label: Avec taxe, formula: prix * 1.2}
  - {name: depuis, kind: date, label: Depuis}
  - {name: logiciel, kind: record, of: logiciel, label: Logiciel, required: false}
"""
OTHERS: Registers = {"logiciel": registers()["logiciel"]}


def test_a_sound_register_is_read() -> None:
    found = register(TEXT, "contrat.yaml", OTHERS)
    assert (found.owner, found.columns, found.copies) == ("agency", ("objet", "prix"), ("prix",))
    assert found.title_of({"objet": "eau", "membre": {"id": 2, "name": "Sabres"}}) == "Eau, Sabres"
    assert found.title_of({"numero": "C-1"}).startswith(","), "what is empty is empty"
    assert found.chosen(7, "Eau, Sabres", {"prix": 12, "objet": "eau"}) == {"id": 7, "title": "Eau, Sabres", "prix": 12}


@pytest.mark.parametrize(
    ("right", "wrong", "mend"),
    [
        ("title: Contrats", "titel: Contrats", "vouliez-vous « title »"),
        ("shown_to: member", "shown_to: membre", "owner, member, members ou public"),
        ("key: numero", "key: numéro", "en minuscules sans accent"),
        ("key: numero", "key: numro", "vouliez-vous « numero »"),
        ("key: numero", "key: prix", "il doit être obligatoire"),
        ("key: numero", "key: depuis", "doit être un champ « text »"),
        ("member_field: membre\n", "", "nommez le champ qui le dit (member_field)"),
        ("member_field: membre", "member_field: objet", "doit être un champ « collectivity »"),
        ("since_field: depuis", "since_field: prix", "doit être un champ « date »"),
        ("{{ membre }}", "{{ member }}", "la variable « member » n’existe pas"),
        ("{{ membre }}", "{% for x in y %}{% endfor %}", "label : "),
        ("copies: [prix]", "copies: [pris]", "vouliez-vous « prix »"),
        ("columns: [objet, prix]", "columns: [objets]", "vouliez-vous « objet »"),
        ("of: logiciel", "of: logiciels", "vouliez-vous « logiciel »"),
        ("formula: prix * 1.2", "formula: pris * 1.2", "« pris »"),
        ("kind: number", "kind: file", "ne porte pas de fichier"),
        ("name: prix, kind", "name: title, kind", "le champ « prix » n’existe pas"),
        ("name: depuis, kind: date", "name: prix, kind: date", "le champ « prix » existe déjà"),
    ],
)
def test_a_fault_is_told_with_its_mend(right: str, wrong: str, mend: str) -> None:
    text = TEXT.replace(right, wrong, 1)
    assert text != TEXT
    with pytest.raises(BadRegister) as refused:
        register(text, "contrat.yaml", OTHERS)
    assert any(mend in fault.text.replace("\u00a0", " ").replace("\u202f", " ") for fault in refused.value.faults), str(refused.value)
    assert "contrat.yaml, ligne " in str(refused.value)


def test_what_is_no_register_at_all_is_told_too() -> None:
    for text in ("", "[]", "a: [", "name: contrat", "\x00"):
        with pytest.raises(BadRegister):
            register(text, "contrat.yaml")


def test_a_line_that_is_chosen_brings_its_own_values_and_no_others() -> None:
    text = (MODULES / "incidents" / "definition.yaml").read_text(encoding="utf-8")
    loads(text)
    with pytest.raises(BadDefinition, match=r"logiciel\.prise"):
        loads(text.replace("formula: logiciel.prix}", "formula: logiciel.prise}"))


def test_a_type_is_covered_by_what_a_member_may_see_of_himself() -> None:
    text = (MODULES / "incidents" / "definition.yaml").read_text(encoding="utf-8")
    right = "covered_by: {register: adhesion, field: service, value: assistance}"
    assert right in text
    for wrong, mend in (
        ("{register: adhesion, field: servise, value: assistance}", "vouliez-vous « service »"),
        ("{register: adhesion, field: service, value: asistance}", "vouliez-vous « assistance »"),
        ("{register: erreur_connue, field: code, value: x}", "ne dit pas au membre ce qui le concerne"),
    ):
        with pytest.raises(BadDefinition) as refused:
            loads(text.replace(right, f"covered_by: {wrong}"))
        assert any(mend in fault.text for fault in refused.value.faults), str(refused.value)
    late = text.replace("    when: {fields.accord: {not: [true]}}", "    when: {covered: [true]}", 1)
    with pytest.raises(BadDefinition) as refused:
        loads(late)
    assert any("n’est dit qu’à l’ouverture" in fault.text for fault in refused.value.faults)


def test_a_document_has_the_name_of_its_place(tmp_path: Path) -> None:
    places = {
        "bikes/definition.yaml": "bikes", "bikes/definition.2.yaml": "bikes", "bikes/types/loan.yaml": "loan",
        "bikes/types/loan.1.yaml": "loan", "bikes/registers/bike.yaml": "bike",
    }  # fmt: skip
    for place, name in places.items():
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("name: x", encoding="utf-8")
        assert name_of(path) == name
    assert len(documents(folders(tmp_path)[0])) == 4
    with pytest.raises(BadRegister):
        discover(tmp_path)
