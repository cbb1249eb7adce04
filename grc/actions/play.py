"""A life played for whoever writes a type: a scenario of its document, or moments that he types, and what each of them does. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from grc.actions.trial import MOST, Lived, Moment, Place, live
from grc.collectivities.model import Collectivity, Service
from grc.errors import BadInput
from grc.tickets.model import Ticket
from workflows.check import consequences_of, effect_name
from workflows.definition import Definition, Scenario
from workflows.document import Author, HappeningName
from workflows.effects import AssignService

_REQUESTER, _ADDRESS = "Camille Essai", "camille.essai@exemple.fr"


class _Typed(BaseModel):
    """A moment as a line of JSON says it."""

    model_config = ConfigDict(extra="forbid")

    happens: HappeningName
    by: Author
    data: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    at: AwareDatetime | None = None


def typed(lines: Iterable[bytes | str]) -> list[Moment]:
    """The moments of these lines of JSON. Raises BadInput with the line and what is wrong in it."""
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            one = _Typed.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(step) for step in first["loc"])
            raise BadInput(where, f"ligne {number}{f', {where}' if where else ''} : {first['msg']}") from None
        found.append(Moment(one.happens, one.by, one.data, one.fields, one.at))
    if len(found) > MOST:
        raise BadInput("", f"cette vie a plus de {MOST} moments\u202f; raccourcissez-la.")
    return found


def told(definition: Definition, asked: str) -> list[Moment]:
    """The moments of a scenario, by its number from 1 or by words of its title. Raises BadInput with those there are."""
    one = _scenario(definition.scenarios, asked)
    return [Moment(moment.happens, moment.by, moment.data, moment.fields) for moment in one.life]


def _scenario(scenarios: Sequence[Scenario], asked: str) -> Scenario:
    if asked.isdigit() and 0 < int(asked) <= len(scenarios):
        return scenarios[int(asked) - 1]
    found = [one for one in scenarios if asked.casefold() in one.title.casefold()]
    if len(found) == 1:
        return found[0]
    titles = {one.title.casefold(): one for one in scenarios}
    if not found and (near := get_close_matches(asked.casefold(), titles, n=1)):
        return titles[near[0]]
    listed = "\n".join(f"{number}. {one.title}" for number, one in enumerate(scenarios, 1))
    which = "plusieurs scénarios portent" if found else "aucun scénario ne porte"
    raise BadInput("scenario", f"{which} « {asked} »\u202f; il y a\u00a0:\n{listed or 'aucun scénario'}")


def played(definition: Definition, moments: Sequence[Moment], begins: datetime) -> Iterator[dict[str, Any]]:
    """What each moment does, as JSON has it. One that is not possible says why, and the life goes on without it."""
    place = _place(definition)
    for number in range(1, len(moments) + 1):
        life = live(definition, place, moments[:number], begins, _REQUESTER, _ADDRESS)
        yield _line(life.lived[-1], life.ticket)


def _line(lived: Lived, ticket: Ticket | None) -> dict[str, Any]:
    line: dict[str, Any] = {"happens": lived.moment.happens, "by": lived.moment.by, "at": lived.at.isoformat()}
    if lived.step is None:
        return {**line, "state": lived.before, "refused": lived.refused}
    return {
        **line,
        "state": lived.step.state,
        "effects": [effect_name(effect) for effect in lived.step.effects],
        "fields": dict(lived.step.fields),
        "deadlines": _deadlines(ticket) if ticket is not None else [],
    }


def _deadlines(ticket: Ticket) -> list[Mapping[str, Any]]:
    """The deadlines that stand, reminders and timers included, the first one first."""
    return [
        {
            "kind": one.kind, "due": one.due_at.isoformat(), "paused": one.paused_at.isoformat() if one.paused_at else None,
            "reminds": one.reminds is not None,
        }
        for one in sorted(ticket.open_deadlines, key=lambda one: (one.due_at, one.id))
    ]  # fmt: skip


def _place(definition: Definition) -> Place:
    """A town hall of nowhere that has every service the type names."""
    named = [definition.service, *(c.effect.slug for c in consequences_of(definition) if isinstance(c.effect, AssignService))]
    slugs = list(dict.fromkeys(slug for slug in named if slug)) or ["accueil"]
    services = {slug: (number, slug) for number, slug in enumerate(slugs, 1)}
    town = Collectivity(0, "commune", "Essai", "mairie@exemple.fr", "05 58 00 00 00", "1 place de la Mairie\n40000 Essai", "metropole")
    return Place(town, Service(0, 1, slugs[0], slugs[0], None, None), services)
