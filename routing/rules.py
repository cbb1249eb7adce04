"""The rules of a collectivity: read from what its administrators wrote, and applied in their order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from grc.clock import PARIS
from grc.messages.model import InboundMessage
from routing.model import RuleFact
from routing.words import fold, holds, says_something

_BODY_LOOKED_AT = 20_000  # characters: words that matter stand at the beginning

Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
Phrases = Annotated[list[Phrase], Field(max_length=200)]


class ConditionsPart(BaseModel):
    """The `conditions` of a rule as they are stored: `{"words": ["lampadaire", "éclairage"], "from": ["@sydec.example"]}`."""

    model_config = ConfigDict(extra="forbid")

    senders: Phrases = Field(default=[], alias="from")
    to: Phrases = []
    subject: Phrases = []
    body: Phrases = []
    words: Phrases = []
    weekdays: list[Annotated[int, Field(ge=1, le=7)]] = []
    since: time | None = None
    until: time | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> ConditionsPart:
        if not any((self.senders, self.to, self.subject, self.body, self.words, self.weekdays, self.since, self.until)):
            raise ValueError("aucune condition : la règle prendrait tout")
        if (self.since is None) != (self.until is None):
            raise ValueError("une plage horaire a un début (since) et une fin (until)")
        for phrase in (*self.subject, *self.body, *self.words):
            if not says_something(phrase):
                raise ValueError(f"« {phrase} » ne contient aucun mot")
        return self


class OutcomePart(BaseModel):
    """The `outcome` of a rule as it is stored: `{"service": "voirie", "priority": 1}`."""

    model_config = ConfigDict(extra="forbid")

    service: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    type: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None
    priority: Annotated[int, Field(ge=1, le=4)] | None = None

    @model_validator(mode="after")
    def _decides_something(self) -> OutcomePart:
        if self.service is None and self.type is None and self.priority is None:
            raise ValueError("la règle ne décide rien : donnez un service, un type ou une priorité")
        return self


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold for a rule to apply: every part that is given; within a part, one entry is enough."""

    senders: tuple[str, ...]  # "@impots.example" or a whole address
    to: tuple[str, ...]  # the addresses it was written to: one that stands for a type of request
    subject: tuple[str, ...]
    body: tuple[str, ...]
    words: tuple[str, ...]  # in the subject or in the body
    weekdays: frozenset[int]  # 1 is Monday
    since: time | None  # a window of the day, Paris time; it may pass midnight
    until: time | None


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What a rule decides; what it leaves open is decided by the next one, or by default."""

    service: str | None
    type: str | None
    priority: int | None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a stored rule cannot be understood: it is passed over, and the decision says so."""

    why: str


def read(rule: RuleFact) -> tuple[Conditions, RuleOutcome] | Unreadable:
    """What a stored rule means. Never raises: one bad rule must not stop the mail of a town."""
    return _read(json.dumps(rule.conditions), json.dumps(rule.outcome))


@lru_cache(maxsize=4096)
def _read(conditions: str, outcome: str) -> tuple[Conditions, RuleOutcome] | Unreadable:
    try:
        asked = ConditionsPart.model_validate_json(conditions)
        given = OutcomePart.model_validate_json(outcome)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        return Unreadable(f"{where} : {first['msg']}".removeprefix(" : "))
    return (
        Conditions(
            senders=tuple(sender.lower() for sender in asked.senders),
            to=tuple(address.lower() for address in asked.to),
            subject=tuple(asked.subject),
            body=tuple(asked.body),
            words=tuple(asked.words),
            weekdays=frozenset(asked.weekdays),
            since=asked.since,
            until=asked.until,
        ),
        RuleOutcome(given.service, given.type, given.priority),
    )


class Text:
    """The words of a message, folded once and only where a rule asks for them."""

    __slots__ = ("_body", "_subject", "message")

    def __init__(self, message: InboundMessage) -> None:
        self.message = message
        self._subject: str | None = None
        self._body: str | None = None

    @property
    def subject(self) -> str:
        if self._subject is None:
            self._subject = fold(self.message.subject)
        return self._subject

    @property
    def body(self) -> str:
        if self._body is None:
            self._body = fold((self.message.reply_text or self.message.body_text)[:_BODY_LOOKED_AT])
        return self._body


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that applies, what it decides, and what it found, in French."""

    name: str
    outcome: RuleOutcome
    found: str


def matching(rules: tuple[RuleFact, ...], collectivity_id: int, message: InboundMessage, now: datetime) -> Iterator[Match | Unreadable]:
    """The rules of the collectivity that apply, in their order; in their place, those that cannot be read."""
    text = Text(message)
    for rule in sorted((rule for rule in rules if rule.collectivity_id == collectivity_id), key=lambda rule: rule.position):
        match read(rule):
            case Unreadable(why):
                yield Unreadable(f"La règle « {rule.name} » ne peut pas être lue ({why}) ; elle a été passée.")
            case (conditions, outcome):
                found = _found(conditions, text, now)
                if found is not None:
                    yield Match(rule.name, outcome, found)


def _found(conditions: Conditions, text: Text, now: datetime) -> str | None:
    """What makes the conditions hold, in French; None where one does not."""
    told: list[str] = []
    if conditions.senders:
        sender = text.message.from_addr.lower()
        if not any(sender == wanted or (wanted.startswith("@") and _in_domain(sender, wanted)) for wanted in conditions.senders):
            return None
        told.append(f"il vient de {sender}")
    if conditions.to:
        reached = next((address for address in _written_to(text.message) if address in conditions.to), None)
        if reached is None:
            return None
        told.append(f"il est écrit à {reached}")
    if conditions.weekdays or conditions.since is not None:
        local = now.astimezone(PARIS)
        if conditions.weekdays and local.isoweekday() not in conditions.weekdays:
            return None
        if conditions.since is not None and conditions.until is not None and not _within(local.time(), conditions.since, conditions.until):
            return None
        told.append(f"il est arrivé à {local:%H h %M}")
    for phrases, places, where in (
        (conditions.subject, ("subject",), "l’objet contient"),
        (conditions.body, ("body",), "le texte contient"),
        (conditions.words, ("subject", "body"), "il contient"),
    ):
        if phrases:
            phrase = next((phrase for phrase in phrases for place in places if holds(getattr(text, place), phrase)), None)
            if phrase is None:
                return None
            told.append(f"{where} « {phrase} »")
    return " et ".join(told)


def _written_to(message: InboundMessage) -> Iterator[str]:
    """Where it arrived, without plus-tags: the envelope first, for it tells the truth."""
    for address in message.recipients or (*message.to, *message.cc):
        local, at, domain = address.strip().lower().rpartition("@")
        yield f"{local.partition('+')[0]}{at}{domain}"


def _in_domain(sender: str, wanted: str) -> bool:
    domain = sender.rpartition("@")[2]
    return domain == wanted[1:] or domain.endswith("." + wanted[1:])


def _within(moment: time, since: time, until: time) -> bool:
    return since <= moment < until if since <= until else moment >= since or moment < until
