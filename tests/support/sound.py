"""What must hold of any mail, any text and any HTML, whoever wrote it: asked by the property tests and by the fuzzer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from html.parser import HTMLParser
from typing import Any

from channels.email import attachments, bodies
from channels.email.parse import read
from channels.email.quote import fold
from grc.text import clean_html, html_to_text, show_images

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


def mail_is_sound(raw: bytes) -> None:
    """Any bytes are read: within the limits, with clean strings, and with files whose names can be written anywhere."""
    message = read(raw)
    assert not [defect for defect in message.defects if defect.startswith("unreadable")]
    for text in _strings(asdict(message)):
        text.encode("utf-8")  # no lone surrogate
        assert "\x00" not in text
    assert len(message.body_text) <= bodies.MAX_BODY_CHARS
    assert len(message.attachments) <= attachments.MAX_ATTACHMENTS
    for attached in message.attachments:
        assert attached.name
        assert "/" not in attached.name
        assert attached.name.isprintable()
    html_is_safe(message.body_html)


def text_is_sound(text: str) -> None:
    """Of any text, what is answered and what is quoted is in it, and whoever wrote something said something."""
    folded = fold(text)
    for part in (folded.reply, folded.quoted):
        _is_in(part, text)
    if text.strip():
        assert folded.reply.strip()


def html_is_sound(html: str) -> None:
    """Any HTML cleaned is safe, cleaned twice is the same, and has a text without anything that could not be written."""
    cleaned = clean_html(html)
    html_is_safe(cleaned)
    assert clean_html(cleaned) == cleaned
    html_is_safe(show_images(cleaned, lambda cid: None))
    assert "\x00" not in html_to_text(cleaned)


def html_is_safe(html: str) -> None:
    """Nothing in this HTML runs, loads, or leads back to us."""
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


class _Seen(HTMLParser):
    """Every tag and attribute of a document, as a browser would meet them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def _is_in(part: str, text: str) -> None:
    """Every word of a part stands in the whole: nothing is invented."""
    words = set(re.findall(r"\w{3,}", text))
    assert set(re.findall(r"\w{3,}", part)) <= words


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _strings(one)
