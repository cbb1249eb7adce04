"""What the text of a letter says of who wrote it: proposed to the agent, who corrects it. Pure; never raises.

French letters have a shape (NF Z 11-001): the sender's block on top, the addressee's below it or beside, the place and date, « Objet : ».
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from grc.people import phone

_MAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,62}@[A-Za-z0-9][A-Za-z0-9.-]{0,190}\.[A-Za-z]{2,12}")
_PHONE = re.compile(r"(?<![0-9])(?:\+33 ?(?:\(0\))?|0033 ?|0)[ .]?[1-9](?:[ .\-]?[0-9]{2}){4}(?![0-9])")
_SUBJECT = re.compile(r"^\W{0,3}obje[tl]s?\s*[:;.]\s*(?P<said>.+)$", re.IGNORECASE)
_POSTCODE = re.compile(r"^(?:F-)?(?P<code>[0-9]{5})\s+(?P<town>[A-ZÀ-Ý].{1,60})$")
_DATE = re.compile(
    r"(?<![0-9])(?P<day>[0-3]?[0-9])(?:er)?(?:\s+(?P<word>[a-zéûA-ZÉÛ]{3,9})\.?\s+|[/.\-](?P<month>[01]?[0-9])[/.\-])(?P<year>(?:20)?[0-9]{2})(?![0-9])"
)
_MONTHS = ("janv", "fevr", "mars", "avri", "mai", "juin", "juil", "aout", "sept", "octo", "nove", "dece")
_FOLD = str.maketrans("éèêàâûùôîïç", "eeeaauuoiic")
_ADDRESSEE = re.compile(
    r"\b(mairie|maire|h[ôo]tel de ville|commune de|communaut[ée]|conseil (?:municipal|d[ée]partemental)|pr[ée]fecture|ccas|service des"
    r"|direction|agence|syndicat|monsieur le|madame la pr|[àa] l.attention)\b",
    re.IGNORECASE,
)
_TITLE = re.compile(r"^(?:M\.|Mr|Mme|Mlle|Monsieur|Madame|M\.? et Mme|Mademoiselle|De|Exp(?:éditeur)?\s*:)\s+", re.IGNORECASE)
_NAME = re.compile(r"^[A-ZÀ-Ý][\w’'À-ÿ.-]*(?:[ -]+(?:de|du|des|la|le|et|[A-ZÀ-Ý][\w’'À-ÿ.-]*)){1,5}$")
_STREET = re.compile(
    r"^\d{1,4}\s*(?:bis|ter|quater)?\W|\b(rue|avenue|av\.|bd|boulevard|chemin|impasse|all[ée]es?|route|place|lotissement|r[ée]sidence|quartier|lieu.dit|bp|cs)\b",
    re.IGNORECASE,
)
_LETTER_OPENS = re.compile(r"^(?:Madame|Monsieur|Mesdames|Messieurs|Cher|Chère|Bonjour)\b.{0,60}[,.]?$")

MOST_LINES = 400
LONGEST = 300
MOST_BLOCK = 5  # lines above a postcode: a name and an address of six lines (NF Z 10-011)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was read of the sender; empty where nothing was. `address` has its lines parted by a newline, `phone` is E.164."""

    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    written_on: date | None = None
    subject: str = ""


def propose(text: str, today: date) -> Proposal:
    """What the text says of its sender. `today` bounds the date: a letter is not written tomorrow, nor ten years ago."""
    lines = [" ".join(line.split())[:LONGEST] for line in text[:60_000].splitlines()][:MOST_LINES]
    name, address = _block(lines)
    return Proposal(
        name=name or _signed(lines), address=address, email=_email(lines), phone=_phone(lines), written_on=_written_on(lines, today),
        subject=_subject(lines),
    )  # fmt: skip


def _email(lines: Sequence[str]) -> str:
    found = (match.group().lower().rstrip(".") for line in lines for match in _MAIL.finditer(line))
    return next(found, "")


def _phone(lines: Sequence[str]) -> str:
    return next((read for line in lines for match in _PHONE.finditer(line) if (read := phone.number(match.group()))), "")


def _subject(lines: Sequence[str]) -> str:
    for number, line in enumerate(lines):
        if found := _SUBJECT.match(line):
            said, after = found["said"].strip(), lines[number + 1] if number + 1 < len(lines) else ""
            goes_on = after and after[0].islower() and not _SUBJECT.match(after)
            return f"{said} {after}".strip()[:LONGEST] if goes_on else said
    return ""


def _written_on(lines: Sequence[str], today: date) -> date | None:
    """The first date before the letter itself that can be its own: « Dax, le 3 novembre 2026 », « 03/11/26 »."""
    dates = ((line, found) for line in lines[:60] for found in _dates(line, today))
    return next((found for line, found in sorted(dates, key=lambda one: " le " not in f" {one[0].lower()}")), None)


def _dates(line: str, today: date) -> Iterator[date]:
    for found in _DATE.finditer(line):
        word = (found["word"] or "").lower().translate(_FOLD)[:4]
        month = next((n for n, start in enumerate(_MONTHS, 1) if word.startswith(start)), 0) if word else int(found["month"])
        year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
        try:
            read = date(year, month, int(found["day"]))
        except ValueError:
            continue
        if 0 <= (today - read).days < 3700:
            yield read


def _block(lines: Sequence[str]) -> tuple[str, str]:
    """The name and the address of the first block that ends with a postcode and is not the addressee's."""
    for number, line in enumerate(lines[:80]):
        if not _POSTCODE.match(line):
            continue
        above = list(_above(lines, number))
        block = [*above, line]
        if any(_ADDRESSEE.search(one) for one in block):
            continue
        name = _TITLE.sub("", block[0]) if len(block) > 1 and not _STREET.search(block[0]) else ""
        return name[:120], "\n".join(block[1:] if name else block)
    return "", ""


def _above(lines: Sequence[str], number: int) -> Iterator[str]:
    """The lines of the block that ends here, the first one first. What is set wide apart is read with blank lines between: one is crossed
    from the postcode to a street, and from a street to a name."""
    taken: list[str] = []
    blank = False
    for line in reversed(lines[max(0, number - 2 * MOST_BLOCK) : number]):
        if len(taken) == MOST_BLOCK or (blank and not line) or any(one.search(line) for one in (_POSTCODE, _MAIL, _PHONE, _SUBJECT)):
            break
        if line:
            name = bool(taken) and _STREET.search(taken[-1]) is not None
            if blank and not (_NAME.match(_TITLE.sub("", line)) if name else _STREET.search(line)):
                break
            taken.append(line)
            if blank and name:
                break
        blank = not line
    return reversed(taken)


def _signed(lines: Sequence[str]) -> str:
    """The name below the last words of the letter."""
    said = [line for line in lines if line]
    opens = next((n for n, line in enumerate(said) if _LETTER_OPENS.match(line)), 0)
    below = (_TITLE.sub("", line) for line in reversed(said[opens + 1 :][-6:]))
    return next(
        (line for line in below if len(line) < 50 and _NAME.match(line) and not _ADDRESSEE.search(line) and not _STREET.search(line)), ""
    )
