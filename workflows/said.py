"""A document as its pages read it: what a part does not say is nothing, never an error. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Said(dict[str, Any]):
    """A part of a document for its page."""

    def __missing__(self, key: str) -> None:
        return None


def said(data: Any) -> Any:
    """The data of a document for its page."""
    if isinstance(data, Mapping):
        return Said({str(key): said(value) for key, value in data.items()})
    return [said(part) for part in data] if isinstance(data, list) else data
