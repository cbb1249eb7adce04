"""What an operator may change about the citizen's page: how heavy the files of an answer may be."""

from __future__ import annotations

from grc.settings import Settings
from grc.web.citizen.limits import Limits


def suivi_limits(settings: Settings) -> Limits:
    """The limits of the files of an answer, on this installation."""
    return Limits.within(settings.max_upload_bytes)
