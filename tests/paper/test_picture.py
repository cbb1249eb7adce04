"""A picture comes upright and without its notes; what is none is refused in words."""

from __future__ import annotations

import pytest

from grc.errors import BadInput
from grc.paper.model import Letterhead, Picture, Sheet
from grc.paper.picture import drawing
from grc.paper.render import render
from tests.makers.pictures import PLACE, jpeg, png
from tests.support.pdf import Pdf

RED, BLUE = (True, False), (False, True)  # much red, much blue
LEFT = 25.0  # the edge of the text, in millimetres


def with_picture(content: bytes) -> bytes:
    return render(Sheet("Photographie", Letterhead("Mairie de Dax", ()), None, "", "", (Picture(content, "Un lampadaire", 40),)))


@pytest.mark.parametrize(
    ("turn", "upper_left", "lower_right"),
    [(1, RED, BLUE), (2, BLUE, RED), (3, BLUE, RED), (4, RED, BLUE), (5, RED, BLUE), (6, RED, BLUE), (7, BLUE, RED), (8, BLUE, RED)],
)
def test_a_photo_is_turned_as_its_camera_was_held(turn: int, upper_left: tuple[bool, bool], lower_right: tuple[bool, bool]) -> None:
    photo = jpeg(turn)
    pdf = Pdf(with_picture(photo))
    width, height = (40, 20) if turn < 5 else (40, 80)
    assert (drawing(photo).width, drawing(photo).height) == ((16, 8) if turn < 5 else (8, 16))
    below_title = pdf.place("Photographie")[3]
    top = next(below_title + step for step in range(40) if pdf.colour(LEFT + 5, below_title + step) != (255, 255, 255))
    red, _, blue = pdf.colour(LEFT + 3, top + 3)
    assert (red > 150, blue > 150) == upper_left
    red, _, blue = pdf.colour(LEFT + width - 3, top + height - 5)
    assert (red > 150, blue > 150) == lower_right


def test_what_a_camera_noted_and_hid_stays_behind() -> None:
    photo = jpeg(film=b"FILM" * 100)
    assert PLACE in photo
    pdf = with_picture(photo)
    assert PLACE not in pdf
    assert b"FILM" not in pdf


def test_a_picture_of_a_page_keeps_within_the_page() -> None:
    assert drawing(png(10, 100)).within(160, 200) == 20
    assert drawing(png(100, 10)).within(160, 200) == 160


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "ni un PNG"),
        (b"GIF89a" + bytes(40), "ni un PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><image href='/etc/passwd'/></svg>", "ni un PNG"),
        (png()[:20], "abîmée"),
        (png()[:45] + b"\0" * 30, "abîmée"),
        (png(claimed=(4, 0)), "trop grande"),
        (png(claimed=(50_000, 50_000)), "trop grande"),
        (jpeg()[:40], "abîmée"),
        (b"\xff\xd8" + b"\xff" * 1000, "abîmée"),
        (jpeg().replace(b"\xff\xc0", b"\xff\xfe"), "trop grande"),  # nothing says how large it is
        (png() + bytes(13 * 1024 * 1024), "trop lourde"),
    ],
    ids=lambda value: value[:12].hex() if isinstance(value, bytes) else value,
)
def test_what_is_no_picture_is_refused_in_words(content: bytes, word: str) -> None:
    with pytest.raises(BadInput, match=word) as refused:
        with_picture(content)
    assert refused.value.field == "picture"
