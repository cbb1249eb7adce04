"""Which files are taken: what was said before is what is checked after."""

from __future__ import annotations

from grc.messages.model import Attachment
from grc.web.citizen.limits import KINDS, Limits, check, received_file
from tests.makers.citizen import JPEG, PDF

SMALL = Limits(most=2, each=1_000, together=1_500)


def _file(name: str, content: bytes) -> Attachment:
    return received_file(name, content)


def test_a_photo_and_a_document_are_taken_under_types_of_our_own() -> None:
    good, wrong = check([_file("Photo.JPG", JPEG), _file("avis.pdf", PDF)], Limits())
    assert [f.type for f in good] == ["image/jpeg", "application/pdf"]
    assert wrong == []


def test_each_refusal_names_the_file_and_how_to_mend_it() -> None:
    refused = [
        (_file("vide.pdf", b""), "vide"),
        (_file("gros.pdf", PDF[:9] + b"x" * 1_000), "réduisez"),
        (_file("jeu.exe", b"MZ"), "format accepté"),
        (_file("sans-extension", b"x"), "format accepté"),
        (_file("faux.pdf", b"<html>"), "lisible"),
        (_file("faux.txt", b"\x00\x01"), "texte"),
    ]
    for file, word in refused:
        good, wrong = check([file], SMALL)
        assert good == []
        assert len(wrong) == 1
        assert file.name in wrong[0]
        assert word in wrong[0]


def test_the_good_ones_are_kept_when_there_are_too_many_or_they_weigh_too_much() -> None:
    one, two, three = (_file(f"{n}.txt", b"x" * 100) for n in "abc")
    assert check([one, two, three], SMALL)[0] == [one, two]
    heavy = [_file(f"{n}.txt", b"x" * 900) for n in "abc"]
    good, wrong = check(heavy, SMALL)
    assert good == heavy[:1]
    assert "dépasse" in wrong[0]


def test_what_is_said_before_always_fits() -> None:
    limits = Limits.within(20 * 1024 * 1024)
    assert "20\u00a0Mo en tout" in limits.in_words
    assert "10\u00a0Mo chacun" in limits.in_words
    assert Limits.within(3_000_000).each == 3_000_000
    assert set(limits.accept.split(",")) == {f".{extension}" for extension in KINDS}


def test_a_name_is_safe_to_show_and_to_save() -> None:
    assert _file("../../etc/passwd\u202egpj.txt", b"x").name == "passwd gpj.txt"
