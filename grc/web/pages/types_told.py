"""What would happen at one moment of a trial, in French sentences: state, messages, deadlines, what agents see. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grc.actions.draft import Draft
from grc.actions.trial import Lived
from grc.tickets.model import NewDeadline, NewErrand, NewMessage, OpenDeadline
from grc.web import telling, words
from workflows import vocabulary
from workflows.definition import Definition
from workflows.vocabulary import NBSP


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that would be written: to whom, its subject, its words."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One moment in words."""

    title: str
    when: str
    refused: str
    state: str
    moved: bool
    letters: Sequence[Letter]
    deadlines: Sequence[str]
    lines: Sequence[str]


def told_of(definition: Definition, lived: Lived) -> Step:
    """What the page says of a moment."""
    kind = lived.moment.happens
    name = kind.removeprefix("transition:")
    act = definition.by_name.get(name) if kind != name else None
    title = act.label if act else _capital(vocabulary.happening(kind, _labels(definition)))
    when = words.moment(lived.at)
    if lived.step is None or lived.draft is None:
        return Step(title, when, lived.refused, "", False, (), (), ())
    before, after = definition.states.get(lived.before), definition.states[lived.step.state]
    moved = before is None or before.name != after.name
    state = after.label if before is None or not moved else f"{before.label} → {after.label}"
    draft = lived.draft
    return Step(
        title, when, "", state, moved, [_letter(message) for message in draft.messages], list(_deadlines(definition, draft)),
        list(_lines(definition, draft)),
    )  # fmt: skip


def due_words(definition: Definition, due: OpenDeadline) -> str:
    """« Objectif de réponse, lundi 12 janvier 2026 à 23 h 59 »."""
    label = _label(definition, due.kind)
    return f"{'rappel de ' if due.reminds else ''}«{NBSP}{label}{NBSP}», {words.moment(due.due_at)}"


def _labels(definition: Definition) -> dict[str, str]:
    return {kind: rule.label for kind, rule in definition.deadlines.items()}


def _label(definition: Definition, kind: str) -> str:
    rule = definition.deadlines.get(kind)
    return rule.label if rule is not None else telling.deadline(kind)


def _letter(message: NewMessage) -> Letter:
    if message.direction == "note":
        return Letter("Note aux agents", message.subject, message.body_text)
    return Letter("Au tiers" if message.audience == "third" else "Au demandeur", message.subject, message.body_text)


def _deadlines(definition: Definition, draft: Draft) -> Iterator[str]:
    for deadline in draft.deadlines:
        yield _begun(definition, deadline)
    for kind in dict.fromkeys(draft.met):
        yield f"«{NBSP}{_label(definition, kind)}{NBSP}» est tenue."
    for kind in draft.paused:
        yield f"«{NBSP}{_label(definition, kind)}{NBSP}» est suspendue."
    for moved in draft.resumed:
        yield f"Une échéance reprend et passe {words.moment(moved.due_at)}."


def _begun(definition: Definition, deadline: NewDeadline) -> str:
    label = f"«{NBSP}{_label(definition, deadline.kind)}{NBSP}»"
    if deadline.reminds:
        return f"Rappel de {label} {words.moment(deadline.due_at)}."
    why = f" {deadline.reasons[-1]}" if deadline.reasons else ""
    return f"{label} {'attend, suspendue' if deadline.paused_at else 'passe'} {words.moment(deadline.due_at)}.{why}"


def _lines(definition: Definition, draft: Draft) -> Iterator[str]:
    for event in draft.events:
        if event.what not in ("state", "act"):
            told = telling.event(event.what, event.data).text
            yield f"Historique : {told}{f' : {event.why}' if event.why else '.'}" if told else f"Historique : {event.why}"
        elif event.why:
            yield f"Historique : {event.why}"
    columns = draft.columns
    if columns.get("alarm"):
        yield f"Un agent est alerté : {columns.get('alarm_text') or telling.alarm(columns['alarm'])}"
    if columns.get("unread"):
        yield "La demande est montrée comme nouvelle."
    if "priority" in columns:
        yield f"Priorité : {telling.PRIORITIES.get(columns['priority'], columns['priority'])}."
    for name, to in draft.papers:
        paper = definition.documents[name]
        yield f"Document établi : {paper.title}{', envoyé au demandeur' if to == 'requester' else ''}."
    yield from (told for errand in draft.errands if (told := _task(errand)))


def _task(errand: NewErrand) -> str:
    match errand.kind:
        case "create":
            where = {"here": "ici", "agency": "à l’agence"}.get(str(errand.data.get("where")), "dans la collectivité choisie")
            return f"Une demande liée s’ouvre {where} : {errand.data.get('subject')}"
        case "tell":
            return "Les demandes liées sont prévenues."
        case "call":
            return f"L’autre logiciel «{NBSP}{errand.data.get('hook')}{NBSP}» est appelé."
        case _:
            return ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
