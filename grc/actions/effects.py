"""What the engine asked for becomes lines of the draft: timeline, deadlines, outbox, errands. Written later, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grc.actions.draft import Draft
from grc.tickets.model import MovedDeadline, NewDeadline, NewErrand, NewLegalFact, NewMessage
from workflows import effects as asked
from workflows.definition import LEGAL_KINDS, Definition


def _nothing(*_: Any) -> None:
    return None


def _none(*_: Any) -> tuple[()]:
    return ()


@dataclass(frozen=True, slots=True)
class Means:
    """How effects are carried out that need more than the draft: each is a function of this ticket, made by the action.

    `notice` renders a message of the service by its name and to whom; `due` reckons the deadlines of the given kinds (all where empty),
    `resumed` those that run again; `standing` are the kinds that are unmet; `service` finds a service of the collectivity by its slug.
    `ends` is what breaks the silence of the law where the type says that it is broken: `notified` by us, `withdrawn` by whoever asked.
    """

    definition: Definition
    due: Callable[[Sequence[str]], Sequence[NewDeadline]] = _none
    notice: Callable[[str, str], NewMessage | None] = _nothing
    resumed: Callable[[Sequence[str]], Sequence[MovedDeadline]] = _none
    standing: frozenset[str] = frozenset()
    service: Callable[[str], tuple[int, str] | None] = _nothing
    ends: str = "notified"


def apply(effects: Sequence[asked.Effect], draft: Draft, means: Means) -> None:
    """Carries out each effect, in order, into the draft."""
    for effect in effects:
        match effect:
            case asked.Acknowledge():
                _send(draft, means.notice("ack", "requester"))
            case asked.Notify(template, to):
                _send(draft, means.notice(template, to))
            case asked.StartDeadlines(kinds):
                draft.begun |= set(kinds or _by_law(means.definition)) & set(LEGAL_KINDS)
                begun = means.due(kinds)
                draft.deadlines.extend(begun)
                draft.restarted.extend({d.kind for d in begun} & means.standing & set(means.definition.deadlines))
            case asked.MeetDeadline(kind) if kind in LEGAL_KINDS:
                _meet_by_law(draft, kind, means)
            case asked.MeetDeadline(kind):
                draft.met.append(kind)
            case asked.PauseDeadlines(kinds):
                draft.paused.extend(kinds)
            case asked.ResumeDeadlines(kinds):
                draft.resumed.extend(means.resumed(kinds))
            case asked.Alarm(word, sentence):
                draft.columns |= {"alarm": word, "alarm_text": sentence or None}
            case asked.Record(what, why, data):
                draft.tell(what, why, **data)
            case asked.MarkUnread():
                draft.columns["unread"] = True
            case asked.MarkRead():
                draft.columns["unread"] = False
            case asked.CloseTicket():
                draft.columns |= {"phase": "closed", "closed_at": draft.now}
                draft.met.extend(kind for kind in means.definition.deadlines if kind in means.standing)
                draft.errands.append(NewErrand("closed"))
            case asked.ReopenTicket():
                draft.columns |= {"phase": "open", "closed_at": None}
                draft.errands.append(NewErrand("reopened"))
            case asked.AssignService(slug):
                _assign_service(draft, means.service(slug), slug)
            case asked.AssignTo(whom):
                _assign(draft, whom)
            case asked.SetField():
                pass  # the step gives the fields whole: whoever made it keeps them
            case asked.Prioritise(priority):
                draft.columns["priority"] = priority
            case asked.CreateLinked(kind, where, subject, fields, waits):
                wanted: Mapping[str, Any] = {"type": kind, "where": where, "subject": subject, "fields": dict(fields), "waits": waits}
                draft.errands.append(NewErrand("create", wanted))
            case asked.TellLinked(transition, message):
                draft.errands.append(
                    NewErrand("tell", {"transition": transition, "message": message, "by": draft.agent_id, "who": draft.who})
                )
            case asked.Produce(document, to):
                draft.papers.append((document, to))
            case asked.Enter(register, fields):
                draft.errands.append(NewErrand("enter", {"register": register, "fields": dict(fields)}))
            case asked.CallHook(hook):
                draft.errands.append(NewErrand("call", {"hook": hook}))


def _send(draft: Draft, notice: NewMessage | None) -> None:
    if notice is not None:
        draft.send(notice)


def _by_law(definition: Definition) -> tuple[str, ...]:
    """The deadlines of the law that begin where a type begins all it has: those of its regime."""
    return LEGAL_KINDS if definition.legal.regime != "none" else ()


def _meet_by_law(draft: Draft, kind: str, means: Means) -> None:
    """What meets a deadline of the law is a fact, of which the deadlines follow; the last day to notify has none of its own."""
    fact = {"are": "acknowledged", "implicit_decision": means.ends}.get(kind)
    if fact is not None and kind in means.standing and not any(one.kind == fact for one in draft.legal):
        draft.legal.append(NewLegalFact(fact, draft.now, draft.who, draft.agent_id))


def _assign_service(draft: Draft, service: tuple[int, str] | None, slug: str) -> None:
    if service is None:
        draft.tell("unmoved", f"Le service « {slug} », que ce type de demande désigne, n’existe pas ici.")
        return
    draft.columns |= {"service_id": service[0], "assignee_id": None}
    draft.tell("handed", f"Confié au service {service[1]}.", to=service[1])


def _assign(draft: Draft, whom: str) -> None:
    if whom == "nobody":
        draft.columns["assignee_id"] = None
        draft.tell("unassigned")
    elif draft.agent_id is not None:
        draft.columns["assignee_id"] = draft.agent_id
        draft.tell("assigned", to=draft.who, to_id=draft.agent_id)
