"""Which parts of a mail are what its author wrote, and how that reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape

from channels.email.attachments import name_of
from channels.email.defects import Defects
from channels.email.mime import Part
from grc.text import clean_html, html_to_text

MAX_TEXT_BYTES = 1_000_000  # of one part, decoded; a longer one is attached whole
MAX_BODY_CHARS = 1_000_000  # of all together
MAX_TEXT_PARTS = 100  # joined into one body; more are attached

_TEXTS = {
    "text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "text/x-markdown", "text/x-web-markdown", "text/unknown",
    "text/x-amp-html", "text/watch-html", "text/xhtml", "application/xhtml+xml",
}  # fmt: skip
_HTMLS = {"text/html", "text/xhtml", "application/xhtml+xml"}
_SECOND_BEST = {"text/x-amp-html", "text/watch-html"}  # beside a real text/html: never shown, never attached
_ENRICHED = re.compile(r"<param>[^<]{0,500}</param>|</?[a-zA-Z-]{1,60}>", re.IGNORECASE)


@dataclass(slots=True)
class Body:
    """The text and the (cleaned) HTML of a mail, and the parts that are files."""

    text: str = ""
    html: str = ""
    files: list[Part] = field(default_factory=list)


@dataclass(slots=True)
class _Forms:
    """The parts that say it as text, and those that say it as it was meant to look; without alternatives they are the same."""

    texts: list[Part] = field(default_factory=list)
    shown: list[Part] = field(default_factory=list)

    def add(self, other: _Forms) -> None:
        self.texts += other.texts
        self.shown += other.shown


def read(root: Part, defects: Defects, hint: str = "") -> Body:
    """The body of this mail: alternatives chosen, stretches joined in their order; everything else is a file."""
    body = Body()
    forms = _forms(root, body.files, in_alternative=False, is_root=True)
    if len(forms.texts) > MAX_TEXT_PARTS or len(forms.shown) > MAX_TEXT_PARTS:
        defects.add("texts-too-many")
        body.files += forms.texts[MAX_TEXT_PARTS:]
        del forms.texts[MAX_TEXT_PARTS:], forms.shown[MAX_TEXT_PARTS:]
    htmls = {id(part): clean_html(_text(part, body.files, defects, hint)) for part in forms.shown if part.type in _HTMLS}
    plains: dict[int, str] = {}
    for part in [*forms.texts, *(p for p in forms.shown if id(p) not in htmls)]:
        if id(part) not in plains:
            plains[id(part)] = html_to_text(htmls[id(part)]) if id(part) in htmls else _text(part, body.files, defects, hint)
    body.text = _joined([plains[id(part)] for part in forms.texts], defects)
    if htmls:
        if not body.text.strip():
            body.text = _joined([html_to_text(html) for html in htmls.values()], defects)
        looks = (htmls[id(part)] if id(part) in htmls else _as_html(plains[id(part)]) for part in forms.shown)
        body.html = "\n".join(filter(None, looks))
    return body


def _as_html(plain: str) -> str:
    return f"<pre>{escape(plain, quote=False)}</pre>" if plain.strip() else ""


def _joined(texts: list[str], defects: Defects) -> str:
    if len(texts) == 1:
        whole = texts[0]
    else:
        whole = "\n\n".join(stripped for stripped in (text.strip("\n") for text in texts) if stripped)
    if len(whole) > MAX_BODY_CHARS:
        defects.add("text-too-long")
        whole = whole[:MAX_BODY_CHARS]
    return whole


def _text(part: Part, files: list[Part], defects: Defects, hint: str) -> str:
    if part.end - part.start > MAX_TEXT_BYTES:
        files.append(part)  # nothing of it is lost where the body shows only its beginning
    text = part.text(defects, MAX_TEXT_BYTES, hint)
    if part.type == "text/plain" and part.params.get("format", "").lower() == "flowed":
        return unflow(text, part.params.get("delsp", "").lower() == "yes")
    if part.type in ("text/enriched", "text/richtext"):
        return _ENRICHED.sub("", re.sub(r"(?<!\n)\n(?!\n)", " ", text)).replace("<<", "<")
    return text


def _forms(part: Part, files: list[Part], *, in_alternative: bool, is_root: bool = False) -> _Forms:
    """What is text under this part, in order; what is none goes to `files`."""
    if not part.children:
        if _is_body(part, in_alternative=in_alternative, is_root=is_root):
            return _Forms([part], [part])
        files.append(part)
        return _Forms()
    if part.type == "multipart/alternative":
        return _alternative(part, files)
    if part.type == "multipart/related":
        return _related(part, files, in_alternative=in_alternative)
    found = _Forms()
    for child in part.children:
        found.add(_forms(child, files, in_alternative=in_alternative and part.type != "multipart/mixed"))
    return found


def _alternative(part: Part, files: list[Part]) -> _Forms:
    """One thing said several times: the first plain form is its text, the last HTML one its look."""
    plains: list[_Forms] = []
    html: _Forms | None = None
    for child in part.children:
        if child.type in _SECOND_BEST:
            continue
        found = _forms(child, files, in_alternative=True)
        if any(one.type in _HTMLS for one in found.shown):
            html = found
        elif any(_is_filled(one) for one in found.texts):
            plains.append(found)
    if html is not None:
        return _Forms(plains[0].texts, html.shown) if plains else html
    every = _Forms()
    for plain in plains:  # several plain forms are against the standard: they may not say the same
        every.add(plain)
    return every


def _is_filled(part: Part) -> bool:
    return bool(part.raw[part.start : min(part.end, part.start + 2_000)].strip())


def _related(part: Part, files: list[Part], *, in_alternative: bool) -> _Forms:
    """A document and what it shows: only the document is text, and plain text that a list added."""
    start = part.params.get("start", "").strip("<> ")
    root = next((c for c in part.children if start and c.headers.raw("content-id").decode("latin-1").strip("<> ") == start), None)
    root = root or next((c for c in part.children if c.is_multipart or c.type in _TEXTS), None)
    found = _Forms()
    for child in part.children:
        if child is root or child.children:
            found.add(_forms(child, files, in_alternative=in_alternative or child is root))
        elif child.type == "text/plain" and _is_body(child, in_alternative=False, is_root=False) and "content-id" not in child.headers:
            found.add(_Forms([child], [child]))
        else:
            files.append(child)
    return found


def _is_body(part: Part, *, in_alternative: bool, is_root: bool) -> bool:
    if part.type not in _TEXTS or part.disposition == "attachment":
        return False
    if is_root or in_alternative:
        return True
    return not name_of(part)


def unflow(text: str, delete_space: bool = False) -> str:
    """format=flowed undone (RFC 3676): a line that ends with a space goes on in the next one of the same depth."""
    if " \n" not in text:
        return text
    out: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:]
        content = content.removeprefix(" ")
        if open_depth == depth and content != "-- " and content.strip():
            out[-1] = (out[-1][:-1] if delete_space else out[-1]) + content
        else:
            out.append(">" * depth + (" " if depth and content else "") + content)
        flows = content.endswith(" ") and content != "-- "
        open_depth = depth if flows else -1
    return "\n".join(out)
