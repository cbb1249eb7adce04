"""The agency's helpdesk: its documents say almost all; the code is the screen of whoever sorts what comes in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from grc.messages.channel import Room
from grc.web.module import Way
from grc.web.route import Route, Who
from grc.web.routes import REF
from modules.incidents import triage

PATH = "/agent/triage"


@dataclass(frozen=True, slots=True)
class Incidents:
    """The helpdesk."""

    name: str = field(default="incidents", init=False)
    title: str = field(default="Assistance informatique", init=False)

    def routes(self) -> Iterable[Route]:
        """The screen of triage and what is done there."""
        return (
            Route("GET", PATH, triage.show, Who.AGENT, "triage"),
            Route("POST", f"{PATH}/{REF}/{{act:[a-z]+}}", triage.act, Who.AGENT, "triage_act", max_body=200_000),
        )

    def ways(self) -> Iterable[Way]:
        """Triage, for the agency's own agents."""
        return (Way(PATH, "Triage", "list-filter", Who.AGENT, agency=True),)


def module(_room: Room) -> Incidents:
    """The module in this house."""
    return Incidents()
