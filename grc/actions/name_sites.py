"""An administrator says which web sites may show the forms of his collectivity."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from grc.collectivities import sites
from grc.db.transaction import Transaction
from grc.errors import BadInput, Forbidden
from grc.people.agents import SignedIn

NBSP, NNBSP = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


async def name_sites(tx: Transaction, agent: SignedIn, collectivity_id: int, typed: Iterable[str], now: datetime) -> None:
    """Keeps these web sites in place of those before. BadInput where one of them is none; Forbidden to all but its administrators."""
    if not agent.may("admin", collectivity_id):
        raise Forbidden("Seule l’administration de la collectivité peut changer ce réglage.")
    await sites.keep(tx, collectivity_id, read(typed), agent.id, now)


async def name_by_operator(tx: Transaction, collectivity_id: int, typed: Iterable[str], now: datetime) -> tuple[str, ...]:
    """The same from the command line; what is kept."""
    origins = read(typed)
    await sites.keep(tx, collectivity_id, origins, None, now)
    return origins


def read(typed: Iterable[str]) -> tuple[str, ...]:
    """The origins that were typed, each once, in order. BadInput names the first that is none. Pure."""
    found: dict[str, None] = {}
    for line in filter(None, (one.strip() for one in typed)):
        origin = sites.origin(line)
        if not origin:
            raise BadInput("sites", f"«{NBSP}{line[:80]}{NBSP}» n’est pas l’adresse d’un site{NNBSP}; écrivez par exemple www.ville.fr.")
        found[origin] = None
    if len(found) > sites.MOST:
        raise BadInput("sites", f"Cela fait trop de sites{NBSP}: {sites.MOST} au plus.")
    return tuple(found)
