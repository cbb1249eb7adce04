"""How long the collection of mail waits for what, and how much it does at once."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds and counts. The defaults are for the world; tests take shorter ones."""

    connect: float = 15.0  # to open a connection and be greeted
    silence: float = 30.0  # without a byte while an answer is awaited
    body: float = 1200.0  # for one whole portion of mail, however steadily it drips
    idle: float = 270.0  # before IDLE is renewed: many servers and routers forget a connection after five minutes
    poll: float = 60.0  # between two looks where IDLE is missing
    first_pause: float = 0.5  # after a first failure, then doubled
    longest_pause: float = 60.0
    turn: float = 2.0  # between two looks at who has which account
    alive: float = 10.0  # after which a silent worker loses its accounts
    per_host: int = 800  # connections to one server
    opening: int = 20  # of them being opened at the same time
    yielding: float = 30.0  # a connection is kept at least so long where others wait for their turn
    large: int = 4  # large mails held in memory at once


def pause(failures: int, pace: Pace) -> float:
    """How long to wait after so many failures in a row: longer each time, never the same for everybody."""
    longest: float = min(pace.longest_pause, pace.first_pause * 2 ** min(failures - 1, 30))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311  # spreads load, guards nothing
