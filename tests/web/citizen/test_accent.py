"""A collectivity's colour can be read on our pages, whatever it is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.web.citizen import accent

colours = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


@given(colours)
def test_every_colour_is_made_readable_by_day_and_by_night(colour: str) -> None:
    for made, grounds in ((accent.light(colour), accent.LIGHT_GROUNDS), (accent.dark(colour), accent.DARK_GROUNDS)):
        assert all(accent.contrast(made.colour, ground) >= 4.5 for ground in grounds)
        assert all(accent.contrast(made.strong, ground) >= 4.5 for ground in grounds)
        assert accent.contrast(made.colour, made.text) >= 4.5
        assert accent.contrast(made.strong, made.text) >= 4.5


@given(colours, colours)
def test_on_the_ground_of_another_site_all_that_is_written_can_be_read(colour: str, given_ground: str) -> None:
    ground, by = accent.ground(given_ground), accent.theme(given_ground)
    encre, muted = ("#1d1c18", "#5d584c") if by == "light" else ("#ece8de", "#aeab9e")
    assert accent.contrast(ground, encre) >= 7
    assert accent.contrast(ground, muted) >= 4.5
    sheet = accent.around(colour, given_ground)
    made = re.search(r"--accent:(#[0-9a-f]{6})", sheet)
    assert made is not None
    assert f"--dune:{ground}" in sheet
    assert accent.contrast(made[1], ground) >= 4.5


def test_a_colour_that_can_be_read_stays_as_it_was_chosen() -> None:
    assert accent.light("#1c5a45").colour == "#1c5a45"
    assert "--accent:#1c5a45" in accent.stylesheet("#1C5A45")


@pytest.mark.parametrize("wrong", [None, "", "red", "#12345", "#12345g", "#123456}body{display:none"])
def test_what_is_no_colour_gives_no_style(wrong: str | None) -> None:
    assert accent.stylesheet(wrong) == ""


def test_contrast_is_that_of_wcag() -> None:
    assert accent.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert accent.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
