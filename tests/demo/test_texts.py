"""The authored texts: enough of them, complete, and filled in without a word left open."""

from __future__ import annotations

import re
from random import Random

import pytest

from grc.demo.cast import citizen
from grc.demo.samples import sample
from grc.demo.situations import Situation, fill, situations
from grc.demo.typography import french

WORDS = dict.fromkeys(
    ("rue", "n", "quartier", "ecole", "prenom", "date", "jour", "tel", "e", "le", "nom", "prenom_seul"), "mot"
) | {"commune": "Ychoux"}  # fmt: skip


def test_there_are_more_than_120_situations_and_no_two_share_a_message() -> None:
    assert len(situations()) >= 120
    assert len({s.message for s in situations()}) == len({s.answer for s in situations()}) == len(situations())


@pytest.mark.parametrize("situation", situations(), ids=lambda s: s.key)
def test_every_text_is_filled_in_whole(situation: Situation) -> None:
    for text in (situation.subject, situation.message, situation.answer, situation.note, situation.ask, situation.reply, situation.thanks):
        assert not re.search(r"[\[\]{}|]", fill(text, WORDS, Random(1)))
    assert situation.subject
    assert situation.message
    assert situation.answer
    assert bool(situation.ask) == bool(situation.reply)


def test_a_commune_is_elided_after_de() -> None:
    assert fill("la mairie de {commune}", WORDS, Random(1)) == "la mairie d’Ychoux"


def test_typed_french_becomes_printed_french() -> None:
    assert (
        french("L'été : « oui » ; 3 200 euros, n° 7 !") == "L’été\u00a0: «\u00a0oui\u00a0»\u202f; 3\u00a0200\u00a0euros, n°\u00a07\u202f!"
    )


def test_sample_files_are_what_their_names_say() -> None:
    kind, picture = sample("photo.png")
    assert (kind, picture[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    kind, paper = sample("arrete.pdf")
    assert kind == "application/pdf"
    assert paper.startswith(b"%PDF-1.4")
    assert paper.endswith(b"%%EOF\n")
    assert int(paper.rsplit(b"startxref\n")[-1].split()[0]) == paper.index(b"xref\n0 ")


def test_two_citizens_never_have_one_address() -> None:
    taken: set[str] = set()
    people = [citizen(number, "", Random(number % 3), taken) for number in range(300)]
    assert len({one.email for one in people}) == 300
