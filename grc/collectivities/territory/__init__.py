"""The territory: which communes and EPCI there are, with their codes, postcodes and members."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of today. Its INSEE code is a string: 2A004 is one."""

    insee: str
    siren: str
    name: str
    postcodes: tuple[str, ...]
    population: int
    epci: str | None


@dataclass(frozen=True, slots=True)
class Epci:
    """A group of communes with its own taxes; `members` are INSEE codes and may lie in another department."""

    siren: str
    name: str
    population: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Territory:
    """The communes and EPCI of a department."""

    communes: tuple[Commune, ...]
    epci: tuple[Epci, ...]

    def commune(self, insee: str) -> Commune:
        """The commune of this INSEE code, or KeyError."""
        for commune in self.communes:
            if commune.insee == insee:
                return commune
        raise KeyError(insee)


@cache
def landes() -> Territory:
    """The Landes: 327 communes, 18 EPCI. The README beside says where the data comes from and how to renew it."""
    data = json.loads((Path(__file__).parent / "landes.json").read_text(encoding="utf-8"))
    return Territory(
        communes=tuple(
            Commune(c["insee"], c["siren"], c["name"], tuple(c["postcodes"]), c["population"], c["epci"]) for c in data["communes"]
        ),
        epci=tuple(Epci(e["siren"], e["name"], e["population"], tuple(e["members"])) for e in data["epci"]),
    )
