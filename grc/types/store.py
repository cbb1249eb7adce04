"""Which definition a ticket runs on, and which one a new ticket of a collectivity begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction
from grc.types import settings
from workflows import yaml_lines
from workflows.catalogue import UnknownType, catalogue
from workflows.definition import Definition, build
from workflows.inherit import amend, merge
from workflows.yaml_lines import Document

_queries = sql.load(__file__, "types.sql")
MOST_KNOWN = 5_000
PLAIN = 0  # the variant of a ticket that runs on the type as it is


@dataclass(frozen=True, slots=True)
class Current:
    """The definition a new ticket of a collectivity begins with, the settings of the collectivity in it (0: none), and the notices of the
    law that it words itself: the numbers of its words by their names."""

    definition: Definition
    variant: int
    notices: Mapping[str, int] = field(default_factory=dict)


async def definition(tx: Transaction, name: str, version: int, variant: int = PLAIN) -> Definition:
    """The definition that a ticket runs on. Published versions and settings never change, so each is read once a process.

    Raises UnknownType where there is none.
    """
    known: dict[Any, Definition] = tx.known
    found = known.get((name, version, variant))
    if found is None:
        found = await _read(tx, name, version, variant)
        if len(known) >= MOST_KNOWN:
            known.clear()
        known[name, version, variant] = found
    return found


async def current(tx: Transaction, collectivity_id: int, name: str) -> Current:
    """What a new ticket of this type begins with here. Raises UnknownType."""
    row = await _queries.current(tx.conn, collectivity_id=collectivity_id, name=name)
    version = max(_newest_file(name), row["version"])
    if version == 0:
        raise UnknownType(f"no type is called « {name} »")
    return Current(await definition(tx, name, version, row["variant"]), row["variant"], row["notices"])


async def offered(tx: Transaction, collectivity_id: int, audience: str = "citizen", *, on: date | None) -> Sequence[Current]:
    """The types that this collectivity offers to an audience on a day, by category and title; for None, those that are closed as well."""
    rows = {row["name"]: row async for row in _queries.offered(tx.conn, collectivity_id=collectivity_id)}
    found = []
    for name in {*catalogue().names(), *(n for n, row in rows.items() if row["version"])}:
        row = rows.get(name)
        version = max(_newest_file(name), row["version"] if row else 0)
        variant = row["variant"] if row else PLAIN
        made = await definition(tx, name, version, variant)
        if made.audience == audience and (on is None or made.is_open(on)):
            found.append(Current(made, variant))
    return sorted(found, key=lambda one: (one.definition.category, one.definition.title))


async def document(tx: Transaction, name: str, version: int) -> Document | None:
    """The document of a published version, whole (with what it extends), or None."""
    if (name, version) in catalogue().entries:
        return catalogue().document(name, version)
    row = await _queries.document(tx.conn, name=name, version=version)
    return await whole(tx, row["document"]) if row else None


async def whole(tx: Transaction, text: str) -> Document:
    """A document with what it extends. Raises yaml_lines.Unreadable where it is no YAML."""
    found = yaml_lines.read(text)
    below = await below_of(tx, found.data)
    return merge(below, found) if below is not None else found


async def below_of(tx: Transaction, data: Any) -> Document | None:
    """The document that this one extends, or None where it extends none that there is."""
    extends = data.get("extends") if isinstance(data, Mapping) else None
    if not isinstance(extends, Mapping):
        return None
    name, version = extends.get("name"), extends.get("version")
    return await document(tx, name, version) if isinstance(name, str) and isinstance(version, int) else None


async def _read(tx: Transaction, name: str, version: int, variant: int) -> Definition:
    patch = await _queries.patch(tx.conn, id=variant, name=name) if variant else None
    if variant == PLAIN and (name, version) in catalogue().entries:
        return catalogue().get(name, version)
    found = await document(tx, name, version)
    if found is None or (variant and patch is None):
        raise UnknownType(f"no type is called « {name} » version {version}" + (f" with settings {variant}" if variant else ""))
    return build(amend(found.data, settings.fitting(found.data, patch["patch"])) if patch else found.data, f"{name} {version}")


def _newest_file(name: str) -> int:
    entry = catalogue().newest.get(name)
    return entry.definition.version if entry is not None else 0
