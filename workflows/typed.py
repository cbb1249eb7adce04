"""One line of a form, as a person types it, read as a value: `1 234,50 €`, `12/01/2026`, `12 janvier à 14 h 30`. Pure.

What cannot be read raises Mistyped, whose message says how to mend it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from operator import gt, lt

from grc.fold import fold
from grc.messages.envelope import clean
from workflows.dates import day_in, in_words
from workflows.parts.fields import Field
from workflows.reach import LONGEST_EMAIL, LONGEST_PHONE, PHONE_FAULT, email_fault, telephone
from workflows.values import NBSP, NNBSP, number

# Characters, where the definition does not say.
LONGEST: Mapping[str, int] = {"text": 300, "long_text": 10_000, "email": LONGEST_EMAIL, "phone": LONGEST_PHONE}
_SHORT = 60  # of what is no text: a number, a date
_TODAY = "today"  # the least or the greatest date, where the definition means the day on which the form is filled in

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,6})?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:[.,][0-9]{3}){2,}")
_HOUR = re.compile(r"(.*?)(?:t| ?,? ?(?:a|vers)? )([0-9]{1,2}) ?(?::|h) ?([0-9]{2})?(?::[0-9]{2})?")


class Mistyped(ValueError):
    """This cannot be read; the message says how to mend it, in French."""


def value(field: Field, typed: str, today: date) -> str | int | float | None:
    """The value of one line, None where it is blank. `today` is the day that `min: today` means."""
    text = tidy(typed)
    if not text.strip():
        return None
    most = longest(field)
    if len(text) > most:
        raise Mistyped(too_long(len(text), most))
    return _READ[field.kind](field, text, today)


def longest(field: Field) -> int:
    """How many characters the line may have."""
    return field.longest or LONGEST.get(field.kind, _SHORT)


def tidy(text: str) -> str:
    """Text that any database and any page can hold: composed accents, no control character, lines ended by a newline."""
    return unicodedata.normalize("NFC", _CONTROL.sub("", clean(text)))


def one_line(text: str) -> str:
    """The text on one line, its blanks made single."""
    return " ".join(tidy(text).split())


def too_long(length: int, most: int) -> str:
    """What is said of a text that is too long."""
    return f"Ce texte a {number(length)} caractères{NNBSP}; raccourcissez-le à {number(most)} caractères au plus."


def _text(_field: Field, text: str, _today: date) -> str:
    return one_line(text)


def _long_text(_field: Field, text: str, _today: date) -> str:
    return text.strip()


def _number(field: Field, text: str, _today: date) -> int | float:
    found = _decimal(text, field.unit or "")
    if found is None:
        raise Mistyped(f"Écrivez un nombre en chiffres, par exemple 12 ou 12,5{_in(field)}.")
    read = int(found) if found == found.to_integral_value() else float(found)
    if isinstance(read, float) and read.is_integer():
        read = int(read)
    least, most = _bound(field.min), _bound(field.max)
    if least is not None and read < least:
        raise Mistyped(f"Écrivez un nombre d’au moins {number(least)}{_in(field)}.")
    if (most is not None and read > most) or abs(read) >= 10**15:
        raise Mistyped(f"Écrivez un nombre d’au plus {number(most if most is not None else 10**15 - 1)}{_in(field)}.")
    return read


def _decimal(text: str, unit: str) -> Decimal | None:
    """The number in a text, with a comma or a point, spaces between thousands, and its unit perhaps."""
    bare = re.sub(r"[\s'’]", "", text)
    bare = bare.removesuffix(re.sub(r"\s", "", unit)) if unit else bare
    bare = bare.removesuffix("€").replace("−", "-")
    comma, point = bare.rfind(","), bare.rfind(".")
    if comma >= 0 and point >= 0:  # the last of the two parts the decimals: 1.234,50
        bare = bare.replace("." if comma > point else ",", "")
    elif _THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "").replace(".", "")
    bare = bare.replace(",", ".")
    return Decimal(bare) if _NUMBER.fullmatch(bare) else None


def _bound(raw: float | str | None) -> int | float | None:
    if isinstance(raw, str):
        found = _decimal(raw, "")
        return None if found is None else float(found)
    return raw


def _in(field: Field) -> str:
    return f"{NBSP}{field.unit}" if field.unit else ""


def _date(field: Field, text: str, today: date) -> str:
    found = day_in(text)
    if found is None:
        raise Mistyped(f"Écrivez une date avec le jour, le mois et l’année, par exemple {_figures(today)}.")
    _within(field, found.isoformat(), found, today)
    return found.isoformat()


def _moment(field: Field, text: str, today: date) -> str:
    parted = _HOUR.fullmatch(fold(one_line(text)))
    day = day_in(parted[1]) if parted else None
    hour, minute = (int(parted[2]), int(parted[3] or 0)) if parted else (0, 0)
    if day is None or hour > 23 or minute > 59:
        raise Mistyped(f"Écrivez la date et l’heure, par exemple {_figures(today)} à 14:30.")
    found = datetime(day.year, day.month, day.day, hour, minute).isoformat(timespec="minutes")  # noqa: DTZ001 - of the wall, in Paris
    _within(field, found, day, today)
    return found


def _within(field: Field, found: str, day: date, today: date) -> None:
    """Refuses what lies outside the least and the greatest: a moment is compared with a day by its day."""
    for bound, outside, told in ((field.min, lt, "au plus tôt le"), (field.max, gt, "au plus tard le")):
        limit = today.isoformat() if bound == _TODAY else bound
        edge = day_in(limit[:10]) if isinstance(limit, str) else None
        if edge is None or not isinstance(limit, str):
            continue
        if outside(found if "T" in limit else day.isoformat(), limit):
            raise Mistyped(f"Choisissez une date {told} {in_words(edge)}.")


def _figures(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _email(_field: Field, text: str, _today: date) -> str:
    address = text.strip()
    if fault := email_fault(address):
        raise Mistyped(fault)
    return address


def _phone(_field: Field, text: str, _today: date) -> str:
    dialled = telephone(text)
    if dialled is None:
        raise Mistyped(f"{PHONE_FAULT}.")
    return dialled


_READ: Mapping[str, Callable[[Field, str, date], str | int | float]] = {
    "text": _text,
    "long_text": _long_text,
    "number": _number,
    "date": _date,
    "moment": _moment,
    "email": _email,
    "phone": _phone,
}
LINES = frozenset(_READ)
"""The kinds of field that are one line, or one box of text."""
