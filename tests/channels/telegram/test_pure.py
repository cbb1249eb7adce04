"""What decides without a network: the proof of an address, the cutting of texts, names of files, whose update it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from telegram.error import RetryAfter

from channels.telegram import proof
from channels.telegram.choices import Kind, choices, chosen
from channels.telegram.client import failed
from channels.telegram.parse import remote
from channels.telegram.send import LONGEST, pieces, units
from channels.telegram.settings import read_account
from channels.telegram.state import State, dump, load
from channels.telegram.take import arrival
from channels.telegram.update import File, of
from grc.errors import BadInput
from grc.messages.accounts import Account
from grc.web.hook import same

NOW, KEY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC), b"k" * 32


def test_a_word_of_any_bytes_is_told_from_the_one_agreed_on() -> None:
    assert same("agreed", "agreed")
    for stranger in ("", "\udcff\udcfe", "agreeé", "agreed\udc80", "x" * 100_000):
        assert not same(stranger, "agreed")


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")  # as `Bots` has it in service
def test_telegram_may_ask_for_an_hour_of_patience_at_most() -> None:
    assert failed(RetryAfter(10**9), NOW).again == NOW + timedelta(hours=1)
    assert failed(RetryAfter(600), NOW).again == NOW + timedelta(minutes=10)


def test_an_update_whose_number_no_database_holds_is_no_arrival() -> None:
    account = Account(2, 1, "telegram", "bot", {}, b"", {})
    for number in (2**63, -1, 10**3000, True, "1", None, 1.0):
        assert arrival(account, {"update_id": number}) is None


def test_a_code_holds_fifteen_minutes_and_five_tries() -> None:
    code = proof.begun("jeanne@habitants.example", "123456", KEY, NOW)
    assert proof.tried(code, "123 456", KEY, NOW)[0] == "proved"
    assert proof.tried(code, "123456", KEY, NOW + timedelta(minutes=15))[0] == "expired"
    outcomes = []
    for _ in range(5):
        outcome, code = proof.tried(code, "000000", KEY, NOW)
        outcomes.append(outcome)
    assert outcomes == ["wrong"] * 4 + ["spent"]


def test_three_codes_a_day_are_mailed_and_no_more() -> None:
    assert proof.may_mail([NOW] * 2, NOW)
    assert not proof.may_mail([NOW] * 3, NOW)
    assert proof.may_mail([NOW] * 3, NOW + timedelta(days=1))


@pytest.mark.parametrize("words", ["jeanne", "a@b", "a@b.fr, c@d.fr", "a b@c.fr", "a@c.fr\nBcc: x@y.fr", "a" * 65 + "@c.fr"])
def test_what_is_no_single_address_is_written_to_by_nobody(words: str) -> None:
    assert proof.address(words) == ""


def test_a_long_text_is_cut_where_telegram_takes_it_and_loses_no_word() -> None:
    text = "\n\n".join(f"Paragraphe {number} 🌲 " + "mot " * 200 for number in range(20))
    parts = pieces(text)
    assert all(0 < units(part) <= LONGEST for part in parts)
    assert " ".join(parts).split() == text.split()


def test_a_name_of_a_file_names_no_folder() -> None:
    assert "/" not in remote("document", File(file_id="F", file_name="../../etc/passwd"), 3).name
    assert remote("voice", File(file_id="F", mime_type="audio/ogg"), 3).name == "message-vocal-3.ogg"


def test_of_many_types_the_categories_are_asked_first() -> None:
    kinds = [Kind(f"type_{number}", f"Type {number}", f"Catégorie {number % 3}") for number in range(15)]
    first = [one.data for row in choices(kinds) for one in row]
    assert first == ["g:Catégorie 0", "g:Catégorie 1", "g:Catégorie 2", "t:general"]
    assert chosen(kinds, "TYPE 4") == kinds[4]
    assert chosen(kinds, "t:gone") is None


def test_a_state_that_cannot_be_read_begins_anew() -> None:
    state = State(waits="words", place="40902", kind="general").keeping("Bonjour.", (), None)
    assert load(dump(state)).words in (("Bonjour.",), ["Bonjour."])
    assert load({"waits": "what"}) == State()


@pytest.mark.parametrize("value", [None, [], {}, {"update_id": "x"}, {"update_id": 1, "message": {"chat": 3}}, {"update_id": 2**70}])
def test_what_is_no_update_is_none(value: object) -> None:
    assert of(value) is None


def test_a_token_that_is_none_is_refused_without_being_repeated() -> None:
    with pytest.raises(BadInput) as error:
        read_account({"token": "secret-mal-collé"})
    assert "secret" not in str(error.value)
