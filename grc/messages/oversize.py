"""A message that was too large to be taken, and stayed where it came."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Oversize:
    """How large it is and what is taken at most, in bytes."""

    size: int
    most: int


def megabytes(size: int) -> str:
    """`25 Mo`, `0,2 Mo`: as a sender's own program counts them."""
    return f"{size / 1024 / 1024:.1f}".rstrip("0").rstrip(".").replace(".", ",") + "\u00a0Mo"
