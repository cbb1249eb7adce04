"""Which parts of a mail are what its author wrote, and how that reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape

from channels.email.attachments import name_of
from channels.email.defects import Defects
from channels.email.mime import Part
from grc.text import clean_html, html_to_text

MAX_TEXT_BYTES = 1_000_000   # of one part, decoded; a longer one is attached whole
MAX_BODY_CHARS = 1_000_000   # of all together
MAX_TEXT_PARTS = 100         # joined into one body; more are attached

_TEXTS = {"text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "text/x-markdown", "text/x-amp-html", "text/watch-html",
          "text/x-web-markdown", "text/unknown", "text/xhtml", "application/xhtml+xml"}  # fmt: skip
_HTMLS = {"text/html", "text/xhtml", "application/xhtml+xml"}
_SECOND_BEST = {"text/x-amp-html", "text/watch-html"}  # beside a real text/html: never shown, never attached
_ENRICHED = re.compile(r"<param>[^<]{0,500}</param>|</?[a-zA-Z-]{1,60}>", re.I)


@dataclass(slots=True)
class Body:
    """The text and the (cleaned) HTML of a mail, and the parts that are files."""

    text: str = ""
    html: str = ""
    files: list[Part] = field(default_factory=list)


@dataclass(slots=True)
class _Block:
    """One stretch of the body, in one or two forms."""

    plain: Part | None = None
    html: Part | None = None


def read(root: Part, defects: Defects, hint: str = "") -> Body:
    """The body of this mail: alternatives chosen, stretches joined in their order; everything else is a file."""
    body = Body()
    blocks = _blocks(root, body.files, in_alternative=False, is_root=True)
    for extra in blocks[MAX_TEXT_PARTS:]:
        defects.add("texts-too-many")
        body.files += [part for part in (extra.plain, extra.html) if part is not None]
    texts: list[str] = []
    htmls: list[tuple[str, str]] = []
    for block in blocks[:MAX_TEXT_PARTS]:
        html = clean_html(_text(block.html, body.files, defects, hint)) if block.html is not None else ""
        plain = _text(block.plain, body.files, defects, hint) if block.plain is not None else ""
        if not plain.strip() and html:
            plain = html_to_text(html)
        texts.append(plain)
        htmls.append((html, plain))
    body.text = _joined(texts, defects)
    if any(html for html, _ in htmls):
        body.html = "\n".join(html or f"<pre>{escape(plain, quote=False)}</pre>" for html, plain in htmls if html or plain)
    return body


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


def _blocks(part: Part, files: list[Part], *, in_alternative: bool, is_root: bool = False) -> list[_Block]:
    """The stretches of text under this part, in order; what is none goes to `files`."""
    if not part.children:
        if part.is_multipart and not is_root:
            return []
        if not _is_body(part, in_alternative=in_alternative, is_root=is_root):
            if not part.is_multipart:
                files.append(part)
            return []
        return [_Block(html=part) if part.type in _HTMLS else _Block(plain=part)]
    if part.type == "multipart/alternative":
        return _alternative(part, files)
    if part.type == "multipart/related":
        return _related(part, files, in_alternative=in_alternative)
    found: list[_Block] = []
    for child in part.children:
        found += _blocks(child, files, in_alternative=in_alternative and part.type != "multipart/mixed")
    return found


def _alternative(part: Part, files: list[Part]) -> list[_Block]:
    """One stretch said several times: the first plain form and the last HTML one."""
    plains: list[_Block] = []
    htmls: list[_Block] = []
    for child in part.children:
        if child.type in _SECOND_BEST:
            continue
        found = _blocks(child, files, in_alternative=True)
        if any(block.html is not None for block in found):
            htmls = found
        elif found and not any(_is_filled(block.plain) for block in plains):
            plains = found
    if not htmls or not plains:
        return htmls or plains
    if len(htmls) == 1 and len(plains) == 1 and htmls[0].plain is None:
        return [_Block(plains[0].plain, htmls[0].html)]
    if all(block.plain is None for block in htmls) and len(plains) == 1:
        return [_Block(plains[0].plain, htmls[0].html), *htmls[1:]] if len(htmls) == 1 else htmls
    return htmls


def _is_filled(part: Part | None) -> bool:
    return part is not None and bool(part.raw[part.start : min(part.end, part.start + 2_000)].strip())


def _related(part: Part, files: list[Part], *, in_alternative: bool) -> list[_Block]:
    """A document and what it shows: only the document is text."""
    start = part.params.get("start", "").strip("<> ")
    root = next((c for c in part.children if start and c.headers.raw("content-id").decode("latin-1").strip("<> ") == start), None)
    root = root or next((c for c in part.children if c.is_multipart or c.type in _TEXTS), part.children[0])
    found: list[_Block] = []
    for child in part.children:
        some = _blocks(child, files, in_alternative=in_alternative or child is root)
        found += some if child is root or not found else []
        if child is not root and not (some and some[0] in found):
            files += [p for block in some for p in (block.plain, block.html) if p is not None]
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
        if content.startswith(" "):
            content = content[1:]
        if open_depth == depth and content != "-- " and content.strip():
            out[-1] = (out[-1][:-1] if delete_space else out[-1]) + content
        else:
            out.append(">" * depth + (" " if depth and content else "") + content)
        flows = content.endswith(" ") and content != "-- "
        open_depth = depth if flows else -1
    return "\n".join(out)
