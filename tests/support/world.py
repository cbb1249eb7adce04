"""A small world: an agency, two towns with their services, and agents of different reach. What every story of a citizen begins with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256

from grc import clock
from grc.db.transaction import GATE, WORKER, Database, Scope, Transaction
from grc.people import enrol
from grc.people.agents import SignedIn
from grc.people.passwords import hash_password
from grc.web import sessions

PASSWORD = "une phrase de passe pour les essais"
AGENCY, SAINTE_MER, BOISVERT = 1, 2, 3

_PLACES = """
insert into collectivity (id, kind, insee, siren, name, slug, active, email, phone, postal_address) values
    (1, 'agency', null, '200000017', 'Agence d’essai', 'agence-d-essai', true, 'contact@agence.example', '05 58 00 00 01',
     E'1 place de l’Agence\n40000 Mont-de-Marsan'),
    (2, 'commune', '40902', null, 'Sainte-Mer', 'sainte-mer', true, 'mairie@sainte-mer.example', '05 58 00 00 02',
     E'2 place de la Mairie\n40200 Sainte-Mer'),
    (3, 'commune', '40903', null, 'Boisvert', 'boisvert', true, 'mairie@boisvert.example', '05 58 00 00 03',
     E'3 place de la Mairie\n40300 Boisvert');
insert into commune (insee, name, slug, postcodes, population, collectivity_id) values
    ('40902', 'Sainte-Mer', 'sainte-mer', '{40200}', 1200, 2), ('40903', 'Boisvert', 'boisvert', '{40300}', 800, 3);
insert into service (collectivity_id, slug, name, is_default, position) values
    (1, 'accueil', 'Accueil', true, 0),
    (2, 'accueil', 'Accueil', true, 0), (2, 'voirie', 'Voirie', false, 1), (2, 'etat-civil', 'État civil', false, 2),
    (3, 'accueil', 'Accueil', true, 0);
insert into address (collectivity_id, address) values
    (1, 'contact@agence.example'), (2, 'mairie@sainte-mer.example'), (3, 'mairie@boisvert.example');
insert into address (collectivity_id, address, service_id)
select 2, 'voirie@sainte-mer.example', id from service where collectivity_id = 2 and slug = 'voirie';
"""

# (address, name, collectivity, service or all of them, role)
_AGENTS = (
    ("claire@sainte-mer.example", "Claire Lartigue", "40902", None, "chief"),
    ("paul@sainte-mer.example", "Paul Dubos", "40902", "accueil", "agent"),
    ("luc@sainte-mer.example", "Luc Darrigade", "40902", "voirie", "agent"),
    ("bea@boisvert.example", "Béatrice Labat", "40903", None, "chief"),
    ("odile@agence.example", "Odile Castets", "200000017", None, "operator"),
)


@dataclass(frozen=True, slots=True)
class World:
    """The numbers of what was made: agents by what stands before the @ of their address, services by collectivity and slug."""

    db: Database
    agents: Mapping[str, int]
    services: Mapping[tuple[int, str], int]

    @asynccontextmanager
    async def acting(self, name: str, now: datetime | None = None) -> AsyncIterator[tuple[Transaction, SignedIn]]:
        """The transaction of a signed-in agent, with the scope his session gives him: what a page of his runs in."""
        moment = now or clock.now()
        async with self.db.transaction(GATE) as tx:
            cookie = await sessions.begin(tx, self.agents[name], "test", moment)
        async with self.db.transaction(Scope("grc_web")) as tx:
            agent = await sessions.enter(tx, sha256(cookie.encode()).digest(), moment)
            assert agent is not None
            yield tx, agent


@cache
def _hash() -> str:
    return hash_password(PASSWORD)


async def join(db: Database, email: str, name: str, code: str, role: str) -> int:
    """One agent more, with a role in all services of a collectivity; his number."""
    async with db.transaction(WORKER) as tx:
        return await _enrolled(tx, email, name, code, None, role)


async def _enrolled(tx: Transaction, email: str, name: str, code: str, service: str | None, role: str) -> int:
    made = await enrol.enrol(tx, email, name, code, service, role)
    await enrol.set_password(tx, email, _hash(), clock.now())
    return made.id


async def found(db: Database) -> World:
    """Makes the world in an empty, migrated database."""
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute(_PLACES)
        agents = {}
        for email, name, code, service, role in _AGENTS:
            agents[email.partition("@")[0]] = await _enrolled(tx, email, name, code, service, role)
        rows = await tx.conn.fetch("select collectivity_id, slug, id from service")
    return World(db, agents, {(row["collectivity_id"], row["slug"]): row["id"] for row in rows})
