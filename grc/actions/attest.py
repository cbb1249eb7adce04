"""The attestation of an implicit acceptance leaves for whoever asks for it (L232-3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from grc.actions.legal_act import Signer, begin
from grc.actions.situation import Situation
from grc.clock import PARIS
from grc.db.transaction import Transaction
from grc.errors import Conflict
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey
from workflows.dates import with_weekday
from workflows.legal_clock import Clock


async def attest(tx: Transaction, agent: SignedIn, key: TicketKey, by: str, signer: Signer, now: datetime) -> None:
    """Sends it, signed. Conflict where silence has accepted nothing."""
    signer = signer.checked()
    act = await begin(tx, agent, key, now)
    clock = act.clock
    if act.case.definition.legal.regime != "sva" or clock.born_at is None or clock.born_at > now:
        raise Conflict("Aucune décision implicite d’acceptation n’est née sur cette demande.")
    notice = act.write("attestation", attested(act.about, clock, signer))
    await act.send(tx, "attestation", notice, by, signer, attached=True)
    act.case.draft.tell("attested")
    await act.done(tx)


def attested(about: Situation, clock: Clock, signer: Signer) -> dict[str, str]:
    """What the attestation says of the decision."""
    assert clock.implicit_decision_on is not None  # there is an implicit decision to attest
    completed = [fact.at.astimezone(PARIS).date() for fact in about.legal if fact.kind == "completed"]
    return {
        "requester": about.requester_name,
        "born_on": with_weekday(clock.implicit_decision_on + timedelta(days=1)),
        "completed_on": with_weekday(max(completed)) if completed else "",
        "signer_name": signer.name,
        "signer_capacity": signer.capacity,
    }
