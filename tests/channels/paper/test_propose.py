"""What the text of a letter says of its sender."""

from __future__ import annotations

from datetime import date

from channels.paper.propose import propose

TODAY = date(2026, 11, 24)
LETTER = """Jeanne Dupouy

14 rue des Genêts
40100 Dax
05 58 00 11 22
jeanne.dupouy@example.fr

Mairie de Dax
Rue Saint-Pierre
40100 Dax

Dax, le 3 novembre 2026

Objet : éclairage public

Madame la Maire,
Je vous écris.
"""


def test_the_block_above_is_the_sender_and_the_town_hall_is_not() -> None:
    said = propose(LETTER, TODAY)
    assert (said.name, said.address) == ("Jeanne Dupouy", "14 rue des Genêts\n40100 Dax")
    assert (said.email, said.phone) == ("jeanne.dupouy@example.fr", "+33558001122")
    assert (said.written_on, said.subject) == (date(2026, 11, 3), "éclairage public")


def test_a_block_set_wide_apart_and_read_with_blank_lines_is_one() -> None:
    wide = "roue\n\nMme Jeanne Dupouy\n\n14 rue des Genêts\n\n40100 Dax\n\nMairie de Dax\nRue Saint-Pierre\n40100 Dax\n\nBonjour.\n\n1/1\n"
    said = propose(wide, TODAY)
    assert (said.name, said.address) == ("Jeanne Dupouy", "14 rue des Genêts\n40100 Dax")


def test_a_street_below_the_last_words_is_nobody() -> None:
    assert propose("Monsieur le Maire,\n\nBonjour.\n\nRue Saint-Pierre\n", TODAY).name == ""


def test_a_letter_without_a_block_is_named_by_its_signature() -> None:
    said = propose("Monsieur le Maire,\n\nJe conteste l’avis du 12/10/26.\n\nMerci.\n\nPaul Darrigade\n", TODAY)
    assert (said.name, said.address, said.written_on) == ("Paul Darrigade", "", date(2026, 10, 12))


def test_a_date_that_cannot_be_its_own_is_not_taken() -> None:
    assert propose("Dax, le 31 février 2026\nRendez-vous le 3 mars 2027", TODAY).written_on is None


def test_nothing_and_nonsense_propose_nothing() -> None:
    for text in ("", "\n" * 5000, "0" * 100_000, "Objet", "@" * 5000, "a" * 3000 + " 40100 Dax"):
        assert propose(text, TODAY).email == ""
