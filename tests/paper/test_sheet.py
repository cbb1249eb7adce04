"""A sheet on paper: its words can be copied and read aloud, stand where they should, and are never a command."""

from __future__ import annotations

import asyncio
import os
import re
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import grc.paper
from grc.errors import BadInput
from grc.paper import values
from grc.paper.model import (
    Bars,
    Block,
    Facts,
    Heading,
    Items,
    Letterhead,
    Mark,
    Paragraph,
    Party,
    Picture,
    Sheet,
    Signature,
    Table,
)
from grc.paper.render import render
from tests.makers.pictures import jpeg, png
from tests.support.pdf import Pdf

HEAD = Letterhead("Mairie de Dax", ("Rue Saint-Pierre", "40107 Dax cedex", "05 58 56 80 00"))
PARTY = Party(("Madame Léa Dune", "Résidence les Pins", "Bâtiment B", "12 rue du Tuc", "LE SABLAR", "40100 DAX", "FRANCE"))
LETTER = Sheet("Votre demande du 3\u00a0novembre", HEAD, PARTY, "Dax, le 12\u00a0novembre 2026", "DAX-7K3-2Q9", (Paragraph("Madame,"),))


def pdf_of(*blocks: Block) -> Pdf:
    return Pdf(render(replace(LETTER, blocks=blocks)))


def packed(text: str) -> str:
    """Without what breaks lines: a word that fills lines is cut where a line ends."""
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    ("block", "words", "tag"),
    [
        (Heading("Vos droits"), ["Vos droits"], "H2"),
        (Paragraph("Bonjour,\nmerci."), ["Bonjour,\nmerci."], "P"),
        (Facts((("Reçue le", "3 novembre"), ("Par", "courrier"))), ["Reçue le", "3 novembre", "courrier"], "L"),
        (
            Table(("Objet", "Prix"), (("Salle", "320,00\u00a0€"),), ("left", "right"), ("Total", "321,50\u00a0€")),
            ["Salle", "321,50\u00a0€"],
            "TH",
        ),
        (Items(("une photo", "un plan")), ["– une photo", "– un plan"], "LI"),
        (Items(("une photo", "un plan"), numbered=True), ["1. une photo", "2. un plan"], "LI"),
        (Signature("Fait à Dax", "Julien Bastide", "Le maire", png(40, 20)), ["Fait à Dax", "Le maire", "Julien Bastide"], "Figure"),
        (Signature("", "Julien Bastide", ""), ["Julien Bastide"], "P"),
        (Bars("Service", (("Voirie", 1204), ("Eau", 0), ("Bois", 3.5)), "Demandes"), ["Demandes", "1\u202f204", "3,5"], "Table"),
        (Picture(jpeg(), "Un lampadaire"), [], "Figure"),
        (Mark("https://dax.example/suivi/Xk2", "Suivre ma demande"), ["https://dax.example/suivi/Xk2", "Suivre ma demande"], "Link"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str | list) else "",
)
def test_every_block_is_printed_can_be_copied_and_read_aloud(block: Block, words: list[str], tag: str) -> None:
    pdf = pdf_of(block)
    assert pdf.is_for_all
    for each in words:
        assert each in pdf.text()
    assert tag in [kind for kind, _alt in pdf.tags()]


def test_pictures_codes_and_signatures_are_told_to_who_does_not_see_them() -> None:
    pdf = pdf_of(Picture(png(), "Un lampadaire"), Mark("4F7K", "Vérifier"), Signature("", "Léa Dune", "", png()))
    assert [alt for kind, alt in pdf.tags() if kind == "Figure"] == ["Un lampadaire", "Code QR\u00a0: 4F7K", "Signature de Léa Dune"]


def test_a_document_says_its_title_and_its_language() -> None:
    pdf = pdf_of(Paragraph("Madame,"))
    assert (pdf.title, pdf.language, len(pdf)) == ("Votre demande du 3\u00a0novembre", "fr", 1)
    assert Pdf(render(replace(LETTER, lang="oc"))).language == "oc"


def test_a_screen_reader_hears_who_writes_then_to_whom_then_the_title() -> None:
    text = pdf_of(Paragraph("Madame,")).text()
    assert sorted(("Mairie de Dax", "Madame Léa Dune", "DAX-7K3-2Q9", "Votre demande", "Madame,\n"), key=text.rfind) == [
        "Mairie de Dax", "Madame Léa Dune", "DAX-7K3-2Q9", "Votre demande", "Madame,\n",
    ]  # fmt: skip


def test_a_skipped_level_of_heading_is_not_skipped_for_who_hears_it() -> None:
    pdf = pdf_of(Heading("Un", 3), Heading("Deux", 1), Heading("Trois", 3))
    assert [kind for kind, _alt in pdf.tags() if kind.startswith("H")] == ["H1", "H2", "H2", "H3"]


@pytest.mark.parametrize("logo", [None, png(100, 400)], ids=["without a logo", "with a high logo"])
def test_the_address_stands_in_the_window_of_the_envelope_and_nothing_else_does(logo: bytes | None) -> None:
    pdf = Pdf(render(replace(LETTER, letterhead=replace(HEAD, logo=logo))))
    for line in PARTY.lines:
        left, top, right, bottom = pdf.place(line)
        assert left >= 109.9, line
        assert right <= 190, line
        assert top >= 55, line
        assert bottom <= 84, line
    assert pdf.place("05 58 56 80 00")[2] < 90  # the window never reaches so far to the left
    assert pdf.place("Dax, le 12")[1] > 90


def test_a_long_line_of_an_address_is_set_smaller_rather_than_broken() -> None:
    long = "Association pour la sauvegarde des échasses"
    left, top, right, bottom = Pdf(render(replace(LETTER, party=Party((long, "40100 DAX"))))).place(long)
    assert left >= 109.9
    assert right <= 190.1
    assert bottom - top < 5


def test_a_sheet_for_nobody_has_no_address() -> None:
    for party in (None, Party(()), Party(("", " "))):
        assert Pdf(render(replace(LETTER, party=party))).place("Votre demande")[1] < 70


@pytest.mark.parametrize(
    "text",
    [
        '#eval("1+1")',
        "$x^2$ et $ sum_1^n $",
        "\\ \\u{1f600} \\#",
        '#read("/etc/passwd")',
        '#import "@preview/cetz:0.3.0"',
        "*gras* _italique_ `code` ~ -- --- ... ' \" <label> @ref /* rien */ // rien",
        "= titre\n+ un\n/ terme : mot",
        '", "kind": "paragraph"}]} {{ }} \\u0000',
        "<script>alert(1)</script> &amp; &#106;",
        "שלום עולם, مرحبا بالعالم",
        "😀 👩\u200d👩\u200d👧 🇫🇷 ✅ 👍🏽",
        "你好，世界 · こんにちは · สวัสดี · नमस्ते · Ελληνικά · Кириллица",
        "https://exemple.fr/" + "a-b_c" * 150,
        "motinsecable" * 90,
        "Z\u0335\u0322a\u0334\u0321l\u0336g\u0337o",
    ],
)
def test_whatever_a_citizen_writes_comes_out_as_he_wrote_it(text: str) -> None:
    for block in (Paragraph(text), Items((text,)), Table((text,), ((text,),))):
        pdf = pdf_of(block)
        assert pdf.is_for_all
        assert packed(unicodedata.normalize("NFC", text)) in packed(unicodedata.normalize("NFC", pdf.text()))
        assert "root:" not in pdf.text()


def test_the_layout_evaluates_nothing_and_imports_nothing() -> None:
    layout = (Path(grc.paper.__file__).parent / "sheet.typ").read_text()
    assert not re.search(r"\b(eval|import|include|read|plugin|yaml|toml|csv|xml|cbor)\b *[(\"]", layout)


def test_what_nobody_can_read_is_left_out_and_the_rest_stands() -> None:
    pdf = pdf_of(Paragraph("avant\x00\x07\ud800\ufeff\u202eaprès\tfin"))
    assert "avantaprès fin" in pdf.text()


def test_a_character_no_font_has_becomes_a_square_and_the_document_stays_for_all() -> None:
    pdf = pdf_of(Paragraph("Nom : \U00012000 \ue000, le 3 😀"))
    assert "Nom : □ □, le 3 😀" in pdf.text()
    assert pdf.is_for_all


def test_french_typography_survives() -> None:
    text = "L’été\u202f? «\u00a0Œuvre d’ÿ\u00a0»\u202f; à 8\u00a0h\u00a030\u00a0: 1\u202f234,50\u00a0€ – n°\u00a012…"
    # pdfium itself reads a narrow space as a space, but among figures
    assert text.replace("\u202f", " ") in pdf_of(Paragraph(text)).text().replace("\u202f", " ")


def test_a_long_table_goes_over_pages_with_its_head_on_each() -> None:
    rows = tuple((f"Demande {number}", "Voirie", str(number)) for number in range(200))
    pdf = pdf_of(Table(("Objet de la demande", "Service", "Jours"), rows, ("left", "left", "right")))
    pages = [pdf.text(page) for page in range(len(pdf))]
    assert len(pages) > 3
    assert all(page.count("Objet de la demande") == 1 for page in pages)
    assert [int(number) for page in pages for number in re.findall(r"Demande (\d+)", page)] == list(range(200))
    assert f"2/{len(pages)}" in pages[1]
    assert "Mairie de Dax" in pages[1]


@pytest.mark.parametrize(
    ("rows", "shares"),
    [
        ([["Désignation", "Nombre"], ["Une salle des fêtes et sa cuisine", "2"]], [33, 0]),
        ([["a", "bb"]], [0, 1]),
        ([["mot " * 30, "mot " * 5]], [45, 20]),
        ([["x" * 10] * 10], [10] * 10),
    ],
)
def test_columns_take_what_their_words_need(rows: list[list[str]], shares: list[int]) -> None:
    assert values.widths(rows) == shares


@pytest.mark.alone
@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, voici un mot. " * 4_300,
        "é " * 50_000,
        "a" * 100_000,
        "é\u00a0" * 50_000,
        "«" * 100_000,
        "😀" * 100_000,
        "😀\u200d" * 50_000,
        "a" + "\u0301\u0336" * 50_000,
        "ᄀ" * 100_000,
        "\u200f" * 100_000,
        "𒀀 " * 50_000,
        ("abcdefghij" * 8 + " ") * 1_200,
        "x\n" * 9_000,
    ],
    ids=lambda text: text[:4].encode("unicode_escape").decode(),
)
def test_a_hundred_thousand_characters_take_seconds(text: str) -> None:
    begun = time.monotonic()
    assert Pdf(render(replace(LETTER, blocks=(Paragraph(text),)))).is_for_all
    assert time.monotonic() - begun < 20


@pytest.mark.alone
def test_long_lists_one_after_the_other_do_not_fill_the_memory() -> None:
    def megabytes() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024**2

    def long_list(number: int) -> Sheet:
        return replace(LETTER, blocks=(Items(tuple(f"Demande {number}, {line}" for line in range(9_000))),))

    render(long_list(0))
    before = megabytes()
    for number in range(1, 5):
        render(long_list(number))
    assert megabytes() - before < 200  # some 500 if nothing is forgotten


@pytest.mark.parametrize(
    "blocks",
    [
        (Paragraph("mot " * 60_000),),
        (Paragraph("x\n" * 11_000),),
        (Heading("x"),) * 11_000,
        (Items(("x",) * 11_000),),
        (Facts((("x", "y"),) * 6_000),),
        (Table(("a", "b"), (("x", "y"),) * 6_000),),
        (Bars("t", (("a", 1),) * 2_000, "u"),),
        (Mark("x", "y"),) * 60,
    ],
    ids=lambda blocks: type(blocks[0]).__name__,
)
def test_what_is_too_long_for_paper_is_refused_in_words(blocks: tuple[Block, ...]) -> None:
    with pytest.raises(BadInput, match="trop long pour du papier"):
        pdf_of(*blocks)


def test_an_address_of_more_lines_than_the_window_shows_is_refused_in_words() -> None:
    with pytest.raises(BadInput, match="7\u00a0lignes"):
        render(replace(LETTER, party=Party(tuple("ABCDEFGH"))))


@pytest.mark.parametrize(
    "sheet",
    [
        replace(LETTER, title=" \n"),
        replace(LETTER, lang="klingon"),
        replace(LETTER, lang="../../etc"),
        replace(LETTER, letterhead=replace(HEAD, accent="red); #eval(")),
        replace(LETTER, blocks=(Heading("x", 4),)),
        replace(LETTER, blocks=(Table((), ()),)),
        replace(LETTER, blocks=(Table(("a", "b"), (("x",),)),)),
        replace(LETTER, blocks=(Table(("a", "b"), (), ("left",)),)),
        replace(LETTER, blocks=(Bars("t", (("a", -1),), "u"),)),
        replace(LETTER, blocks=(Bars("t", (("a", float("nan")),), "u"),)),
        replace(LETTER, blocks=(Picture(png(), " "),)),
        replace(LETTER, blocks=(Picture(png(), "x", 400),)),
        replace(LETTER, blocks=(Mark("", "x"),)),
        replace(LETTER, blocks=(Mark("x" * 501, "x"),)),
    ],
)
def test_what_a_caller_cannot_mean_is_an_error_of_his(sheet: Sheet) -> None:
    with pytest.raises(ValueError):
        render(sheet)


def test_empty_blocks_leave_no_trace() -> None:
    empty = (Paragraph(""), Items(()), Facts(()), Bars("", (), ""), Table(("",), ()), Heading(""))
    assert len(pdf_of(*empty)) == 1


def test_the_same_sheet_gives_the_same_bytes_in_any_thread() -> None:
    sheets = [replace(LETTER, title=f"Lettre {number}") for number in range(4)] * 4
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(render, sheets))
    assert found == [render(sheet) for sheet in sheets]


async def test_others_are_served_while_a_document_is_set() -> None:
    waiting = asyncio.create_task(asyncio.to_thread(render, replace(LETTER, blocks=(Paragraph("é " * 50_000),))))
    turns = 0
    while not waiting.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert waiting.result()
    assert turns > 20
