"""Registers of the small world, that no module has: contracts that the agency keeps about its members, keys that each town keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from grc.db.transaction import Database, Transaction
from grc.people.agents import SignedIn
from grc.records.keep import keep
from grc.records.reach import reach
from tests.support.world import World, found
from workflows.form import PREFIX, read
from workflows.register import Register, loads

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)

CONTRACTS = loads(
    """
name: contrat
title: Contrats
one: Contrat
key: numero
label: "{{ objet }}, {{ membre }}"
shown_to: member
member_field: membre
since_field: depuis
until_field: jusqu_au
copies: [objet, prix]
columns: [membre, objet, mots, prix]
fields:
  - {name: numero, kind: text, label: Numéro, longest: 40}
  - {name: membre, kind: collectivity, label: Collectivité, required: false}
  - name: objet
    kind: choice
    label: Objet
    choices: [{value: eau, label: Facturation de l’eau}, {value: paie, label: Paie des agents}]
  - {name: mots, kind: text, label: Mots, required: false}
  - {name: prix, kind: number, label: Prix, unit: €, required: false, min: 0}
  - {name: taxe, kind: computed, label: Prix TTC, formula: prix * 1.2}
  - {name: depuis, kind: date, label: Depuis le, required: false}
  - {name: jusqu_au, kind: date, label: Jusqu’au, required: false}
  - {name: suivi, kind: check, label: Suivi, required: false}
  - {name: contact, kind: person, label: Contact, required: false}
""",
    "contrat.yaml",
)
KEYS = loads(
    """
name: cle
title: Clés
one: Clé
key: code
label: "{{ code }}"
owner: each
fields:
  - {name: code, kind: text, label: Code}
""",
    "cle.yaml",
)

SAINTE_MER = {"id": 2, "name": "Sainte-Mer"}
BOISVERT = {"id": 3, "name": "Boisvert"}


@pytest.fixture
async def world(db: Database) -> World:
    """The agency with its operator Odile, Sainte-Mer with Claire who leads and Paul, Boisvert with Béatrice."""
    return await found(db)


async def added(tx: Transaction, agent: SignedIn, numero: str, register: Register = CONTRACTS, **values: Any) -> int:
    """A line, added by this agent."""
    given: Mapping[str, Any] = {"numero": numero, "objet": "eau", **values} if register is CONTRACTS else {"code": numero}
    return await keep(tx, await reach(tx, agent, register), agent, None, given, NOW)


def typed(**cells: str) -> Mapping[str, Any]:
    """The values of a line as its form would be read."""
    return read(CONTRACTS.fields, {PREFIX + name: [text] for name, text in cells.items()}, TODAY).values
