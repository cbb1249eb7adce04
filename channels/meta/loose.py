"""What others write, taken as it comes: a text, a list, an object where one was hoped for, something empty where there is none. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from grc.messages.envelope import clean

_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")
_AWAY = timedelta(days=2)
_LATEST = 32_503_680_000  # seconds: the year 3000; beyond it lie milliseconds


def get(value: object, *path: str) -> Any:
    """What lies at this path of objects; None where the way there is not one."""
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def text(value: object, *path: str) -> str:
    """The text there, without what no database holds; a whole number counts as one. Empty where there is none."""
    found = get(value, *path)
    if isinstance(found, str):
        return clean(found)
    return str(found) if type(found) is int else ""


def items(value: object, *path: str) -> Iterator[Mapping[str, Any]]:
    """The objects of the list there, one after the other."""
    found = get(value, *path)
    if isinstance(found, list):
        yield from (one for one in found if isinstance(one, Mapping))


def is_id(value: str) -> bool:
    """Whether this can stand in the path of a call: what Meta numbers has letters, digits, and a sign between them."""
    return _ID.fullmatch(value) is not None


def moment(value: object, *path: str) -> datetime | None:
    """The moment there: Meta writes seconds or milliseconds since 1970, as a number or as a text."""
    found = text(value, *path)
    if not found.isdecimal() or len(found) > 15:
        return None
    number = int(found)
    try:
        return datetime.fromtimestamp(number / 1000 if number > _LATEST else number, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def believed(at: datetime | None, received_at: datetime) -> datetime:
    """When it happened, as far as that can be: Meta tells again for a day and a half, what is further away is a clock that is wrong."""
    return at if at is not None and abs(at - received_at) < _AWAY else received_at
