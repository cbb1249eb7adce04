"""The collectivities of the demonstration, their services, addresses, rules and agents: values, before anything is written."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from grc.collectivities.naming import of
from grc.collectivities.territory import Territory, landes
from grc.demo.words import words
from grc.fold import slug

AGENCY_ID = 1
PASSWORD = "Pins.Dune.Ocean-40"  # noqa: S105 - of the demonstration, printed at its start

# Who works where, besides those who have a login of their own: services by commune's size.
_TEAMS_LARGE = (("voirie", "eclairage-public"), ("etat-civil", "accueil"), ("urbanisme",), ("periscolaire", "accueil"), ("etat-civil",))
_TEAMS_SMALL = (("voirie", "eclairage-public", "urbanisme"), ("etat-civil", "accueil", "periscolaire"))


@dataclass(frozen=True, slots=True)
class Login:
    """An agent whose address and password a visitor is given. `says` is who that is, in French."""

    email: str
    password: str
    says: str


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent with a role in some services of one collectivity; in all of them where none is named."""

    email: str
    name: str
    role: str
    services: tuple[str, ...]

    def reaches(self, service: str) -> bool:
        return not self.services or service in self.services


@dataclass(frozen=True, slots=True)
class Collectivity:
    """A collectivity as the demonstration fills it. Those that do not use the service have no services, agents or requests."""

    id: int
    kind: str
    name: str
    insee: str | None
    siren: str | None
    active: bool = False
    domain: str = ""
    email: str | None = None
    phone: str | None = None
    postal_address: str | None = None
    accent: str | None = None
    head: str = ""  # who represents it; empty: its legal pages are not written yet
    requests: int = 0
    services: tuple[tuple[str, str], ...] = ()
    agents: tuple[Agent, ...] = ()

    @property
    def group(self) -> str:
        """Which situations happen here."""
        return {"commune": "commune", "epci": "intercommunalite"}.get(self.kind, "agence")

    def addresses(self) -> dict[str, str | None]:
        """Every address that reaches it, with the service it names."""
        general = ["mairie", "contact"] if self.kind == "commune" else ["contact"]
        return {f"{local}@{self.domain}": None for local in general} | {f"{s}@{self.domain}": s for s, _ in self.services}


@dataclass(frozen=True, slots=True)
class World:
    """All collectivities, the rules that those in use begin with, and the territory they lie in."""

    collectivities: tuple[Collectivity, ...]
    rules: Mapping[str, tuple[Mapping[str, Any], ...]]  # by the kind of collectivity
    territory: Territory

    def active(self) -> tuple[Collectivity, ...]:
        """Those that use the service."""
        return tuple(c for c in self.collectivities if c.active)


@cache
def _raw() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "active.toml").read_text(encoding="utf-8"))


def sites() -> Mapping[str, Sequence[str]]:
    """The web sites that may show the forms of a collectivity, by its code."""
    found: Mapping[str, Sequence[str]] = _raw()["sites"]
    return found


def logins() -> tuple[Login, ...]:
    """The logins that `grc serve --demo` prints: one for each role."""
    return tuple(Login(login["email"], PASSWORD, login["says"]) for login in _raw()["logins"])


def world() -> World:
    """The demonstration's world, always the same. Identifiers are the INSEE code or the SIREN as a number; the agency is 1."""
    raw, territory, random = _raw(), landes(), Random("world")  # noqa: S311 - a world, no secret
    communes = {c["insee"]: c for c in raw["communes"]}
    groups = {e["siren"]: e for e in raw["epci"]}
    found = [_agency(raw, random)]
    for commune in territory.communes:
        plain = Collectivity(int(commune.insee), "commune", commune.name, commune.insee, commune.siren)
        place = f"{commune.postcodes[0]} {commune.name}"
        found.append(_filled(plain, communes[commune.insee], place, raw, random) if commune.insee in communes else plain)
    for epci in territory.epci:
        plain = Collectivity(int(epci.siren), "epci", epci.name, None, epci.siren)
        seat = max((territory.commune(m) for m in epci.members if m.startswith("40")), key=lambda c: c.population)
        place = f"{seat.postcodes[0]} {seat.name}"
        found.append(_filled(plain, groups[epci.siren], place, raw, random) if epci.siren in groups else plain)
    for given in raw["syndicates"]:
        plain = Collectivity(int(given["siren"]), "syndicate", given["name"], None, given["siren"])
        seat = territory.commune(given["seat"])
        found.append(_filled(plain, given, f"{seat.postcodes[0]} {seat.name}", raw, random))
    return World(tuple(found), {"commune": tuple(raw["rules"]), "agency": tuple(raw["agency_rules"])}, territory)


def _agency(raw: Mapping[str, Any], random: Random) -> Collectivity:
    given = raw["agency"]
    return Collectivity(
        id=AGENCY_ID, kind="agency", name=given["name"], insee=None, siren=given["siren"], active=True, domain=given["domain"],
        email=f"contact@{given['domain']}", phone="05 36 49 40 40", accent="#14532d", requests=given["requests"], head=given["head"],
        postal_address=f"{given['name']}\n175 place de la Caserne-Verte\n40000 Mont-de-Marsan",
        services=_services(raw, "agency"), agents=_agents(given["siren"], given["domain"], (("assistance", "materiel", "wifi"),
        ("logiciels", "formation", "sites-web"), ("assistance", "accueil")), raw, random),
    )  # fmt: skip


def _filled(plain: Collectivity, given: Mapping[str, Any], place: str, raw: Mapping[str, Any], random: Random) -> Collectivity:
    code = plain.insee or plain.siren or ""
    domain = f"{code}.example"
    house = f"Mairie {of(plain.name)}" if plain.kind == "commune" else plain.name
    teams: tuple[tuple[str, ...], ...] = _TEAMS_LARGE if given["requests"] >= 20 else _TEAMS_SMALL
    services = _services(raw, plain.kind)
    if plain.kind != "commune":
        slugs = [s for s, _ in services]
        teams = (tuple(slugs[:2]), tuple(slugs[2:]))
    return Collectivity(
        id=plain.id, kind=plain.kind, name=plain.name, insee=plain.insee, siren=plain.siren, active=True, domain=domain,
        email=f"{'mairie' if plain.kind == 'commune' else 'contact'}@{domain}", phone=f"05 36 49 {random.randint(10, 99)} 00",
        postal_address=f"{house}\n{given['postal']}\n{place}", accent=given["accent"], requests=given["requests"], services=services,
        agents=_agents(code, domain, teams, raw, random), head=given.get("head", ""),
    )  # fmt: skip


def _services(raw: Mapping[str, Any], kind: str) -> tuple[tuple[str, str], ...]:
    return tuple((s[0], s[1]) for s in raw["services"][kind])


def _agents(code: str, domain: str, teams: tuple[tuple[str, ...], ...], raw: Mapping[str, Any], random: Random) -> tuple[Agent, ...]:
    """Those with a login first, then one agent a team."""
    known = [
        Agent(login["email"], login["name"], login["role"], tuple(login["services"]))
        for login in raw["logins"]
        if login["collectivity"] == code
    ]
    for team in teams:
        while True:
            name = f"{random.choice(words().women + words().men)} {random.choice(words().surnames)}"
            email = f"{slug(name.partition(' ')[0])}.{slug(name.partition(' ')[2])}@{domain}"
            if all(email != agent.email for agent in known):
                break
        known.append(Agent(email, name, "agent", team))
    if len(known) == len(teams):  # nobody leads here yet
        known.append(Agent(f"direction@{domain}", f"{random.choice(words().women)} {random.choice(words().surnames)}", "admin", ()))
    return tuple(known)
