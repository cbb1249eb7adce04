"""How well French letters are read: characters and words, by edit distance, from clean pages and from worn ones."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from channels.paper import look
from channels.paper.leaves import opened
from tests.makers import scans

FIGURES = """Par lettre du 20 octobre 2026, vous me réclamez 1 050,80 € au titre de la cantine, alors que j’ai réglé 307,60 € le 8 septembre par chèque nº 4000689 et 743,20 € le 30 septembre par virement.

Je joins les deux relevés. Mon numéro d’allocataire est 0058907, ma quittance porte le nº 2026-000198, et je suis joignable au 05 58 00 86 90 de 8 h 30 à 10 h 00. J’habite au 108 de la rue depuis le 1er juin 1996 ; 3 enfants de 6, 8 et 9 ans y vivent avec moi."""  # noqa: E501  # paragraphs of a letter
ANSWER = """Monsieur, vous avez demandé communication du procès-verbal de la séance du 12 mai. Conformément à l’article L. 311-1 du code des relations entre le public et l’administration, ce document vous est adressé ci-joint ; où qu’il soit affiché, chacun peut aussi le consulter à l’accueil, même sans rendez-vous.

Ça n’a pas été possible plus tôt : l’été dernier, la mairie déménageait. L’œuvre dont vous parlez, « Le Pêcheur », n’appartient pas à la commune mais à une association loi de 1901. Vous pouvez saisir le tribunal administratif de Pau dans un délai de deux mois."""  # noqa: E501  # paragraphs of a letter
TEXTS = (scans.TEXT, FIGURES, ANSWER)


def errors(said: Sequence[str], read: Sequence[str]) -> int:
    """How many insertions, deletions and replacements make `said` of that part of `read` which is most like it (Sellers, 1980)."""
    costs = [0] * (len(read) + 1)  # what stands before it costs nothing
    for row, one in enumerate(said, 1):
        diagonal, costs[0] = costs[0], row
        for column, other in enumerate(read, 1):
            diagonal, costs[column] = costs[column], min(diagonal + (one != other), costs[column] + 1, costs[column - 1] + 1)
    return min(costs)


def plain(text: str) -> str:
    """Without what no reader is asked to tell apart: kinds of apostrophe, of space and of end of line."""
    return " ".join(text.replace("’", "'").split())


def test_errors_are_counted_where_the_text_is_most_like() -> None:
    assert errors("chat", "un chat noir") == 0
    assert errors("chat", "un chut noir") == 1
    assert errors(["rue", "des", "Genêts"], ["14", "rue", "Genêts", "40100"]) == 1
    assert errors("abc", "") == 3


@pytest.mark.long
@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
@pytest.mark.parametrize(
    ("scan", "characters", "words"),
    [("300 dpi, clean", 0.99, 0.98), ("150 dpi, 3° askew, noise, grey", 0.98, 0.95)],
)
def test_french_letters_are_read(scan: str, characters: float, words: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = {"characters": [0, 0], "words": [0, 0]}
    for number, text in enumerate(TEXTS):
        made = scans.letter(text=text)
        pdf = scans.scanned(scans.pictures(made, 300), 300) if "clean" in scan else scans.degraded(made)
        folder = tmp_path / str(number)
        folder.mkdir()
        said, read = plain(text), plain(look.letter(opened(pdf), folder, [1])["text"])
        for kind, one, other in (("characters", list(said), list(read)), ("words", said.split(), read.split())):
            told[kind][0] += errors(one, other)
            told[kind][1] += len(one)
    right = {kind: 1 - wrong / total for kind, (wrong, total) in told.items()}
    with capsys.disabled():
        print(f"\n{scan}: " + ", ".join(f"{kind} {right[kind]:.1%} of {told[kind][1]}" for kind in right))
    assert right["characters"] >= characters
    assert right["words"] >= words
