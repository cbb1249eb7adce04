"""The effects of a transition or a reaction, each with its condition: from the parts of the document to values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflows import effects as asked
from workflows import reckoned
from workflows.condition import Condition, conditions
from workflows.formula import parse
from workflows.parts import effects as part


@dataclass(frozen=True, slots=True)
class Consequence:
    """An effect, or what becomes one when its moment comes, and the condition under which it is asked for."""

    effect: asked.Effect | reckoned.Reckoned
    when: tuple[Condition, ...] = ()


def consequences(parts: Iterable[part.AnyEffect]) -> tuple[Consequence, ...]:
    """The consequences these parts describe, in their order."""
    return tuple(Consequence(_effect(one), conditions(one.when)) for one in parts)


def _effect(one: part.AnyEffect) -> asked.Effect | reckoned.Reckoned:
    match one:
        case part.AcknowledgePart():
            return asked.Acknowledge()
        case part.NotifyPart():
            return asked.Notify(one.text, one.to)
        case part.StartDeadlinesPart():
            return asked.StartDeadlines(tuple(one.kinds))
        case part.MeetDeadlinePart():
            return asked.MeetDeadline(one.kind)
        case part.AlarmPart():
            return asked.Alarm(one.word, one.sentence or "")
        case part.RecordPart():
            return asked.Record(one.what, one.why, one.data)
        case part.MarkUnreadPart():
            return asked.MarkUnread()
        case part.MarkReadPart():
            return asked.MarkRead()
        case part.AssignPart():
            return asked.AssignService(one.service) if one.service else asked.AssignTo(one.to or "nobody")
        case part.SetPart():
            return reckoned.SetBy(one.field, parse(one.formula)) if one.formula else asked.SetField(one.field, one.value)
        case part.PrioritisePart():
            return reckoned.PrioritiseBy(parse(one.formula)) if one.formula else asked.Prioritise(one.to or 2)
        case part.CreatePart():
            formulas = {name: parse(text) for name, text in one.fields.items()}
            return reckoned.CreateBy(one.type, one.where, one.subject, formulas, one.wait)
        case part.TellLinkedPart():
            return reckoned.TellBy(one.transition, one.message)
        case part.ProducePart():
            return asked.Produce(one.document, one.to)
        case part.EnterPart():
            return reckoned.EnterBy(one.register_, {name: parse(text) for name, text in one.fields.items()})
        case part.CallPart():
            return asked.CallHook(one.hook)
