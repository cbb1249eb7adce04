"""A collectivity says something of its own on a type of the agency, or takes back what it said. The whole must stay sound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from grc.db.transaction import Transaction
from grc.errors import NotFound
from grc.types import setting_rows, settings, store
from grc.types.drafts import newest
from grc.types.settings import Wrong
from workflows.check import check
from workflows.definition import BadDefinition, build
from workflows.edit import Path
from workflows.inherit import amend
from workflows.texts import SHARED, names


async def settle(
    tx: Transaction, collectivity_id: int, name: str, told: Iterable[tuple[Path, Any]], by: int, now: datetime
) -> tuple[Wrong, ...]:
    """Puts in force what is said at these places, on top of what was said before; or nothing, with why not.

    A place where the agency said something else since counts as looked at once something is said there.
    """
    await setting_rows.hold(tx, collectivity_id, name)
    number = await newest(tx, name)
    found = await store.document(tx, name, number) if number else None
    if found is None:
        raise NotFound("Ce type n’existe pas, ou n’est plus en vigueur.")
    whole, before = found.data, await setting_rows.current(tx, collectivity_id, name)
    patch: dict[str, Any] = dict(before.patch) if before else {}
    faults = []
    looked = []
    for path, value in told:
        patch, fault = settings.say(patch, whole, path, value)
        looked.append(path)
        if fault:
            faults.append(fault)
    if not faults:
        faults = list(_unsound(whole, patch))
    if faults:
        return tuple(faults)
    seen = settings.seen_after(whole, patch, before.seen if before else {}, looked)
    if before is None or (patch, seen) != (before.patch, before.seen):
        await setting_rows.save(tx, collectivity_id, name, patch, seen, number, by, now)
    return ()


def _unsound(whole: Mapping[str, Any], patch: Mapping[str, Any]) -> Iterable[Wrong]:
    """What would no longer hold of the type with these settings."""
    try:
        made = build(amend(whole, settings.fitting(whole, patch)), "")
    except BadDefinition as error:
        yield from (Wrong((), fault.text) for fault in error.faults)
        return
    known = set(check(build(whole, ""), names(SHARED)))
    yield from (Wrong((), fault) for fault in check(made, names(SHARED)) if fault not in known)
