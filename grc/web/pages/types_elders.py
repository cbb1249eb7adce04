"""The older versions of a type that is being written: what of them is no longer there, and how many requests run on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grc.types import drafts, store
from grc.web.desk import Desk
from grc.web.pages.types_bench import Bench, counts
from workflows.catalogue import catalogue
from workflows.examine import labels_of
from workflows.said import Said, said


@dataclass(frozen=True, slots=True)
class Elder:
    """A version before this draft: its states and fields that the draft does not have, with what the draft says becomes of them."""

    version: int
    running: int
    states: Sequence[tuple[str, str]]
    fields: Sequence[tuple[str, str]]
    moved_states: Mapping[str, Any]
    moved_fields: Mapping[str, Any]


async def elders(desk: Desk, here: Bench) -> Sequence[Elder]:
    """The published versions, the newest first."""
    running = await counts(desk, here.name)
    numbers = {one.version for one in await drafts.versions(desk.tx, here.name)}
    numbers |= {number for name, number in catalogue().entries if name == here.name}
    whole = here.examined.whole if here.examined.shapely else {}
    found = []
    for number in sorted(numbers, reverse=True):
        document = await store.document(desk.tx, here.name, number)
        if document is not None:
            found.append(_elder(number, sum(running.get(number, {}).values()), document.data, whole))
    return found


def _elder(number: int, running: int, old: Mapping[str, Any], new: Mapping[str, Any]) -> Elder:
    labels = labels_of(old)
    states = [(name, labels.get(name, name)) for name in old.get("states") or {} if name not in (new.get("states") or {})]
    there = {part.get("name") for part in new.get("fields") or []}
    fields = [(part["name"], str(part.get("label") or part["name"])) for part in old.get("fields") or [] if part["name"] not in there]
    moves = said((new.get("moves") or {}).get(str(number)) or {})
    return Elder(number, running, states, fields, moves["states"] or Said(), moves["fields"] or Said())
