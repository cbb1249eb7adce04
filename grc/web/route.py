"""What a page or an API call declares about itself: path, handler, and who may use it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Who(StrEnum):
    """Who may use a route. There is no default: a route without one does not exist."""

    ANYONE = "anyone"  # public page; the handler gets a transaction only by asking for one
    LINK = "link"  # whoever holds the capability in the path (tracking link, hook)
    AGENT = "agent"  # a signed-in agent, whatever his role
    CHIEF = "chief"  # head of a service
    ADMIN = "admin"  # administrator of a collectivity
    OPERATOR = "operator"  # runs the installation


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table of routes. `max_body` is in bytes; a larger request is refused before it is read."""

    method: str
    path: str
    handler: Callable[..., Awaitable[Any]]
    who: Who
    name: str
    max_body: int = 1_000_000
