"""What is decided without anybody: texts in pieces, what a refusal means, where files may lie, what an account is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yarl import URL

from channels.meta.errors import refused
from channels.meta.events import events
from channels.meta.graph import Graph, Said
from channels.meta.media import Shelf, named
from channels.meta.parse import parse
from channels.meta.pieces import cut, octets, pieces, signs
from channels.meta.plan import MESSENGER, CannotLeave, plan
from channels.meta.settings import read_account
from channels.meta.signature import is_signed, proof, signed
from channels.meta.window import way
from grc.errors import BadInput
from grc.messages.model import Attachment, OutboundMessage, Received
from tests.channels.meta.conftest import KEYS

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=400)


NAMES = st.sampled_from(
    ["object", "entry", "messaging", "changes", "value", "message", "mid", "sender", "id", "field", "from", "text", "statuses", "messages"]
)


def outgoing(said: str, *files: Attachment, link: str = "", public: bool = False) -> OutboundMessage:
    """A message about to leave."""
    return OutboundMessage(
        1, 2, 3, "K7M4-QF9", "meta", "messenger:1", "", said, None, "Mairie", "", "", "", (), automatic=False, at=AT, attachments=files,
        said=said, link=link, public=public,
    )  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(text=WORDS, most=st.integers(min_value=8, max_value=60), size=st.sampled_from([signs, octets]))
def test_no_word_is_lost_between_pieces_and_none_is_too_long(text: str, most: int, size: object) -> None:
    counted = signs if size is signs else octets
    found = pieces(text, most, counted)
    assert all(0 < counted(piece) <= most for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert counted(cut(text, most, counted)) <= max(most, counted(text.strip()) if counted(text) <= most else most)


def test_a_text_is_cut_where_a_paragraph_or_a_sentence_ends() -> None:
    assert pieces("Un premier paragraphe.\n\nUn second, plus long.", 30, signs) == ["Un premier paragraphe.", "Un second, plus long."]
    assert pieces("Une phrase. Une autre phrase.", 20, signs) == ["Une phrase.", "Une autre phrase."]
    assert pieces("😀" * 6, 8, signs) == ["😀" * 4, "😀" * 2]


def test_the_signature_is_the_one_meta_documents() -> None:
    assert signed(b"body", "secret") == "sha256=dc46983557fea127b43af721467eb9b3fde2338fe3e14f51952aa8478c13d355"
    assert is_signed(b"body", signed(b"body", "secret"), "secret")
    assert not is_signed(b"body ", signed(b"body", "secret"), "secret")
    assert proof("jeton", "secret") != proof("jeton", "autre")


@pytest.mark.parametrize(
    ("status", "code", "subcode", "state"),
    [
        (400, 1, 99, "temporary-failure"), (500, 2, 0, "temporary-failure"), (400, 4, 0, "temporary-failure"),
        (400, 17, 0, "temporary-failure"), (400, 32, 0, "temporary-failure"), (400, 613, 0, "temporary-failure"),
        (429, 80007, 0, "temporary-failure"), (429, 130429, 0, "temporary-failure"), (400, 131056, 0, "temporary-failure"),
        (401, 190, 463, "technical-failure"), (400, 190, 0, "technical-failure"), (403, 10, 0, "technical-failure"),
        (403, 200, 0, "technical-failure"), (403, 299, 0, "technical-failure"), (400, 131042, 0, "technical-failure"),
        (400, 133010, 0, "technical-failure"), (400, 132001, 0, "technical-failure"), (400, 368, 0, "technical-failure"),
        (400, 551, 0, "permanent-failure"), (400, 10, 2018278, "permanent-failure"), (403, 10, 2534022, "permanent-failure"),
        (400, 131047, 0, "permanent-failure"), (400, 131026, 0, "permanent-failure"), (400, 100, 2018001, "permanent-failure"),
        (400, 100, 0, "permanent-failure"), (400, 10900, 0, "permanent-failure"), (404, 0, 0, "technical-failure"),
    ],
)  # fmt: skip
def test_every_code_of_meta_means_one_thing(status: int, code: int, subcode: int, state: str) -> None:
    error = {"message": "x", "code": code} | ({"error_subcode": subcode} if subcode else {})
    assert refused(Said(status, {"error": error})).state == state


def test_an_answer_that_is_none_of_metas_is_taken_by_its_status() -> None:
    for status, state in ((502, "temporary-failure"), (429, "temporary-failure"), (404, "permanent-failure"), (401, "technical-failure")):
        assert refused(Said(status, {}, "HTTP")).state == state
    assert refused(Said(trouble="coupé")).state == "temporary-failure"
    assert refused(Said(400, {"error": {"code": "9" * 5000}}, "HTTP 400")).state == "permanent-failure"


def test_files_are_fetched_at_meta_and_nowhere_else() -> None:
    shelf = Shelf(Graph("http://127.0.0.1:8099"), 10)
    for good in ("https://scontent.xx.fbcdn.net/v/x.jpg?oh=1", "https://lookaside.fbsbx.com/a", "http://127.0.0.1:8099/cdn/x"):
        assert shelf.is_ours(URL(good)), good
    for bad in (
        "http://scontent.xx.fbcdn.net/x", "https://fbcdn.net.evil.example/x", "https://evilfbcdn.net/", "http://127.0.0.1:8098/",
        "https://127.0.0.1:8099/", "https://moi@lookaside.fbsbx.com/", "https://lookaside.fbsbx.com:8443/", "file:///etc/passwd", "/etc",
        "", "http://169.254.169.254/", "https://[::1]/",
    ):  # fmt: skip
        assert not shelf.is_ours(URL(bad)), bad


def test_names_of_files_are_safe() -> None:
    assert named("../../etc/passwd\n", "application/pdf") == "etc_passwd.pdf"
    assert named("photo 1", "image/jpeg") == "photo 1.jpg"
    assert named("...", "") == "fichier"


def test_a_message_with_nothing_to_say_or_a_file_nobody_takes_does_not_leave() -> None:
    with pytest.raises(CannotLeave):
        plan(outgoing("  "), MESSENGER)
    huge = Attachment("film.mp4", "video/mp4", b"x" * 25_000_001)
    with pytest.raises(CannotLeave):
        plan(outgoing("Voici", huge), MESSENGER)
    (only,) = plan(outgoing("Voici", huge, link="https://grc.example/suivi/x"), MESSENGER)
    assert "film.mp4" in only.text


def test_a_window_that_is_open_says_until_when_and_a_closed_one_says_why() -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    assert way("messenger:1", {}, AT, AT + hour).until == AT + day
    assert way("messenger:1", {}, AT, AT + day).why_not
    assert way("messenger:1", {"human_agent": True}, AT, AT + 6 * day).until == AT + 7 * day
    assert way("whatsapp:+33611223344", {"template": True}, AT, AT + 30 * day).why_not == ""
    assert way("facebook:1", {"comment_id": "1_2"}, AT, AT + day).public
    assert way("instagram:1", {}, None, AT).why_not


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"app_secret": ""}, "app_secret"), ({"page_id": "../me"}, "page_id"), ({"page_token": "un jeton"}, "page_token"),
        ({"page_id": ""}, "page_id"), ({"token": "x"}, "token"), ({"human_agent": "oui"}, "human_agent"),
        ({"verify_token": "é"}, "verify_token"),
    ],
)  # fmt: skip
def test_an_account_that_cannot_be_is_refused_at_its_key_and_repeats_no_secret(change: dict[str, str], key: str) -> None:
    with pytest.raises(BadInput) as refusal:
        read_account(KEYS | change)
    assert refusal.value.field == key
    assert not any(KEYS[name] in str(refusal.value) for name in ("app_secret", "page_token"))


def test_the_address_meta_calls_stays_when_the_token_of_the_page_changes_and_no_secret_is_a_setting() -> None:
    one, two = read_account(KEYS), read_account(KEYS | {"page_token": "un-autre-jeton"})
    assert one.secrets["hook"] == two.secrets["hook"]
    assert one.secrets["hook"] != read_account(KEYS | {"app_secret": "une-autre-cle"}).secrets["hook"]
    assert not any(secret in str(one.settings) for secret in one.secrets.values())
    assert read_account({key: KEYS[key] for key in ("app_secret", "verify_token", "page_token", "page_id")}).name == KEYS["page_id"]


@settings(max_examples=40, deadline=None)
@given(
    raw=st.recursive(
        st.none() | st.integers() | st.floats() | WORDS, lambda one: st.lists(one) | st.dictionaries(NAMES, one), max_leaves=25
    )
)
def test_whatever_an_event_holds_it_is_told_apart_and_read(raw: object) -> None:
    body = json.dumps({"object": "page", "entry": [raw, {"id": "1", "messaging": [raw], "changes": [{"field": "feed", "value": raw}]}]})
    for event in events(body.encode()):
        assert event.source_id
        message = parse(Received(1, 2, "meta", "1", event.source_id, event.raw, {}, AT))
        json.dumps(dict(message.post))
        assert "\0" not in message.body_text


def test_a_clock_that_is_wrong_is_not_believed() -> None:
    for written in (999_999_999_999_999, 0, -5, "٣", 1457764197627, None, 1e20):
        event = {
            "object": "page",
            "entry": {},
            "messaging": {"sender": {"id": "1"}, "timestamp": written, "message": {"mid": "m", "text": "x"}},
        }
        assert parse(Received(1, 2, "meta", "1", "m", json.dumps(event).encode(), {}, AT)).date == AT
    event["messaging"]["timestamp"] = int((AT - timedelta(hours=30)).timestamp() * 1000)  # type: ignore[index]
    assert parse(Received(1, 2, "meta", "1", "m", json.dumps(event).encode(), {}, AT)).date == AT - timedelta(hours=30)


def test_this_room_tells_every_key_of_its_account() -> None:
    told = (Path(__file__).parents[3] / "channels/meta/README.md").read_text()
    assert all(f"`{key}`" in told for key in (*KEYS, "whatsapp_token", "whatsapp_template", "whatsapp_language", "human_agent"))
