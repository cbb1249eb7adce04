"""The demonstration's world, written once into an empty installation: all of it in one transaction, or nothing."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from grc.actions.name_sites import name_by_operator
from grc.collectivities.model import Collectivity, Service
from grc.db import sql
from grc.db.transaction import WORKER, Database, Transaction
from grc.demo import abusive, competences, lines, pages, rooms, rows, stories
from grc.demo import lives as told
from grc.demo.cast import Colleague, Common, Place
from grc.demo.plans import phrases
from grc.demo.rows import Row, Spoken
from grc.demo.world import AGENCY_ID, PASSWORD, World, sites, world
from grc.fold import slug
from grc.messages.signature import Signer
from grc.people.passwords import hash_password
from grc.settings import Settings
from routing.model import RuleFact
from workflows.catalogue import catalogue

_queries = sql.load(__file__, "load.sql")

TYPE = "general"


async def ensure(db: Database, settings: Settings, now: datetime) -> bool:
    """Makes the world if it is not there yet; whether it did. Safe to call at every start, by several processes at once."""
    async with db.transaction(WORKER) as tx:
        await _queries.lock_demo(tx.conn)
        if await _queries.is_there(tx.conn, id=AGENCY_ID):
            return False
        made = world()
        places = await _places(tx, made)
        await pages.write(tx, places, now)
        await lines.write(tx, now)
        await competences.write(tx, now)
        for code, origins in sites().items():
            await name_by_operator(tx, int(code) if code != made.collectivities[0].siren else AGENCY_ID, origins, now)
        common = Common(catalogue().entry(TYPE), Signer(settings.key("signature")), settings.url())
        await _stories(tx, made, common, places, now)
        await told.tell(tx, now)
        await abusive.write(tx, now)
        await rooms.tell(tx, settings, now)
        await _strays(tx, now)
    return True


async def _places(tx: Transaction, made: World) -> list[Place]:
    """Writes collectivities, services, addresses, rules and agents; those that use the service come back with their numbers."""
    await _queries.insert_collectivities(tx.conn, rows=[_collectivity(c) for c in made.collectivities])
    await _queries.insert_communes(
        tx.conn,
        rows=[
            {
                "insee": c.insee,
                "name": c.name,
                "slug": slug(c.name),
                "postcodes": list(c.postcodes),
                "population": c.population,
                "epci_siren": c.epci,
                "collectivity_id": int(c.insee),
            }
            for c in made.territory.communes
        ],
    )
    wanted = [
        {
            "collectivity_id": c.id,
            "slug": name,
            "name": title,
            "email": f"{name}@{c.domain}",
            "phone": None,
            "is_default": rank == 0,
            "position": rank,
        }
        for c in made.active()
        for rank, (name, title) in enumerate(c.services)
    ]
    numbered = {(r["collectivity_id"], r["slug"]): Service(**r) async for r in _queries.insert_services(tx.conn, rows=wanted)}
    await _queries.insert_addresses(
        tx.conn,
        rows=[
            {"collectivity_id": c.id, "address": address, "service_id": numbered[c.id, service].id if service else None}
            for c in made.active()
            for address, service in c.addresses().items()
        ],
    )
    facts = [
        RuleFact(c.id, position, rule["name"], rule["conditions"], rule["outcome"])
        for c in made.active()
        for position, rule in enumerate(made.rules.get(c.kind, ()), 1)
    ]
    await _queries.insert_rules(
        tx.conn,
        rows=[
            {"collectivity_id": f.collectivity_id, "position": f.position, "name": f.name, "conditions": f.conditions, "outcome": f.outcome}
            for f in facts
        ],
    )
    agents = await _agents(tx, made, numbered)
    return [
        Place(
            made=c,
            collectivity=Collectivity(c.id, c.kind, c.name, c.email, c.phone, c.postal_address, "metropole", {}),
            services={name: numbered[c.id, name] for name, _ in c.services},
            staff=[Colleague(agents[agent.email], agent) for agent in c.agents],
            rules=tuple(f for f in facts if f.collectivity_id == c.id),
        )
        for c in made.active()
    ]


def _collectivity(c: Any) -> Row:
    return {
        "id": c.id,
        "kind": c.kind,
        "insee": c.insee,
        "siren": c.siren,
        "name": c.name,
        "slug": slug(c.name),
        "active": c.active,
        "email": c.email,
        "phone": c.phone,
        "postal_address": c.postal_address,
        "accent": c.accent,
    }


async def _agents(tx: Transaction, made: World, services: Mapping[tuple[int, str], Service]) -> Mapping[str, int]:
    """Writes the agents, all with the one password, and their memberships; gives their numbers by address."""
    kept = await asyncio.to_thread(hash_password, PASSWORD)
    everyone = [(c, agent) for c in made.active() for agent in c.agents]
    written = _queries.insert_agents(
        tx.conn, rows=[{"email": agent.email, "name": agent.name, "password_hash": kept} for _, agent in everyone]
    )
    numbers = {row["email"]: row["id"] async for row in written}
    memberships = [
        {
            "agent_id": numbers[agent.email],
            "collectivity_id": c.id,
            "service_id": service and services[c.id, service].id,
            "role": agent.role,
        }
        for c, agent in everyone
        for service in (agent.services or (None,))
    ]
    await _queries.insert_memberships(tx.conn, rows=memberships)
    return numbers


async def _numbers(tx: Transaction, sequence: str, count: int) -> list[int]:
    return list(await _queries.take_numbers(tx.conn, sequence=sequence, count=count)) if count else []


async def _stories(tx: Transaction, made: World, common: Common, places: Sequence[Place], now: datetime) -> None:
    """Tells all stories and writes what became of them."""
    count = stories.how_many(made)
    tickets, persons = await _numbers(tx, "ticket_number", count), await _numbers(tx, "person_id_seq", count)
    lives, met = stories.tell(made, common, places, tickets, persons, now)
    await _queries.insert_persons(tx.conn, rows=rows.persons(met))
    await _queries.insert_identities(tx.conn, rows=rows.identities(met))
    await _queries.insert_tickets(tx.conn, rows=[rows.ticket(life) for life in lives])

    ordered = rows.in_order(lives)
    arrived = [row for life, line, _ in ordered if (row := rows.received(life, line)) is not None]
    received_ids = {row["source_id"]: row["id"] async for row in _queries.insert_received(tx.conn, rows=arrived)}
    numbers = await _numbers(tx, "message_id_seq", len(ordered))
    spoken = [Spoken(number, life, line, first) for number, (life, line, first) in zip(numbers, ordered, strict=True)]
    await _queries.insert_messages(tx.conn, rows=[rows.message(one, received_ids) for one in spoken])
    await _queries.insert_blobs(tx.conn, rows=rows.blobs(spoken))
    await _queries.insert_attachments(tx.conn, rows=rows.attachments(spoken))
    await _queries.insert_events(tx.conn, rows=rows.events(lives))
    await _queries.insert_deadlines(tx.conn, rows=rows.deadlines(lives))
    await _queries.insert_legal_events(tx.conn, rows=rows.legal_events(lives))
    sent = sum(one.line.message.delivery is not None for one in spoken)
    leaving, attempts = rows.outgoing(spoken, await _numbers(tx, "outgoing_id_seq", sent))
    await _queries.insert_outgoing(tx.conn, rows=leaving)
    await _queries.insert_attempts(tx.conn, rows=attempts)


async def _strays(tx: Transaction, now: datetime) -> None:
    """What arrived and became no ticket: the ledger keeps it all the same."""
    found = []
    for rank, stray in enumerate(phrases()["strays"]):
        at = now - timedelta(days=3 * rank + 1, hours=2)
        raw = (
            f"From: {stray['name']} <{stray['from']}>\r\nTo: mairie@40192.example\r\nSubject: {stray['subject']}\r\n"
            f"Message-ID: <demo-{rank}@mel.example>\r\n\r\n{stray['body']}\r\n"
        ).encode()
        found.append(
            {
                "collectivity_id": 40192,
                "channel": "email",
                "account": "mairie@40192.example",
                "source_id": f"demo-{rank}@mel.example",
                "digest": "\\x" + hashlib.sha256(raw).hexdigest(),
                "size": len(raw),
                "raw": "\\x" + raw.hex(),
                "meta": {"mail_from": stray["from"], "rcpt_to": ["mairie@40192.example"]},
                "received_at": at,
                "outcome": stray["outcome"],
                "reason": stray["reason"],
                "ticket_collectivity_id": None,
                "ticket_id": None,
                "decided_at": at,
                "due": at,
                "tries": 1,
            }
        )
    async for _ in _queries.insert_received(tx.conn, rows=found):
        pass
