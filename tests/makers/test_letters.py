"""The maker of letters: the same by seed, of the size and the mixture that the benchmark promises."""

from __future__ import annotations

from email import message_from_bytes, policy
from statistics import mean

import pytest

from tests.makers.letters import Letter, letters


@pytest.fixture(scope="module")
def made() -> list[Letter]:
    return list(letters(7, 1500, ["mairie@40192.example", "mairie@40088.example"]))


def test_the_same_seed_gives_the_same_bytes(made: list[Letter]) -> None:
    again = list(letters(7, 300, ["mairie@40192.example", "mairie@40088.example"]))
    assert {m.message_id for m in made[:200]} == {m.message_id for m in again[:200]}
    assert list(letters(8, 5, ["mairie@40192.example"])) == list(letters(8, 5, ["mairie@40192.example"]))
    assert next(letters(8, 1, ["mairie@40192.example"])) != next(letters(9, 1, ["mairie@40192.example"]))


def test_a_fifth_answer_an_earlier_mail_of_the_same_sender_and_a_tenth_carry_a_file(made: list[Letter]) -> None:
    assert 0.16 < sum(m.answers is not None for m in made) / len(made) < 0.24
    large = [m for m in made if len(m.raw) > 100_000]
    assert 0.07 < len(large) / len(made) < 0.13
    assert 2600 < mean(len(m.raw) for m in made if len(m.raw) < 50_000) < 3600
    by_id = {m.message_id: m for m in made}
    assert all(by_id[m.answers].sender == m.sender and by_id[m.answers].recipient == m.recipient for m in made if m.answers)


def test_each_is_a_whole_mail_with_text_and_html(made: list[Letter]) -> None:
    for mail in made[:50]:
        read = message_from_bytes(mail.raw, policy=policy.default)
        assert not read.defects
        assert read["Message-ID"] == f"<{mail.message_id}>"
        text, html = read.get_body(("plain",)), read.get_body(("html",))
        assert text is not None
        assert html is not None
        assert "Bonjour" in text.get_content()
        assert "<p" in html.get_content()
