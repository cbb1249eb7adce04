"""The reference is dictated on the telephone: what is misheard must be caught, never lead to another ticket."""

from hypothesis import given
from hypothesis import strategies as st

from grc.tickets.reference import ALPHABET, encode, read


@given(st.integers(1, 2**30 - 1))
def test_a_reference_reads_back_as_itself_however_it_was_typed(number: int) -> None:
    reference = encode(number)
    assert read(reference) == reference
    assert read(reference.lower().replace("-", " ")) == reference
    assert read(f" {reference.replace('0', 'O').replace('1', 'l')} ") == reference


@given(st.integers(1, 2**30 - 1), st.integers(0, 6), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_never_another_reference(number: int, place: int, wrong: str) -> None:
    plain = encode(number).replace("-", "")
    changed = plain[:place] + wrong + plain[place + 1 :]
    assert changed == plain or read(changed) is None


def test_a_hundred_thousand_tickets_have_as_many_references() -> None:
    assert len({encode(number) for number in range(1, 100_001)}) == 100_000


def test_beyond_a_billion_tickets_the_reference_grows_and_still_holds() -> None:
    reference = encode(2**30 + 5)
    assert len(reference) == 10
    assert read(reference) == reference
