"""Plain text becomes blocks: paragraphs, lists, headings, and nothing else."""

from __future__ import annotations

import pytest

from grc.paper.blocks import blocks_of
from grc.paper.model import Block, Heading, Items, Paragraph


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("", ()),
        ("\n \n\t\n", ()),
        ("Bonjour,\n\nMerci.\nÀ bientôt.", (Paragraph("Bonjour,"), Paragraph("Merci.\nÀ bientôt."))),
        ("Il faut :\r\n- une photo\r\n- un plan\r\nMerci.", (Paragraph("Il faut :"), Items(("une photo", "un plan")), Paragraph("Merci."))),
        ("# Vos droits\n## Délais\n- deux mois", (Heading("Vos droits", 1), Heading("Délais", 2), Items(("deux mois",)))),
        ("# Un\n# Deux", (Heading("Un", 1), Heading("Deux", 1))),
    ],
)
def test_a_text_is_laid_out_as_it_was_meant(text: str, blocks: tuple[Block, ...]) -> None:
    assert blocks_of(text) == blocks


@pytest.mark.parametrize("text", ["#eval(1)", "-12 °C ce matin", "### trop profond", "* étoile", "**gras**", "1. un", "-", "#"])
def test_what_only_looks_like_a_sign_is_text(text: str) -> None:
    assert blocks_of(text) == (Paragraph(text),)
