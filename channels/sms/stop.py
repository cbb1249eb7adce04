"""Whether a text asks that no more be sent, or that it may be again. Pure.

The whole text must say so: « STOP », « Arrêt », « STOP au 36180 ». « Stop aux nuisances rue des Pins » is a request.
"""

from __future__ import annotations

import re

from grc.fold import fold

STOP, START = "stop", "start"

_STOP = re.compile(r"(?:stop|arret|stopall|stop ?sms|arret ?sms|unsubscribe|desabonner|desinscription)(?: (?:au |a )?[0-9]{5})?")
_START = re.compile(r"start|unstop|reprendre|reprise")
_BETWEEN = re.compile(r"[^a-z0-9]+")


def wish(text: str) -> str:
    """STOP, START, or nothing."""
    if len(text) > 60:
        return ""
    said = _BETWEEN.sub(" ", fold(text)).strip()
    if _STOP.fullmatch(said):
        return STOP
    return START if _START.fullmatch(said) else ""
