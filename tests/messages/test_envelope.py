"""What a citizen sent is kept as bytes and read back the same, whatever he typed; other bytes never break the reading."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from grc.messages.envelope import MAGIC, clean, seal, unseal
from grc.messages.model import Attachment

texts = st.text(max_size=200)
attachments = st.builds(
    Attachment,
    name=st.text(min_size=1, max_size=30).map(lambda t: clean(t) or "x"),
    type=st.just("image/png"),
    content=st.binary(max_size=300),
)


@given(st.dictionaries(st.text(max_size=10), texts, max_size=6), st.lists(attachments, max_size=4))
def test_what_was_sealed_is_read_back(form: dict[str, str], files: list[Attachment]) -> None:
    envelope = unseal(seal(form, files))
    assert dict(envelope.form) == form
    assert list(envelope.files) == files
    assert envelope.defects == ()


@given(st.binary(max_size=400))
@example(MAGIC + b"1\n")
@example(MAGIC + b"1\nnull\n")
@example(MAGIC + b"1\n" + b"[" * 5_000 + b"\n")
@example(MAGIC + b'1\n{"form":{},"files":[{"size":-1}]}\n')
@example(MAGIC + b'1\n{"form":{},"files":[{"size":99999999999999999999999,"name":"\\ud800"}]}\n')
@example(MAGIC + b'1\n{"form":{"objet":["a"]},"files":7}\n')
def test_no_bytes_break_the_reading(raw: bytes) -> None:
    envelope = unseal(raw)
    for name in ("objet", "message"):
        envelope.text(name, 10).encode()
    for file in envelope.files:
        assert file.name.encode()


def test_the_same_form_gives_the_same_bytes() -> None:
    one = seal({"a": "1", "b": "é"}, [Attachment("x", "y", b"z")])
    assert one == seal({"b": "é", "a": "1"}, [Attachment("x", "y", b"z")])


def test_a_file_cut_short_or_changed_is_a_defect_and_keeps_its_place() -> None:
    raw = seal({}, [Attachment("a.txt", "text/plain", b"aaaa"), Attachment("b.txt", "text/plain", b"bbbb")])
    assert [f.content for f in unseal(raw[:-2]).files] == [b"aaaa", b"bb"]
    assert unseal(raw[:-2]).defects == ("file 2 is cut short: 2 of 4 bytes",)
    assert unseal(raw[:-4] + b"bbbc").defects == ("file 2 does not have the digest it had when it was sent",)
    assert unseal(raw + b"!").defects == ("1 bytes lie after the last file",)


def test_a_text_is_fit_for_any_database() -> None:
    assert clean("a\x00b\r\nc\rd\ud800") == "ab\nc\nd?"
