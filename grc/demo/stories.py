"""All the stories of the demonstration told up to now: who wrote where, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from grc.demo.cast import Citizen, Common, Place, citizen, organisation
from grc.demo.life import Life
from grc.demo.plans import NEVER_DAYS, Telling, beginnings, filling, first_letter, phrases, play, request, waking
from grc.demo.situations import Situation, fill, situations
from grc.demo.world import World

RETURNS = 0.3  # how many requests come from somebody already known there
UNANSWERED = {40192: 2, 40088: 1}
WITH_LETTERS = 40192  # where agents also write first
UNDELIVERED = 2


@dataclass(frozen=True, slots=True)
class Beginning:
    """A story about to be told: where, when, and of what."""

    at: datetime
    place: Place
    fate: str
    situation: Situation | None = None
    letter: Mapping[str, Any] | None = None


def how_many(world: World) -> int:
    """How many stories there will be."""
    return sum(c.requests for c in world.active()) + len(phrases()["letters"])


def tell(
    world: World, common: Common, places: Sequence[Place], tickets: Sequence[int], persons: Sequence[int], now: datetime
) -> tuple[list[Life], list[tuple[int, Citizen, datetime]]]:
    """The lives in the order they began, and who was met where and when. Numbers are given in that order."""
    random = Random("stories")  # noqa: S311 - stories, no secret
    begun = sorted((b for place in places for b in _beginnings(place, now, random)), key=lambda b: b.at)
    people, met = _People(world, iter(persons)), []
    lives = []
    for beginning, number in zip(begun, tickets, strict=True):
        who, known, commune, on_behalf_of = people.writer(beginning, random)
        if not known:
            met.append((beginning.place.made.id, who, beginning.at))
        life = _lived(beginning, common, who, commune, number, random, now)
        life.on_behalf_of = on_behalf_of
        lives.append(life)
    _undelivered(lives)
    return lives, met


def _beginnings(place: Place, now: datetime, random: Random) -> Iterator[Beginning]:
    of_group = [s for s in situations() if s.group == place.made.group and s.service in place.services]
    chosen: list[Situation] = []
    while len(chosen) < place.made.requests:
        chosen.extend(random.sample(of_group, len(of_group)))
    moments = beginnings(place.made.requests, now, random)
    never = UNANSWERED.get(place.made.id, 0)
    for rank, (situation, at) in enumerate(zip(chosen, moments, strict=False)):
        if rank < never:
            at = waking(now - timedelta(days=random.uniform(*NEVER_DAYS)), random)
        yield Beginning(at, place, "never" if rank < never else _fate(now - at, random), situation)
    if place.made.id == WITH_LETTERS:
        for letter in phrases()["letters"]:
            yield Beginning(now - timedelta(days=random.uniform(1, 40)), place, "usual", letter=letter)


def _fate(age: timedelta, random: Random) -> str:
    chance = random.random()
    if chance < 0.05:
        return "without"
    late = 0.4 if timedelta(days=22) < age < timedelta(days=46) else 0.07
    return "late" if chance < 0.05 + late else "usual"


class _People:
    """Who writes: known people come back, and an agency is written to by the agents of its members."""

    def __init__(self, world: World, numbers: Iterator[int]) -> None:
        self._world, self._numbers = world, numbers
        self._known: dict[int, list[Citizen]] = {}
        self._taken: set[str] = set()

    def writer(self, beginning: Beginning, random: Random) -> tuple[Citizen, bool, str, int | None]:
        """The writer, whether he is known there, the commune he speaks of, and on whose behalf he writes."""
        place, situation = beginning.place, beginning.situation
        here = self._known.setdefault(place.made.id, [])
        if place.made.kind == "agency":
            return self._colleague(here, random)
        org, gender = (situation.org, situation.gender) if situation else ("", "")
        if org:
            who = next((c for c in here if c.name == org), None)
        else:
            fitting = [c for c in here if c.title != "Madame, Monsieur" and gender in ("", c.gender)]
            who = random.choice(fitting) if fitting and random.random() < RETURNS else None
        known = who is not None
        if who is None:
            number = next(self._numbers)
            who = organisation(number, org, random, self._taken) if org else citizen(number, gender, random, self._taken)
            here.append(who)
        return who, known, self._commune(place, random), None

    def _commune(self, place: Place, random: Random) -> str:
        if place.made.kind == "commune":
            return place.made.name
        members = next(e.members for e in self._world.territory.epci if e.siren == place.made.siren)
        return self._world.territory.commune(random.choice([m for m in members if m.startswith("40")])).name

    def _colleague(self, here: list[Citizen], random: Random) -> tuple[Citizen, bool, str, int | None]:
        """An agent of a commune, who asks on its behalf."""
        commune = random.choice([c for c in self._world.active() if c.kind == "commune"])
        agent = random.choice(commune.agents)
        who = next((c for c in here if c.email == agent.email), None)
        if who is not None:
            return who, True, commune.name, commune.id
        who = Citizen(next(self._numbers), agent.name, "m", agent.email, commune.phone or "", agent.name)
        here.append(who)
        return who, False, commune.name, commune.id


def _lived(beginning: Beginning, common: Common, who: Citizen, commune: str, number: int, random: Random, now: datetime) -> Life:
    words = filling(beginning.place, who, commune, beginning.at, random)
    if beginning.situation is not None:
        life = Life(common, beginning.place, who, number, fill(beginning.situation.subject, words, random))
        telling = Telling(life, beginning.place, who, words, random, now)
        play(request(telling, beginning.situation, beginning.at, beginning.fate), now)
    else:
        assert beginning.letter is not None
        life = Life(common, beginning.place, who, number, beginning.letter["subject"])
        play(first_letter(Telling(life, beginning.place, who, words, random, now), beginning.letter, beginning.at), now)
    life.passing(now)
    return life


def _undelivered(lives: Sequence[Life]) -> None:
    """The last mail of a few open tickets came back: an agent must see that."""
    open_ones = [x for x in reversed(lives) if x.columns["phase"] == "open" and x.state == "in_progress" and not x.columns["unread"]]
    for life in open_ones[:UNDELIVERED]:
        life.failed("permanent-failure", "550 5.1.1 Recipient address rejected: User unknown in virtual mailbox table")
