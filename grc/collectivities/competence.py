"""Who is competent for what, where: a rule of the agency, a body, a place. Values alone; rows are in `competence_rows.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

Competent = Literal["collectivity", "commune", "epci", "outside"]
COMPETENT: tuple[Competent, ...] = get_args(Competent)


@dataclass(frozen=True, slots=True)
class Body:
    """Who is competent. `collectivity_id` is there only where it uses the service, so that a request can be passed to it; else it is
    written to. `postal_address` has its lines separated by newlines; it and the e-mail are empty where they are not known.
    """

    collectivity_id: int | None
    kind: str  # as `Collectivity.kind` has it; `outside` for a body that is no collectivity of ours
    name: str
    email: str = ""
    postal_address: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request is about: the commune by its INSEE code, or an EPCI as a whole (then `insee` is empty)."""

    insee: str
    name: str
    commune: Body | None = None
    siren: str = ""  # of its EPCI
    epci: Body | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Competence:
    """A rule: of what (types or words), where (communes and EPCI by their codes; without any: everywhere), who, and from when to when.

    `who` says how `body` is found: named by the rule, or the commune or the EPCI of the place. Both days are counted.
    """

    id: int
    title: str
    types: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    epci: tuple[str, ...] = ()
    who: Competent
    competent_id: int | None = None  # where the rule names a collectivity
    body: Body | None = None
    begins_on: date | None = None
    ends_on: date | None = None
    active: bool = True
    example: bool = False
