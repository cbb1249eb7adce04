"""By which way an answer leaves: the one the citizen last came by, the next one where that failed, a letter at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from grc.actions.receive import honest
from grc.actions.ways import Way, arranged, shown
from grc.messages.channel import Channel, WayNote
from grc.messages.model import InboundMessage

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass
class Plain:
    """A channel as the ways see it."""

    name: str
    label: str
    answers_by: str = ""
    kinds: tuple[str, ...] = ("email",)

    def __post_init__(self) -> None:
        self.answers_by = self.answers_by or self.name


@dataclass
class Windowed(Plain):
    """One of a network that takes answers for a day."""

    def way(self, address: str, post: Mapping[str, object], last_in_at: datetime | None, now: datetime) -> WayNote:
        until = last_in_at + timedelta(hours=24) if last_in_at else None
        over = until is not None and until <= now
        return WayNote(self.label, until, "Le délai de 24 heures est passé." if over else "", public=bool(post.get("public")))


CHANNELS = {
    "email": Plain("email", "courriel"), "form": Plain("form", "formulaire", "email"), "sms": Plain("sms", "SMS", kinds=("tel",)),
    "net": Windowed("net", "Réseau", kinds=("net",)), "paper": Plain("paper", "lettre"),
}  # fmt: skip


def facts(**changes: Any) -> dict[str, Any]:
    return {
        "answer_channel": "net", "answer_account": "page", "answer_addr": "net:7", "requester_id": 12, "requester_name": "Jeanne Duport",
        "on_paper_since": None, "on_paper_how": "", "left_by": [], "accounts": [["net", "page"], ["sms", "+33639982199"]],
        "wrote": [wrote("net", "net:7", NOW - timedelta(hours=2), account="page")],
        "identities": [["net", "7", "@jeanne", True], ["email", "jeanne@habitants.example", "", True], ["tel", "+33639982101", "", False]],
    } | changes  # fmt: skip


def wrote(channel: str, sender: str, at: datetime, **post: Any) -> dict[str, Any]:
    return {"channel": channel, "from_addr": sender, "at": at.isoformat(), "post": post}


def proposed(**changes: Any) -> Sequence[Way]:
    return arranged(cast(Mapping[str, Channel], CHANNELS), facts(**changes), NOW)


def names(found: Sequence[Way]) -> list[str]:
    return [way.channel for way in found]


def test_the_way_he_came_by_comes_first_and_a_letter_last() -> None:
    found = proposed()
    assert names(found) == ["net", "email", "sms", "paper"]
    assert [way.to for way in found] == ["@jeanne", "jeanne@habitants.example", "06 39 98 21 01", "Jeanne Duport"]
    assert found[0].account == "page"
    assert found[2].account == "+33639982199"


def test_how_long_he_can_be_answered_is_said_before_one_writes() -> None:
    first = proposed()[0]
    assert first.until == NOW + timedelta(hours=22)
    assert "encore 22\u00a0h\u00a000" in first.note


def test_a_way_whose_window_is_over_cannot_be_taken_and_says_why() -> None:
    found = proposed(wrote=[wrote("net", "net:7", NOW - timedelta(hours=30), account="page")])
    assert names(found) == ["email", "sms", "paper", "net"]
    assert found[-1].why_not
    assert not found[-1].open


def test_after_a_failure_for_good_the_next_way_is_proposed() -> None:
    found = proposed(left_by=[["net", "net:7", "permanent-failure"]])
    assert names(found) == ["email", "sms", "paper", "net"]
    assert "échoué" in found[-1].note
    assert names(proposed(left_by=[["net", "net:7", "temporary-failure"]]))[0] == "net", "it is still tried"


def test_whoever_wants_no_electronic_answer_gets_a_letter() -> None:
    found = proposed(on_paper_since=NOW - timedelta(days=9))
    assert names(found)[0] == "paper"
    assert all("L112-14" in way.note for way in found[1:])


def test_a_public_post_may_be_answered_in_public_only_where_it_was_public() -> None:
    assert not proposed()[0].may_be_public
    assert proposed(wrote=[wrote("net", "net:7", NOW, account="page", public=True)])[0].may_be_public


def test_a_text_needs_a_number_of_ours_to_leave_from() -> None:
    assert "sms" not in names(proposed(accounts=[["net", "page"]]))


def test_a_form_is_answered_by_mail_and_nothing_is_proposed_twice() -> None:
    mail = "jeanne@habitants.example"
    found = proposed(answer_channel="email", answer_account="", answer_addr=mail, wrote=[wrote("form", mail, NOW)])
    assert names(found) == ["email", "sms", "paper"]


def test_a_channel_that_was_taken_away_is_no_way_back() -> None:
    assert names(proposed(answer_channel="gone", answer_addr="gone:1", wrote=[], identities=[])) == ["paper"]


def test_an_address_is_shown_as_one_would_say_it() -> None:
    assert shown("tel:+33558001122") == "05 58 00 11 22"
    assert shown("net:123", "", "Jeanne Duport") == "Jeanne Duport", "a number of a network says nothing to anybody"
    assert shown("net:jeanne@ailleurs.example") == "jeanne@ailleurs.example"


def test_a_mail_has_no_sender_on_a_network_whatever_it_says() -> None:
    forged = InboundMessage(from_addr="net:7", reply_to="tel:+33639982101")
    told = honest(forged, cast(Channel, CHANNELS["email"]))
    assert (told.from_addr, told.reply_to) == ("", "")
    assert honest(forged, cast(Channel, CHANNELS["net"])).from_addr == "net:7"
