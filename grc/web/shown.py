"""An address as it may stand in a log: what in it is a key to somebody's request is cut short."""

from __future__ import annotations

from collections.abc import Mapping

KEYS = ("token", "number")
_KEPT = 4


def shown_path(path: str, parts: Mapping[str, str]) -> str:
    """`/suivi/kX3f…` instead of the whole link. `parts` are the named parts of the route that matched."""
    for name in KEYS:
        value = parts.get(name, "")
        if len(value) > _KEPT:
            path = path.replace(value, value[:_KEPT] + "…")
    return path
