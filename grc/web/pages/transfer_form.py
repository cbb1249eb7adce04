"""What the form of a transfer offers and what somebody chose in it: who the rules say is competent first, then whoever is looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grc.actions.competent import proposals
from grc.actions.send_outside import Outside
from grc.errors import BadInput
from grc.tickets import page as reading
from grc.tickets import transfers
from grc.tickets.page import TicketPage
from grc.types import store as types
from grc.web.desk import Desk

OUTSIDE, RULE = "dehors", "regle-"
_NONE = "Choisissez l’organisme compétent."


@dataclass(frozen=True, slots=True)
class Choice:
    """A body that may be chosen: its value in the form, its name, why it is proposed, how it is reached."""

    value: str
    name: str
    why: str
    reach: str
    outside: Outside | None = None


async def values(desk: Desk, ticket: TicketPage) -> dict[str, Any]:
    """The choices, and what was typed."""
    form = desk.form.fields
    proposed = await _proposed(desk, ticket)
    words = form.get("cherche", "").strip()
    found = await transfers.bodies(desk.tx, words, ticket.key.collectivity_id) if words else []
    taken = {choice.value for choice in proposed}
    looked = [Choice(str(b.id), b.title, "", b.code) for b in found if str(b.id) not in taken]
    chosen = form.get("organisme", "") or (proposed[0].value if proposed else "")
    kept = await _kept(desk, chosen, taken | {choice.value for choice in looked})
    return {
        "proposed": proposed, "looked": [*kept, *looked], "asked": words, "chosen": chosen, "outside": OUTSIDE,
        "typed_outside": {name: form.get(name, "") for name in ("nom", "courriel", "adresse")},
    }  # fmt: skip


async def _proposed(desk: Desk, ticket: TicketPage) -> Sequence[Choice]:
    """Who is competent by the rules of the agency, other than whoever has it now."""
    said = [m.body_text for m in ticket.messages if m.direction == "in" and m.audience == "public"][:1]
    definition = await types.definition(desk.tx, ticket.type, ticket.version, ticket.variant)
    found = []
    here, text = ticket.key.collectivity_id, " ".join([ticket.subject, *said])
    for one in await proposals(desk.tx, here, definition, ticket.fields, text, desk.now):
        body = one.body
        if body.collectivity_id == here:
            continue
        if body.collectivity_id is not None:
            found.append(Choice(str(body.collectivity_id), body.name, one.reason, "utilise le service"))
        else:
            outside = Outside(body.name, body.email, body.postal_address)
            found.append(Choice(f"{RULE}{one.rule}", body.name, one.reason, body.email or "par lettre", outside))
    return found


async def _kept(desk: Desk, chosen: str, shown: set[str]) -> list[Choice]:
    """The body that was chosen before something else was looked for."""
    if not _is_number(chosen) or chosen in shown:
        return []
    body = await transfers.body(desk.tx, int(chosen))
    return [Choice(chosen, body.title, "", body.code)] if body is not None else []


async def destination(desk: Desk) -> int | Outside:
    """The body that was chosen: its number where it uses the service, else its name and addresses. BadInput where none was."""
    chosen = desk.form.text("organisme", 40)
    if chosen == OUTSIDE:
        return Outside(desk.form.text("nom", 200), desk.form.text("courriel", 254), desk.form.text("adresse", 600))
    if chosen.startswith(RULE):
        ticket = await reading.read(desk.tx, desk.request.match_info["reference"])
        found = next((choice.outside for choice in await _proposed(desk, ticket) if choice.value == chosen), None)
        if found is not None:
            return found
    if not _is_number(chosen):
        raise BadInput("organisme", _NONE)
    return int(chosen)


async def named(desk: Desk) -> tuple[str, str]:
    """The name and the address of the body that was chosen, as the notice says them."""
    to = await destination(desk)
    if isinstance(to, Outside):
        checked = to.checked()
        return checked.name, checked.address or checked.email
    body = await transfers.body(desk.tx, to)
    if body is None:
        raise BadInput("organisme", _NONE)
    return body.title, body.postal_address or body.email


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
