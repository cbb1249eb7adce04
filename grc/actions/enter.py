"""A ticket adds a line to a register of its collectivity, about the member who asks: a subscription that was accepted is in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from grc.actions.draft import Draft
from grc.clock import PARIS
from grc.collectivities.kinds import agency, names
from grc.db.transaction import Transaction
from grc.errors import Refused
from grc.records import store as lines
from grc.records.keep import written
from grc.tickets import store
from grc.tickets.model import Ticket, TicketKey
from grc.types.options import options
from workflows.form import as_typed, read
from workflows.register import Register, registers

WHO = "Suites"


async def enter(tx: Transaction, key: TicketKey, data: Mapping[str, Any], now: datetime) -> None:
    """Adds the line that `data` describes, and says so on the ticket. Refused, with what to mend, where the register would not take it."""
    ticket = await store.lock(tx, key)
    register = registers().get(str(data["register"]))
    if register is None:
        raise Refused(f"Aucun module n’a de registre « {data['register']} » : la ligne est à noter autrement.")
    if register.owner == "agency" and await agency(tx) != key.collectivity_id:
        raise Refused(f"« {register.title} » est tenu par l’agence : une demande d’une autre collectivité n’y inscrit rien.")
    values = {name: value for name, value in data["fields"].items() if value is not None} | await _member(tx, register, ticket)
    raw, today = as_typed(register.fields, values), now.astimezone(PARIS).date()
    found = await options(tx, key.collectivity_id, register.fields, raw, today)
    filled = read(register.fields, raw, today, found.find)
    if filled.faults:
        told = " ".join(fault.text for fault in filled.faults)
        raise Refused(f"La ligne n’a pas pu être inscrite dans « {register.title} » : {told}")
    write = written(register, None, filled.values)
    assert write is not None  # a new line always changes something
    if write.key in await lines.by_keys(tx, key.collectivity_id, register, [write.key]):
        raise Refused(f"« {register.title} » a déjà une ligne « {write.key} » : inscrivez celle-ci sous un autre nom.")
    await lines.write(tx, key.collectivity_id, register, [write], f"Demande {ticket.reference}", None, now)
    draft = Draft(key, now, WHO)
    draft.tell("entered", f"{register.one} « {write.title} » ({write.key}).", register=register.title)
    await store.write(tx, draft.amending(ticket))


async def _member(tx: Transaction, register: Register, ticket: Ticket) -> dict[str, Any]:
    """The field that says which member the line is about, where the register has one."""
    if register.member_field is None or ticket.on_behalf_of is None:
        return {}
    called = await names(tx, [ticket.on_behalf_of])
    return {register.member_field: {"id": ticket.on_behalf_of, "name": called[ticket.on_behalf_of]}}
