"""Which files a citizen may send: said before he chooses, checked after he sent, by the same values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grc.messages.model import Attachment
from grc.web.body import safe_name
from grc.web.words import NBSP, size


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type, and how its contents begin (`at` bytes from the start), where that can be told."""

    type: str
    starts: tuple[bytes, ...] = ()
    at: int = 0


_ZIP, _OLE = (b"PK\x03\x04",), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"

KINDS = {
    "pdf": Kind("application/pdf", (b"%PDF-",)),
    "jpg": Kind("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": Kind("image/jpeg", (b"\xff\xd8\xff",)),
    "png": Kind("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "gif": Kind("image/gif", (b"GIF87a", b"GIF89a")),
    "webp": Kind("image/webp", (b"WEBP",), at=8),
    "heic": Kind("image/heic", (b"ftyp",), at=4),
    "heif": Kind("image/heif", (b"ftyp",), at=4),
    "tif": Kind("image/tiff", (b"II*\x00", b"MM\x00*")),
    "tiff": Kind("image/tiff", (b"II*\x00", b"MM\x00*")),
    "odt": Kind(f"{_OPEN}.text", _ZIP),
    "ods": Kind(f"{_OPEN}.spreadsheet", _ZIP),
    "docx": Kind(f"{_OFFICE}.wordprocessingml.document", _ZIP),
    "xlsx": Kind(f"{_OFFICE}.spreadsheetml.sheet", _ZIP),
    "doc": Kind("application/msword", _OLE),
    "xls": Kind("application/vnd.ms-excel", _OLE),
    "txt": Kind("text/plain"),
    "csv": Kind("text/csv"),
}

# How the kinds are named to a person; every extension above belongs to one of them.
KINDS_IN_WORDS = "photos (JPEG, PNG, HEIC…), PDF, documents Word, Excel ou LibreOffice, texte"

MEGA = 1_000_000
MOST, EACH = 5, 10 * MEGA


@dataclass(frozen=True, slots=True)
class Limits:
    """How many files, how large each, how large together (bytes)."""

    most: int = MOST
    each: int = EACH
    together: int = 2 * EACH

    @classmethod
    def within(cls, together: int) -> Limits:
        """The limits of an installation that takes this many bytes of files in one form."""
        return cls(each=min(EACH, together), together=together)

    @property
    def body(self) -> int:
        """The largest request that can hold them with all the text of a form."""
        return self.together + 1_000_000

    @property
    def in_words(self) -> str:
        """What is said beside the field, before anybody chooses a file."""
        return (
            f"{self.most}{NBSP}fichiers au plus, {_whole(self.each)} chacun, {_whole(self.together)} en tout. "
            f"Formats acceptés{NBSP}: {KINDS_IN_WORDS}."
        )

    @property
    def too_heavy(self) -> str:
        """What is said when the whole did not fit, and so nothing of it was read."""
        return (
            f"L’ensemble de vos fichiers est trop lourd{NBSP}: aucun n’a été reçu. "
            f"Envoyez {_whole(self.together)} en tout au plus, {_whole(self.each)} par fichier."
        )

    @property
    def accept(self) -> str:
        """The same for the browser's own file chooser."""
        return ",".join(f".{extension}" for extension in KINDS)


def check(files: Sequence[Attachment], limits: Limits, already: Sequence[Attachment] = ()) -> tuple[list[Attachment], list[str]]:
    """The files that can be taken beside those already taken, and for the others why not and how to mend it."""
    good: list[Attachment] = []
    faults: list[str] = []
    for file in files:
        fault = _fault(file, limits)
        if fault is None and len(already) + len(good) == limits.most:
            fault = f"«{NBSP}{file.name}{NBSP}» est de trop{NBSP}: vous pouvez joindre {limits.most}{NBSP}fichiers au plus."
        elif fault is None and sum(f.size for f in (*already, *good)) + file.size > limits.together:
            fault = (
                f"Avec «{NBSP}{file.name}{NBSP}», l’ensemble dépasse {_whole(limits.together)}{NBSP}: "
                "retirez un fichier ou réduisez vos photos."
            )
        if fault:
            faults.append(fault)
        else:
            good.append(file)
    return good, faults


def _fault(file: Attachment, limits: Limits) -> str | None:
    named = f"«{NBSP}{file.name}{NBSP}»"
    kind = KINDS.get(_extension(file.name))
    if file.size == 0:
        return f"{named} est vide{NBSP}: choisissez-le de nouveau."
    if file.size > limits.each:
        return f"{named} pèse {size(file.size)}, plus que {_whole(limits.each)}{NBSP}: réduisez-le ou envoyez-le en plusieurs fois."
    if kind is None:
        return f"{named} n’est pas d’un format accepté{NBSP}: envoyez plutôt un PDF ou une photo."
    if kind.starts and not any(file.content.startswith(start, kind.at) for start in kind.starts):
        return f"{named} n’est pas lisible comme fichier .{_extension(file.name)}{NBSP}: enregistrez-le de nouveau ou envoyez un PDF."
    if not kind.starts and b"\x00" in file.content:
        return f"{named} n’est pas un fichier de texte{NBSP}: envoyez plutôt un PDF."
    return None


def received_file(name: str, content: bytes) -> Attachment:
    """A file as it was sent, under a name that is safe to show and to save; its type is ours to say, not the browser's."""
    safe = safe_name(name)
    kind = KINDS.get(_extension(safe))
    return Attachment(safe, kind.type if kind else "application/octet-stream", content)


def _whole(octets: int) -> str:
    """A limit, said as whole megabytes, rounded down: what is said always fits."""
    return size(octets - octets % MEGA if octets >= MEGA else octets)


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""
