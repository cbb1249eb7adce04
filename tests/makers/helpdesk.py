"""The agency of the small world with its helpdesk: a technician, who leads them, what they support, and members who write to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from grc import clock
from grc.actions.house import House
from grc.db.transaction import WORKER, Transaction
from grc.messages.model import Arrival
from grc.people import enrol
from grc.people.passwords import hash_password
from grc.records import store as lines
from grc.records.keep import written as written_line
from grc.tickets import reference
from tests.support.arrivals import arrive, letter
from tests.support.mails import mail
from tests.support.world import AGENCY, PASSWORD, World
from workflows.register import registers

HELPDESK = "assistance@agence.example"
EDITOR = "support@editeur.example"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

_PLACES = """
insert into service (collectivity_id, slug, name, is_default, position) values (1, 'assistance', 'Assistance', false, 1);
insert into address (collectivity_id, address, service_id)
select 1, 'assistance@agence.example', id from service where collectivity_id = 1 and slug = 'assistance';
insert into rule (collectivity_id, position, name, conditions, outcome) values
    (1, 1, 'Écrit à l’assistance', '{"to": ["assistance@agence.example"]}', '{"type": "incidents", "service": "assistance"}');
"""
_AGENTS = (
    ("tom@agence.example", "Tom Bruyère", "200000017", "assistance", "agent"),
    ("lise@agence.example", "Lise Callune", "200000017", "assistance", "chief"),
)
SOFTWARES: Mapping[str, Mapping[str, Any]] = {
    "messagerie": {"nom": "Messagerie des Landes", "domaine": "messagerie", "intervention": "incluse"},
    "famille": {
        "nom": "Famille", "domaine": "famille", "editeur": "Éditeur d’essai", "editeur_mail": EDITOR, "delai": 3,
        "intervention": "facturee", "prix": 90,
    },
    "actes": {"nom": "Actes", "domaine": "etat-civil", "editeur": "Éditeur d’essai", "editeur_mail": EDITOR, "delai": 2,
              "intervention": "incluse"},
}  # fmt: skip


@cache
def _hash() -> str:
    return hash_password(PASSWORD)


async def opened(world: World) -> dict[str, int]:
    """Adds the helpdesk to the small world; the numbers of its softwares by their code."""
    async with world.db.transaction(WORKER) as tx:
        await tx.conn.execute(_PLACES)
        for email, name, code, service, role in _AGENTS:
            made = await enrol.enrol(tx, email, name, code, service, role)
            await enrol.set_password(tx, email, _hash(), clock.now())
            world.agents[email.partition("@")[0]] = made.id  # type: ignore[index]
        numbers = {}
        for code, values in SOFTWARES.items():
            numbers[code] = await _line(tx, "logiciel", {"code": code, **values})
        await _line(
            tx,
            "erreur_connue",
            {
                "code": "boite-pleine", "titre": "Boîte pleine", "mots": "boîte pleine, quota",
                "logiciel": {"id": numbers["messagerie"], "title": "Messagerie des Landes"},
                "reponse": "Videz la corbeille, puis réessayez.",
            },
        )  # fmt: skip
    return numbers


async def _line(tx: Transaction, register: str, values: Mapping[str, Any]) -> int:
    of = registers()[register]
    made = written_line(of, None, values)
    assert made is not None
    return next(iter((await lines.write(tx, AGENCY, of, [made], "Essais", None, NOW)).values()))


async def reported(house: House, text: str, *, by: str = "claire@sainte-mer.example", subject: str = "Panne") -> str:
    """The reference of the incident that an agent of a member reports by mail."""
    became = await arrive(house, written(text, by=by, subject=subject))
    assert became["outcome"] == "opened", became
    return reference.read(became["ticket"]) or ""


def written(text: str, *, by: str = "claire@sainte-mer.example", subject: str = "Panne") -> Arrival:
    """The mail by which an incident is reported."""
    return letter(mail(text, sender=by, to=HELPDESK, subject=subject), to=HELPDESK, collectivity_id=AGENCY)
