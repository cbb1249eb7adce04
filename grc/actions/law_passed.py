"""A deadline of the law passes, or its reminder comes: what follows for every type, beside what the type itself makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grc.actions import law
from grc.actions.draft import Alert, Draft
from grc.actions.prepare_attestation import prepare_attestation
from grc.clock import PARIS
from grc.db import sql
from grc.db.transaction import Transaction
from grc.tickets.model import Ticket
from workflows.dates import in_words, with_weekday
from workflows.definition import Definition

_queries = sql.load(__file__, "law_passed.sql")

# What an agent is told where one passes unmet: the word of the alarm, and the line of the timeline.
_LATE = {
    "aee": ("ack_late", "L’accusé d’enregistrement n’est pas parti dans le jour ouvré qui suit la réception (R112-11-2)."),
    "are": ("ack_late", "L’accusé de réception n’est pas parti dans les dix jours ouvrés (R112-11-2). Les délais de recours ne courent pas "
                        "(L112-12)."),
    "notify": ("decision_late", "Le dernier jour pour notifier une décision avant la décision implicite est passé."),
    "reasons": ("reasons_late", "Les motifs de la décision implicite de rejet n’ont pas été communiqués dans le mois (L232-4)."),
}  # fmt: skip
_SOON = {
    "are": "Rappel\u00a0: l’accusé de réception est dû au plus tard le {day}.",
    "notify": "Rappel\u00a0: dernier jour pour notifier une décision, le {day}.",
    "reasons": "Rappel\u00a0: les motifs de la décision implicite sont dus au plus tard le {day}.",
}
SOON = "legal_soon"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a deadline that passed: the line of the timeline, and the word of the alarm (empty: nobody need look)."""

    what: str
    why: str
    alarm: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def outcome(definition: Definition, kind: str, due_at: datetime, *, closed: bool) -> Outcome:
    """What the passing of a deadline of this kind means for a request of this type. Pure."""
    day = in_words(due_at.astimezone(PARIS).date())
    match kind:
        case "implicit_decision":
            legal = definition.legal
            worth = "d’acceptation" if legal.regime == "sva" else "de rejet"
            closed_so = "La demande a été close sans décision notifiée\u00a0: une" if closed else "Faute de décision notifiée, une"
            why = f"{closed_so} décision implicite {worth} est née le {day} ({legal.article})."
            return Outcome("implicit_decision", why, "implicit_decision", {"regime": legal.regime, "born_at": due_at.isoformat()})
        case "complete":
            return Outcome("items_missing", f"Les pièces demandées ne sont pas arrivées avant la fin du {day}.", "items_missing")
        case "appeal":
            return Outcome("appeal_over", f"Le délai de recours s’est achevé le {day}.")
        case _:
            alarm, why = _LATE[kind]
            return Outcome("late", why, alarm, {"kind": kind})


async def passed(tx: Transaction, ticket: Ticket, definition: Definition, draft: Draft, kind: str, due_at: datetime) -> None:
    """A deadline of this kind has passed unmet: the agent is told. What silence has decided is kept with the day it was born, whatever
    the day on which this is written, and its attestation is ready."""
    found = outcome(definition, kind, due_at, closed=ticket.phase == "closed")
    draft.tell(found.what, found.why, **found.data)
    if found.alarm:
        draft.columns |= {"alarm": found.alarm, "unread": True}
        draft.alerts.append(Alert(found.what, kind, due_at))
    if kind == "implicit_decision":  # nothing can be notified in time any more, and there is something to appeal against
        law.follow(draft, law.Standing.of(ticket), definition, ticket.region, is_open=ticket.phase == "open")
        if definition.legal.regime == "sva" and ticket.legal:
            await prepare_attestation(tx, ticket, definition, draft, await _heads(tx, ticket))


async def reminded(tx: Transaction, ticket: Ticket, draft: Draft, kind: str, at: datetime) -> None:
    """A reminder of a deadline: before it, to the agent in charge; after it, to the head of the service."""
    due = next((d.due_at for d in ticket.open_deadlines if d.kind == kind and d.reminds is None), None)
    if due is None or kind in draft.met:
        return
    if at > due:
        await _told_above(tx, ticket, draft, kind, due)
    elif due > draft.now:  # a reminder of what has passed meanwhile reminds of nothing
        why = _SOON[kind].format(day=with_weekday(due.astimezone(PARIS).date()))
        draft.tell("legal_reminder", why, kind=kind, to_id=ticket.assignee_id)
        draft.alerts.append(Alert("reminder", kind, due))
        draft.columns["unread"] = True
        if draft.columns.get("alarm", ticket.alarm) is None:
            draft.columns["alarm"] = SOON


async def _told_above(tx: Transaction, ticket: Ticket, draft: Draft, kind: str, due: datetime) -> None:
    heads = await _heads(tx, ticket)
    names = ", ".join(name for _, name in heads) or "personne\u00a0: ce service n’a pas de responsable"
    why = f"Échéance légale passée depuis le {in_words(due.astimezone(PARIS).date())}. Signalée à {names}."
    draft.tell("told_above", why, kind=kind, to_ids=[number for number, _ in heads])
    draft.alerts.append(Alert("above", kind, due))
    draft.columns |= {"alarm": "legal_above", "unread": True}


async def _heads(tx: Transaction, ticket: Ticket) -> list[tuple[int, str]]:
    """Who leads the service: number and name."""
    rows = _queries.heads(tx.conn, collectivity_id=ticket.key.collectivity_id, service_id=ticket.service_id)
    return [(row["id"], row["name"]) async for row in rows]
