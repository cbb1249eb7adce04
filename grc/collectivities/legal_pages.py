"""What a collectivity must say of itself in public: who publishes, who answers for personal data, how long they are kept.

The rest of its legal pages is the same for all, since all run on the same program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from grc.collectivities.naming import title
from grc.db import sql
from grc.db.transaction import Transaction

_queries = sql.load(__file__, "legal_pages.sql")

_LCEN = "loi n°\u00a02004-575 du 21\u00a0juin\u00a02004"
MOST_MONTHS, MOST_YEARS = 120, 100
# What the law has a page say, by the field it stands in: how it is called, and who wants it.
OWED: Mapping[str, tuple[str, str]] = {
    "director": (
        "le nom de la directrice ou du directeur de la publication",
        f"loi n°\u00a082-652 du 29\u00a0juillet\u00a01982, article\u00a093-2, et {_LCEN}",
    ),
    "capacity": ("sa qualité", "loi n°\u00a082-652 du 29\u00a0juillet\u00a01982, article\u00a093-2"),
    "address": ("l’adresse de la collectivité", _LCEN),
    "phone": ("le téléphone de la collectivité", _LCEN),
    "dpo": ("le nom du délégué à la protection des données, ou de son service", "RGPD, articles 13, 1, b et 37, 1, a"),
    "dpo_contact": ("comment joindre le délégué à la protection des données", "RGPD, article 13, 1, b"),
    "keep_months": (
        f"combien de mois une demande terminée reste consultable, de\u00a01 à\u00a0{MOST_MONTHS}", "RGPD, articles 5, 1, e et 13, 2, a",
    ),
    "archive_years": (f"combien d’années elle reste aux archives, de\u00a00 à\u00a0{MOST_YEARS}", "RGPD, articles 5, 1, e et 13, 2, a"),
}  # fmt: skip
# Who runs the machines says so once, for all.
OWED_BY_HOST: Mapping[str, tuple[str, str]] = {
    "host": ("le nom de l’hébergeur", _LCEN),
    "host_address": ("l’adresse de l’hébergeur", _LCEN),
    "host_phone": ("le téléphone de l’hébergeur", _LCEN),
}


@dataclass(frozen=True, slots=True)
class LegalPages:
    """What one collectivity says. Texts of several lines keep them; what is empty was not said."""

    director: str = ""
    capacity: str = ""
    address: str = ""
    phone: str = ""
    dpo: str = ""
    dpo_contact: str = ""
    keep_months: int | None = 12  # after the end of a request
    archive_years: int | None = 5
    recipients: str = ""  # besides the services and the agency
    inaccessible: str = ""  # contents of its own that not everybody can read, with why
    host: str = ""
    host_address: str = ""
    host_phone: str = ""

    @staticmethod
    def of(content: Mapping[str, Any]) -> LegalPages:
        """What a row of the table says; what it does not know is as it was never said."""
        known = {field.name for field in fields(LegalPages)}
        return LegalPages(**{name: value for name, value in content.items() if name in known})


@dataclass(frozen=True, slots=True)
class Missing:
    """What the law wants and is not said: its field, what it is, and who wants it."""

    field: str
    what: str
    article: str


@dataclass(frozen=True, slots=True)
class Version:
    """What was said once: by whom, since when, and whether it still is."""

    id: int
    pages: LegalPages
    current: bool
    made_at: datetime
    author: str


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A collectivity in service whose pages say only what the program knows."""

    id: int
    title: str
    code: str


def proposed(kind: str, address: str, phone: str) -> LegalPages:
    """What is said of a collectivity that wrote nothing: what the program knows of it, and who represents it by law."""
    return LegalPages(capacity={"commune": "Maire"}.get(kind, "Président"), address=address, phone=phone)


def missing(pages: LegalPages, *, hosts: bool) -> tuple[Missing, ...]:
    """What the law wants said and is not; nothing: the pages may be published. `hosts`: it says who runs the machines, too."""
    return tuple(_missing(pages, {**OWED, **(OWED_BY_HOST if hosts else {})}))


def _missing(pages: LegalPages, owed: Mapping[str, tuple[str, str]]) -> Iterator[Missing]:
    within = {"keep_months": range(1, MOST_MONTHS + 1), "archive_years": range(MOST_YEARS + 1)}
    for name, (what, article) in owed.items():
        value = getattr(pages, name)
        if (value not in within[name]) if name in within else not value:
            yield Missing(name, what, article)


async def current(tx: Transaction, collectivity_id: int) -> tuple[LegalPages, datetime] | None:
    """What a collectivity says now, and since when; None where it wrote nothing yet."""
    row = await _queries.current(tx.conn, collectivity_id=collectivity_id)
    return (LegalPages.of(row["content"]), row["made_at"]) if row else None


async def versions(tx: Transaction, collectivity_id: int) -> list[Version]:
    """All it ever said, the latest first."""
    rows = _queries.versions(tx.conn, collectivity_id=collectivity_id)
    return [Version(row["id"], LegalPages.of(row["content"]), row["current"], row["made_at"], row["author"] or "") async for row in rows]


async def unfinished(tx: Transaction) -> list[Unfinished]:
    """The collectivities in service that wrote nothing yet."""
    return [Unfinished(row["id"], title(row["kind"], row["name"]), row["code"] or "") async for row in _queries.unfinished(tx.conn)]


async def put(tx: Transaction, collectivity_id: int, pages: LegalPages, now: datetime, agent_id: int) -> None:
    """Says this from now on; what was said before is kept."""
    await _queries.retire(tx.conn, collectivity_id=collectivity_id)
    await _queries.put(tx.conn, collectivity_id=collectivity_id, content=asdict(pages), now=now, agent_id=agent_id)
