"""An agent asks whoever asked for what is missing: the law says what becomes of the clock, and the notice says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from grc.actions import law
from grc.actions.legal_act import LegalAct, Signer, begin
from grc.clock import PARIS
from grc.db.transaction import Transaction
from grc.errors import BadInput, Conflict
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey
from workflows.dates import days_in_words, with_weekday
from workflows.definition import Legal
from workflows.foresee import Foreseen, asking

MOST_ITEMS, LONGEST_ITEM, MOST_DAYS = 30, 300, 365


@dataclass(frozen=True, slots=True)
class Missing:
    """What is asked for: the items, how many days are given, and whether the request cannot be dealt with without them (L114-5-1)."""

    items: Sequence[str]
    days: int
    indispensable: bool = True
    words: str = ""

    def checked(self) -> Missing:
        """The same without blanks and doubles. BadInput names what is wrong."""
        items = tuple(dict.fromkeys(" ".join(item.split())[:LONGEST_ITEM] for item in self.items if item.strip()))
        if not items:
            raise BadInput("pieces", "Dites au moins une pièce\u00a0: la liste est obligatoire (R112-11-4).")
        if len(items) > MOST_ITEMS:
            raise BadInput("pieces", f"Demandez {MOST_ITEMS} pièces au plus.")
        if not 1 <= self.days <= MOST_DAYS:
            raise BadInput("jours", f"Donnez un délai de 1 à {MOST_DAYS} jours.")
        return Missing(items, self.days, self.indispensable, self.words.replace("\r\n", "\n").strip()[:4000])


async def ask_missing(tx: Transaction, agent: SignedIn, key: TicketKey, missing: Missing, by: str, signer: Signer, now: datetime) -> None:
    """Sends the request for items; the clock is suspended or starts anew as the law says. Conflict where it has ended."""
    missing, signer = missing.checked(), signer.checked()
    act = await begin(tx, agent, key, now)
    if act.clock.ended is not None:
        raise Conflict("Cette demande est déjà terminée\u00a0: il n’y a plus de pièces à demander.")
    notice = act.write("incomplete", said(missing, signer, foreseen(act, missing), act.case.definition.legal, now))
    await act.send(tx, "incomplete", notice, by, signer)
    act.happened("incomplete", now, days=missing.days, indispensable=missing.indispensable, items=missing.items)
    why = f"Pièces demandées\u00a0: {', '.join(missing.items)}."
    act.case.draft.tell("asked_missing", why, days=missing.days, indispensable=missing.indispensable)
    act.case.take_on(agent)
    await act.case.happen(tx, "agent_reply", {"answered": True})
    await act.done(tx)


def foreseen(act: LegalAct, missing: Missing) -> Foreseen:
    """What asking for these would change."""
    told = law.events(law.facts(act.standing.facts))
    return asking(act.case.definition.legal, act.case.ticket.region, told, act.now, missing.days, indispensable=missing.indispensable)


def said(missing: Missing, signer: Signer, changed: Foreseen, legal: Legal, now: datetime) -> dict[str, str]:
    """What the notice says of it."""
    return {
        "items": "\n".join(f"- {item}" for item in missing.items),
        "items_until": with_weekday(now.astimezone(PARIS).date() + timedelta(days=missing.days)),
        "period": days_in_words(missing.days),
        "rule": changed.rule,
        "new_implicit_on": with_weekday(changed.after) if changed.after else "",
        "duration": str(legal.duration),
        "words": missing.words,
        "signer_name": signer.name,
        "signer_capacity": signer.capacity,
    }
