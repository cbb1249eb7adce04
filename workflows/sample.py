"""Values that a request of a type might have, so that a text or a document can be seen before anybody asked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from workflows.computed import computed
from workflows.definition import Definition
from workflows.parts.fields import Field

_SOON, _HOUR = timedelta(days=9), time(14, 30)


def values(definition: Definition, today: date) -> Mapping[str, Any]:
    """One plausible value for each field, the computed ones reckoned from the others."""
    return computed(definition, _all(definition.fields, today))


def _all(fields: Iterable[Field], today: date) -> dict[str, Any]:
    return {field.name: _value(field, today) for field in fields if field.kind != "computed"}


def _value(field: Field, today: date) -> Any:
    match field.kind:
        case "long_text":
            return "Depuis lundi soir, devant le numéro 12."
        case "number":
            low, high = (bound if isinstance(bound, int | float) else None for bound in (field.min, field.max))
            return low if low is not None else min(3, high) if high is not None else 3
        case "date":
            return (today + _SOON).isoformat()
        case "moment":
            return datetime.combine(today + _SOON, _HOUR).isoformat(timespec="minutes")
        case "choice":
            first = field.choices[0].value if field.choices else ""
            return [first] if field.many else first
        case "check":
            return True
        case "email":
            return "camille.essai@exemple.fr"
        case "phone":
            return "+33639980000"
        case "file":
            return ["photo.jpg"]
        case "person":
            return {"name": "Camille Essai", "email": "camille.essai@exemple.fr", "phone": "+33639980000"}
        case "place":
            return {"text": "12 rue du Tuc"}
        case "collectivity":
            return {"id": 0, "name": "Sabres"}
        case "record":
            return {"id": 0, "title": field.label}
        case "group":
            return [_all(field.fields, today)]
        case _:
            return field.label.rstrip(" ?:\u00a0\u202f")
