"""What an agent does about a third party: writes to it, keeps its reference."""

from __future__ import annotations

from grc.actions.escalate import escalate
from grc.actions.keep_reference import keep_reference
from grc.tickets.model import TicketKey
from grc.web.desk import Desk

KIND = "tiers"  # beside `reponse` and `note`


async def write_third(desk: Desk, key: TicketKey) -> str:
    """Sends what the box of answers holds to the address beside it."""
    files = [f for f in desk.form.files.get("fichiers", ()) if f.content]
    await escalate(desk.tx, desk.agent, key, desk.form.text("tiers", 300), desk.form.text("texte"), files, desk.now)
    return KIND


async def keep(desk: Desk, key: TicketKey) -> str:
    """Keeps the reference that was proposed."""
    await keep_reference(desk.tx, desk.agent, key, desk.form.text("valeur", 200), desk.now)
    return "reference"
