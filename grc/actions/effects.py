"""What the engine asked for becomes lines of the draft: timeline, deadlines, outbox. Written later, in the ticket's transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grc.actions.draft import Draft
from grc.tickets.model import NewDeadline, NewMessage
from workflows import effects as asked
from workflows.definition import Definition


@dataclass(frozen=True, slots=True)
class Means:
    """How effects are carried out that need more than the draft: each is a function of this ticket, made by the action.

    `notice` renders a message of the service by its name; `due` reckons the deadlines of the given kinds (all where empty).
    """

    definition: Definition
    notice: Callable[[str], NewMessage | None]
    due: Callable[[Sequence[str]], Sequence[NewDeadline]]


def apply(effects: Sequence[asked.Effect], draft: Draft, means: Means) -> None:
    """Carries out each effect, in order, into the draft."""
    for effect in effects:
        match effect:
            case asked.Acknowledge():
                _send(draft, means.notice("ack"))
            case asked.Notify(template):
                _send(draft, means.notice(template))
            case asked.StartDeadlines(kinds):
                draft.deadlines.extend(means.due(kinds))
            case asked.MeetDeadline(kind):
                draft.met.append(kind)
            case asked.Alarm(word):
                draft.columns["alarm"] = word
            case asked.Record(what, why, data):
                draft.tell(what, why, **data)
            case asked.MarkUnread():
                draft.columns["unread"] = True
            case asked.MarkRead():
                draft.columns["unread"] = False
            case asked.CloseTicket():
                draft.columns |= {"phase": "closed", "closed_at": draft.now}
            case asked.ReopenTicket():
                draft.columns |= {"phase": "open", "closed_at": None}


def _send(draft: Draft, notice: NewMessage | None) -> None:
    if notice is None:
        return
    draft.messages.append(notice)
    if notice.delivery is not None and notice.delivery.state == "held":
        draft.columns["alarm"] = "ack_held"
        draft.tell(
            "ack_held",
            "Cette adresse a déjà reçu aujourd’hui le nombre maximal de messages automatiques : un agent doit décider de l’envoi.",
        )
