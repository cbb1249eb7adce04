"""The rules of the agency on who is competent as they are kept, and the places they speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.collectivities.competence import Body, Competence, Place
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import NotFound
from grc.fold import slug

_queries = sql.load(__file__, "competence_rows.sql")


@dataclass(frozen=True, slots=True)
class Kept:
    """A rule with who wrote it and when, for its page."""

    rule: Competence
    made_by: str
    made_at: datetime
    changed_by: str
    changed_at: datetime

    @property
    def hands(self) -> Sequence[tuple[str, datetime]]:
        """Who wrote it and when, and who changed it last, where somebody did."""
        made, changed = (self.made_by, self.made_at), (self.changed_by, self.changed_at)
        return (made,) if self.made_at == self.changed_at else (made, changed)


async def rules(tx: Transaction) -> Sequence[Competence]:
    """The rules that may apply: those in use. `routing.competence` looks at their days."""
    return [_rule(row) async for row in _queries.applied(tx.conn)]


async def everything(tx: Transaction) -> Sequence[Kept]:
    """All rules with their authors, in their order."""
    rows = _queries.rules(tx.conn)
    return [Kept(_rule(r), r["made_by"] or "", r["made_at"], r["changed_by"] or "", r["changed_at"]) async for r in rows]


async def place_of(tx: Transaction, insee: str) -> Place | None:
    """The commune of this code as a place, or None where there is none here."""
    row = await _queries.place_of(tx.conn, insee=insee)
    return _place(row) if row else None


async def home_of(tx: Transaction, collectivity_id: int) -> Place | None:
    """The place a collectivity stands for: a commune, or an EPCI as a whole. None for the others."""
    row = await _queries.home_of(tx.conn, collectivity_id=collectivity_id)
    return _place(row) if row else None


@dataclass(frozen=True, slots=True)
class Territory:
    """A commune (INSEE) or an EPCI (SIREN) that a rule may be limited to."""

    kind: str
    code: str
    name: str


async def territories(tx: Transaction, named: Sequence[str]) -> Mapping[str, Sequence[Territory]]:
    """What each of these names or codes means; several for a homonym, none for what is not known."""
    slugs = {one: slug(one) for one in named}
    rows = [row async for row in _queries.territories(tx.conn, slugs=list(slugs.values()), codes=list(named))]
    return {
        one: [Territory(row["kind"], row["code"], row["name"]) for row in rows if row["code"] == one or row["slug"] == slugs[one]]
        for one in named
    }


async def named_place(tx: Transaction, named: str) -> Place | None:
    """The commune of this name or code as a place; None where there is none, or several."""
    found = [one for one in (await territories(tx, [named]))[named] if one.kind == "commune"]
    return await place_of(tx, found[0].code) if len(found) == 1 else None


async def bodies(tx: Transaction, named: str) -> Sequence[int]:
    """The numbers of the collectivities of this name or code; two where the name is not enough."""
    return [row["id"] async for row in _queries.bodies(tx.conn, slug=slug(named), code=named)]


async def choices(tx: Transaction) -> Sequence[tuple[str, str]]:
    """Every collectivity: name and code."""
    return [(row["name"], row["code"]) async for row in _queries.choices(tx.conn)]


async def write(tx: Transaction, owner: int, rule: Competence, agent_id: int | None, now: datetime) -> int:
    """Adds the rule where its number is 0, else changes it; its number. NotFound where there is no such rule of this owner."""
    number: int | None = await _queries.write(
        tx.conn, owner=owner, id=rule.id or None, title=rule.title, types=list(rule.types), words=list(rule.words),
        communes=list(rule.communes), epci=list(rule.epci), who=rule.who, competent_id=rule.competent_id,
        body_name=_outside(rule, "name"), body_email=_outside(rule, "email"), body_address=_outside(rule, "postal_address"),
        begins_on=rule.begins_on, ends_on=rule.ends_on, active=rule.active, example=rule.example, agent_id=agent_id, now=now,
    )  # fmt: skip
    if number is None:
        raise NotFound("Cette règle n’existe pas, ou n’est pas la vôtre.")
    return number


def _outside(rule: Competence, what: str) -> str:
    return str(getattr(rule.body, what)) if rule.who == "outside" else ""


def _rule(row: Mapping[str, Any]) -> Competence:
    return Competence(
        id=row["id"], title=row["title"], types=tuple(row["types"]), words=tuple(row["words"]), communes=tuple(row["communes"]),
        epci=tuple(row["epci"]), who=row["who"], competent_id=row["competent_id"], body=_body(row["body"]), begins_on=row["begins_on"],
        ends_on=row["ends_on"], active=row["active"], example=row["example"],
    )  # fmt: skip


def _place(row: Mapping[str, Any]) -> Place:
    return Place(row["insee"] or "", row["name"], _body(row["commune"]), row["siren"] or "", _body(row["epci"]))


def _body(row: Sequence[Any] | None) -> Body | None:
    if row is None:
        return None
    number, uses_it, kind, name, email, address = row
    return Body(number if uses_it else None, kind, name, email or "", address or "")
