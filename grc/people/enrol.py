"""Agents as an operator makes them: an address, a role somewhere, a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import BadInput, NotFound
from grc.people.agents import RANK

_queries = sql.load(__file__, "enrol.sql")


@dataclass(frozen=True, slots=True)
class Enrolled:
    """An agent with the role he was just given."""

    id: int
    email: str
    collectivity: str
    service: str | None
    role: str


def read_email(text: str) -> str:
    """The address in the form it is kept in. Raises BadInput where it is none."""
    email = text.strip().lower()
    local, _, domain = email.rpartition("@")
    if not local or "." not in domain or any(sign.isspace() for sign in email):
        raise BadInput("email", f"« {text} » n’est pas une adresse électronique")
    return email


async def enrol(tx: Transaction, email: str, name: str, collectivity: str, service: str | None, role: str) -> Enrolled:
    """Makes the agent if he is new and gives him a role in a service, or in all of them. Raises NotFound or BadInput, with the choice."""
    if role not in RANK:
        raise BadInput("role", f"« {role} » n’est pas un rôle : choisissez parmi {', '.join(RANK)}")
    found = await _queries.collectivity_of(tx.conn, code=collectivity)
    if found is None:
        raise NotFound(f"aucune collectivité n’a le code INSEE ou le SIREN {collectivity}")
    service_id = None
    if service is not None:
        service_id = await _queries.service_of(tx.conn, collectivity_id=found["id"], slug=service)
        if service_id is None:
            known = [row["slug"] async for row in _queries.service_slugs(tx.conn, collectivity_id=found["id"])]
            raise NotFound(f"{found['name']} n’a pas de service « {service} » : {', '.join(known) or 'elle n’en a aucun'}")
    address = read_email(email)
    agent_id: int = await _queries.enrol(tx.conn, email=address, name=name)
    await _queries.give_role(tx.conn, agent_id=agent_id, collectivity_id=found["id"], service_id=service_id, role=role)
    return Enrolled(agent_id, address, collectivity, service, role)


async def set_password(tx: Transaction, email: str, password_hash: str, now: datetime) -> None:
    """Gives an agent a password and ends his sessions. Raises NotFound where there is no such agent."""
    agent_id = await _queries.set_password(tx.conn, email=read_email(email), password_hash=password_hash)
    if agent_id is None:
        raise NotFound(f"aucun agent n’a l’adresse {email}")
    await _queries.end_sessions(tx.conn, agent_id=agent_id, now=now)
