"""A definition document as text that people read: keys in the order of the shape, short parts on one line, comments where they were.

`yaml_lines.read(write(data)).data == data`, whatever the data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import yaml
from pydantic import BaseModel

from workflows import yaml_lines
from workflows.document import DefinitionPart
from workflows.yaml_lines import Path

WIDTH = 140
_SHORT = 110  # the longest list or part that stands on one line, in characters
_NAMES = ("name", "value", "title")


class _Dumper(yaml.SafeDumper):
    """Writes what `yaml_lines` reads: a word is quoted only where that reader would take it for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_Dumper.yaml_implicit_resolvers = yaml_lines.RESOLVERS


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text.strip("\n") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _list(dumper: yaml.SafeDumper, parts: list[Any]) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", parts, flow_style=_is_short(parts))


def _mapping(dumper: yaml.SafeDumper, part: dict[Any, Any]) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", part.items(), flow_style=_is_short(part))


class _Section(dict[Any, Any]):
    """A part of the document itself: never on one line with its key."""


def _section(dumper: yaml.SafeDumper, part: _Section) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", part.items(), flow_style=False)


_Dumper.add_representer(_Section, _section)
_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(dict, _mapping)


def _is_short(part: Any) -> bool:
    """Whether it reads well on one line: plain values alone, or an effect with its condition. Parts in a list have each their own."""
    return _is_plain(part) and not _is_told(part) and len(told := _flow(part)) <= _SHORT and "\n" not in told


def _is_told(part: Any) -> bool:
    """Whether a person reads this part for its words: then each stands on a line of its own."""
    return isinstance(part, Mapping) and bool({"label", "citizen", "summary", "body"} & part.keys()) and part.keys() != {"value", "label"}


def _is_plain(part: Any) -> bool:
    if isinstance(part, Mapping):
        return all(_is_plain(value) for value in part.values())
    return not isinstance(part, list) or not any(isinstance(one, Mapping | list) for one in part)


def _flow(part: Any) -> str:
    if isinstance(part, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(value)}" for key, value in part.items()) + "}"
    if isinstance(part, list):
        return "[" + ", ".join(map(_flow, part)) + "]"
    return str(part)


def write(data: Any, was: str = "") -> str:
    """The document as text. Whole lines of comment in the text it `was` stay above the part that they stood above."""
    text = "".join(_sections(ordered(data, DefinitionPart)))
    return _with_comments(text, _comments(was)) if "#" in was else text


def _sections(data: Any) -> Iterator[str]:
    """The document section by section, with an empty line between those that are long."""
    if not isinstance(data, Mapping) or not data:
        yield _dumped(data)
        return
    long_before = False
    for number, (key, value) in enumerate(data.items()):
        text = _dumped(_Section({key: value}))
        long = text.count("\n") > 1
        if number and (long or long_before):
            yield "\n"
        yield text
        long_before = long


def _dumped(data: Any) -> str:
    return yaml.dump(data, Dumper=_Dumper, default_flow_style=False, sort_keys=False, allow_unicode=True, width=WIDTH, indent=2)


def ordered(data: Any, shape: Any) -> Any:
    """The same data, the keys of each part in the order in which its shape names them; those it does not name behind.

    `shape` is a part of `workflows/document.py`, or an annotation in one.
    """
    match get_origin(shape):
        case None:
            return _part(data, shape) if isinstance(data, Mapping) and isinstance(shape, type) and issubclass(shape, BaseModel) else data
        case origin if origin is list and isinstance(data, list):
            return [ordered(one, get_args(shape)[0]) for one in data]
        case origin if origin is dict and isinstance(data, Mapping):
            return {key: ordered(value, get_args(shape)[1]) for key, value in data.items()}
        case origin if origin in (Union, UnionType):
            return ordered(data, next((one for one in get_args(shape) if _fits(data, one)), None))
        case origin if origin is Annotated:
            return ordered(data, get_args(shape)[0])
        case _:
            return data


def _part(data: Mapping[str, Any], shape: type[BaseModel]) -> dict[str, Any]:
    shapes = {field.alias or name: field.annotation for name, field in shape.model_fields.items()}
    keys = [*(key for key in shapes if key in data), *(key for key in data if key not in shapes)]
    if "do" in shapes:  # what an effect does is said before its condition
        keys.sort(key=lambda key: (key != "do", key == "when"))
    return {key: ordered(data[key], shapes.get(key)) for key in keys}


def _fits(data: Any, shape: Any) -> bool:
    """Whether this is the one of several shapes that the data is meant in."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        kind = shape.model_fields.get("do")
        return isinstance(data, Mapping) and (kind is None or get_args(kind.annotation) == (data.get("do"),))
    return isinstance(data, get_origin(shape) or ()) if get_origin(shape) in (list, dict) else False


def _with_comments(text: str, comments: Mapping[tuple[str, ...], Sequence[str]]) -> str:
    """The text with each comment above the part that it stood above; one whose part is gone is gone with it."""
    found = yaml_lines.read(text)
    above: dict[int, Sequence[str]] = {}
    for path, number in found.lines.items():
        told = comments.get(_named(found.data, path))
        if told and number not in above:
            above[number] = told
    lines: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        indent = line[: len(line) - len(line.lstrip())]
        lines.extend(f"{indent}{comment}" for comment in above.get(number, ()))
        lines.append(line)
    return "\n".join(lines)


def _comments(text: str) -> Mapping[tuple[str, ...], Sequence[str]]:
    """The whole lines of comment in this text, each by the part that it stands above."""
    try:
        found = yaml_lines.read(text)
    except yaml_lines.Unreadable:
        return {}
    begins: dict[int, Path] = {}
    for path, number in found.lines.items():
        if path and (number not in begins or len(path) < len(begins[number])):
            begins[number] = path
    kept: dict[tuple[str, ...], Sequence[str]] = {}
    waiting: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if number in begins and waiting:
            kept.setdefault(_named(found.data, begins[number]), waiting)
            waiting = []
        elif line.lstrip().startswith("#"):
            waiting.append(line.strip())
        elif line.strip():
            waiting = []  # it stands within a text of several lines, or below all parts
    return kept


def _named(data: Any, path: Path) -> tuple[str, ...]:
    """The path with the parts of lists named by their names, so that it stays the same where they change places."""
    told = []
    for step in path:
        inner = data.get(step) if isinstance(data, Mapping) else data[step]  # a key that is no text is no name either
        name = next((inner[key] for key in _NAMES if key in inner), None) if isinstance(step, int) and isinstance(inner, Mapping) else None
        told.append(f"@{name}" if name is not None else str(step))
        data = inner
    return tuple(told)
