"""One change of a document: a value put, a part added, moved or taken away. Pure: a new document each time.

A document may be said on top of another (`workflows/inherit.py`): `own` is what it says itself, `below` what it stands on ({} where it
stands alone). A change is always written into `own`, so that what it does not touch still comes from below.

A path names the parts of lists by their names: `("fields", "@urgence", "label")`; those without a name by their place:
`("reactions", "2")`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from workflows.inherit import BEFORE, amend, key_of

Path = tuple[str, ...]
MISSING: Final = object()


def spell(path: Sequence[str]) -> str:
    """The path as one word of a form: `fields/@urgence/label`."""
    return "/".join(step.replace("~", "~0").replace("/", "~1") for step in path)


def parse(spelt: str) -> Path:
    """The path of a word."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in spelt.split("/")) if spelt else ()


class Astray(LookupError):
    """The path leads nowhere: another change was faster, or it was made up."""


def whole(own: Any, below: Any) -> Any:
    """The document as it is lived: own on top of below."""
    return amend(below, own) if below else own


def at(data: Any, path: Sequence[str]) -> Any:
    """What stands at this path; MISSING where nothing does."""
    for n, step in enumerate(path):
        if isinstance(data, Mapping):
            data = data.get(step, MISSING)
        elif isinstance(data, list):
            place = _place(data, step, path[n - 1] if n else "")
            data = MISSING if place is None else data[place]
        else:
            return MISSING
    return data


def put(own: Any, below: Any, path: Path, value: Any) -> Any:
    """The document with this value at this path. MISSING takes a key away, also where it comes from below."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if step.startswith("@"):
        raise Astray(f"« {step} » is not in a list")
    return _put_key(own, below, step, rest, value)


def _put_key(own: Any, below: Any, step: str, rest: Path, value: Any) -> Any:
    made = dict(own) if isinstance(own, Mapping) else {}
    under = below.get(step, MISSING) if isinstance(below, Mapping) else MISSING
    if not rest:
        return _set(made, step, value, under)
    here = made.get(step, MISSING)
    if isinstance(here, str | bool | int | float):
        raise Astray(f"« {step} » is a value, with nothing in it")
    if rest[0].startswith("@"):
        made[step] = _put_named(here, under, step, rest, value)
    elif isinstance(here, list) or (here is MISSING and isinstance(under, list)):
        made[step] = _put_place(_ours(here, under, step), rest, value)
    else:
        made[step] = _put_key(None if here is MISSING else here, under, rest[0], rest[1:], value)
    if made[step] == {} or (made[step] == [] and (under is MISSING or _grows(step, under))):
        del made[step]  # it says nothing of its own any more
    return made


def _set(made: dict[str, Any], step: str, value: Any, under: Any) -> dict[str, Any]:
    if value is MISSING and under is MISSING:
        made.pop(step, None)
    elif value is MISSING:
        made[step] = None  # takes away what comes from below
    elif value == under and step not in _KEYS:
        made.pop(step, None)  # what is said below need not be said again
    else:
        made[step] = value
    return made


_KEYS = ("name", "value", "title")


def _put_named(own: Any, below: Any, list_name: str, rest: Path, value: Any) -> list[Any]:
    """The same in a list whose parts have names."""
    key, name = key_of(list_name), rest[0][1:]
    parts = list(own) if isinstance(own, list) else []
    place, under = _place(parts, rest[0], list_name), _part(below, rest[0], list_name)
    if place is None:
        if under is MISSING and len(rest) > 1:
            raise Astray(f"no part of « {list_name} » is called « {name} »")
        place = len(parts)
        parts.append({key: name})
    if len(rest) == 1:
        made = value if value is not MISSING else {key: name, "drop": True} if under is not MISSING else None
    else:
        made = _put_key(parts[place], None if under is MISSING else under, rest[1], rest[2:], value)
    if made is None or (under is not MISSING and made == {key: name}):
        del parts[place]
    else:
        parts[place] = made
    return parts


def _put_place(parts: list[Any], rest: Path, value: Any) -> list[Any]:
    """The same in a list whose parts have none: the list is ours as a whole from now on."""
    place = _place(parts, rest[0], "")
    if place is None:
        raise Astray(f"there is no part number {rest[0]}")
    if len(rest) > 1:
        parts[place] = put(parts[place], None, rest[1:], value)
    elif value is MISSING:
        del parts[place]
    else:
        parts[place] = value
    return parts


def add(own: Any, below: Any, path: Path, part: Any, place: int | None = None) -> Any:
    """The document with one part more in the list at this path: behind the others, or at this place among our own."""
    parts = _ours(at(own, path), at(below, path), path[-1])
    parts.insert(len(parts) if place is None else place, part)
    return put(own, below, path, parts)


def _ours(own: Any, below: Any, list_name: str) -> list[Any]:
    """The list that we change: our own; where it replaces that of below and is not there yet, a copy of it."""
    if isinstance(own, list):
        return list(own)
    return list(below) if isinstance(below, list) and not _grows(list_name, below) else []


def _grows(list_name: str, below: Any) -> bool:
    """Whether parts of ours are added to those of below, in front or behind; any other list replaces it."""
    return isinstance(below, list) and (key_of(list_name) != "" or list_name == BEFORE)


def move(own: Any, below: Any, path: Path, by: int) -> Any:
    """The document with a part so many places further down (up where negative) among its like: parts of a list, or keys of a mapping.

    What comes from below keeps its place, before ours.
    """
    around, step = path[:-1], path[-1]
    here, under = at(own, around), at(below, around)
    parts = (
        dict(here) if isinstance(here, Mapping) else {_step(part, n, around): part for n, part in enumerate(_ours(here, under, around[-1]))}
    )
    added = isinstance(under, Mapping) or _grows(around[-1], under)
    fixed = [one for one in parts if added and around[-1] != BEFORE and at(below, (*around, one)) is not MISSING]
    ours = [one for one in parts if one not in fixed]
    if step not in ours:
        raise Astray(f"« {step} » comes from below, or is not there")
    place = ours.index(step)
    ours.insert(min(max(place + by, 0), len(ours) - 1), ours.pop(place))
    order = {one: parts[one] for one in (*fixed, *ours)}
    return put(own, below, around, order if isinstance(here, Mapping) else list(order.values()))


def _step(part: Any, number: int, around: Path) -> str:
    """The step of a path that leads to this part of a list."""
    name = part.get(key_of(around[-1])) if isinstance(part, Mapping) else None
    return f"@{name}" if name is not None else str(number)


def drop(own: Any, below: Any, path: Path) -> Any:
    """The document without this part."""
    if at(own, path) is MISSING and at(below, path) is MISSING:
        raise Astray(f"there is nothing at {'/'.join(path)}")
    return put(own, below, path, MISSING)


def forget(own: Any, path: Path) -> Any:
    """The document without what it says itself at this path: there it says again what is said below. Parts that are left empty go too."""
    if not path or not isinstance(own, Mapping | list):
        return own
    step, rest = path[0], path[1:]
    if isinstance(own, list):
        raise Astray("a list is forgotten by the name of its part")
    if step not in own:
        return own
    made = dict(own)
    if not rest:
        del made[step]
        return made
    here = made[step]
    left: Any = here
    if rest[0].startswith("@") and isinstance(here, list):
        left = list(_forgotten(here, step, rest))
    elif isinstance(here, Mapping):
        left = forget(here, rest)
    if left in ({}, []):
        del made[step]
    else:
        made[step] = left
    return made


def _forgotten(parts: list[Any], list_name: str, rest: Path) -> Iterator[Any]:
    key = key_of(list_name)
    for part in parts:
        if not isinstance(part, Mapping) or f"@{part.get(key)}" != rest[0]:
            yield part
        elif len(rest) > 1 and (left := forget(part, rest[1:])).keys() != {key}:
            yield left


def free_name(wanted: str, taken: Sequence[str]) -> str:
    """This name, or with the first number behind that makes it one that nobody has."""
    if wanted not in taken:
        return wanted
    numbers = (f"{wanted[:36]}_{n}" for n in range(2, len(taken) + 3))
    return next(name for name in numbers if name not in taken)


def _place(parts: Sequence[Any], step: str, list_name: str) -> int | None:
    if step.startswith("@"):
        key = key_of(list_name)
        return next((n for n, part in enumerate(parts) if isinstance(part, Mapping) and key and part.get(key) == step[1:]), None)
    number = int(step) if step.isascii() and step.isdigit() and len(step) < 5 else len(parts)
    return number if number < len(parts) else None


def _part(parts: Any, step: str, list_name: str) -> Any:
    place = _place(parts, step, list_name) if isinstance(parts, list) else None
    return MISSING if place is None else parts[place]
