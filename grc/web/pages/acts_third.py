"""An agent keeps the reference that a third party gave."""

from __future__ import annotations

from grc.actions.keep_reference import keep_reference
from grc.tickets.model import TicketKey
from grc.web.desk import Desk


async def keep(desk: Desk, key: TicketKey) -> str:
    """Keeps the reference that was proposed."""
    await keep_reference(desk.tx, desk.agent, key, desk.form.text("valeur", 200), desk.now)
    return "reference"
