"""Who is competent for a request: its subject, its place and the rules of the agency give bodies in order, each with its reason. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from grc.collectivities.competence import Body, Competence, Place
from grc.collectivities.naming import at, of_body
from routing.words import fold, holds

LOOKED_AT = 20_000  # characters of a request: words that matter stand at the beginning


@dataclass(frozen=True, slots=True)
class Subject:
    """What a request is about: its type by name and title (empty: none was chosen), and its words."""

    type: str = ""
    type_title: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A body that is competent by a rule, and why, in French: « L’eau potable à Dax relève du Syndicat … : règle 12 de l’agence… »."""

    body: Body
    rule: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of a case: who is competent by it, or nobody; why, in French. `rank` orders those that name somebody."""

    rule: Competence
    body: Body | None
    why: str
    rank: tuple[int, int, int] = (0, 0, 0)
    spoken: str = ""  # why, as whoever asks is told it


def competent(subject: Subject, place: Place | None, rules: Iterable[Competence], today: date) -> tuple[Proposal, ...]:
    """The bodies that are competent, the likeliest first: a rule for the commune before one for its EPCI before one for everywhere, then a
    rule for the type before one that found a word, then the older. Each body once."""
    found: dict[tuple[int | None, str], Proposal] = {}
    for verdict in verdicts(subject, place, rules, today):
        if verdict.body is not None:
            found.setdefault((verdict.body.collectivity_id, verdict.body.name), Proposal(verdict.body, verdict.rule.id, verdict.why))
    return tuple(found.values())


def choices(subject: Subject, place: Place | None, rules: Iterable[Competence], today: date) -> tuple[Proposal, ...]:
    """The bodies among which whoever asks may have to choose, the likeliest first, each with the reason as he is told it.

    Of what one subject is, the rules of the closest territory alone count: a syndicate that three communes have makes their EPCI no
    choice. Several are left where what he says touches several subjects, or where two bodies are competent for one in the same place.
    """
    found: dict[tuple[int | None, str], Proposal] = {}
    closest: dict[str, int] = {}
    for verdict in verdicts(subject, place, rules, today):
        if verdict.body is not None and verdict.rank[0] == closest.setdefault(fold(verdict.rule.title), verdict.rank[0]):
            found.setdefault((verdict.body.collectivity_id, verdict.body.name), Proposal(verdict.body, verdict.rule.id, verdict.spoken))
    return tuple(found.values())


def elsewhere(proposals: Sequence[Proposal], collectivity_id: int) -> Proposal | None:
    """The first body, where that is somebody else than this collectivity; else None."""
    first = next(iter(proposals), None)
    return first if first is not None and first.body.collectivity_id != collectivity_id else None


def verdicts(subject: Subject, place: Place | None, rules: Iterable[Competence], today: date) -> tuple[Verdict, ...]:
    """What every rule says of the case: first those that name somebody, in order, then the others."""
    text = fold(subject.text[:LOOKED_AT])
    told = [_weighed(rule, subject, text, place, today) for rule in rules]
    return tuple(sorted(told, key=lambda verdict: (verdict.body is None, verdict.rank, verdict.rule.id)))


def _weighed(rule: Competence, subject: Subject, text: str, place: Place | None, today: date) -> Verdict:
    if not rule.active:
        return Verdict(rule, None, "Elle n’est plus appliquée.")
    if rule.begins_on is not None and today < rule.begins_on:
        return Verdict(rule, None, f"Elle ne s’applique qu’à partir du {_day(rule.begins_on)}.")
    if rule.ends_on is not None and today > rule.ends_on:
        return Verdict(rule, None, f"Elle ne s’applique plus depuis le {_day(rule.ends_on)}.")
    where = _where(rule, place)
    if where is None:
        named = f"{place.name} n’en fait pas partie" if place is not None else "le lieu n’est pas connu"
        return Verdict(rule, None, f"Elle vaut pour un territoire\N{NO-BREAK SPACE}: {named}.")
    found = _found(rule, subject, text)
    if found is None:
        return Verdict(rule, None, "Ni le type de la demande ni ses mots ne la concernent.")
    body = _body(rule, place)
    if body is None:
        return Verdict(rule, None, "Elle désigne la commune ou l’intercommunalité du lieu, qui n’est pas connue.")
    what, why, heard = found
    sentence = _sentence(rule, place, body)
    told = f"{sentence}\N{NO-BREAK SPACE}: règle {rule.id} de l’agence, car {why}."
    return Verdict(rule, body, told, (where, what, rule.id), f"{sentence}. {heard}.")


def _where(rule: Competence, place: Place | None) -> int | None:
    """How closely the territory of a rule fits: 0 the commune itself, 1 its EPCI, 2 everywhere; None: not at all."""
    if place is not None and place.insee and place.insee in rule.communes:
        return 0
    if place is not None and place.siren and place.siren in rule.epci:
        return 1
    return 2 if not rule.communes and not rule.epci else None


def _found(rule: Competence, subject: Subject, text: str) -> tuple[int, str, str] | None:
    """How closely the subject fits, why as an agent is told it, and as whoever asks is."""
    if subject.type and subject.type in rule.types:
        said = f"«\N{NO-BREAK SPACE}{subject.type_title or subject.type}\N{NO-BREAK SPACE}»"
        return 0, f"le type de demande est {said}", f"Ce que vous écrivez ressemble à {said}"
    word = next((word for word in rule.words if holds(text, word)), None)
    if word is None:
        return None
    said = f"«\N{NO-BREAK SPACE}{word.rstrip('*')}\N{NO-BREAK SPACE}»"
    return 1, f"la demande parle de {said}", f"Vous parlez de {said}"


def _body(rule: Competence, place: Place | None) -> Body | None:
    match rule.who:
        case "commune":
            return place.commune if place is not None else None
        case "epci":
            return place.epci if place is not None else None
        case _:
            return rule.body


def _sentence(rule: Competence, place: Place | None, body: Body) -> str:
    somewhere = f" {at(place.name)}" if place is not None and place.insee else ""
    verb = "relèvent" if rule.title.startswith("Les ") else "relève"
    return f"{rule.title}{somewhere} {verb} {of_body(body.kind, body.name)}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
