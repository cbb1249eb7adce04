"""The legal pages of the demonstration: written by most collectivities, still to be completed by some."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from grc.collectivities import legal_pages
from grc.collectivities.legal_pages import LegalPages
from grc.db.transaction import Transaction
from grc.demo.cast import Place

_WRITTEN = timedelta(days=150)  # before now
_CAPACITY = {"commune": "Maire", "epci": "Présidente", "agency": "Président", "syndicate": "Présidente"}


async def write(tx: Transaction, places: Sequence[Place], now: datetime) -> None:
    """Publishes the pages of every collectivity that says who represents it."""
    for place in places:
        made = place.made
        if not made.head:
            continue
        hosts = made.kind == "agency"
        pages = LegalPages(
            director=made.head, capacity=_CAPACITY[made.kind], address=made.postal_address or "", phone=made.phone or "",
            dpo="Agence landaise pour l’informatique, mission de protection des données", dpo_contact="dpo@alpi.example",
            recipients="La société qui relève les compteurs, pour les demandes sur l’eau." if made.kind == "epci" else "",
            inaccessible="Les règlements d’urbanisme antérieurs à 2015 sont des images numérisées." if made.kind == "commune" else "",
            host="Centre de données des Landes" if hosts else "", host_phone="05 36 49 40 41" if hosts else "",
            host_address="1 allée des Serveurs\n40000 Mont-de-Marsan" if hosts else "",
        )  # fmt: skip
        await legal_pages.put(tx, made.id, pages, now - _WRITTEN, place.staff[0].id)
