"""Who makes types of request: the agency for everybody, any other collectivity for its own citizens, under names that never collide."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from grc.collectivities.naming import title
from grc.db import sql
from grc.db.transaction import Transaction
from grc.fold import fold
from workflows.edit import free_name

_queries = sql.load(__file__, "authors.sql")

LONGEST_NAME = 40
AGENCY = "agency"
RESERVED = ("nouveau",)  # addresses of the pages themselves
_PREFIXED = re.compile(r"c([0-9][0-9a-z][0-9]{3}|[0-9]{9})_")
_LITTLE = frozenset(
    ["de", "du", "des", "la", "le", "les", "un", "une", "l", "d", "a", "au", "aux", "et", "ou", "en", "sur", "pour", "mon", "ma"]
)


@dataclass(frozen=True, slots=True)
class Author:
    """A collectivity that an administrator acts for. `code` is its INSEE code or SIREN."""

    id: int
    kind: str
    code: str
    name: str

    @property
    def title(self) -> str:
        """« Mairie de Dax »."""
        return title(self.kind, self.name)

    @property
    def prefix(self) -> str:
        """With what the names of its own types begin; nothing for the agency, whose types serve everybody."""
        return "" if self.kind == AGENCY else f"c{self.code.lower()}_"

    def writes(self, name: str) -> bool:
        """Whether a type of this name is its own."""
        return of_the_agency(name) if self.kind == AGENCY else not of_the_agency(name) and name.startswith(self.prefix)

    def name_for(self, words: str, taken: Collection[str]) -> str:
        """A free name for a type of its own with this title: `c40192_location_salle_fetes`."""
        plain = [word for word in re.split(r"[^a-z0-9]+", fold(words)) if word]
        told = [word for word in plain if word not in _LITTLE] or plain or ["demande"]
        name = self.prefix + "_".join(told[:5])
        if not name[0].isalpha() or (not self.prefix and not of_the_agency(name)):
            name = f"demande_{name}"
        return free_name(name[:LONGEST_NAME].rstrip("_"), (*taken, *RESERVED))


def of_the_agency(name: str) -> bool:
    """Whether a type of this name is the agency's, and so everybody's."""
    return _PREFIXED.match(name) is None


async def authors(tx: Transaction, ids: Iterable[int]) -> Sequence[Author]:
    """These collectivities, the agency first, then by name."""
    rows = _queries.authors(tx.conn, ids=list(ids))
    return [Author(row["id"], row["kind"], row["code"], row["name"]) async for row in rows]


async def agency_title(tx: Transaction) -> str:
    """How the agency is called; « l’agence » where there is none."""
    row = await _queries.agency(tx.conn)
    return title(AGENCY, row["name"]) if row else "l’agence"
