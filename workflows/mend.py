"""What is wrong in a definition document: the line, the place, and how to mend it, in French, for whoever writes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import ValidationError

from workflows import astray, faults, yaml_lines
from workflows.astray import LEGAL_KINDS
from workflows.document import DefinitionPart
from workflows.faults import Fault
from workflows.inherit import merge
from workflows.register import Registers, registers
from workflows.yaml_lines import Document

__all__ = ["LEGAL_KINDS", "Below", "Fault", "examine", "nothing_below", "validate"]

# The document of a type at a version, whole (what it extends itself is in it); None where there is none.
Below = Callable[[str, int], Document | None]


def nothing_below(_name: str, _version: int) -> Document | None:
    """Where no other type is known."""
    return None


def validate(
    text: str, below: Below = nothing_below, known: Registers | None = None
) -> tuple[DefinitionPart | None, Document, tuple[Fault, ...]]:
    """The document in its shape, the lines of its parts, and every fault: of shape, else of names that point nowhere.

    `known` are the registers it may name; those of this installation where none are given.
    """
    try:
        found = yaml_lines.read(text)
    except yaml_lines.Unreadable as error:
        return None, Document(None, {}), (Fault(error.line, f"ce n’est pas du YAML lisible : {error}"),)
    return validate_read(found, below, known)


def validate_read(
    found: Document, below: Below = nothing_below, known: Registers | None = None
) -> tuple[DefinitionPart | None, Document, tuple[Fault, ...]]:
    """The same of a document that was read already; the document that comes back is whole, with what it extends."""
    extends = found.data.get("extends") if isinstance(found.data, Mapping) else None
    if isinstance(extends, Mapping):
        name, version = extends.get("name"), extends.get("version")
        under = below(name, version) if isinstance(name, str) and isinstance(version, int) else None
        if under is None:
            told = f"extends : le type « {name} » n’a pas de version {version} ; corrigez le nom ou la version."
            return None, found, (Fault(found.line(("extends",)), told),)
        found = merge(under, found)
    part, wrong = examine(found, known)
    return part, found, wrong


def examine(found: Document, known: Registers | None = None) -> tuple[DefinitionPart | None, tuple[Fault, ...]]:
    """A document that was read, or merged, in its shape, with every fault."""
    try:
        part = DefinitionPart.model_validate(found.data)
    except ValidationError as error:
        return None, faults.of_shape(found, error)
    return part, tuple(sorted(set(astray.astray(part, found, registers() if known is None else known))))
