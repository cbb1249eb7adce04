"""Who takes part in the stories of the demonstration, with their row numbers: places with their staff, and citizens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from grc.collectivities.model import Collectivity, Service
from grc.demo import world
from grc.demo.words import words
from grc.fold import slug
from grc.messages.signature import Signer
from routing.model import RuleFact
from workflows.catalogue import Entry


@dataclass(frozen=True, slots=True)
class Common:
    """What every story shares: the type its ticket has, how marks are signed, where links lead."""

    entry: Entry
    signer: Signer
    public_url: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent with his number."""

    id: int
    agent: world.Agent

    @property
    def name(self) -> str:
        return self.agent.name


@dataclass(frozen=True, slots=True)
class Place:
    """An active collectivity as its stories need it."""

    made: world.Collectivity
    collectivity: Collectivity
    services: Mapping[str, Service]
    staff: Sequence[Colleague]
    rules: tuple[RuleFact, ...]

    def who_handles(self, service: str, random: Random) -> Colleague:
        """An agent of this service; whoever leads where it has none of its own."""
        of_it = [c for c in self.staff if service in c.agent.services] or [c for c in self.staff if c.agent.reaches(service)]
        return random.choice(of_it)

    def who_sorts(self) -> Colleague:
        """Whoever gives work to the others: the first who leads."""
        return next((c for c in self.staff if c.agent.role in ("chief", "admin", "operator")), self.staff[0])


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody who writes. `title` is how an agent greets him."""

    id: int
    name: str
    gender: str
    email: str
    phone: str
    title: str


def citizen(number: int, gender: str, random: Random, taken: set[str]) -> Citizen:
    """A new person with a name, an address nobody else has, and perhaps a telephone."""
    names = words()
    gender = gender or random.choice("fm")
    while True:
        first, last = random.choice(names.women if gender == "f" else names.men), random.choice(names.surnames)
        form = random.choice(("{f}.{l}", "{l}.{f}", "{f}{l}", "{i}.{l}", "{l}{n}"))
        local = form.format(f=slug(first), l=slug(last), i=slug(first)[0], n=random.randint(40, 99))
        email = f"{local}@{random.choice(names.mail_domains)}"
        if email not in taken:
            break
    taken.add(email)
    title = f"{'Madame' if gender == 'f' else 'Monsieur'} {last}"
    return Citizen(number, f"{first} {last}", gender, email, _phone(random) if random.random() < 0.5 else "", title)


def organisation(number: int, name: str, random: Random, taken: set[str]) -> Citizen:
    """A company or an association: its mail has the name of its domain."""
    while True:
        email = f"contact@{slug(name)}{random.randint(1, 99)}.example"
        if email not in taken:
            break
    taken.add(email)
    return Citizen(number, name, random.choice("fm"), email, _phone(random), "Madame, Monsieur")


def _phone(random: Random) -> str:
    return f"06 39 98 {random.randint(0, 99):02} {random.randint(0, 99):02}"
