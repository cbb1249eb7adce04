"""A form is read as values whatever a browser sends, what is wrong is told with its mend, and what was read can be shown again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.makers.types import EVERY_KIND, document
from workflows.definition import loads
from workflows.form import Filled, as_typed, fill, lookups, missing, read, wanted
from workflows.gestures import after
from workflows.parts.fields import Choice, Field

KINDS = loads(document(EVERY_KIND))
TODAY = date(2026, 3, 2)
GOOD = {
    "c.titre": ["  Un   titre "],
    "c.nombre": ["1 234,50 kg"],
    "c.jour": ["12/03/2026"],
    "c.urgence": ["haute"],
    "c.pourquoi": ["C’est pressé"],
    "c.accord": ["oui"],
    "c.lieu.text": ["2 place de la Mairie"],
}


def found(field: Field, text: str) -> Mapping[str, Any] | None:
    if text == "inconnu" or (field.kind == "place" and not text):
        return None
    if field.kind == "place":
        return {"commune": text, "insee": "40088"}
    return {"id": 2, "name": text} if field.kind == "collectivity" else {"id": 7, "title": text}


def filled(more: Mapping[str, list[str]] | None = None, **without: None) -> Filled:
    return fill(KINDS, KINDS.fields, {**GOOD, "c.nombre": ["12"], **(more or {})}, TODAY, found)


def told(more: Mapping[str, list[str]]) -> dict[str, str]:
    return {fault.name: fault.text for fault in filled(more).faults}


def one(kind: str, text: str, **more: Any) -> Any:
    """What is read of one line, or what is said of it."""
    field = Field(name="x", kind=kind, label="Essai", **more)  # type: ignore[arg-type]
    result = read([field], {"c.x": [text]}, TODAY)
    return result.faults[0].text if result.faults else result.values.get("x")


def test_a_good_form_is_read_whole() -> None:
    result = filled({"c.couleurs": ["bleu", "rouge"], "c.telephone": ["05 58 12 34 56"], "c.rappel": ["oui"]})
    assert result.faults == ()
    assert result.values == {
        "titre": "Un titre", "nombre": 12, "jour": "2026-03-12", "urgence": "haute", "pourquoi": "C’est pressé",
        "couleurs": ["rouge", "bleu"], "accord": True, "rappel": True, "telephone": "+33558123456",
        "lieu": {"text": "2 place de la Mairie"}, "total": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("12", 12), ("1 234,5", 1234.5), ("1\u202f234,50 €", 1234.5), ("1.234,50", 1234.5), ("1,234.50", 1234.5), ("12.5", 12.5),
     ("1.234.567", 1234567), ("−3", -3), ("0,10", 0.1), ("12 m²", 12), ("3,0", 3)],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(typed: str, kept: float) -> None:
    assert one("number", typed, unit="m²") == kept


@pytest.mark.parametrize("typed", ["douze", "1e5", "12 12 !", "--3", "1,2,3", "∞", "9" * 16])
def test_what_is_no_number_is_told(typed: str) -> None:
    assert "Écrivez un nombre" in one("number", typed)


def test_a_number_keeps_within_its_bounds() -> None:
    assert one("number", "0", min=1, unit="kg") == "Écrivez un nombre d’au moins 1\u00a0kg."
    assert one("number", "11", max=10) == "Écrivez un nombre d’au plus 10."


@pytest.mark.parametrize("typed", ["12/01/2026", "2026-01-12", "12-1-2026", "12.01.2026", "12 janvier 2026", "Lundi 12 JANVIER 2026"])
def test_a_date_is_read_as_people_write_it(typed: str) -> None:
    assert one("date", typed) == "2026-01-12"


def test_the_first_of_a_month_and_an_accent_are_read() -> None:
    assert one("date", "1er février 2026") == "2026-02-01"


@pytest.mark.parametrize("typed", ["31/02/2026", "12/01/26", "demain", "2026", "00/00/0000"])
def test_what_is_no_date_is_told_with_an_example(typed: str) -> None:
    assert one("date", typed) == "Écrivez une date avec le jour, le mois et l’année, par exemple 02/03/2026."


def test_a_date_keeps_within_its_bounds_and_today_is_one() -> None:
    assert one("date", "01/03/2026", min="today") == "Choisissez une date au plus tôt le 2\u00a0mars\u00a02026."
    assert one("date", "02/03/2026", min="today") == "2026-03-02"
    assert "au plus tard le 1er" in one("date", "2026-06-02", max="2026-06-01")


@pytest.mark.parametrize(
    "typed", ["2026-01-12T14:05", "2026-01-12T14:05:00", "12/01/2026 14:05", "12/01/2026 à 14 h 05", "12 janvier 2026, 14h05"]
)
def test_a_moment_is_read_as_people_write_it(typed: str) -> None:
    assert one("moment", typed) == "2026-01-12T14:05"


def test_a_moment_without_its_hour_is_told() -> None:
    assert "par exemple 02/03/2026 à 14:30" in one("moment", "12/01/2026")
    assert "par exemple" in one("moment", "12/01/2026 25:00")


def test_texts_are_tidied_and_bounded() -> None:
    assert one("text", " un\tdeux\n trois ") == "un deux trois"
    assert one("long_text", "\r\n un\r\ndeux \n") == "un\ndeux"
    assert one("text", "x\x00y\ud800") == "xy?"
    assert "raccourcissez-le à 5 caractères au plus" in one("text", "trop long", longest=5)


def test_ways_to_be_reached_are_told_what_is_wrong_with_them() -> None:
    assert "signe @" in one("email", "marie.exemple.fr")
    assert one("email", " marie@exemple.fr ") == "marie@exemple.fr"
    assert "numéro de téléphone" in one("phone", "demain matin")
    assert one("phone", "+34 600 123 456") == "+34600123456"


def test_each_missing_answer_is_asked_for_in_its_own_words() -> None:
    result = fill(KINDS, KINDS.fields, {}, TODAY, found)
    said = {fault.name: fault.text for fault in result.faults}
    assert said == {
        "c.titre": "Renseignez «\u00a0Titre\u00a0».",
        "c.nombre": "Renseignez «\u00a0Nombre\u00a0».",
        "c.jour": "Renseignez «\u00a0Jour\u00a0».",
        "c.urgence": "Choisissez une réponse pour «\u00a0Urgence\u00a0».",
        "c.accord": "Répondez par oui ou par non à «\u00a0Êtes-vous d’accord ?\u00a0».",
        "c.lieu.text": "Écrivez l’adresse ou le lieu pour «\u00a0Lieu\u00a0».",
    }
    assert result.values == {"rappel": False, "total": 0}


def test_a_hidden_answer_is_dropped_and_never_asked_for() -> None:
    result = filled({"c.urgence": ["basse"], "c.pourquoi": ["Tapé avant de changer d’avis"]})
    assert "pourquoi" not in result.values
    assert "c.pourquoi" in result.hidden
    assert result.faults == ()
    assert told({"c.pourquoi": [""]}) == {"c.pourquoi": "Répondez à la question «\u00a0Pourquoi si vite ?\u00a0»."}


def test_answers_that_are_not_offered_are_refused() -> None:
    assert set(told({"c.urgence": ["extreme"], "c.couleurs": ["rouge", "gris"], "c.accord": ["peut-être"]})) == {
        "c.urgence", "c.couleurs", "c.accord",
    }  # fmt: skip


def test_empty_lines_of_a_group_are_dropped_and_each_fault_names_its_line() -> None:
    typed = {"c.lignes.0": [""], "c.lignes.0.quoi": [" "], "c.lignes.4.quoi": ["Chaises"], "c.lignes.4.combien": ["2"],
             "c.lignes.4.prix": ["3,5"], "c.lignes.7.quoi": ["Tables"], "c.lignes.7.combien": ["aucune"]}  # fmt: skip
    result = filled(typed)
    assert result.values["lignes"][0] == {"quoi": "Chaises", "combien": 2, "prix": 3.5, "montant": 7}
    assert {fault.name for fault in result.faults} == {"c.lignes.7.combien", "c.lignes.7.prix"}


def test_a_group_has_no_more_lines_than_it_may() -> None:
    typed = {f"c.lignes.{n}.{part}": ["2"] for n in range(5) for part in ("quoi", "combien", "prix")}
    result = filled(typed)
    assert len(result.values["lignes"]) == 3
    assert [fault.name for fault in result.faults] == ["c.lignes"]
    assert result.values["total"] == 12


def test_computed_values_follow_what_was_typed() -> None:
    typed = {"c.lignes.0.quoi": ["Chaises"], "c.lignes.0.combien": ["3"], "c.lignes.0.prix": ["0,1"], "c.total": ["999"]}
    assert filled(typed).values["total"] == 0.3


def test_answers_are_checked_together_once_each_can_be_read() -> None:
    assert told({"c.nombre": ["700"], "c.urgence": ["basse"]}) == {"c.nombre": "Au-delà de 500 kg, la demande est urgente."}
    assert told({"c.nombre": ["700"]}) == {}
    assert "Écrivez un nombre" in told({"c.nombre": ["beaucoup"], "c.urgence": ["basse"]})["c.nombre"]


def test_a_person_needs_a_name_once_anything_is_said_of_him() -> None:
    assert set(told({"c.personne.phone": ["05 58 12 34 56"]})) == {"c.personne.name"}
    kept = filled({"c.personne.name": ["Léa Dune"], "c.personne.phone": ["0558123456"]}).values["personne"]
    assert kept == {"name": "Léa Dune", "phone": "+33558123456"}
    assert set(told({"c.personne.name": ["Léa"], "c.personne.email": ["léa"]})) == {"c.personne.email"}


def test_a_place_is_a_text_a_point_or_both_and_a_point_off_the_earth_is_none() -> None:
    place = filled({"c.lieu.lat": ["43.89"], "c.lieu.lon": ["-0.5"], "c.lieu.insee": ["40192"]}).values["lieu"]
    assert place == {"text": "2 place de la Mairie", "lat": 43.89, "lon": -0.5, "insee": "40192"}
    assert filled({"c.lieu.lat": ["143.89"], "c.lieu.lon": ["-0.5"]}).values["lieu"] == {"text": "2 place de la Mairie"}
    assert (
        filled({"c.lieu.text": [""], "c.lieu.lat": ["43.89"], "c.lieu.lon": ["0"]}).values["lieu"]["text"] == "Point indiqué sur la carte"
    )
    assert set(told({"c.lieu.commune": ["inconnu"]})) == {"c.lieu.commune"}


def test_what_names_something_kept_elsewhere_is_looked_up() -> None:
    typed = {"c.mairie": ["Dax"], "c.logiciel": ["e.magnus"], "c.lieu.commune": ["Dax"]}
    assert [(field.name, text) for field, text in lookups(KINDS.fields, {**GOOD, **typed})] == [
        ("lieu", "Dax"), ("mairie", "Dax"), ("logiciel", "e.magnus"),
    ]  # fmt: skip
    assert filled(typed).values["logiciel"] == {"id": 7, "title": "e.magnus"}
    assert "choisissez une collectivité de la liste" in told({"c.mairie": ["inconnu"]})["c.mairie"]


def test_conditions_may_ask_fields_that_are_not_in_the_form() -> None:
    why = KINDS.by_field["pourquoi"]
    assert read([why], {"c.pourquoi": ["Feu"]}, TODAY, before={"urgence": "haute"}).values == {"pourquoi": "Feu"}
    assert read([why], {"c.pourquoi": ["Feu"]}, TODAY).values == {}


def test_the_documents_that_are_wanted_depend_on_the_answers() -> None:
    assert [item.name for item in wanted(KINDS.items, {"urgence": "haute"})] == ["plan", "avis"]
    assert [item.name for item in missing(KINDS.items, {"plan": ["plan.pdf"], "urgence": "haute"})] == ["avis"]


def test_a_line_is_added_and_taken_away_without_losing_what_was_typed() -> None:
    typed = {"c.lignes.3.quoi": ["Chaises"], "c.titre": ["Un titre"]}
    more = after(typed, "ajouter:lignes")
    assert more == {**typed, "c.lignes.4": [""]}
    assert after(more, "retirer:lignes:3") == {"c.titre": ["Un titre"], "c.lignes.4": [""]}
    assert after({}, "ajouter:lignes") == {"c.lignes.0": [""]}
    for odd in ("", "ajouter:", "retirer:lignes", "danser:lignes:1", ":::"):
        assert after(typed, odd) == typed


# -- whatever is sent -----------------------------------------------------------------------------------------------------------------

NAMES = [f"c.{field.name}" for field in KINDS.fields]
PARTS = ["name", "email", "text", "lat", "lon", "insee", "commune", "0", "12"]
keys = st.one_of(
    st.sampled_from(NAMES),
    st.builds("{}.{}".format, st.sampled_from(NAMES), st.sampled_from(PARTS)),
    st.builds("c.lignes.{}.{}".format, st.integers(0, 1500), st.sampled_from(["quoi", "combien", "prix", "montant"])),
    st.text(max_size=12),
)  # fmt: skip
texts = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["oui", "non", "haute", "rouge", "12", "1,5", "2026-03-12", "2026-03-12T08:00", "inconnu", "05 58 12 34 56", "x" * 20_001]
    ),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.dates().map(date.isoformat),
    st.characters(codec=None, categories=["Cs", "Cc", "Lu"]),
)
forms = st.dictionaries(keys, st.lists(texts, max_size=3), max_size=25)


def _size(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(_size(part) for part in value.values())
    return sum(_size(part) for part in value) if isinstance(value, list) else len(str(value))


@given(forms)
@settings(max_examples=400, deadline=None)
def test_nothing_that_is_sent_raises_and_what_is_kept_is_bounded(raw: dict[str, list[str]]) -> None:
    result = fill(KINDS, KINDS.fields, raw, TODAY, found)
    assert set(result.values) <= {field.name for field in KINDS.fields}
    assert _size(result.values) < 60_000
    for fault in result.faults:
        assert fault.text.endswith((".", "!"))
        assert len(fault.text) < 400


@given(forms)
@settings(max_examples=400, deadline=None)
def test_what_was_read_and_is_shown_again_reads_the_same(raw: dict[str, list[str]]) -> None:
    kept = read(KINDS.fields, raw, TODAY, found).values
    again = read(KINDS.fields, as_typed(KINDS.fields, kept), TODAY, found)
    assert again.values == kept


@given(st.one_of(st.integers(-(10**15) + 1, 10**15 - 1), st.decimals(-(10**9), 10**9, places=6).map(float)))
def test_every_number_that_can_be_kept_is_shown_as_it_is_read(number: float) -> None:
    field = Field(name="x", kind="number", label="x")
    kept = int(number) if float(number).is_integer() else number
    assert read([field], as_typed([field], {"x": kept}), TODAY).values == {"x": kept}


def test_a_choice_that_is_no_longer_offered_is_shown_as_unanswered() -> None:
    field = Field(name="x", kind="choice", label="x", choices=[Choice(value="a", label="A")])
    assert read([field], as_typed([field], {"x": "b"}), TODAY).values == {}
