"""Which types a sentence may mean, on a few small types."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from workflows.definition import Definition, build
from workflows.inherit import amend
from workflows.propose import propose
from workflows.shelves import MODULES
from workflows.yaml_lines import read


@cache
def base() -> Any:
    return read((MODULES / "general" / "definition.yaml").read_text(encoding="utf-8")).data


def of(name: str, title: str, *keywords: str) -> Definition:
    return build(amend(base(), {"name": name, "title": title, "keywords": list(keywords)}), name)


LIGHT = of("light", "Éclairage public en panne", "lampadaire", "réverbère", "ampoule grillée")
BURIAL = of("burial", "Concession au cimetière", "concession", "cimetière", "tombe")
ROAD = of("road", "Chaussée ou trottoir abîmé", "nid-de-poule", "trottoir", "trou dans la route", "tombe")
TYPES = (LIGHT, BURIAL, ROAD)


def names(text: str) -> list[str]:
    return [proposal.definition.name for proposal in propose(text, TYPES)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Bonjour, le lampadaire de la rue du Tuc est éteint", "light"),
        ("DEUX LAMPADAIRES ÉTEINTS", "light"),
        ("un lanpadaire cassé", "light"),
        ("reverbere en panne", "light"),
        ("il y a un nid de poule devant chez moi", "road"),
        ("un trou énorme dans la route du bourg", "road"),
        ("renouveler une concession", "burial"),
    ],
)
def test_a_type_is_recognised_by_its_words_however_they_are_written(text: str, first: str) -> None:
    assert names(text)[0] == first


def test_a_sentence_that_means_nothing_known_proposes_nothing() -> None:
    assert names("Bonjour, merci, cordialement") == []
    assert names("") == []


def test_a_word_that_two_types_claim_counts_half_for_each() -> None:
    alone = propose("tombe", (BURIAL,))[0].score
    assert propose("la tombe de mon grand-père au cimetière", TYPES)[0].definition is BURIAL
    assert names("tombe") == []
    assert alone == 1.0


def test_what_was_found_is_said_as_the_type_writes_it() -> None:
    assert propose("ampoules grillees", TYPES)[0].because == ("ampoule grillée",)


def test_three_at_most_and_a_very_long_text_is_read_at_its_beginning() -> None:
    many = tuple(of(f"type_{n}", f"Type {n}", f"mot{n}") for n in range(10))
    assert len(propose(" ".join(f"mot{n}" for n in range(10)), many)) == 3
    assert names("x " * 2_000 + "lampadaire") == []
