"""An agent acknowledges a request where the machine could not: by mail, by a letter, or as he did it himself."""

from __future__ import annotations

from datetime import date, datetime

from grc.actions import law
from grc.actions.legal_act import LETTER, MAIL, LegalAct, Signer, begin, moment
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import BadInput, Conflict
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey
from workflows.dates import with_weekday

_queries = sql.load(__file__, "acknowledge.sql")
REGISTERED, BY_HAND = "enregistrement", "deja"  # an AEE alone, for now; given by hand before


async def acknowledge(tx: Transaction, agent: SignedIn, key: TicketKey, by: str, day: date | None, signer: Signer, now: datetime) -> None:
    """Acknowledges it by MAIL, LETTER, REGISTERED or BY_HAND. Conflict where that was done already."""
    act = await begin(tx, agent, key, now)
    if law.acknowledged(act.case.ticket.legal):
        raise Conflict("L’accusé de réception a déjà été envoyé.")
    if by == MAIL and await _queries.on_its_way(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id) is not None:
        raise Conflict("Un accusé de réception est déjà en route, ou retenu\u00a0: décidez d’abord de son envoi.")
    draft = act.case.draft
    match by:
        case "courriel":
            await act.send(tx, "ack", act.write("ack", {}), MAIL, None)
            draft.tell("ack_written", "L’accusé de réception part à l’instant.")
        case "enregistrement":
            await act.send(tx, "aee", act.write("aee", {}), MAIL, None)
            draft.tell("aee_written", "L’accusé de réception reste dû.")
        case "lettre":
            await _by_letter(tx, act, signer.checked(), moment(day, now))
        case "deja":
            at = moment(day, now)
            act.happened("acknowledged", at, way="remis par l’agent")
            draft.tell("ack_given", f"Remis le {with_weekday(at.date())}.")
        case _:
            raise BadInput("voie", "Dites comment accuser réception.")
    if act.case.ticket.alarm in ("ack_held", "ack_late"):
        draft.columns["alarm"] = None
    await act.done(tx)


async def _by_letter(tx: Transaction, act: LegalAct, signer: Signer, at: datetime) -> None:
    """The letter to print (R112-5); it counts from the day on which it is posted."""
    said = {"signer_name": signer.name, "signer_capacity": signer.capacity}
    await act.send(tx, "paper_ack", act.write("paper_ack", said), LETTER, signer)
    act.happened("acknowledged", at, way=LETTER)
    act.case.draft.tell("ack_letter", f"Lettre à poster le {with_weekday(at.date())}.")
