"""The JSON Schema of a definition document, for editors that complete and underline. Pure.

Two shapes: a whole document, and one that extends another, whose named parts say only what they change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflows.document import DefinitionPart

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ON_TOP = "OnTop"
# The parts that a document on top may say in part; all others it says whole, or not at all (workflows/inherit.py).
_AMENDED = (
    "DefinitionPart", "LegalPart", "Field", "Choice", "Item", "StatePart", "TransitionPart", "TextPart", "DeadlineRule", "Notice", "Paper",
    "Figure", "ScenarioPart",
)  # fmt: skip
_DROPPED = ("Field", "Choice", "Item", "TransitionPart", "Figure", "ScenarioPart")


def schema() -> dict[str, Any]:
    """The schema of `modules/<name>/definition.yaml` and of the documents made in the browser."""
    made = DefinitionPart.model_json_schema(by_alias=True)
    parts: dict[str, Any] = {**made.pop("$defs"), "DefinitionPart": made}
    on_top = {_ON_TOP + name: _amending(name, parts[name]) for name in _AMENDED}
    return {
        "$schema": DIALECT,
        "title": "Type de demande",
        "if": {"required": ["extends"]},
        "then": {"$ref": f"#/$defs/{_ON_TOP}DefinitionPart", "required": ["name", "version"]},
        "else": {"$ref": "#/$defs/DefinitionPart"},
        "$defs": parts | on_top,
    }


def _amending(name: str, part: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a part that says only what it changes: nothing is required, and what is emptied is taken away."""
    properties: dict[str, Any] = {key: {"anyOf": [_renamed(one), {"type": "null"}]} for key, one in part["properties"].items()}
    if name in _DROPPED:
        properties["drop"] = {"const": True}
    return {**{key: value for key, value in part.items() if key != "required"}, "properties": properties}


def _renamed(node: Any) -> Any:
    """The same, where a part that may be said in part stands for the whole one."""
    if isinstance(node, Mapping):
        return {key: _reference(value) if key == "$ref" else _renamed(value) for key, value in node.items()}
    return [_renamed(one) for one in node] if isinstance(node, list) else node


def _reference(text: str) -> str:
    name = text.rpartition("/")[2]
    return f"#/$defs/{_ON_TOP}{name}" if name in _AMENDED else text
