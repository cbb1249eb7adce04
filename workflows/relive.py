"""A scenario told anew as its type lives it now: what happens stays, the states and effects that follow are those of the engine. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grc.errors import Refused
from workflows.check import STANDING, WHEN, effect_name
from workflows.definition import Definition
from workflows.engine import Happening, UnsaidFact, step


def relived(definition: Definition, life: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The moments of a life as they go now. One that can no longer happen is left out; effects are told where they were."""
    state, fields = "", dict[str, Any]()
    told = []
    for moment in life:
        data = {**STANDING, **(moment.get("data") or {})}
        try:
            after = step(definition, state, Happening(moment["happens"], moment["by"], data, moment.get("fields") or {}), WHEN, fields)
        except (Refused, UnsaidFact):
            continue
        state, fields = after.state, dict(after.fields)
        effects = {"effects": [effect_name(effect) for effect in after.effects]} if "effects" in moment else {}
        told.append({**moment, "state": state, **effects})
    return told
