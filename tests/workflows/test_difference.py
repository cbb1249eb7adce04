"""What changed between two versions is said so that whoever decides understands it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.catalogue import catalogue
from workflows.difference import differences
from workflows.edit import MISSING, add, at, drop, move, put

BEFORE: dict[str, Any] = {
    "name": "aire", "version": 1, "title": "Réserver une aire", "legal": {"regime": "svr", "months": 2, "article": "L231-4"},
    "states": {
        "received": {"label": "Reçue", "citizen": "Nous l’avons.", "phase": "open"},
        "closed": {"label": "Close", "phase": "closed"},
    },
    "fields": [
        {"name": "jour", "kind": "date", "label": "Quel jour ?"},
        {
            "name": "taille", "kind": "choice", "label": "Taille",
            "choices": [{"value": "petite", "label": "Petite"}, {"value": "grande", "label": "Grande"}],
        },
    ],
    "transitions": [
        {
            "name": "close", "label": "Clore", "from": ["received"], "to": "closed", "who": ["agent", "chief"],
            "effects": [{"do": "mark_read"}],
        },
    ],
    "reactions": [{"on": "opened", "effects": [{"do": "mark_unread"}]}, {"on": "citizen_message", "effects": [{"do": "mark_unread"}]}],
    "deadlines": {"answer": {"label": "Réponse", "why": "Objectif", "after": {"working_days": 15}}},
    "texts": {"done": {"subject": "Fait", "body": "Bonjour,\n\nc’est fait."}},
}  # fmt: skip


def said(after: Any) -> list[str]:
    return [one.text.replace("\u00a0", " ") for one in differences(BEFORE, after)]


def test_a_document_differs_in_nothing_from_itself() -> None:
    assert differences(BEFORE, BEFORE) == ()
    assert said({**BEFORE, "version": 2, "scenarios": []}) == []


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("title",), "Réserver", "Titre : Réserver une aire → Réserver"),
        (("legal", "months"), 3, "Régime légal : mois : 2 → 3"),
        (("legal", "regime"), "sva", "Régime légal : régime : Le silence vaut rejet → Le silence vaut acceptation"),
        (("fields", "@jour", "required"), False, "Champ « Quel jour ? » devient facultatif"),
        (("fields", "@jour", "when"), {"fields.taille": ["grande"]}, "Champ « Quel jour ? » : condition : si Taille est Grande"),
        (("fields", "@taille", "choices", "@petite"), MISSING, "Champ « Taille », réponse « Petite » supprimée"),
        (("states", "received", "citizen"), "Reçu.", "État « Reçue » : ce que lit le demandeur : Nous l’avons. → Reçu."),
        (("deadlines", "answer", "after"), {"working_days": 10}, "Échéance « Réponse » : délai : 15 jours ouvrés → 10 jours ouvrés"),
        (("deadlines", "answer"), MISSING, "Échéance « Réponse » supprimée"),
        (("texts", "done", "body"), "Bonsoir.", "Texte « Fait » : texte modifié"),
        (("transitions", "@close", "who"), ["chief"], "Acte « Clore » : qui : les agents, les responsables → les responsables"),
        (
            ("transitions", "@close", "effects"),
            [{"do": "notify", "text": "done"}],
            "Acte « Clore » : effets : ne plus montrer comme nouvelle → envoyer un texte (done)",
        ),
        (("reactions", "1", "why"), "Il a écrit.", "Réaction « quand le demandeur écrit » : pourquoi : Il a écrit."),
        (("reactions", "1"), MISSING, "Réaction « quand le demandeur écrit » supprimée"),
    ],
)  # fmt: skip
def test_a_change_is_said_in_words(path: tuple[str, ...], value: Any, told: str) -> None:
    assert said(put(BEFORE, {}, path, value)) == [told]


def test_what_is_added_taken_away_or_moved_is_said_so() -> None:
    more = add(BEFORE, {}, ("fields",), {"name": "nombre", "kind": "number", "label": "Combien de personnes ?"})
    assert said(more) == ["Champ « Combien de personnes ? » ajouté"]
    assert said(drop(BEFORE, {}, ("fields", "@jour"))) == ["Champ « Quel jour ? » supprimé"]
    assert said(move(BEFORE, {}, ("fields", "@taille"), -1)) == ["L’ordre des champs change"]
    assert said(move(BEFORE, {}, ("states", "closed"), -1)) == ["L’ordre des états change"]
    first = add(BEFORE, {}, ("reactions",), {"on": "bounce"}, 0)
    assert said(first) == ["Réaction « quand un de nos messages n’a pas pu être remis » ajoutée"]


def test_both_texts_are_kept_beside_the_sentence() -> None:
    (one,) = differences(BEFORE, put(BEFORE, {}, ("texts", "done", "body"), "Bonsoir.\n\nTout est fait."))
    assert (one.was, one.is_) == ("Bonjour,\n\nc’est fait.", "Bonsoir.\n\nTout est fait.")
    assert (one.before, one.after) == (one.was, one.is_)


@pytest.mark.parametrize("name", list(catalogue().names()))
def test_every_type_of_the_program_can_be_compared_with_every_other(name: str) -> None:
    here = catalogue().newest[name].document.data
    for other in catalogue().names():
        there = catalogue().newest[other].document.data
        found = differences(here, there)
        assert bool(found) is (name != other)
        assert all(one.text and "None" not in one.text for one in found)


words = st.text("abc", min_size=1, max_size=5)
paths = st.sampled_from(
    [("title",), ("fields", "@jour", "label"), ("states", "closed", "label"), ("deadlines", "answer", "why"), ("texts", "done", "subject")]
)


@given(st.dictionaries(paths, words, max_size=4))
def test_each_place_that_changed_is_told_once_with_both_values(changes: dict[tuple[str, ...], str]) -> None:
    after: Any = BEFORE
    for path, text in changes.items():
        after = put(after, {}, path, text)
    found = {one.path: (one.before, one.after) for one in differences(BEFORE, after)}
    assert found == {path: (at(BEFORE, path), text) for path, text in changes.items() if at(BEFORE, path) != text}
