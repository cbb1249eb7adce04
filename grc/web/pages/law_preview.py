"""A notice of the law as it would leave, before it does: nothing is written."""

from __future__ import annotations

from grc.actions import mark_abusive
from grc.actions.ask_missing import Missing, foreseen, said
from grc.actions.attest import attested
from grc.actions.legal_act import LegalAct, Signer, begin
from grc.actions.pass_on import NOTICE
from grc.actions.pass_on import said as transmission
from grc.clock import PARIS
from grc.errors import BadInput
from grc.tickets.model import TicketKey
from grc.web.desk import Desk
from grc.web.pages import law_typed, transfer_form
from workflows.dates import with_weekday
from workflows.texts import Rendered


async def preview(desk: Desk, key: TicketKey, slug: str) -> Rendered | None:
    """The notice as it would leave. BadInput where something is missing; nothing is written."""
    act = await begin(desk.tx, desk.agent, key, desk.now)
    signed = law_typed.signer(desk)
    match slug:
        case "pieces":
            return _incomplete(act, law_typed.missing(desk).checked(), signed.checked(), desk)
        case "decider":
            return act.write("decision", law_typed.decision(desk).checked().said(signed.checked()))
        case "attester":
            return act.write("attestation", attested(act.about, act.clock, signed.checked()))
        case "motifs":
            return _reasons(act, desk.form.text("motifs"), signed.checked())
        case "accuser":
            return act.write("paper_ack", {"signer_name": signed.name, "signer_capacity": signed.capacity})
        case "transmettre":
            return await _transmission(act, signed.checked(), desk)
        case "signaler":
            return _abusive(act, signed.checked(), desk)
        case _:
            return None


def _incomplete(act: LegalAct, missing: Missing, signed: Signer, desk: Desk) -> Rendered:
    return act.write("incomplete", said(missing, signed, foreseen(act, missing), act.case.definition.legal, desk.now))


def _reasons(act: LegalAct, text: str, signed: Signer) -> Rendered:
    asked = act.fact("reasons_asked")
    if not text:
        raise BadInput("motifs", "Écrivez les raisons de ce refus.")
    on = with_weekday((asked.at if asked else act.now).astimezone(PARIS).date())
    return act.write("reasons", {"asked_on": on, "reasons": text, "signer_name": signed.name, "signer_capacity": signed.capacity})


def _abusive(act: LegalAct, signed: Signer, desk: Desk) -> Rendered:
    _, source = law_typed.source(desk)
    why, until = mark_abusive.because(desk.form.text("pourquoi")), mark_abusive.end_of(law_typed.day(desk, "jusque"), desk.now)
    return act.write(mark_abusive.NOTICE, mark_abusive.said(source, why, until, signed))


async def _transmission(act: LegalAct, signed: Signer, desk: Desk) -> Rendered:
    name, address = await transfer_form.named(desk)
    return act.write(NOTICE, transmission(name, address, signed, desk.now))
