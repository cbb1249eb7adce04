"""What an operator may change about forms, and what is fixed for good reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from grc.settings import Settings
from grc.web.citizen.limits import Limits


@dataclass(frozen=True, slots=True)
class FormSettings:
    """`proof_cost`: rounds of PBKDF2 a try takes, some 256 tries a form. The rest is the brake on machines.

    Without JavaScript there is no proof of work: such a form waits until `youngest` (a person took longer to type it, a machine
    loses the time), and a network may send `unproved` of them in `window`. Nobody is asked to prove that he is human.
    """

    limits: Limits
    proof_cost: int = 5_000
    youngest: timedelta = timedelta(seconds=2)
    unproved: int = 120
    by_page: int = 5
    window: timedelta = timedelta(hours=1)


def form_settings(settings: Settings) -> FormSettings:
    """The settings of this installation."""
    return FormSettings(
        limits=Limits.within(settings.max_upload_bytes),
        proof_cost=settings.form_proof_cost,
        unproved=settings.form_unproved_per_hour,
    )
