"""What a form may bring in: clean text, safe names, nothing beyond its bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.errors import BadInput
from grc.web.body import Form, clean, safe_name
from grc.web.pages.files import disposition


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_clean_text_is_what_postgresql_takes(text: str) -> None:
    made = clean(text)
    assert "\x00" not in made
    assert "\r" not in made
    assert made == clean(made)


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("plan.pdf", "plan.pdf"),
        ("C:\\Users\\Jean\\plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("", "fichier"),
        ("...", "fichier"),
        ("facture\u202efdp.exe", "facture fdp.exe"),  # turned round, it would read as a PDF
        ("a\nb.txt", "a b.txt"),
        ("x" * 300 + ".pdf", "x" * 110 + ".pdf"),
    ],
)
def test_a_file_has_a_name_that_can_be_shown_and_saved(given: str, safe: str) -> None:
    assert safe_name(given) == safe


@given(st.text(min_size=1, max_size=50, alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_name_breaks_out_of_its_header(name: str) -> None:
    header = disposition("attachment", name)
    assert header.isascii()
    assert "\n" not in header
    assert "\r" not in header
    assert header.count('"') == 2


def test_a_number_is_a_number_or_nothing() -> None:
    form = Form({"a": " 12 ", "b": "", "c": "douze", "d": "9" * 40, "e": "²"})
    assert form.number("a") == 12
    assert form.number("b") is form.number("absent") is None
    for field in "cde":
        with pytest.raises(BadInput):
            form.number(field)
