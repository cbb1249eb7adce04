"""Mails as hard as they come, each by its own bytes: whatever can be read of them is."""

from __future__ import annotations

import base64

import pytest

from channels.email.parse import read

MIXED = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nBonjour\n--b\n"
HEAD = b"From: Jeanne Duport <jeanne@habitants.example>\nTo: mairie@lue.example\nSubject: Essai\nMIME-Version: 1.0\n"


def _text(body: bytes, kind: bytes = b"text/plain; charset=us-ascii", encoding: bytes = b"8bit") -> str:
    return read(HEAD + b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: " + encoding + b"\n\n" + body).body_text.strip()


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        ("Rue de l'église, n° 5".encode("latin-1"), b"text/plain; charset=us-ascii", "Rue de l'église, n° 5"),
        ("C’est 5 € — déjà".encode("cp1252"), b"text/plain; charset=us-ascii", "C’est 5 € — déjà"),
        ("C’est 5 €".encode("cp1252"), b"text/plain; charset=iso-8859-1", "C’est 5 €"),
        ("déjà là".encode(), b"text/plain; charset=iso-8859-15; format=fixed", "déjà là"),
        ("déjà là".encode(), b'text/plain; charset="utf8"', "déjà là"),
        ("déjà là".encode("cp1252"), b"text/plain; charset=x-inconnu-9", "déjà là"),
        ("déjà là".encode(), b"text/plain; charset=", "déjà là"),
        ("déjà là".encode("utf-16"), b"text/plain; charset=utf-16", "déjà là"),
        ("日本語のテスト".encode("iso2022_jp"), b"text/plain; charset=iso-2022-jp", "日本語のテスト"),
        ("日本語のテスト".encode("iso2022_jp_2"), b"text/plain; charset=ISO-2022-JP-2", "日本語のテスト"),
        ("한국어 시험".encode("iso2022_kr"), b"text/plain; charset=iso-2022-kr", "한국어 시험"),
        ("한국어 시험".encode("cp949"), b"text/plain; charset=ks_c_5601-1987", "한국어 시험"),
        ("簡體字".encode("big5hkscs"), b"text/plain; charset=big5", "簡體字"),
        ("Привет".encode("koi8_r"), b"text/plain; charset=koi8-r", "Привет"),
        ("déjà ".encode() + b"\xff" + " là".encode(), b"text/plain; charset=utf-8", "déjà ÿ là"),
    ],
)
def test_a_text_is_read_in_the_alphabet_it_was_written_in(body: bytes, kind: bytes, said: str) -> None:
    assert _text(body, kind) == said


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Subject: Rue de l'église".encode("latin-1"), "Rue de l'église"),
        ("Subject: Rue de l'église".encode(), "Rue de l'église"),
        (b"Subject: =?utf-8?Q?=C3=A9glise?=", "église"),
        (b"Subject: =?utf-8?Q?=C3?= =?utf-8?Q?=A9glise?=", "église"),
        (b"Subject: =?utf-8?b?w6lnbGlzZQ=?=", "église"),
        (b"Subject: =?UTF-8?Q?une =C3=A9glise?=", "une église"),
        (b"Subject: =?iso-8859-1?Q?=E9glise_romane?=", "église romane"),
        (b"Subject: =?x-unknown?Q?=E9glise?=", "église"),
        (b"Subject: =?utf-8?Q?sans fin", "sans fin"),
        (b"Subject: avant =?utf-8?Q?=C3=A9?= apres", "avant é apres"),
    ],
)
def test_a_subject_is_read_however_it_was_written(header: bytes, said: str) -> None:
    raw = HEAD.replace(b"Subject: Essai", header) + b"\nBonjour\n"
    assert read(raw).subject == said


def _file(disposition: bytes, kind: bytes = b"application/pdf") -> str:
    raw = (
        HEAD + MIXED + b"Content-Type: " + kind
        + b"\nContent-Disposition: " + disposition + b"\n\n%PDF\n--b--\n"
    )  # fmt: skip
    [one] = read(raw).attachments
    return one.name


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'attachment; filename="../../etc/passwd"', "passwd"),
        (b'attachment; filename="C:\\\\Users\\\\jeanne\\\\plan.pdf"', "plan.pdf"),
        (b'attachment; filename="plan\x01\x02.pdf"', "plan .pdf"),
        (b'attachment; filename="plan\xe2\x80\xaefdp.exe"', "plan fdp.exe"),
        (b'attachment; filename=""', "piece-jointe-1.pdf"),
        (b"attachment; filename=", "piece-jointe-1.pdf"),
        (b"attachment", "piece-jointe-1.pdf"),
        (b'attachment; filename="..."', "piece-jointe-1.pdf"),
        (b"attachment; filename*=UTF-8''plan%20de%20l%27%C3%A9cole.pdf", "plan de l'école.pdf"),
        (b"attachment; filename*0*=UTF-8''plan%20; filename*1*=de%20l%C3; filename*2*=%A9a.pdf", "plan de léa.pdf"),
        (b"attachment; filename*=iso-8859-1''%E9cole.pdf", "école.pdf"),
        (b"attachment; filename*=''%E9cole.pdf", "école.pdf"),
        (b"attachment; filename*=UTF-8''%ZZ%C3.pdf", "%ZZÃ.pdf"),
        (b'attachment; filename="=?utf-8?Q?=C3=A9cole.pdf?="', "école.pdf"),
        ('attachment; filename="école.pdf"'.encode("latin-1"), "école.pdf"),
    ],
)
def test_the_name_of_a_file_is_safe_and_as_its_author_meant_it(disposition: bytes, name: str) -> None:
    assert _file(disposition) == name


def test_a_picture_of_a_telephone_without_a_name_gets_one() -> None:
    assert _file(b"attachment", b"image/heic") == "image-1.heic"
    assert _file(b"inline", b"image/heic") == "image-1.heic"


@pytest.mark.parametrize(
    "date", [b" ", b" hier", b" Thu, 99 Foo 2026 99:99", b" Mon, 1 Jan 9999999 00:00:00 +9999", b" Mon, 1 Jan 1601 00:00"]
)
def test_a_date_nobody_can_read_is_no_date(date: bytes) -> None:
    message = read(b"Date:" + date + b"\n" + HEAD + b"\nBonjour\n")
    assert message.date is None
    assert message.body_text.strip() == "Bonjour"


def test_of_several_authors_the_first_that_is_one_wrote_it() -> None:
    jeanne = b"Jeanne <jeanne@habitants.example>"
    for froms in (b"From: <>\nFrom: " + jeanne + b"\n", b"From: " + jeanne + b", luc@habitants.example\n"):
        assert read(froms + b"Subject: x\n\nBonjour\n").from_addr == "jeanne@habitants.example"
    assert read(b"Subject: x\n\nBonjour\n").from_addr == ""


@pytest.mark.parametrize("look", [b"", b"<html><head><style>p{}</style></head><body></body>", b"<plaintext><p>x", b"<script>x</script>"])
def test_a_look_without_a_word_costs_the_text_nothing(look: bytes) -> None:
    raw = HEAD + MIXED.replace(b"mixed", b"alternative") + b"Content-Type: text/html\n\n" + look + b"\n--b--\n"
    message = read(raw)
    assert message.body_text.strip() == "Bonjour"
    assert message.defects == ("date-missing",)


def test_a_message_inside_a_message_is_a_file_that_can_be_opened() -> None:
    inner = b"From: a@b.example\nSubject: Devis\n\nVoici\n"
    raw = HEAD + MIXED + b"Content-Type: message/rfc822\n\n" + inner + b"\n--b--\n"
    [one] = read(raw).attachments
    assert (one.name, one.type) == ("Devis.eml", "message/rfc822")
    assert inner.strip() in one.content


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (b'multipart/signed; protocol="application/pkcs7-signature"; boundary=b', "signed"),
        (b'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b', "encrypted"),
    ],
)
def test_what_is_sealed_is_kept_and_said(kind: bytes, says: str) -> None:
    sealed = base64.b64encode(b"\x30\x82 secret")
    raw = HEAD + b"Content-Type: " + kind + b"\n\n--b\nContent-Type: text/plain\n\nBonjour\n--b\nContent-Type: application/octet-stream\n"
    message = read(raw + b"Content-Transfer-Encoding: base64\n\n" + sealed + b"\n--b--\n")
    assert says in message.defects
    assert message.attachments[-1].content == b"\x30\x82 secret"


def test_html_keeps_its_paragraphs_lists_links_and_tables() -> None:
    html = (
        "<h2>Demande</h2><p>Un&nbsp;: <b>gras</b><br>deux</p><ul><li>pain<li>lait<ol><li>a<li>b</ol></ul>"
        "<table><tr><th>Jour<th>Heure<tr><td>lundi<td>10 h</table>"
        '<p><a href="https://lue.example/x">le site</a></p><blockquote>cité</blockquote>'
    )
    said = _text(html.encode(), b"text/html; charset=utf-8").replace("\u00a0", " ")
    assert said == (
        "Demande\n\nUn : gras\ndeux\n\n- pain\n- lait\n  1. a\n  2. b\n\nJour | Heure\nlundi | 10 h\n\n"
        "le site <https://lue.example/x>\n\n> cité"
    )


EVENT = """BEGIN:VCALENDAR
METHOD:{method}
BEGIN:VTIMEZONE
TZID:Romance Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:Réunion de quartier\\, rue du
  Tuc
{when}
LOCATION:Salle des fêtes\\nLué
ORGANIZER;CN=Élodie:mailto:elodie@habitants.example
ATTENDEE;PARTSTAT={state};CN="Mairie: accueil":mailto:mairie@lue.example
BEGIN:VALARM
SUMMARY:Rappel
END:VALARM
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize(
    ("method", "when", "said"),
    [
        ("REQUEST", "DTSTART;TZID=Romance Standard Time:20260312T180000\nDTEND:20260312T193000", "jeudi 12 mars 2026 de 18 h 00 à 19 h 30"),
        ("REQUEST", "DTSTART:20260312T170000Z\nDTEND:20260312T183000Z", "jeudi 12 mars 2026 de 18 h 00 à 19 h 30"),
        ("REQUEST", "DTSTART:20260312T170000Z\nRRULE:FREQ=WEEKLY", "jeudi 12 mars 2026 à 18 h 00 (se répète)"),
        ("CANCEL", "DTSTART;VALUE=DATE:20260312\nDTEND;VALUE=DATE:20260313", "jeudi 12 mars 2026"),
        ("PUBLISH", "DTSTART;VALUE=DATE:20260312\nDTEND;VALUE=DATE:20260315", "du jeudi 12 mars 2026 au samedi 14 mars 2026"),
        ("REPLY", "DTSTART:20260312T220000Z\nDTEND:20260313T003000Z", "du jeudi 12 mars 2026 à 23 h 00 au vendredi 13 mars 2026 à 1 h 30"),
        ("REQUEST", "DTSTART:20269999T999999Z", ""),
    ],
)
def test_an_invitation_is_said_in_words(method: str, when: str, said: str) -> None:
    title = {"REQUEST": "Invitation", "CANCEL": "Annulation", "PUBLISH": "Rendez-vous", "REPLY": "Invitation refusée"}[method]
    event = EVENT.format(method=method, when=when, state="DECLINED").replace("\n", "\r\n").encode()
    raw = HEAD + MIXED + b"Content-Type: text/calendar; charset=utf-8\n\n" + event + b"\n--b--\n"
    message = read(raw)
    expected = ["Bonjour", "", f"{title} : Réunion de quartier, rue du Tuc"] + ([f"Quand : {said}"] if said else [])
    expected += ["Où : Salle des fêtes Lué", "De la part de : elodie@habitants.example"]
    assert message.reply_text.replace("\u00a0", " ") == message.body_text.replace("\u00a0", " ") == "\n".join(expected)
    assert [one.type for one in message.attachments] == ["text/calendar"]
