"""What surrounds every page of an agent: the views with their counters, who he is, how he likes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from grc.tickets import inbox
from grc.tickets.inbox import BY_LAW, CAP, Counts, View
from grc.web.desk import Desk
from grc.web.module import HasCorner
from grc.web.parts import CHANNELS
from grc.web.ways import ways_of

VIEWS = (
    (View.MINE, "Les miens", "user"),
    (View.UNASSIGNED, "À prendre", "hand"),
    (View.LATE, "En retard", "clock-alert"),
    (View.ALL, "Tous", "inbox"),
    (View.CLOSED, "Clos", "archive"),
    (View.LAW_PASSED, "Passées", "gavel"),
    (View.LAW_TODAY, "Aujourd’hui", "calendar-clock"),
    (View.LAW_WEEK, "Sous sept jours", "calendar-days"),
)
LAW = "Échéances légales"
TITLES = {view: f"{LAW}\u00a0: {title.lower()}" if view in BY_LAW else title for view, title, _ in VIEWS}
_PRESSING = (View.LATE, View.LAW_PASSED)


@dataclass(frozen=True, slots=True)
class ViewLine:
    """One view in the pane of views."""

    view: str
    title: str
    icon: str
    count: str
    here: bool
    pressing: bool
    group: str = ""  # of those that follow, where one begins


def view_lines(counts: Counts, here: View | None) -> list[ViewLine]:
    """The views with their counters, said no further than « 99+ »."""
    numbers = {
        View.MINE: counts.mine, View.UNASSIGNED: counts.unassigned, View.LATE: counts.late, View.LAW_PASSED: counts.law_passed,
        View.LAW_TODAY: counts.law_today, View.LAW_WEEK: counts.law_week,
    }  # fmt: skip
    return [
        ViewLine(
            view.value, title, icon, capped(numbers.get(view, 0)), view is here, view in _PRESSING and numbers[view] > 0,
            LAW if view is BY_LAW[0] else "",
        )
        for view, title, icon in VIEWS
    ]  # fmt: skip


def capped(number: int) -> str:
    """A counter in as few signs as it needs: nothing for none."""
    return "" if number == 0 else f"{CAP - 1}+" if number >= CAP else str(number)


async def frame(desk: Desk, counts: Counts | None = None, here: View | None = None) -> Mapping[str, Any]:
    """The values every page of an agent needs."""
    counts = counts if counts is not None else await inbox.counts(desk.tx, desk.agent, desk.now)
    agent = desk.agent
    return {
        "agent": agent,
        "initials": initials(agent.name),
        "views": view_lines(counts, here),
        "theme": theme(agent.preferences),
        "keys": agent.preferences.get("keys", True),
        "ways": await ways_of(desk),
        "corners": [c for room in desk.request.app[CHANNELS].values() if isinstance(room, HasCorner) and (c := room.corner(agent))],
        "csrf": agent.csrf,
    }


def theme(preferences: Mapping[str, Any]) -> str:
    """`light`, `dark`, or empty: as the system has it."""
    chosen = preferences.get("theme")
    return chosen if chosen in ("light", "dark") else ""


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """Two letters for a name."""
    words = [word for word in name.replace("-", " ").split() if word[:1].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"
