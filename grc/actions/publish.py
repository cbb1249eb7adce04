"""A draft becomes the next version of its type, for ever; or a version is withdrawn, so that no new request begins with it."""

from __future__ import annotations

from datetime import datetime

from grc.db.transaction import Transaction
from grc.errors import Conflict, NotFound
from grc.types import drafts, store
from workflows import edit, yaml_lines
from workflows.examine import Examined, examine
from workflows.yaml_write import write

GONE = "Ce brouillon n’existe plus : il a été publié ou abandonné."


async def publish(tx: Transaction, collectivity_id: int, name: str, by: int, now: datetime) -> int:
    """The number of the new version. Conflict where the draft still has something to mend, NotFound where there is none."""
    draft = await drafts.draft(tx, collectivity_id, name, hold=True)
    if draft is None:
        raise NotFound(GONE)
    number = await drafts.newest(tx, name) + 1
    text = numbered(draft.document, name, number)
    found = await looked_at(tx, text)
    if not found.sound:
        count = len(found.faults)
        told = "un point reste à corriger" if count == 1 else f"{count} points restent à corriger"
        raise Conflict(f"Ce type ne peut pas encore être publié : {told}.")
    await drafts.publish(tx, collectivity_id, name, number, text, by, now)
    return number


def numbered(text: str, name: str, number: int) -> str:
    """The document under its own name and this number, whatever it said. One that cannot be read stays as it is."""
    try:
        own = yaml_lines.read(text).data
    except yaml_lines.Unreadable:
        return text
    if not isinstance(own, dict):
        return text
    return write(edit.put(edit.put(own, {}, ("name",), name), {}, ("version",), number), text)


async def looked_at(tx: Transaction, text: str) -> Examined:
    """A document as it stands, with what it extends."""
    try:
        data = yaml_lines.read(text).data
    except yaml_lines.Unreadable:
        return examine(text)
    return examine(text, await store.below_of(tx, data))


async def withdraw(tx: Transaction, collectivity_id: int, name: str, version: int) -> None:
    """No new request begins with this version. NotFound where it is not in force, or not of this collectivity."""
    if not await drafts.withdraw(tx, collectivity_id, name, version):
        raise NotFound("Cette version n’est pas, ou n’est plus, en vigueur.")
