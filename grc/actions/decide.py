"""An agent decides: the decision is written with its reasons and the ways of appeal, signed, and leaves or is printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from grc.actions.legal_act import MAIL, Signer, begin, words
from grc.db.transaction import Transaction
from grc.errors import BadInput, Conflict
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey

OUTCOMES = {"acceptance": "accord", "rejection": "refus"}


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided, and why: the reasons of law and of fact are owed where it is unfavourable (L211-2, L211-5)."""

    outcome: Literal["acceptance", "rejection"]
    text: str
    reasons: str = ""

    def checked(self) -> Decision:
        """The same without blanks around. BadInput names what is missing."""
        if self.outcome not in OUTCOMES:
            raise BadInput("sens", "Dites si la décision est un accord ou un refus.")
        text = words(self.text, "decision", "Écrivez ce qui est décidé.")
        if self.outcome == "rejection":
            return Decision(
                self.outcome, text, words(self.reasons, "motifs", "Écrivez les raisons de ce refus\u00a0: elles sont dues (L211-2).")
            )
        return Decision(self.outcome, text, self.reasons.replace("\r\n", "\n").strip()[:20_000])

    def said(self, signer: Signer) -> dict[str, str]:
        """What the notice says of it."""
        return {
            "outcome": self.outcome, "decision": self.text, "reasons": self.reasons, "signer_name": signer.name,
            "signer_capacity": signer.capacity,
        }  # fmt: skip


async def decide(tx: Transaction, agent: SignedIn, key: TicketKey, decision: Decision, by: str, signer: Signer, now: datetime) -> None:
    """Writes the decision. By mail it is notified once it has left; as a letter, once an agent says when and how it was given.

    Conflict where one was notified already, or the request was taken back.
    """
    decision, signer = decision.checked(), signer.checked()
    act = await begin(tx, agent, key, now)
    ended = act.clock.ended
    if ended is not None:
        done = "a été retirée" if ended.kind == "withdrawn" else "a déjà reçu une décision"
        raise Conflict(f"Cette demande {done}.")
    born = act.clock.born_at
    if decision.outcome == "rejection" and act.case.definition.legal.regime == "sva" and born is not None and born <= now:
        raise Conflict("Le silence a déjà valu acceptation\u00a0: un refus serait un retrait de cette décision (L242-1).")
    notice = act.write("decision", decision.said(signer))
    await act.send(tx, "decision", notice, by, signer, attached=True)
    act.happened("decided", now, decision=decision.outcome, why=decision.reasons[:2000])
    why = "Elle part à l’instant." if by == MAIL else "Elle est à signer et à remettre ou à poster\u00a0: dites ensuite quand."
    act.case.draft.tell("decided", why, outcome=OUTCOMES[decision.outcome])
    act.case.take_on(agent)
    await act.case.happen(tx, "agent_reply", {"answered": True})
    await act.done(tx)
