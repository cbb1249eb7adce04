"""Numbers as switchboards, forms and people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.people.phone import number, spoken

LANDES = "+33558001122"


@pytest.mark.parametrize(
    "written",
    [
        "05 58 00 11 22",
        "05.58.00.11.22",
        "05-58-00-11-22",
        "05\u00a058\u202f00 11 22",
        "0558001122",
        "558001122",
        "+33558001122",
        "+33 5 58 00 11 22",
        "+33 (0)5 58 00 11 22",
        "0033558001122",
        "33558001122",
        "tel:+33-5-58-00-11-22",
        "sip:+33558001122@sbc.operateur.example;user=phone",
        '"Léa Dune" <sip:0558001122@10.0.0.1>',
        '"Léa Dune" <0558001122>',
        "%2B33558001122",
        "05 58 00 11 22 poste 12",
    ],
)
def test_one_number_has_one_spelling(written: str) -> None:
    assert number(written) == LANDES


@pytest.mark.parametrize("kept", ["15", "17", "112", "3919", "3114", "116000", "118712", "12", "214", "50012"])
def test_short_numbers_and_extensions_stay_as_they_are(kept: str) -> None:
    assert number(kept) == number(f"sip:{kept}@pbx.local") == spoken(kept) == kept


@pytest.mark.parametrize(
    "unreadable",
    [
        "",
        "-",
        "s",
        "h",
        "7",
        "anonymous",
        "Anonymous <anonymous>",
        "sip:anonymous@anonymous.invalid",
        "Private",
        "unknown",
        "masqué",
        "0800 FLEURS",
        "1234567",
        "+33",
        "+999123456789",
        "05 58 00 11",
        "0558001122334455",
        "lea@courriel.example",
        "٠٥٥٨",
        "\x00",
    ],
)
def test_anonymous_and_unreadable_callers_have_no_number(unreadable: str) -> None:
    assert number(unreadable) == ""


@pytest.mark.parametrize("fictional", ["0536490123", "0639980123"])
def test_numbers_kept_for_fiction_are_numbers(fictional: str) -> None:
    assert number(fictional) == f"+33{fictional[1:]}"


def test_a_number_is_said_as_in_france_and_from_abroad_with_its_country() -> None:
    assert spoken(LANDES) == "05 58 00 11 22"
    assert spoken("+33800123456") == "0 800 12 34 56"
    assert spoken(number("+34 915551234")) == "+34 915 55 12 34"
    assert [spoken(other) for other in ("", "+", "poste")] == ["", "+", "poste"]


@given(st.one_of(st.text(max_size=40), st.from_regex(r"\A[+0-9 .()/-]{0,20}\Z")))
def test_any_text_gives_nothing_or_a_number_that_stays_the_same(raw: str) -> None:
    read = number(raw)
    assert read == "" or (read.removeprefix("+").isdecimal() and read.isascii())
    assert number(read) == read
    if read:
        assert number(spoken(read)) == read


@given(st.from_regex(r"\A0[1-9][0-9]{8}\Z"))
def test_a_french_number_is_read_back_from_each_way_to_write_it(national: str) -> None:
    e164 = f"+33{national[1:]}"
    assert {number(way) for way in (national, e164, f"0033{national[1:]}", f"sip:{e164}@hôte", spoken(e164))} == {e164}
