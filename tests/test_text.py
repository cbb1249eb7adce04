"""HTML of strangers: nothing in it runs, loads or leads back to us; as text it reads well."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.text import MAX_HTML_CHARS, clean_html, html_to_text, show_images
from tests.support.sound import html_is_sound
from tests.support.vectors import VECTORS


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_runs_loads_or_leads_back(vector: str) -> None:
    for html in (vector, f"<p>avant {vector} après</p>", f"<table><tr><td>{vector}", f"<blockquote><pre>{vector}"):
        html_is_sound(html)


FRAGMENTS = st.sampled_from(
    [*VECTORS, "<p>", "</p>", "<b>", "<table>", "<td>", "<ul><li>", "&lt;", "&amp;", "&#x41;", '"', "'", "<!--", "-->", "\n", "été"]
)


@given(st.lists(FRAGMENTS | st.text(max_size=15), max_size=8).map("".join))
def test_cleaning_is_safe_and_done_once(html: str) -> None:
    html_is_sound(html)
    text = html_to_text(clean_html(html))
    assert "\n\n\n" not in re.sub(r"(?m)^>+ ?$", "x", text)


def test_pictures_from_elsewhere_wait_until_asked_for() -> None:
    cleaned = clean_html(
        '<img src="https://photos.example/a.png?b=1&amp;c=2" alt="Trou"><img src="//photos.example/b.png"><img src="/agent/x.png">'
    )
    assert " src=" not in cleaned
    assert 'data-remote-src="https://photos.example/a.png?b=1&amp;c=2"' in cleaned
    shown = show_images(cleaned, lambda cid: None, remote=True)
    assert '<img alt="Trou" src="https://photos.example/a.png?b=1&amp;c=2">' in shown
    assert show_images(cleaned, lambda cid: None) == cleaned


def test_an_address_is_what_a_browser_takes_it_for() -> None:
    assert clean_html('<img src="&#28;cid:un&#10;">') == '<img src="cid:un">'
    assert clean_html('<a href="&#1; https://bien.example ">x</a>').startswith('<a href="https://bien.example" ')
    for blank in "\u00a0\u2003\u3000\ufeff":  # kept by browsers, so that it would lead to a page of ours
        assert "href" not in clean_html(f'<a href="{blank}https://mal.example">x</a>')
        assert "src" not in clean_html(f'<img src="{blank}cid:un">')


def test_pictures_of_the_mail_are_found_by_their_content_id() -> None:
    cleaned = clean_html('<p><img src="cid:photo1@fai.example" alt="Trou"><img src="cid:perdue@fai.example" alt="Perdue"></p>')
    shown = show_images(cleaned, {"photo1@fai.example": '/agent/fichiers/1?a="&b'}.get)
    assert shown == '<p><img alt="Trou" src="/agent/fichiers/1?a=&quot;&amp;b"><img alt="Perdue"></p>'


def test_a_picture_inside_the_page_stays() -> None:
    picture = '<img alt="x" src="data:image/png;base64,iVBORw0KGgo=">'
    assert clean_html(picture) == picture


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Bonjour,</p><p>Merci.</p>", "Bonjour,\n\nMerci."),
        ("<div>Bonjour,</div><div><br></div><div>Merci.</div>", "Bonjour,\n\nMerci."),
        ("Un<br>deux<br/><br>trois", "Un\ndeux\n\ntrois"),
        ("<p>Un\n   deux&nbsp;: <b>trois</b> <i>quatre</i></p>", "Un deux\xa0: trois quatre"),
        ("<ul><li>un</li><li>deux<ol><li>a</li><li>b</li></ol></li></ul>", "- un\n- deux\n  1. a\n  2. b"),
        ("<ol><li>un</li><li>deux</li></ol>fin", "1. un\n2. deux\n\nfin"),
        ('<a href="https://a.example/x">ici</a>', "ici <https://a.example/x>"),
        ('<a href="https://a.example/x">https://a.example/x</a>', "https://a.example/x"),
        ('<a href="mailto:m@lue.example">m@lue.example</a>', "m@lue.example"),
        ('<a href="tel:+33500000000">05 00 00 00 00</a>', "05 00 00 00 00 <tel:+33500000000>"),
        ("<table><tr><th>Rue</th><th>N°</th></tr><tr><td>Pins</td><td>12</td></tr></table>", "Rue | N°\nPins | 12"),
        ("<table><tr><td><table><tr><td><p>Bonjour</p><p>Merci</p></td></tr></table></td></tr></table>", "Bonjour\n\nMerci"),
        ("<table><tr><td></td><td>seul</td><td> </td></tr></table>", "seul"),
        ("<blockquote><p>un</p><blockquote>deux</blockquote></blockquote>trois", "> un\n>\n>> deux\n\ntrois"),
        ("<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc"),
        ("<h1>Titre</h1>texte<hr>suite", "Titre\n\ntexte\n\n----------\nsuite"),
        ('<img src="cid:a" alt="Trou &lt;profond&gt;">', "[Trou <profond>]"),
        ("5 &lt; 6 &amp;amp; &eacute;", "5 < 6 &amp; é"),
        ("<p>avant</p><script>x</script><style>y</style><p>après</p>", "avant\n\naprès"),
        ("", ""),
    ],
)
def test_html_reads_as_a_person_would_type_it(html: str, text: str) -> None:
    assert html_to_text(clean_html(html)) == text


@pytest.mark.parametrize(
    "html",
    ["<div>" * 100_000, "<div><p>" * 50_000, "<b><div></b>" * 30_000, "<table><tr><td>" * 30_000, "<div><table></div></table>" * 20_000,
     "<p " + " ".join(f"a{i}=1" for i in range(50_000)) + ">texte", "<font size=1>" * 50_000],
    ids=["div", "div p", "misnested", "tables", "hidden depth", "attributes", "font"],
)  # fmt: skip
def test_a_document_no_person_writes_becomes_plain_text(html: str) -> None:
    cleaned = clean_html(html + "texte")
    assert cleaned.count("<") <= 2 or "texte" in cleaned
    assert html_to_text(cleaned).endswith("texte")


def test_a_document_too_long_is_cut() -> None:
    cleaned = clean_html("<p>bonjour</p>" * 200_000)
    assert len(cleaned) <= MAX_HTML_CHARS + 10
    assert len(clean_html("&" * 2_000_000)) <= 5 * MAX_HTML_CHARS


def test_a_large_picture_inside_the_page_does_not_push_the_text_out() -> None:
    picture = '<img src="data:image/png;base64,' + "A" * 2_000_000 + '">'
    assert "à la fin" in clean_html(f"<p>avant</p>{picture}<p>à la fin</p>")
