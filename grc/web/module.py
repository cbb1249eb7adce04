"""The face of a module that has code. One that is data alone has none: its documents say all there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from grc.web.route import Route, Who

if TYPE_CHECKING:
    from grc.people.agents import SignedIn
    from grc.tickets.page import TicketPage
    from grc.web.desk import Desk
    from workflows.definition import Definition


@dataclass(frozen=True, slots=True)
class Way:
    """A link in the trunk of agents: where it leads, its word and sign (a lucide name), and who sees it.

    `agency`: only whoever has that role at the agency, not the agents of its members. `administers`: a page one seldom opens, folded
    under « Administrer ».
    """

    path: str
    label: str
    icon: str
    who: Who
    agency: bool = False
    administers: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A block at the side of a ticket: a template of the module (`incidents/panel.html`) with its values."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Corner:
    """Something shown in the corner of every page of an agent: a path that gives its inside, read anew whenever the stream tells `news`."""

    path: str
    news: str
    label: str  # how it is called aloud


@runtime_checkable
class HasCorner(Protocol):
    """What a channel has besides, where it shows agents what happens at this moment, wherever they are."""

    def corner(self, agent: SignedIn) -> Corner | None:
        """What it shows this agent; None where nothing can happen to him."""
        ...


class Module(Protocol):
    """A folder of modules with an `__init__.py` exposes `module(room) -> Module`; the core knows nothing else of it."""

    name: str  # of its folder
    title: str  # how a French sentence calls it: « Assistance informatique »

    def routes(self) -> Iterable[Route]:
        """Its pages. Handlers for signed-in agents are given a Desk. Empty where it has none."""
        ...

    def ways(self) -> Iterable[Way]:
        """Its links in the trunk of agents. Empty where it has none."""
        ...


@runtime_checkable
class HasPanels(Protocol):
    """What a module has besides, where it shows something of its own beside the tickets of its types, and of types made from them."""

    async def panels(self, desk: Desk, ticket: TicketPage, definition: Definition) -> Sequence[Panel]:
        """The blocks for this ticket, within the transaction of the agent who looks."""
        ...


def with_panels(module: object) -> HasPanels | None:
    """The module as the page of a ticket sees it, or None where it shows nothing there."""
    return module if isinstance(module, HasPanels) else None
