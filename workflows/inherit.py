"""One document said on top of another: a type that extends one, or a collectivity's own settings on the agency's type. Pure.

Mappings are merged key by key. Lists of parts that have a name (`fields`, `transitions`, `figures`…), a value (`choices`) or a title
(`scenarios`) are merged by it: the part that is there is amended, a new one is added behind; `{name: x, drop: true}` takes it away.
Reactions come before those of the document below, since the first that fits is taken. Any other list replaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.yaml_lines import Document, Path

# By which key the parts of these lists are known.
_NAMED = {"fields": "name", "transitions": "name", "items": "name", "figures": "name", "choices": "value", "scenarios": "title"}
BEFORE = "reactions"


def key_of(list_name: str) -> str:
    """By which key the parts of the list of this name are known; empty where they are plain values, or known by their place."""
    return _NAMED.get(list_name, "")


def merge(below: Document, above: Document) -> Document:
    """The document `above` said on top of `below`. What comes from below is located at the line where above names it."""
    lines: dict[Path, int] = {}
    start = above.lines.get(("extends",), above.lines.get((), 1))
    data = _merged(below.data, above, (), (), lines, start)
    return Document(data, lines)


def amend(data: Any, patch: Any) -> Any:
    """The same on plain values, where nobody asks for lines."""
    return merge(Document(data, {}), Document(patch, {})).data


def _merged(below: Any, above: Document, at: Path, to: Path, lines: dict[Path, int], start: int) -> Any:
    """What stands at the path `at` of the document above, on top of `below`; its lines are noted under the path `to`."""
    here = _at(above.data, at)
    lines[to] = above.lines.get(at, start)
    if isinstance(below, Mapping) and isinstance(here, Mapping):
        merged = dict(below)
        for key, value in here.items():
            if value is None:
                merged.pop(key, None)
            elif key == BEFORE and not to and isinstance(value, list):
                merged[key] = _in_front(below.get(key) or [], above, (*at, key), (*to, key), lines, start)
            else:
                merged[key] = _merged(below.get(key), above, (*at, key), (*to, key), lines, start)
        return merged
    if isinstance(below, list) and isinstance(here, list) and (key := _named(below, here, str(to[-1]) if to else "")):
        return _by_name(below, above, at, to, lines, start, key)
    _copy_lines(above, at, to, lines)
    return here


def _in_front(below: list[Any], above: Document, at: Path, to: Path, lines: dict[Path, int], start: int) -> list[Any]:
    _copy_lines(above, at, to, lines)
    return [*_at(above.data, at), *below]


def _by_name(below: list[Any], above: Document, at: Path, to: Path, lines: dict[Path, int], start: int, key: str) -> list[Any]:
    merged = [dict(part) for part in below]
    places = {part[key]: number for number, part in enumerate(merged)}
    dropped: set[int] = set()
    for number, part in enumerate(_at(above.data, at)):
        place = places.get(part[key])
        if part.get("drop") is True:
            if place is not None:
                dropped.add(place)
            continue
        if place is None:
            place = places[part[key]] = len(merged)
            merged.append(part)
            _copy_lines(above, (*at, number), (*to, place), lines)
        else:
            merged[place] = _merged(merged[place], above, (*at, number), (*to, place), lines, start)
    if not dropped:
        return merged
    kept = [number for number in range(len(merged)) if number not in dropped]
    _renumber(lines, to, {old: new for new, old in enumerate(kept)})
    return [merged[number] for number in kept]


def _named(below: list[Any], here: list[Any], list_name: str) -> str | None:
    """By which key the parts of these lists are known, or None where one of them has none: then the list replaces the other."""
    key = key_of(list_name)
    parts = [*below, *here]
    return key if key and parts and all(isinstance(part, Mapping) and isinstance(part.get(key), str) for part in parts) else None


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _copy_lines(above: Document, at: Path, to: Path, lines: dict[Path, int]) -> None:
    for path, line in above.lines.items():
        if path[: len(at)] == at:
            lines[(*to, *path[len(at) :])] = line


def _renumber(lines: dict[Path, int], to: Path, numbers: Mapping[int, int]) -> None:
    depth = len(to)
    moved = {path: line for path, line in lines.items() if path[:depth] == to and len(path) > depth}
    for path in moved:
        del lines[path]
    for path, line in moved.items():
        old = path[depth]
        if isinstance(old, int) and old in numbers:
            lines[(*to, numbers[old], *path[depth + 1 :])] = line
