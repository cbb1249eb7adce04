"""Only whoever got our mail can answer into its ticket."""

from hypothesis import given
from hypothesis import strategies as st

from grc.messages.signature import Signer, claimed_reference, without_tag

SIGNER, OTHER = Signer(b"k" * 32), Signer(b"o" * 32)


def test_an_answer_to_the_signed_address_names_its_ticket_even_in_capitals() -> None:
    address = SIGNER.reply_address("Mairie@40088.example", "K7M4-QF9")
    assert SIGNER.ticket_of_address(address) == "K7M4-QF9"
    assert SIGNER.ticket_of_address(address.upper()) == "K7M4-QF9"
    assert len(address.partition("@")[0]) <= 64  # RFC 5321, 4.5.3.1.1


def test_a_mark_for_one_ticket_opens_no_other() -> None:
    address = SIGNER.reply_address("mairie@40088.example", "K7M4-QF9")
    moved = address.replace("k7m4qf9", "k7m4qfa")
    assert SIGNER.ticket_of_address(moved) is None
    assert claimed_reference(moved) == "K7M4-QFA"


def test_another_installations_mark_is_not_ours() -> None:
    assert OTHER.ticket_of_address(SIGNER.reply_address("mairie@40088.example", "K7M4-QF9")) is None
    assert OTHER.ticket_of_mail_id(SIGNER.mail_id("K7M4-QF9", "40088.example")) is None


def test_a_message_id_of_ours_names_its_ticket_and_no_two_are_alike() -> None:
    first, second = SIGNER.mail_id("K7M4-QF9", "40088.example"), SIGNER.mail_id("K7M4-QF9", "40088.example")
    assert first != second
    assert SIGNER.ticket_of_mail_id(first) == SIGNER.ticket_of_mail_id(second.upper()) == "K7M4-QF9"


@given(st.text(max_size=300))
def test_nothing_a_stranger_can_write_is_taken_for_a_mark(text: str) -> None:
    assert SIGNER.ticket_of_address(text) is None
    assert SIGNER.ticket_of_mail_id(text) is None


def test_a_plus_tag_is_told_apart_from_the_address() -> None:
    assert without_tag(" Mairie+Voirie@40088.example ") == ("mairie@40088.example", "voirie")
    assert without_tag("mairie@40088.example") == ("mairie@40088.example", "")
