"""What a form sent, read whole and bounded before any transaction begins."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

from grc.errors import BadInput, Refused
from grc.messages.model import Attachment

MAX_FIELDS, MAX_FILES = 200, 150
_UNREADABLE = "Ce formulaire est illisible."
_TOO_MANY_FIELDS = f"Ce formulaire a trop de champs\u00a0: {MAX_FIELDS} au plus. Rien n’a été enregistré."
_TOO_MANY_FILES = (
    f"Cela fait trop de fichiers à la fois\u00a0: {MAX_FILES} au plus. Rien n’a été enregistré. Envoyez-les en plusieurs fois."
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UNSAFE_NAME = re.compile(r"[\x00-\x1f\x7f/\\<>:\"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


class TooLarge(Refused):
    """The body is larger than the route takes."""

    status = 413


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, each a clean text without control characters, and its files.

    `fields` are the last text of each name, `every` all of them: boxes of one question share a name.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Sequence[Attachment]] = field(default_factory=dict)
    every: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def text(self, name: str, most: int = 100_000) -> str:
        """A field without surrounding blanks; empty where it was not sent."""
        value = self.fields.get(name, "").strip()
        if len(value) > most:
            raise BadInput(name, f"Ce texte est trop long : {most} caractères au plus.")
        return value

    def number(self, name: str) -> int | None:
        """A field as a number, or None where it is empty. BadInput where it is no number."""
        value = self.fields.get(name, "").strip()
        if not value:
            return None
        if not value.isascii() or not value.removeprefix("-").isdigit() or len(value) > 18:
            raise BadInput(name, "Un nombre est attendu.")
        return int(value)


NO_FORM = Form()


async def read_form(request: web.Request, max_body: int) -> Form:
    """The body of the request as a form. TooLarge as soon as it is known to be, before reading where the length was told."""
    if request.content_length is not None and request.content_length > max_body:
        raise _too_large(max_body)
    if request.content_type == "multipart/form-data":
        return await _multipart(request, max_body)
    raw = bytearray()
    async for chunk in request.content.iter_chunked(65536):
        raw += chunk
        if len(raw) > max_body:
            raise _too_large(max_body)
    try:
        pairs = parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise Refused(_TOO_MANY_FIELDS) from None
    return _form([(name, clean(value)) for name, value in pairs], {})


async def _multipart(request: web.Request, max_body: int) -> Form:
    fields: list[tuple[str, str]] = []
    files: dict[str, list[Attachment]] = {}
    left, uploads = max_body, 0
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader) or not part.name:
                raise Refused(_UNREADABLE)
            if part.filename is None and len(fields) == MAX_FIELDS:
                raise Refused(_TOO_MANY_FIELDS)
            uploads += part.filename is not None  # empty ones too: nothing else bounds them where no length was told
            if uploads > MAX_FILES:
                raise Refused(_TOO_MANY_FILES)
            content = bytearray()
            while chunk := await part.read_chunk(65536):
                content += chunk
                left -= len(chunk)
                if left < 0:
                    raise _too_large(max_body)
            if part.filename is None:
                fields.append((part.name, clean(content.decode("utf-8", "replace"))))
            elif content or part.filename:
                named = Attachment(safe_name(part.filename), _type(part.headers.get("Content-Type", "")), bytes(content))
                files.setdefault(part.name, []).append(named)
    except (ValueError, AssertionError, LookupError):  # aiohttp's reader says so of a boundary that is none
        raise Refused(_UNREADABLE) from None
    return _form(fields, files)


def _form(pairs: Sequence[tuple[str, str]], files: Mapping[str, Sequence[Attachment]]) -> Form:
    every: dict[str, list[str]] = {}
    for name, text in pairs:
        every.setdefault(name, []).append(text)
    return Form(dict(pairs), files, every)


def clean(text: str) -> str:
    """Text as PostgreSQL takes it and people read it: lines end with a newline, no control character, composed accents."""
    return unicodedata.normalize("NFC", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def safe_name(name: str) -> str:
    """The name of a file that can be shown and saved: no folder, no control character, never empty."""
    name = name.encode("utf-8", "replace").decode()  # aiohttp leaves halves of surrogates where the bytes were no UTF-8
    plain = _UNSAFE_NAME.sub(" ", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    if len(plain) > 120:
        stem, dot, suffix = plain.rpartition(".")
        plain = f"{stem[:110]}.{suffix}" if dot and len(suffix) <= 8 else plain[:120]
    return unicodedata.normalize("NFC", plain) or "fichier"


def _type(told: str) -> str:
    plain = told.partition(";")[0].strip().lower()
    return plain if re.fullmatch(r"[a-z0-9.+-]+/[a-z0-9.+-]+", plain) else "application/octet-stream"


def _too_large(max_body: int) -> TooLarge:
    return TooLarge(f"L’envoi est trop volumineux : {max_body // 1_000_000}\u00a0Mo au plus, fichiers compris. Rien n’a été enregistré.")
