"""What somebody typed in the form of a legal act, as the action takes it."""

from __future__ import annotations

from datetime import date
from typing import Any

from grc.actions.ask_missing import Missing
from grc.actions.decide import Decision
from grc.actions.legal_act import Signer
from grc.errors import BadInput
from grc.web.desk import Desk

ITEM = "piece-"  # how the fields of the items of a type begin


def signer(desk: Desk) -> Signer:
    """Who signs, as the form says."""
    return Signer(desk.form.text("signataire", 120), desk.form.text("qualite", 160))


def day(desk: Desk, name: str = "jour") -> date | None:
    """A day of the form; None where it was left empty. BadInput where it is none."""
    given = desk.form.text(name, 20)
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise BadInput(name, "Indiquez un jour, par exemple 12/01/2026.") from None


def source(desk: Desk) -> tuple[str, str]:
    """The source that is marked: its kind and its value. BadInput where none was chosen."""
    kind, colon, value = desk.form.text("source", 400).partition(":")
    if not colon:
        raise BadInput("source", "Choisissez la source à signaler.")
    return kind, value


def missing(desk: Desk) -> Missing:
    """What is asked for: the items ticked, and those written one a line."""
    ticked = [value for name, value in desk.form.fields.items() if name.startswith(ITEM)]
    written = desk.form.text("pieces", 10_000).splitlines()
    return Missing(
        [*ticked, *written], desk.form.number("jours") or 0, desk.form.text("indispensable") != "non", desk.form.text("mot", 4000)
    )


def decision(desk: Desk) -> Decision:
    """The decision as the form says."""
    outcome: Any = desk.form.text("sens")
    return Decision(outcome, desk.form.text("decision"), desk.form.text("motifs"))
