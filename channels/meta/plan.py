"""What leaves of an answer, part by part, as each network takes it: texts first, then files, a link for what it does not take. Pure.

Limits: Messenger 2,000 characters and 25 MB (images 8); Instagram 1,000 bytes and 25 MB (images 8), of few kinds; WhatsApp 4,096
characters, images 5 MB, sound and video 16, documents 100; comments 8,000 characters (documentation of each, read in November 2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from channels.meta.pieces import Size, cut, octets, pieces, signs
from grc.messages.model import Attachment, OutboundMessage

MB = 1_000_000
Kinds = Mapping[str, tuple[str, int]]  # what a content type is called there, and how many bytes it may have
_OFFICE = "application/vnd.openxmlformats-officedocument."

_MESSENGER: Kinds = {"image/": ("image", 8 * MB), "video/": ("video", 25 * MB), "audio/": ("audio", 25 * MB), "": ("file", 25 * MB)}
_INSTAGRAM: Kinds = {
    **{f"image/{kind}": ("image", 8 * MB) for kind in ("png", "jpeg", "gif")},
    **{f"audio/{kind}": ("audio", 25 * MB) for kind in ("aac", "mp4", "wav", "x-wav", "x-m4a")},
    **{f"video/{kind}": ("video", 25 * MB) for kind in ("mp4", "ogg", "x-msvideo", "quicktime", "webm")},
    "application/pdf": ("file", 25 * MB),
}
_DOCUMENTS = (
    "text/plain",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    f"{_OFFICE}wordprocessingml.document",
    f"{_OFFICE}spreadsheetml.sheet",
    f"{_OFFICE}presentationml.presentation",
)
_WHATSAPP: Kinds = {
    **{f"image/{kind}": ("image", 5 * MB) for kind in ("png", "jpeg")},
    **{f"audio/{kind}": ("audio", 16 * MB) for kind in ("aac", "amr", "mpeg", "mp4", "ogg")},
    **{f"video/{kind}": ("video", 16 * MB) for kind in ("mp4", "3gpp")},
    **dict.fromkeys(_DOCUMENTS, ("document", 100 * MB)),
}


@dataclass(frozen=True, slots=True)
class Takes:
    """What a network takes: so much text in one message, counted so, and files of these kinds."""

    most: int
    size: Size
    files: Kinds
    one: bool = False  # a single message


MESSENGER, INSTAGRAM, WHATSAPP = Takes(2000, signs, _MESSENGER), Takes(1000, octets, _INSTAGRAM), Takes(4096, signs, _WHATSAPP)
PRIVATE_REPLY = Takes(2000, signs, {}, one=True)
INSTAGRAM_REPLY = Takes(1000, octets, {}, one=True)
PUBLIC = Takes(8000, signs, {}, one=True)
INSTAGRAM_PUBLIC = Takes(2200, signs, {}, one=True)


@dataclass(frozen=True, slots=True)
class Part:
    """One message: a text, or a file and what it is called there."""

    text: str = ""
    file: Attachment | None = None
    kind: str = "text"


class CannotLeave(Exception):
    """Nothing of it may leave; why, in French."""


def plan(message: OutboundMessage, takes: Takes) -> tuple[Part, ...]:
    """The parts of an answer, the same at every try. Raises CannotLeave."""
    if message.public:
        return (_public(message, takes),)
    sent = [(one, kind) for one in message.attachments if (kind := _kind(one, takes.files))]
    linked = [one for one in message.attachments if not _kind(one, takes.files)]
    if linked and not message.link:
        raise CannotLeave(f"ce réseau ne prend pas le fichier «\u00a0{linked[0].name}\u00a0»")
    said, foot = message.said.strip(), _foot(message, linked)
    if takes.one:
        return (Part("\n\n".join(filter(None, (cut(said, takes.most - takes.size(foot) - 2, takes.size), foot)))),)
    texts = pieces("\n\n".join(filter(None, (said, foot))), takes.most, takes.size)
    parts = [*(Part(text) for text in texts), *(Part(file=one, kind=kind) for one, kind in sent)]
    if not parts:
        raise CannotLeave("ce message n’a ni texte ni fichier")
    return tuple(parts)


def _public(message: OutboundMessage, takes: Takes) -> Part:
    """A public answer: its words alone. The page of the request is its owner's, and so are the files."""
    if message.attachments:
        raise CannotLeave("une réponse publique ne porte pas de fichier\u00a0: répondez en privé")
    if takes.size(message.said.strip()) > takes.most:
        raise CannotLeave(f"une réponse publique a {takes.most} caractères au plus")
    return Part(message.said.strip())


def _foot(message: OutboundMessage, linked: list[Attachment]) -> str:
    if linked:
        names = ", ".join(one.name for one in linked)
        return f"À lire sur la page de votre demande ({names})\u00a0: {message.link}"
    return f"Votre demande\u00a0: {message.link}" if message.link and message.link not in message.said else ""


def _kind(file: Attachment, kinds: Kinds) -> str:
    """What a file is called there; empty where it is not taken."""
    base = file.type.partition(";")[0].strip().lower()
    found = kinds.get(base) or kinds.get(base.partition("/")[0] + "/") or kinds.get("")
    return found[0] if found is not None and 0 < file.size <= found[1] else ""
