"""HTML of strangers: made safe to show, or turned into text that reads well."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

import nh3

MAX_HTML_CHARS = 1_000_000  # cleaned; what follows is cut
FEW_TAGS = 1_500  # up to here nothing in a document can be deep enough to be slow
MAX_OPEN_TAGS = 400  # nested; deeper than this no person writes, and the HTML parser grows quadratic
MAX_TAG_CHARS = 20_000  # of one tag without its data: pictures; a longer one is an attack on the parser of attributes
MOST_READINGS = 5  # of a document that changes each time it is read; no mail program writes one that goes on, and its text alone is kept
MANY_AMPERSANDS = 5_000  # from here on, those that begin no entity are written as entities: the parser is slow on them

_TAGS = {
    "a", "abbr", "address", "article", "b", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "dl",
    "div", "dt", "em", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li",
    "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "tt", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "blockquote": {"type"},
    "img": {"alt", "height", "src", "title", "width", "data-remote-src"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "type"},
    "td": {"align", "colspan", "rowspan", "valign"},
    "th": {"align", "colspan", "rowspan", "valign"},
    "p": {"align"},
    "div": {"align"},
}
_GONE_WITH_CONTENT = {
    "applet", "audio", "embed", "frame", "frameset", "head", "iframe", "math", "noembed", "noframes", "noscript", "object", "script",
    "select", "style", "svg", "template", "textarea", "title", "video", "xml", "xmp", "plaintext",
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}
_SAFE_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_REMOTE = re.compile(r"(?:https?:)?//[^\s]", re.IGNORECASE)
_DATA_URI = re.compile(r"data:[a-z0-9/+.-]{1,80};base64,[A-Za-z0-9+/=]{100,}", re.IGNORECASE)


def _keep(tag: str, attribute: str, value: str) -> str | None:
    """data: only as the picture of an <img>."""
    if not value[:20].lstrip("\x00\t\n\r\f ").lower().startswith("data:"):
        return value
    return value if tag == "img" and attribute == "src" and _SAFE_DATA.fullmatch(value) else None


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    clean_content_tags=_GONE_WITH_CONTENT,
    url_schemes=_SCHEMES,
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
)
_CLEANER_WITH_DATA = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    clean_content_tags=_GONE_WITH_CONTENT,
    url_schemes=_SCHEMES | {"data"},
    link_rel="noopener noreferrer nofollow",
    set_tag_attribute_values={"a": {"target": "_blank"}},
    attribute_filter=_keep,
)

_BLANKS = "".join(map(chr, range(33)))  # around an address, to browsers: control characters and the space, none of Unicode's own
_EDGES = " \t\n\r\f\ufeff"  # around a document; a parser leaves out the mark of byte order each time it reads
_ADDRESSES = {"href", "src", "data-remote-src"}

# What the cleaner writes is regular: attributes are quoted and their quotes escaped, so these expressions see all of it.
_LINK_OR_IMAGE = re.compile(r'<(a|img)((?: [a-z-]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*)>')
_FIRST_LINE = re.compile(r'(<pre(?: [a-z-]+="[^"]*")*>)\n')  # a parser leaves it out each time it reads: that of the author is doubled
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NOT_NESTED = {"br", "img", "hr", "p", "li", "td", "tr", "th", "dd", "dt", "input", "meta", "link", "col", "area", "base", "wbr", "option"}

_FORMATTING = {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
_BARRIERS = {"table", "template", "object", "applet", "marquee", "button"}
_HUGE_TAG = re.compile(rf"<[^<>]{{{MAX_TAG_CHARS},}}")
_LONE_AMPERSAND = re.compile(r"&(?!#?[a-zA-Z0-9]{1,31};)")


def clean_html(html: str) -> str:
    """The same document with nothing that runs, loads or leads back to us. Cleaning twice changes nothing.

    Pictures from elsewhere are not loaded: their address waits in `data-remote-src`. Pictures of the mail keep `cid:`.
    """
    if not html:
        return ""
    if len(html) > MAX_HTML_CHARS:
        html = _DATA_URI.sub("", html)[:MAX_HTML_CHARS]
    if html.count("&") > MANY_AMPERSANDS:
        html = _LONE_AMPERSAND.sub("&amp;", html)[:MAX_HTML_CHARS]
    if _too_deep(html) or (_HUGE_TAG.search(html) and _HUGE_TAG.search(_DATA_URI.sub("", html))):
        return _plain(html)
    cleaner = _CLEANER_WITH_DATA if "data:" in html or "DATA:" in html else _CLEANER
    cleaned = _cleaned(cleaner, html)
    if "<table" in cleaned or "<a " in cleaned:  # broken tables and links that hold one another are read otherwise the next time
        for _ in range(MOST_READINGS):
            before, cleaned = cleaned, _cleaned(cleaner, cleaned)
            if cleaned == before:
                break
        else:
            return _plain(html)
    if "<a " in cleaned or "<img" in cleaned:
        cleaned = _LINK_OR_IMAGE.sub(_neutral, cleaned)
    return cleaned.strip(_EDGES)


def _cleaned(cleaner: nh3.Cleaner, html: str) -> str:
    cleaned = cleaner.clean(html)
    return _FIRST_LINE.sub(r"\1\n\n", cleaned) if "<pre" in cleaned else cleaned


def _plain(html: str) -> str:
    """The text of a document that cannot be shown as it is."""
    return _cleaned(_CLEANER, f"<pre>{escape(_bare(html).strip(), quote=False)}</pre>")


def _neutral(match: re.Match[str]) -> str:
    """A link or a picture without relative addresses (they would be ours), and a picture that waits."""
    tag = match[1]
    kept = []
    for name, value in _ATTRIBUTE.findall(match[2]):
        if name in _ADDRESSES:
            value = value.strip(_BLANKS)  # as a browser does before it looks where it leads
        address = unescape(value)
        if tag == "a":
            if name == "href" and not re.match(r"(?:https?|mailto|tel):", address, re.IGNORECASE):
                continue
        elif name == "src":
            if _REMOTE.match(address):
                name = "data-remote-src"
            elif not re.match(r"cid:|data:image/", address, re.IGNORECASE):
                continue
        elif name == "data-remote-src" and not _REMOTE.match(address):
            continue
        kept.append((name, value))
    return f"<{tag}" + "".join(f' {name}="{value}"' for name, value in sorted(dict(kept).items())) + ">"


def show_images(cleaned: str, inline: Callable[[str], str | None], *, remote: bool = False) -> str:
    """Cleaned HTML ready for the page: `inline` gives the address of a picture by its content id; `remote` only when asked for."""

    def shown(match: re.Match[str]) -> str:
        if match[1] != "img":
            return match[0]
        attributes = dict(_ATTRIBUTE.findall(match[2]))
        source = unescape(attributes.get("src", ""))
        if source[:4].lower() == "cid:":
            found = inline(source[4:])
            if found is None:
                attributes.pop("src")
            else:
                attributes["src"] = escape(found)
        if remote and "data-remote-src" in attributes:
            attributes["src"] = attributes.pop("data-remote-src")
        return "<img" + "".join(f' {name}="{value}"' for name, value in sorted(attributes.items())) + ">"

    return _LINK_OR_IMAGE.sub(shown, cleaned)


def _too_deep(html: str) -> bool:
    """Whether more elements are open at once than any person's mail has. Counted only where there are many tags."""
    if html.count("<") <= FEW_TAGS:
        return False
    opened: list[str] = []
    for slash, name in _ANY_TAG.findall(html):
        name = name.lower()
        if name in _NOT_NESTED:
            continue
        if not slash:
            opened.append(name)
            if len(opened) > MAX_OPEN_TAGS:
                return True
        else:
            _close(opened, name)
    return False


def _close(opened: list[str], name: str) -> None:
    """What an end tag closes, as the HTML parser sees it: nothing across a table, and formatting alone without what it holds."""
    for at in range(len(opened) - 1, -1, -1):
        if opened[at] == name:
            if name in _FORMATTING:
                del opened[at]
            else:
                del opened[at:]
            return
        if opened[at] in _BARRIERS:
            return


_BLOCKS_END = re.compile(r"(?i)</(?:p|div|tr|li|h[1-6]|table|blockquote)\s*>|<br\s*/?>")
_MARKUP = re.compile(r"<[^<>]{0,5000}>")


def _bare(html: str) -> str:
    """Text out of HTML that is not worth parsing."""
    return unescape(_MARKUP.sub("", _BLOCKS_END.sub("\n", html)))


_SPACE = re.compile(r"[ \t\n\r\f]+")
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre", "blockquote", "figure", "hr"}
_LINES = {
    "div", "li", "dt", "dd", "tr", "td", "th", "section", "article", "header", "footer", "address", "center", "caption", "figcaption",
    "tbody", "thead", "tfoot",
}  # fmt: skip


def html_to_text(cleaned: str) -> str:
    """Cleaned HTML as a person would type it: paragraphs, `- ` lists, `> ` quotes, links with their address, rows with ` | `."""
    writer = _Writer()
    at = 0
    for match in _TAG.finditer(cleaned):
        if match.start() > at:
            writer.text(cleaned[at : match.start()])
        at = match.end()
        if match[1]:
            writer.close(match[2])
        else:
            writer.open(match[2], match[3])
    writer.text(cleaned[at:])
    return writer.result()


class _Writer:
    """Lines as they grow. A line is (depth of quoting, text); a table cell is written apart and joined at the end of its row."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []
        self.line: list[str] = []
        self.quotes = 0
        self.lists: list[int | None] = []
        self.pre = 0
        self.links: list[tuple[str, int]] = []
        self.rows: list[tuple[list[tuple[int, str]], list[list[tuple[int, str]]]]] = []  # (lines before, cells) of each open row
        self.space = False

    def text(self, raw: str) -> None:
        text = unescape(raw) if "&" in raw else raw
        if self.pre:
            first, *others = text.split("\n")
            self.line.append(first)
            for other in others:
                self.flush(even_if_empty=True)
                self.line.append(other)
            return
        text = _SPACE.sub(" ", text)
        if not self.line:
            text = text.lstrip(" ")
        elif text[:1] == " " and self.line[-1].endswith(" "):
            text = text[1:]
        if text:
            self.line.append(text)

    def flush(self, even_if_empty: bool = False) -> None:
        """Ends the line under way."""
        if self.line or even_if_empty:
            text = "".join(self.line).rstrip(" ")
            if text or even_if_empty:
                self.lines.append((self.quotes, text))
            self.line = []

    def blank(self) -> None:
        """Ends the paragraph under way."""
        self.flush()
        if self.lines:
            quotes, text = self.lines[-1]
            if text:
                self.lines.append((min(self.quotes, quotes), ""))
            elif quotes > self.quotes:
                self.lines[-1] = (self.quotes, "")

    def open(self, tag: str, attributes: str) -> None:
        if tag == "br":
            self.flush(even_if_empty=True)
        elif tag == "a":
            found = dict(_ATTRIBUTE.findall(attributes))
            self.links.append((unescape(found.get("href", "")), len(self.line)))
        elif tag == "img":
            alt = unescape(dict(_ATTRIBUTE.findall(attributes)).get("alt", "")).strip()
            if alt:
                self.text(escape(f"[{alt}]"))
        elif tag == "tr":
            self.flush()
            self.rows.append((self.lines, []))
        elif tag in ("td", "th") and self.rows:
            self.flush()
            self.lines = []
        elif tag in _PARAGRAPHS:
            self.flush() if tag in ("ul", "ol") and self.lists else self.blank()
            if tag == "blockquote":
                self.quotes += 1
            elif tag == "pre":
                self.pre += 1
            elif tag in ("ul", "ol"):
                self.lists.append(None if tag == "ul" else 1)
            elif tag == "hr":
                self.lines.append((self.quotes, "----------"))
        elif tag in _LINES:
            self.flush()
            if tag == "li":
                self.item()

    def item(self) -> None:
        number = self.lists[-1] if self.lists else None
        self.line.append("  " * (len(self.lists) - 1) + ("- " if number is None else f"{number}. "))
        if number is not None:
            self.lists[-1] = number + 1

    def close(self, tag: str) -> None:
        if tag == "a" and self.links:
            href, start = self.links.pop()
            shown = "".join(self.line[start:]).strip()
            if href and shown and _same(href, shown) is False:
                self.line.append(f" <{href}>")
        elif tag in ("td", "th") and self.rows:
            self.flush()
            self.rows[-1][1].append(self.lines)
            self.lines = []
        elif tag == "tr" and self.rows:
            self.flush()
            before, cells = self.rows.pop()
            self.lines = before
            self.row([cell for cell in map(_trimmed, cells) if cell])
        elif tag in _PARAGRAPHS:
            if tag == "pre":
                self.pre = max(0, self.pre - 1)
            elif tag in ("ul", "ol") and self.lists:
                self.lists.pop()
                if self.lists:
                    self.flush()
                    return
            self.flush()
            if tag == "blockquote":
                self.quotes = max(0, self.quotes - 1)
            self.blank()
        elif tag in _LINES:
            self.flush()

    def row(self, cells: list[list[tuple[int, str]]]) -> None:
        """Cells of one line stand side by side; a longer cell (a table that only lays out) below each other."""
        if all(len(cell) == 1 for cell in cells) and cells:
            self.lines.append((cells[0][0][0], " | ".join(cell[0][1] for cell in cells)))
        else:
            for cell in cells:
                self.lines.extend(cell)

    def result(self) -> str:
        self.flush()
        while self.rows:
            before, cells = self.rows.pop()
            self.lines = before + [line for cell in cells for line in cell] + self.lines
        out: list[str] = []
        for quotes, text in self.lines:
            line = (">" * quotes + " " + text).rstrip() if quotes else text.rstrip()
            if line or (out and out[-1]):
                out.append(line)
        return "\n".join(out).strip("\n")


def _trimmed(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    start, end = 0, len(lines)
    while start < end and not lines[start][1].strip():
        start += 1
    while end > start and not lines[end - 1][1].strip():
        end -= 1
    return lines[start:end]


def _same(href: str, shown: str) -> bool:
    """Whether the text of a link already says where it leads."""
    where = re.sub(r"^(?:mailto:|tel:|https?://)", "", href, flags=re.IGNORECASE).rstrip("/")
    return where == re.sub(r"^(?:mailto:|tel:|https?://)", "", shown, flags=re.IGNORECASE).rstrip("/") or len(href) > 500
