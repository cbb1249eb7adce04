"""How each story goes: composed from the authored texts, spread over six months, cut where `now` is."""

from __future__ import annotations

import tomllib
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from grc.clock import PARIS
from grc.demo.cast import Citizen, Colleague, Place
from grc.demo.life import Life
from grc.demo.situations import Situation, fill
from grc.demo.typography import french
from grc.demo.words import words
from grc.web.words import DAYS, MONTHS
from workflows.working_days import is_working_day

HALF_A_YEAR = timedelta(days=182)
LATE_DAYS = (24, 48)  # how long those wait whose answer comes after its aim
OUTSIDE = frozenset({"voirie", "eclairage-public", "collecte-dechets", "eau-assainissement"})  # services that go and look
NEVER_DAYS = (64, 80)  # how old those are that nobody has answered and silence has decided


@cache
def phrases() -> Mapping[str, Any]:
    """What surrounds a request, from `phrases.toml`."""
    return tomllib.loads((Path(__file__).parent / "phrases.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Telling:
    """What telling one story needs: its people, its words, its chances, and how far time has come."""

    life: Life
    place: Place
    citizen: Citizen
    words: Mapping[str, str]
    random: Random
    now: datetime

    def typed(self, text: str) -> str:
        """What the citizen types, between a greeting and a goodbye of his own."""
        said = phrases()
        body = fill(text, self.words, self.random)
        greets = body.lower().startswith(("bonjour", "bonsoir", "madame"))
        hello = "" if greets else self.random.choice(said["greetings"])
        bye = fill(self.random.choice(said["goodbyes"]), self.words, self.random)
        return "\n\n".join(part for part in (hello, body, bye) if part)

    def brief(self, text: str) -> str:
        """What he adds later: shorter, and signed or not."""
        bye = self.random.choice(("", "", f"\n\n{self.citizen.name}", f"\n\nCordialement,\n{self.citizen.name}"))
        return fill(text, self.words, self.random) + bye

    def written(self, text: str) -> str:
        """What an agent writes, set as it should be."""
        body = fill(text, self.words, self.random)
        return french(f"Bonjour {self.citizen.title},\n\n{body}\n\n{self.random.choice(phrases()['answer_goodbyes'])}")

    def note(self, text: str) -> str:
        return french(fill(text, self.words, self.random))

    def some(self, name: str) -> str:
        return str(self.random.choice(phrases()[name]))

    def after(self, at: datetime, low: float, high: float) -> datetime:
        """An hour when the citizen may write, so many days later."""
        return max(waking(at + timedelta(days=self.random.uniform(low, high)), self.random), at + timedelta(minutes=40))

    def working(self, at: datetime, low: float, high: float) -> datetime:
        """An hour when the office is open, so many days later."""
        return office(at + timedelta(days=self.random.uniform(low, high)), self.random)


@dataclass(frozen=True, slots=True)
class Question:
    """What an agent asks before he can answer, and what he is told."""

    ask: str
    reply: str
    files: tuple[str, ...] = ()

    @classmethod
    def of(cls, situation: Situation, random: Random) -> Question:
        """The one that belongs to the situation, or one that suits its kind of service."""
        if situation.ask:
            return cls(situation.ask, situation.reply, situation.reply_files)
        outside = situation.service in OUTSIDE
        found = random.choice([q for q in phrases()["questions"] if q["outside"] is outside])
        return cls(found["ask"], found["reply"], tuple(found.get("reply_files", ())))


# A story is a run of steps, each yielding the moment it wants to happen at before it does: the teller stops it at `now`.
Story = Iterator[datetime]


def play(story: Story, now: datetime) -> None:
    """Lets a story go on until it ends or time has come no further."""
    for moment in story:
        if moment > now:
            return


def request(t: Telling, situation: Situation, at: datetime, fate: str) -> Story:
    """A citizen asks, the service answers. `fate`: usual, late, never, or without (closed with no answer)."""
    life, random = t.life, t.random
    _opens(t, situation, at)
    moment = t.working(at, 0.02, 0.9)
    yield moment
    sorter = t.place.who_sorts()
    handler = t.place.who_handles(situation.service, random)
    if life.service.slug != situation.service:
        life.noted(moment, sorter, t.note(t.some("moved_notes")))
        life.moved(moment + timedelta(minutes=1), sorter, situation.service)
    if situation.urgent and life.priority != 1:
        life.urgent(moment + timedelta(minutes=2), sorter)
    life.looked()
    if fate != "never" and random.random() < 0.75:
        life.assigned(moment + timedelta(minutes=3), sorter, handler)
    if fate == "without":
        yield (moment := t.working(moment, 0.1, 4))
        life.assigned(moment, sorter, handler)
        life.moves(moment, handler, "close_without_answer", t.some("closed_without"))
        return
    if situation.note and random.random() < 0.7:
        yield (moment := t.working(moment, 0.1, 1.5))
        life.noted(moment, handler, t.note(situation.note))
    if fate in ("late", "never"):
        yield from _waits(t, at, handler, moment)
        if fate == "never":
            return
        moment = t.working(at, *LATE_DAYS)
    elif random.random() < (0.85 if situation.ask else 0.2):
        question = Question.of(situation, random)
        moment = yield from _asks(t, question, handler, moment)
        if moment > t.now:
            return
    elif random.random() < 0.65 and not situation.urgent:
        yield (moment := t.working(moment, 0.1, 1.2))
        life.answered(moment, handler, t.written(t.some("progress")))
        moment = t.working(moment, 3, 18)
    else:
        moment = t.working(moment, 0.05, 0.6) if situation.urgent else t.working(moment, 0.8, 7)
    yield moment
    life.answered(moment, handler, t.written(situation.answer), situation.answer_files, ends=situation.ends)
    yield from _afterwards(t, situation, handler, moment)


def _opens(t: Telling, situation: Situation, at: datetime) -> None:
    channel = situation.channel or ("form" if t.random.random() < 0.4 else "email")
    if t.place.made.kind == "agency":
        channel = "email"
    if channel == "form":
        account, chosen = t.place.made.insee or t.place.made.siren or "", situation.service if t.random.random() < 0.92 else ""
    else:
        named = [a for a, service in t.place.made.addresses().items() if service == situation.service]
        general = [a for a, service in t.place.made.addresses().items() if service is None]
        account, chosen = t.random.choice(named if t.random.random() < 0.6 else general), ""
    t.life.opened(at, channel, account, chosen, t.typed(situation.message), situation.files)


def _asks(t: Telling, question: Question, handler: Colleague, moment: datetime) -> Generator[datetime, None, datetime]:
    """The agent asks for what is missing. Gives when his answer is ready."""
    life = t.life
    yield (moment := t.working(moment, 0.05, 1.2))
    life.answered(moment, handler, t.written(question.ask))
    life.moves(moment + timedelta(minutes=1), handler, "wait_citizen")
    if t.random.random() < 0.12:  # he never came back
        yield (moment := t.working(moment, 28, 33))
        life.moves(moment, handler, "close_without_answer", "Sans réponse depuis un mois ; la demande sera rouverte s’il écrit de nouveau.")
        return t.now + timedelta(days=1)
    yield (moment := t.after(moment, 0.4, 16))
    life.replied(moment, t.brief(question.reply), question.files)
    moment = t.working(moment, 0.3, 3)
    yield moment
    life.looked()
    return t.working(moment, 0.1, 2)


def _waits(t: Telling, at: datetime, handler: Colleague, moment: datetime) -> Story:
    """Nobody answers for weeks; the citizen asks again."""
    if t.random.random() < 0.5:
        yield (moment := t.working(at, 3, 9))
        t.life.noted(moment, handler, t.note(t.some("progress_notes")))
    if t.random.random() < 0.6:
        yield (moment := t.after(at, 16, 21))
        t.life.replied(moment, t.brief(t.some("chasers")))
        if t.random.random() < 0.7:
            yield t.working(moment, 0.2, 2)
            t.life.looked()


def _afterwards(t: Telling, situation: Situation, handler: Colleague, moment: datetime) -> Story:
    """What may follow a closed request: thanks, an absence message, or the trouble comes back."""
    life, chance = t.life, t.random.random()
    if chance < 0.03:
        life.replied(moment + timedelta(minutes=1), phrases()["holiday"], automatic=True)
    elif (situation.thanks and chance < 0.55) or chance < 0.12:
        yield (thanked := t.after(moment, 0.1, 2))
        life.replied(thanked, t.brief(situation.thanks or t.some("thanks")))
        yield (moment := t.working(thanked, 0.1, 1.2))
        life.moves(moment, handler, "close")
    elif chance > 0.94:
        yield (back := t.after(moment, 4, 14))
        where = "outside" if situation.service in OUTSIDE else "inside"
        life.replied(back, t.brief(t.some(f"again_{where}")))
        yield (moment := t.working(back, 0.2, 2))
        life.answered(moment, handler, t.written(t.some(f"followups_{where}")))
        yield (moment := t.working(moment, 1, 4))
        life.moves(moment, handler, "close")


def first_letter(t: Telling, letter: Mapping[str, Any], at: datetime) -> Story:
    """The service writes first; the citizen answers, or has not yet."""
    handler = t.place.who_handles(letter["service"], t.random)
    moment = office(at, t.random)
    t.life.written_first(moment, handler, letter["service"], t.written(letter["message"]))
    yield (moment := t.after(moment, 0.3, 6))
    t.life.replied(moment, t.brief(letter["reply"]), letter.get("reply_files", ()))
    yield (moment := t.working(moment, 0.2, 3))
    t.life.moves(moment, handler, "close")


def filling(place: Place, citizen: Citizen, commune: str, at: datetime, random: Random) -> Mapping[str, str]:
    """The words of one story."""
    named = words()
    street = random.choice(named.streets)
    meeting = at.astimezone(PARIS).date() + timedelta(days=random.randint(16, 45))
    woman = citizen.gender == "f"
    return {
        "rue": street, "n": str(random.randint(2, 96)), "quartier": random.choice(named.districts), "ecole": random.choice(named.schools),
        "prenom": random.choice(named.children), "date": day_in_words(meeting), "jour": random.choice(DAYS[:5]), "commune": commune,
        "tel": citizen.phone or f"06 39 98 {random.randint(10, 99)} {random.randint(10, 99)}",
        "e": "e" if woman else "", "le": "le" if woman else "",
        "nom": citizen.name, "prenom_seul": citizen.name.partition(" ")[0],
    }  # fmt: skip


def day_in_words(day: date) -> str:
    """`samedi 12 décembre`."""
    return f"{DAYS[day.weekday()]} {'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]}"


def beginnings(count: int, now: datetime, random: Random) -> Sequence[datetime]:
    """When so many requests came in over half a year: more of late than long ago, as an inbox looks."""
    return [waking(now - HALF_A_YEAR * random.random() ** 1.9 - timedelta(minutes=9), random, latest=now) for _ in range(count)]


def waking(at: datetime, random: Random, latest: datetime | None = None) -> datetime:
    """The same day at an hour when people write: seldom at night, often in the evening."""
    local = at.astimezone(PARIS)
    hour = random.choice((7, 8, 9, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 20, 21, 21, 22))
    moment = local.replace(hour=hour, minute=random.randrange(60), second=random.randrange(60), microsecond=0)
    if latest is not None and moment > latest:
        moment = local
    return moment if moment >= at - timedelta(days=1) else at


def office(at: datetime, random: Random) -> datetime:
    """This moment if the office is open then, else one soon after it opens again."""
    local = at.astimezone(PARIS).replace(microsecond=0)
    if is_working_day(local.date(), "metropole") and time(8, 30) <= local.time() < time(17, 15):
        return local
    day = local.date() if local.time() < time(8, 30) else local.date() + timedelta(days=1)
    while not is_working_day(day, "metropole"):
        day += timedelta(days=1)
    return datetime.combine(day, time(8, 30), PARIS) + timedelta(seconds=random.randrange(7200))
