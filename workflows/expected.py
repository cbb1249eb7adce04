"""What the law expects of an agent now: the one act that comes first, and the others that he may do. Pure."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workflows.legal_clock import LegalEvent
from workflows.legal_due import Reckoned, missing

Act = Literal[
    "start", "acknowledge", "ask_missing", "complete", "decide", "notify", "withdraw", "ask_reasons", "give_reasons", "attest", "correct"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expected:
    """`first` is what the law waits for (None: nothing of us), `others` what may be done besides, in the order of a request's life."""

    first: Act | None
    others: tuple[Act, ...] = ()


def expected(found: Reckoned, events: tuple[LegalEvent, ...], standing: Set[str], regime: str, now: datetime) -> Expected:
    """What comes next; `standing` are the deadlines of the law that are unmet. Where no clock runs, ask nothing of this."""
    happened = {event.kind for event in events}
    clock = found.clock
    owes_receipt: tuple[Act, ...] = ("acknowledge",) if "are" in standing else ()
    if clock.ended is not None:
        late: tuple[Act, ...] = owes_receipt if clock.ended.kind == "notified" else ()
        return Expected(late[0] if late else None, ("correct",))
    born = clock.born_at is not None and clock.born_at <= now
    if born and regime == "sva":
        return Expected("attest", ("correct",))
    if born:
        return _refused(happened, owes_receipt)
    waits = bool(missing(clock, events))
    decided = "decided" in happened
    acts: list[Act] = [*owes_receipt]
    if decided:
        acts.append("notify")
    if waits:
        acts.append("complete")
    acts.append("decide")
    others: list[Act] = ["ask_missing", "withdraw", "correct"]
    first = acts[0]
    return Expected(first, (*acts[1:], *others))


def _refused(happened: Set[str], owes_receipt: tuple[Act, ...]) -> Expected:
    """Silence has refused: the reasons may be asked for, and an express decision may still come."""
    asked, given = "reasons_asked" in happened, "reasons_given" in happened
    if asked and not given:
        return Expected("give_reasons", (*owes_receipt, "decide", "correct"))
    ask: tuple[Act, ...] = () if asked else ("ask_reasons",)
    if "decided" in happened:
        return Expected("notify", (*owes_receipt, *ask, "correct"))
    return Expected(owes_receipt[0] if owes_receipt else None, (*ask, "decide", "correct"))
