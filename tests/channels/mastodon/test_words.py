"""A status as words, an answer as statuses, and which addresses may be asked for a file."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import orjson
import pytest

from channels.mastodon import parse as reading
from channels.mastodon.parse import GONE
from channels.mastodon.settings import Instance, read_account
from channels.mastodon.split import MOST_STATUSES, beginning, harmless, length, split
from channels.mastodon.stream import where
from grc.errors import BadInput
from grc.messages.model import InboundMessage, Received
from tests.makers.mastodon import HOST, JEANNE, MAIRIE, PAUL, ROBOT, Person
from tests.makers.mastodon import Instance as Simulator

AT = datetime(2026, 11, 24, tzinfo=UTC)


def parsed(status: object, what: str = "mention") -> InboundMessage:
    raw = status if isinstance(status, bytes) else orjson.dumps(status)
    meta = {"host": HOST, "me": f"mairie@{HOST}", "what": what}
    return reading.parse(Received(1, 2, "mastodon", "2/social.example", "x", raw, meta, AT))


def said(text: str, who: Person = JEANNE, **more: object) -> dict[str, object]:
    return Simulator(url="https://social.example").says(text, who, **more)  # type: ignore[arg-type]


def test_a_status_reads_as_its_writer_meant_it() -> None:
    content = (
        f'<p><span><a href="{MAIRIE.url}" class="u-url mention">@<span>mairie</span></a></span> Bonjour,<br>'
        "<b>le lampadaire</b></p>"
        f'<p><a href="{PAUL.url}" class="u-url mention">@<span>Paul</span></a> le dit aussi '
        '<a href="https://social.example/tags/panne" class="mention hashtag" rel="tag">#<span>panne</span></a> : '
        '<a href="https://www.example.org/une/longue/page"><span class="invisible">https://www.</span>'
        '<span class="ellipsis">example.org/une</span><span class="invisible">/longue/page</span></a></p>'
    )
    named = [{"acct": "mairie", "url": MAIRIE.url}, {"acct": PAUL.acct, "url": PAUL.url}]
    found = parsed(said("", content=content, mentions=named, spoiler_text="Éclairage", poll={"options": [{"title": "Oui"}]}))
    assert found.body_text == (
        "[Avertissement de l’auteur\u00a0: Éclairage]\n\nBonjour,\nle lampadaire\n\n"
        "@paul@ailleurs.example le dit aussi #panne : https://www.example.org/une/longue/page\n\nSondage\u00a0:\n- Oui"
    )
    assert (found.from_addr, found.from_label, found.from_name) == (f"mastodon:jeanne@{HOST}", f"@jeanne@{HOST}", "Jeanne Duport")
    assert found.subject == "Éclairage"
    assert found.post["visibility"] == "direct"
    assert found.post["public"] is False


def test_pictures_are_told_as_they_are_described_and_wait_to_be_fetched() -> None:
    found = parsed(said("Voici", files=["rue des pins.png"]))
    assert found.body_text == "Voici\n\n[Image décrite\u00a0: Un lampadaire cassé]"
    assert found.subject == "Voici"
    assert [(one.key, one.type) for one in found.remote] == [("https://social.example/files/rue des pins.png", "image/png")]
    assert found.remote[0].name.endswith(".png")
    assert "/" not in found.remote[0].name


def test_what_a_machine_wrote_or_shared_is_not_answered_by_itself() -> None:
    assert (parsed(said("Pluie", ROBOT)).is_auto, parsed(said("Pluie", ROBOT)).may_answer) == (True, False)
    assert parsed(said("Lu", reblog={"id": "1"})).auto_reason == "partage du message d’un autre"
    assert parsed(said("Bonjour", PAUL)).may_answer


def test_a_status_that_was_changed_or_taken_back_names_the_one_that_was_taken_in() -> None:
    status = said("Bonjour", PAUL)
    changed = parsed(status, "edited")
    assert (changed.edits, changed.body_text, changed.remote) == (status["id"], "Bonjour", ())
    gone = parsed({"id": "12", "account": {"acct": "paul@ailleurs.example"}}, "deleted")
    assert (gone.edits, gone.body_text, gone.from_addr) == ("12", GONE, "mastodon:paul@ailleurs.example")


@pytest.mark.parametrize(
    "raw",
    [b"", b"\xff", b"null", b"[]", b"{}", b'{"id":1}', b'{"id":"1","content":7}', b"[" * 9000, b'{"id":"\\u0000","content":"\\ud800"}'],
)
def test_bytes_that_are_no_status_are_a_defect_and_never_an_error(raw: bytes) -> None:
    found = parsed(raw)
    assert found.defects or found.body_text == ""


def test_a_hostile_status_is_made_harmless() -> None:
    found = parsed(said("x", content='<p onclick="x()">a<script>b</script><img src="http://127.0.0.1/"><a href="javascript:c">d</a></p>'))
    assert "script" not in found.body_html
    assert "onclick" not in found.body_html
    assert found.body_text == "ad"
    long = parsed(said("x", content="<p>" + "<b>" * 50_000))
    assert len(long.body_text) < 200_000


def test_an_answer_is_cut_where_a_reader_pauses_and_says_to_whom_it_is() -> None:
    text = "Nous passons jeudi matin. " * 40
    parts = split(text, f"@jeanne@{HOST}", 500)
    assert len(parts) == 3
    assert all(part.startswith(f"@jeanne@{HOST} Nous passons") for part in parts)
    assert [part[-5:] for part in parts] == ["(1/3)", "(2/3)", "(3/3)"]
    assert split("Oui.", "@a@b.example", 500) == ["@a@b.example Oui."]


def test_whatever_is_written_each_status_fits_and_no_word_is_lost() -> None:
    chance = random.Random(11)
    for _ in range(200):
        words = ["".join(chance.choices("aéê😀", k=chance.randrange(1, 12))) for _ in range(chance.randrange(1, 300))]
        words += [f"https://example.org/{'x' * chance.randrange(1, 60)}"] * chance.randrange(0, 3)
        chance.shuffle(words)
        parts = split(" ".join(words), "@jeanne@social.example", 500)
        assert all(length(part) <= 500 + 4 for part in parts), max(map(length, parts))
        heard = [word for part in parts for word in part.removeprefix("@jeanne@social.example ").rsplit(" (", 1)[0].split()]
        assert heard == words


def test_what_would_be_too_many_ends_with_where_the_rest_is() -> None:
    parts = beginning("Nous passons jeudi matin. " * 400, "@jeanne@social.example", 500, "La suite : https://grc.example/suivi/abc")
    assert len(parts) == MOST_STATUSES
    assert "https://grc.example/suivi/abc (8/8)" in parts[-1]
    assert all(length(part) <= 500 for part in parts)


def test_an_answer_names_nobody_but_whom_it_is_for() -> None:
    assert harmless("Demandez à @paul@ailleurs.example ou mairie@sainte-mer.example") == (
        "Demandez à @\u200bpaul@ailleurs.example ou mairie@sainte-mer.example"
    )


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://social.example/system/a.png", True),
        ("https://files.social.example/a.png", True),
        ("https://cdn.example.net/a.png", True),
        ("http://files.social.example/a.png", False),
        ("https://notsocial.example/a.png", False),
        ("https://127.0.0.1/a.png", False),
        ("https://social.example.evil.example/a.png", False),
        ("https://social.example@evil.example/a.png", False),
        ("file:///etc/passwd", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_files_are_fetched_from_the_instance_and_its_host_of_files_alone(url: str, may: bool) -> None:
    instance = Instance("https://social.example", "social.example", TOKEN_OF_NOBODY, media="cdn.example.net")
    assert instance.may_be_read(url) is may


TOKEN_OF_NOBODY = "jeton-de-personne"


def test_the_token_goes_to_no_stream_but_of_the_instances_own_domain() -> None:
    instance = Instance("https://social.example", "social.example", TOKEN_OF_NOBODY)

    def told(streaming: object) -> object:
        return {"configuration": {"urls": {"streaming": streaming}}}

    assert where(instance, told("wss://streaming.social.example")) == "https://streaming.social.example/api/v1/streaming/user"
    assert where(instance, told("wss://social.example")) == "https://social.example/api/v1/streaming/user"
    for wrong in ("wss://evil.example", "wss://[", "", None, 7):
        assert where(instance, told(wrong)) is None
    assert where(instance, None) is None


def test_an_account_is_its_instance_and_hides_its_token() -> None:
    made = read_account({"instance": "social.example", "token": "jeton-secret"})
    assert (made.name, made.within, dict(made.settings)) == ("social.example", True, {"instance": "https://social.example"})
    for wrong, key in (({"instance": "http://social.example"}, "instance"), ({"instance": "https://a.example/@x"}, "instance"),
                       ({"token": "a b c d e f g h"}, "token"), ({"couleur": "vert"}, "couleur")):  # fmt: skip
        with pytest.raises(BadInput) as told:
            read_account({"instance": "https://social.example", "token": "jeton-secret", **wrong})
        assert told.value.field == key
