"""The body of a citizen's form: its fields and files, read part by part, within limits that hold while it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, MultipartReader, web

from grc.messages.model import Attachment
from grc.web.body import clean
from grc.web.citizen.limits import received_file

MOST_PARTS = 1_500  # inputs: of a form with repeated groups, far fewer
LONGEST_FIELD = 400_000  # bytes
_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form brought: texts and files by the input they came by. `too_large`: reading stopped at the first file, since the whole
    would not have fitted."""

    fields: Mapping[str, Sequence[str]]
    named: Mapping[str, Sequence[Attachment]] = field(default_factory=dict)
    too_large: bool = False

    @property
    def files(self) -> list[Attachment]:
        """All files, in the order they came."""
        return [file for files in self.named.values() for file in files]

    def get(self, name: str) -> str:
        """The field as it was typed, or nothing."""
        values = self.fields.get(name)
        return values[0] if values else ""


class Unreadable(Exception):
    """The body is not that of a form: not written by a browser."""


async def read(request: web.Request, most: int) -> Sent:
    """The form in this request. Past `most` bytes it stops before the files: what was typed stands first, and is kept."""
    too_large = (request.content_length or 0) > most
    if request.content_type == "application/x-www-form-urlencoded":
        return await _urlencoded(request, too_large)
    if request.content_type != "multipart/form-data":
        raise Unreadable(f"content type {request.content_type}")
    fields: dict[str, list[str]] = {}
    files: dict[str, list[Attachment]] = {}
    left = most
    try:
        reader = MultipartReader(request.headers, request.content)
        for _ in range(MOST_PARTS):
            part = await reader.next()
            if part is None:
                break
            if not isinstance(part, BodyPartReader) or not part.name:
                raise Unreadable("a part without a name")
            is_file = part.filename is not None
            if is_file and too_large:
                return Sent(fields, too_large=True)
            content = await _content(part, min(left, most if is_file else LONGEST_FIELD))
            if content is None:
                return Sent(fields, too_large=True)
            left -= len(content)
            if not is_file:
                fields.setdefault(part.name, []).append(clean(content.decode("utf-8", "replace")))
            elif content or part.filename:  # a file field left empty is sent as an empty file without a name
                files.setdefault(part.name, []).append(received_file(part.filename or "", content))
    except (ValueError, AssertionError, RuntimeError, LookupError) as error:  # what aiohttp raises on a broken body
        raise Unreadable(str(error)) from error
    return Sent(fields, files, too_large)


async def _content(part: BodyPartReader, most: int) -> bytes | None:
    """The whole part, or None as soon as it is larger than `most`."""
    whole = bytearray()
    while piece := await part.read_chunk(_PIECE):
        whole += piece
        if len(whole) > most:
            return None
    return bytes(whole)


async def _urlencoded(request: web.Request, too_large: bool) -> Sent:
    raw = bytearray()
    async for piece in request.content.iter_chunked(_PIECE):
        raw += piece
        if len(raw) > LONGEST_FIELD:
            return Sent({}, too_large=True)
    fields: dict[str, list[str]] = {}
    try:
        for name, value in parse_qsl(raw.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=MOST_PARTS):
            fields.setdefault(name, []).append(clean(value))
    except ValueError as error:
        raise Unreadable(str(error)) from error
    return Sent(fields, too_large=too_large)
