"""The opening hours a collectivity has set, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import orjson

from workflows.calendar import DEFAULT, Calendar, parse
from workflows.working_days import Region


def hours_of(settings: Mapping[str, Any] | None, region: Region) -> Calendar:
    """The calendar of these settings; the usual hours of an office where there are none."""
    return _read(orjson.dumps(settings, option=orjson.OPT_SORT_KEYS) if settings else b"", region)


@lru_cache(maxsize=1024)
def _read(settings: bytes, region: Region) -> Calendar:
    return replace(parse(orjson.loads(settings)) if settings else DEFAULT, region=region)
