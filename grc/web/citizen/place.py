"""The collectivity a citizen's page is about: found by its code or its name, with what it says of itself in public."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grc.collectivities.naming import title as title_of
from grc.db import sql
from grc.db.transaction import Scope, Transaction
from grc.errors import NotFound
from grc.fold import slug as slugged
from grc.web.citizen import accent

_queries = sql.load(__file__, "place.sql")

# What everybody may read: who the collectivities and their services are. No ticket, no person.
PUBLIC = Scope("grc_citizen")
MOST_FOUND = 30

_FEMININE = {"mairie", "communaute", "commune", "ville", "metropole", "regie", "maison", "region"}
_MASCULINE = {"syndicat", "departement", "conseil", "centre", "pays", "pole", "sivu", "sivom", "sictom"}
_ELIDED = {"agence", "agglomeration", "association", "etablissement", "office", "eurometropole"}


@dataclass(frozen=True, slots=True)
class Place:
    """A collectivity as the public knows it. `code` is its INSEE code, or its SIREN where it has none."""

    id: int
    kind: str
    code: str
    name: str
    active: bool
    email: str
    phone: str
    postal_address: Sequence[str]
    accent: str
    postcodes: Sequence[str] = ()

    @property
    def title(self) -> str:
        """What it is called at the head of a page: « Mairie de Dax », « Communauté de communes du Seignanx »."""
        return title_of(self.kind, self.name)

    @property
    def style(self) -> str:
        """The address of the style sheet of its colour; empty where it has none."""
        return f"/{self.code}/couleurs.css?{accent.mark(self.accent)}" if accent.is_colour(self.accent) else ""

    @property
    def to(self) -> str:
        """The same after « écrire »: « à la mairie de Dax », « au Syndicat des eaux », « à l’Agence landaise »."""
        title = self.title
        first = slugged(title).partition("-")[0]
        if first in _FEMININE:
            return f"à la {title[:1].lower() if first == 'mairie' else title[:1]}{title[1:]}"
        if first in _MASCULINE:
            return f"au {title}"
        return f"à l’{title}" if first in _ELIDED else f"à {title}"


@dataclass(frozen=True, slots=True)
class PublicService:
    """A service one may write to."""

    id: int
    slug: str
    name: str
    email: str
    phone: str
    is_default: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A line of the search: a commune or another body, and whether it can be written to here."""

    name: str
    code: str
    postcodes: Sequence[str]
    active: bool


def _place(row: Mapping[str, Any]) -> Place:
    return Place(
        id=row["id"], kind=row["kind"], code=row["insee"] or row["siren"] or str(row["id"]), name=row["name"], active=row["active"],
        email=row["email"] or "", phone=row["phone"] or "", postal_address=tuple((row["postal_address"] or "").splitlines()),
        accent=row["accent"] or "", postcodes=tuple(row.get("postcodes") or ()),
    )  # fmt: skip


async def by_code(tx: Transaction, code: str) -> Place | None:
    """The collectivity of an INSEE code or a SIREN, or None."""
    row = await _queries.by_code(tx.conn, code=code.upper()) if re.fullmatch(r"[0-9A-Za-z]{5}|[0-9]{9}", code) else None
    return _place(row) if row else None


async def by_name(tx: Transaction, name: str) -> list[Place]:
    """The collectivities of this name, however it is written; homonyms exist."""
    folded = slugged(name[:100])
    return [_place(row) async for row in _queries.by_slug(tx.conn, slug=folded)] if folded else []


async def by_id(tx: Transaction, collectivity_id: int) -> Place:
    """The collectivity of this number."""
    row = await _queries.by_id(tx.conn, id=collectivity_id)
    if row is None:
        raise NotFound("Cette collectivité n’existe pas.")
    return _place(row)


async def services(tx: Transaction, place: Place) -> list[PublicService]:
    """The services of a collectivity, as it orders them."""
    return [
        PublicService(row["id"], row["slug"], row["name"], row["email"] or "", row["phone"] or "", row["is_default"])
        async for row in _queries.services(tx.conn, collectivity_id=place.id)
    ]


async def search(tx: Transaction, asked: str) -> list[Found]:
    """The places that a name, a part of it, a postcode or the beginning of one may mean."""
    digits = re.sub(r"\s", "", asked)
    is_code = re.fullmatch(r"[0-9][0-9AaBb]?[0-9]{0,3}", digits) is not None
    folded = "" if is_code else slugged(asked[:100])
    if not folded and not is_code:
        return []
    rows = _queries.search(tx.conn, folded=folded, postcode=digits.upper() if is_code else "", most=MOST_FOUND)
    return [_found(row) async for row in rows]


async def named_within(tx: Transaction, text: str) -> list[Found]:
    """The communes whose name stands in this text."""
    return [_found(row) async for row in _queries.named_within(tx.conn, folded=slugged(text[:300]))]


async def communes(tx: Transaction, codes: Sequence[str]) -> Mapping[str, Found]:
    """The communes of these codes that are known here."""
    return {row["code"]: _found(row) async for row in _queries.communes(tx.conn, codes=list(codes))}


async def open_places(tx: Transaction, most: int = 60) -> list[Found]:
    """The collectivities that can be written to here, the largest first."""
    return [_found(row) async for row in _queries.open_places(tx.conn, most=most)]


def _found(row: Mapping[str, Any]) -> Found:
    return Found(row["name"], row["code"], tuple(row["postcodes"]), row["active"])
