"""Two persons who turn out to be one are joined, and parted again where that was wrong.

Nothing of theirs is moved: each keeps his addresses and his requests, and points to the one he is joined into. So what arrives in the
meantime is already with whom its address belongs, and parting gives everything back as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import NotFound, Refused

queries = sql.load(__file__, "join.sql")

MOST_TOLD = 200  # requests, the latest, whose timelines say it
MOST_HISTORY = 100
_NOBODY = "Cette personne n’existe pas, ou ne vous est pas accessible."


@dataclass(frozen=True, slots=True)
class By:
    """Who does it: an agent, or the program where `agent_id` is None."""

    name: str
    agent_id: int | None = None


PROGRAM = By("Service automatique")


@dataclass(frozen=True, slots=True)
class Joining:
    """A joining that stands: `id` is what `part` wants, `other` the person who was joined into this one."""

    id: int
    at: datetime
    who: str
    why: str
    other: int
    name: str


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of the history of what is known of a person."""

    id: int
    at: datetime
    who: str
    what: str
    why: str
    data: Mapping[str, Any]


async def join(tx: Transaction, collectivity_id: int, keep: int, other: int, by: By, why: str, now: datetime) -> int | None:
    """Joins `other` and all who are one with him into `keep`: the number of the joining, or None where they were one already.

    Their names stay on their requests; the whole is called as `keep` is. Raises NotFound where either is no person of this collectivity.
    """
    roots = {row["id"]: row["root"] async for row in queries.whole(tx.conn, collectivity_id=collectivity_id, ids=[keep, other])}
    if keep not in roots or other not in roots:
        raise NotFound(_NOBODY)
    held = [row async for row in queries.hold(tx.conn, collectivity_id=collectivity_id, roots=sorted({*roots.values()}))]
    names, root = {row["id"]: row["name"] for row in held}, {row["id"]: row["root"] for row in held}
    if keep not in root or other not in root:
        raise NotFound(_NOBODY)  # joined elsewhere while we waited: to be looked at again
    into, gone = root[keep], root[other]
    if into == gone:
        return None
    moved = [id for id, one in root.items() if one == gone]
    await queries.move(tx.conn, collectivity_id=collectivity_id, ids=moved, into=into)
    data = {"other": gone, "moved": moved, "name": names[gone]}
    number: int = await note(tx, collectivity_id, into, by, "joined", why, data, now)
    await note(tx, collectivity_id, gone, by, "joined_into", why, {"name": names[into], "joining": number}, now)
    await _tell(tx, collectivity_id, moved, by, "person_joined", why, {"name": names[into]}, now)
    await _tell(tx, collectivity_id, [id for id, one in root.items() if one == into], by, "person_joined", why, {"name": names[gone]}, now)
    return number


async def part(tx: Transaction, collectivity_id: int, joining: int, by: By, why: str, now: datetime) -> int:
    """Takes a joining back: everybody who came with it is again who he was. Gives the number of the person parted.

    What arrived meanwhile stays with the person whose address it came from. Raises NotFound, and Refused where it no longer stands.
    """
    found = await queries.joining(tx.conn, collectivity_id=collectivity_id, id=joining)
    if found is None:
        raise NotFound("Cette réunion n’existe pas, ou ne vous est pas accessible.")
    now_in = {row["id"]: row["root"] async for row in queries.whole(tx.conn, collectivity_id=collectivity_id, ids=[found["other"]])}
    whole = now_in.get(found["other"])
    held = [row async for row in queries.hold(tx.conn, collectivity_id=collectivity_id, roots=[whole])] if whole is not None else []
    names, root = {row["id"]: row["name"] for row in held}, {row["id"]: row["root"] for row in held}
    again = await queries.joining(tx.conn, collectivity_id=collectivity_id, id=joining)
    if not again["stands"] or root.get(found["other"], found["other"]) == found["other"]:
        raise Refused("Ces deux fiches sont déjà séparées. Rechargez la page.")
    leaving = [id for id in found["moved"] if id in root]
    await queries.move(tx.conn, collectivity_id=collectivity_id, ids=[found["other"]], into=None)
    await queries.move(tx.conn, collectivity_id=collectivity_id, ids=[id for id in leaving if id != found["other"]], into=found["other"])
    told = {"joining": joining, "name": names[found["other"]]}
    await note(tx, collectivity_id, found["keep"], by, "parted", why, told, now)
    await note(tx, collectivity_id, found["other"], by, "parted_from", why, {"name": names[whole]}, now)
    await _tell(tx, collectivity_id, leaving, by, "person_parted", why, {"name": names[whole]}, now)
    staying = [id for id in root if id not in leaving]
    await _tell(tx, collectivity_id, staying, by, "person_parted", why, {"name": names[found["other"]]}, now)
    other: int = found["other"]
    return other


async def joinings(tx: Transaction, collectivity_id: int, person_id: int) -> Sequence[Joining]:
    """The joinings of a person that can be taken back, the latest first."""
    rows = queries.joinings(tx.conn, collectivity_id=collectivity_id, person_id=person_id)
    return [Joining(*row.values()) async for row in rows]


async def history(tx: Transaction, collectivity_id: int, person_id: int) -> Sequence[Happened]:
    """What happened to what is known of a person, the latest first."""
    rows = queries.history(tx.conn, collectivity_id=collectivity_id, person_id=person_id, most=MOST_HISTORY)
    return [Happened(*row.values()) async for row in rows]


async def note(
    tx: Transaction, collectivity_id: int, person_id: int, by: By, what: str, why: str, data: Mapping[str, Any], now: datetime
) -> int:
    """Writes a line of that history; its number."""
    number: int = await queries.note(
        tx.conn, collectivity_id=collectivity_id, person_id=person_id, at=now, who=by.name, agent_id=by.agent_id, what=what, why=why,
        data=dict(data),
    )  # fmt: skip
    return number


async def _tell(
    tx: Transaction, collectivity_id: int, persons: Sequence[int], by: By, what: str, why: str, data: Mapping[str, Any], now: datetime
) -> None:
    rows = queries.tell(
        tx.conn, collectivity_id=collectivity_id, persons=list(persons), at=now, who=by.name, agent_id=by.agent_id, what=what, why=why,
        data=dict(data), most=MOST_TOLD,
    )  # fmt: skip
    for row in [row async for row in rows]:
        tx.wake("ticket", f"{collectivity_id}:{row['id']}:{what}")
