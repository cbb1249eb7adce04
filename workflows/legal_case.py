"""One case of `grc clock`: JSON in, checked, computed, JSON out. The keys are a contract with the outside."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

import orjson
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from workflows.duration import Duration
from workflows.legal_clock import BadCase, Clock, EventKind, LegalEvent, Regime, deadlines
from workflows.working_days import FIRST_YEAR, LAST_YEAR, Region

LONGEST = 1 << 20  # bytes of a line: some twenty thousand events
_MOST_FAULTS = 5  # told of one line
_BEGINS = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d")
_NOT_JSON = "ce n’est pas une ligne JSON"

_SAID: dict[str, str] = {
    "missing": "il manque cette clé",
    "literal_error": "cette valeur n’est pas connue ; une de {expected}",
    "timezone_aware": "il manque le décalage horaire, par exemple 2026-01-10T09:00:00+01:00",
    "json_invalid": _NOT_JSON,
    "int_type": "un nombre entier est attendu",
    "bool_type": "true ou false est attendu",
    "list_type": "une liste est attendue",
    "model_type": "un objet est attendu",
    "extra_forbidden": "cette clé n’est pas connue",
    "greater_than_equal": "au moins {ge}",
    "less_than_equal": "au plus {le}",
    "value_error": "{error}",
}
_NO_MOMENT = "ce n’est pas un moment ; écrivez par exemple 2026-01-10T09:00:00+01:00"


def _written(at: Any) -> Any:
    """A moment is written out: a number of seconds in quotes is none, though pydantic reads it as one."""
    if not isinstance(at, str) or not _BEGINS.match(at):
        raise ValueError(_NO_MOMENT)
    return at


class EventPart(BaseModel):
    """An event as it is given. Other keys are let pass: a case may carry notes of its own."""

    model_config = ConfigDict(strict=True)

    at: Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_written)]
    kind: EventKind
    days: Annotated[int, Field(ge=0, le=36_500)] | None = None
    indispensable: bool = True
    decision: Literal["rejection", "acceptance"] | None = None


class DurationPart(BaseModel):
    """Months or days, one of the two."""

    model_config = ConfigDict(strict=True, extra="forbid")

    months: Annotated[int, Field(ge=1, le=1_200)] | None = None
    days: Annotated[int, Field(ge=1, le=36_500)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> DurationPart:
        if (self.months is None) == (self.days is None):
            raise ValueError("une durée s’écrit en mois ou en jours, l’un ou l’autre")
        return self


class CasePart(BaseModel):
    """A case as it is given."""

    model_config = ConfigDict(strict=True)

    regime: Regime
    duration: DurationPart = DurationPart(months=2)
    region: Region = "metropole"
    events: list[EventPart]


def answer(line: bytes) -> tuple[dict[str, Any], bool]:
    """What `grc clock` says of one line, and whether it could be computed. What is longer than LONGEST is not read."""
    if len(line) > LONGEST:
        return {"error": f"cette ligne dépasse {LONGEST >> 20} Mio"}, False
    try:
        orjson.loads(line)  # pydantic would let NaN and Infinity pass, which are no JSON
    except orjson.JSONDecodeError:
        return {"error": _NOT_JSON}, False
    try:
        case = CasePart.model_validate_json(line)
        clock = deadlines(case.regime, _duration(case.duration), case.region, [_event(event) for event in case.events])
    except ValidationError as error:
        return {"error": _told(error)}, False
    except BadCase as error:
        return {"error": str(error)}, False
    except (ValueError, OverflowError):  # a date past the end of the calendar
        return {"error": f"une date de ce cas sort du calendrier (années {FIRST_YEAR} à {LAST_YEAR})"}, False
    return as_json(clock), True


def as_json(clock: Clock) -> dict[str, Any]:
    """The clock with the keys and forms of the contract."""
    return {
        "aee_due": _date(clock.aee_due),
        "are_due": _date(clock.are_due),
        "implicit_decision_on": _date(clock.implicit_decision_on),
        "notify_by": _date(clock.notify_by),
        "born_at": clock.born_at.isoformat() if clock.born_at else None,
        "appeal_until": _date(clock.appeal_until),
        "suspended_days": clock.suspended_days,
        "steps": [
            {"rule": step.rule, "article": step.article, "from": _date(step.from_), "to": _date(step.to), "text": step.text}
            for step in clock.steps
        ],
    }


def _date(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _duration(part: DurationPart) -> Duration:
    return Duration(months=part.months) if part.months is not None else Duration(days=part.days or 0)


def _event(part: EventPart) -> LegalEvent:
    return LegalEvent(part.at, part.kind, part.days, part.indispensable, part.decision)


def _told(error: ValidationError) -> str:
    faults = error.errors(include_url=False, include_input=False)
    said = []
    for detail in faults[:_MOST_FAULTS]:
        where = ".".join(str(step) for step in detail["loc"])
        words = {key: str(value).replace(" or ", " ou ") for key, value in detail.get("ctx", {}).items()}
        text = _SAID.get(detail["type"], _NO_MOMENT if "datetime" in detail["type"] else detail["msg"]).format(**words)
        said.append(f"{where} : {text}" if where else text)
    if more := len(faults) - len(said):
        said.append(f"et {more} de plus")
    return " ; ".join(said)


def line_of(data: dict[str, Any]) -> bytes:
    """One line of JSON."""
    return orjson.dumps(data) + b"\n"
