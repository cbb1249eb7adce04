"""The ways in the trunk of an agent: the core's own and those of the modules, as far as his roles reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from grc.collectivities.kinds import kinds
from grc.web.module import Way
from grc.web.parts import CHANNELS, MODULES
from grc.web.route import Who
from workflows.register import registers

if TYPE_CHECKING:
    from grc.web.desk import Desk

REGISTERS = Way("/agent/registres", "Registres", "book-marked", Who.AGENT)
AGENCY = Way("/agent/agence", "Demander à l’agence", "life-buoy", Who.AGENT)  # for the agents of its members
OWN: tuple[Way, ...] = (
    AGENCY,
    Way("/agent/guichet", "Guichet", "store", Who.AGENT),
    Way("/agent/personnes", "Personnes", "users", Who.AGENT),
    Way("/agent/agenda", "Agenda", "calendar-days", Who.AGENT),
    Way("/agent/chiffres", "Chiffres", "chart-column", Who.CHIEF),
    Way("/agent/sortant", "Courrier sortant", "send", Who.AGENT),
    REGISTERS,
    Way("/admin/types", "Types de demande", "shapes", Who.ADMIN, administers=True),
    Way("/admin/competences", "Compétences", "landmark", Who.ADMIN, agency=True, administers=True),
    Way("/admin/sources-abusives", "Sources abusives", "shield-ban", Who.CHIEF, administers=True),
    Way("/admin/avis", "Avis légaux", "scroll-text", Who.ADMIN, administers=True),
    Way("/admin/sites", "Site internet", "app-window", Who.ADMIN, administers=True),
    Way("/admin/mentions", "Pages légales", "scale", Who.ADMIN, administers=True),
    Way("/admin/reponses", "Réponses reçues", "mail-question-mark", Who.ADMIN, administers=True),
    Way("/agent/boites", "Boîtes", "mailbox", Who.ADMIN, administers=True),
    Way("/agent/registre", "Arrivées et envois", "book-open-check", Who.ADMIN, administers=True),
)


@runtime_checkable
class HasWays(Protocol):
    """What a channel has besides, where agents work on pages of its own."""

    def ways(self) -> Iterable[Way]:
        """Its links in the trunk of agents."""
        ...


async def ways_of(desk: Desk) -> Sequence[Way]:
    """The links this agent sees: of the modules and channels first, since they are what he does all day."""
    rooms = (*desk.request.app[MODULES].values(), *(room for room in desk.request.app[CHANNELS].values() if isinstance(room, HasWays)))
    ways = (*(way for room in rooms for way in room.ways()), *OWN)
    agencies = [id for id, kind in (await kinds(desk.tx, desk.agent.collectivities)).items() if kind == "agency"]
    members = await desk.members()
    return [
        way
        for way in ways
        if (any(desk.agent.may(way.who.value, id) for id in agencies) if way.agency else desk.agent.may(way.who.value))
        and (way is not REGISTERS or registers())
        and (way is not AGENCY or members)
    ]
