"""An agent transmits a request to the body that is competent for it, or refuses one that was transmitted to his own.

What he asks for is checked in his transaction, which reaches no other body; the worker then does it by an errand, in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from grc.actions import carry, pass_back, pass_on
from grc.actions.carry import Actor
from grc.actions.case import Case, take
from grc.actions.legal_act import words
from grc.actions.pass_on import Order
from grc.db.transaction import Transaction
from grc.errors import BadInput, Conflict
from grc.people.agents import SignedIn
from grc.tickets import transfers
from grc.tickets.model import NewErrand, TicketKey

PASS_ON, PASS_BACK = "pass_on", "pass_back"
LONGEST_WHY = 2000


async def transfer(tx: Transaction, agent: SignedIn, key: TicketKey, order: Order, now: datetime) -> None:
    """Asks that the request go to the body of the order. BadInput names what is missing, Conflict says why it cannot go."""
    case = await _movable(tx, agent, key, now)
    order = await checked(tx, key, order)
    case.draft.errands.append(NewErrand(PASS_ON, {**order.written(), "who": agent.name, "agent_id": agent.id}))
    case.draft.tell("transfer_asked", order.why)
    await case.write(tx)


async def refuse(tx: Transaction, agent: SignedIn, key: TicketKey, why: str, now: datetime) -> None:
    """Asks that the request return to the body that transmitted it. Conflict where it cannot."""
    said = reason(why)
    case = await _movable(tx, agent, key, now)
    await transfers.returnable(tx, key)
    case.draft.errands.append(NewErrand(PASS_BACK, {"why": said, "who": agent.name, "agent_id": agent.id}))
    case.draft.tell("refusal_asked", said)
    await case.write(tx)


def reason(why: str) -> str:
    """Why a request goes, as its timeline keeps it. BadInput where it is empty or too long."""
    return words(why, "pourquoi", "Dites pourquoi\u00a0: l’autre organisme le lira.")[:LONGEST_WHY]


async def checked(tx: Transaction, key: TicketKey, order: Order) -> Order:
    """The same order without blanks around. BadInput where its body or its service is none."""
    body = await transfers.body(tx, order.to) if order.to else None
    if body is None or body.id == key.collectivity_id:
        raise BadInput("organisme", "Choisissez l’organisme compétent.")
    if order.service and order.service not in {slug for slug, _ in body.services}:
        raise BadInput("service", "Ce service n’existe pas chez l’organisme choisi.")
    return replace(order, why=reason(order.why), signer=order.signer.checked())


async def _movable(tx: Transaction, agent: SignedIn, key: TicketKey, now: datetime) -> Case:
    case = await take(tx, agent, key, now)
    if case.definition.audience != "citizen":
        raise Conflict("Une demande de ce type ne se transmet pas.")
    standing = await carry.movable(tx, case.ticket, now)
    if standing["leaving"]:
        raise Conflict("Cette demande part déjà\u00a0: rechargez la page.")
    if standing["answering"]:
        raise Conflict("Une réponse est sur le point de partir\u00a0: attendez quelques secondes, ou annulez son envoi.")
    return case


async def run_pass_on(tx: Transaction, key: TicketKey, data: Mapping[str, Any], now: datetime) -> None:
    """The errand of `transfer`."""
    await pass_on.pass_on(tx, key, Order.read(data), _actor(data), now)


async def run_pass_back(tx: Transaction, key: TicketKey, data: Mapping[str, Any], now: datetime) -> None:
    """The errand of `refuse`."""
    await pass_back.pass_back(tx, key, str(data["why"]), _actor(data), now)


def _actor(data: Mapping[str, Any]) -> Actor:
    number = data["agent_id"]
    return Actor(str(data["who"]), number if isinstance(number, int) else None)
