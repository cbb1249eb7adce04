"""The agency says who is competent for what, where: a rule as somebody typed it is read, its faults told, and kept where it has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from grc.collectivities.competence import COMPETENT, Body, Competence
from grc.collectivities.competence_rows import bodies, territories, write
from grc.collectivities.kinds import agency
from grc.db.transaction import Transaction
from grc.errors import BadInput, Forbidden, NotFound
from grc.people.agents import SignedIn
from routing.words import says_something
from workflows.reach import email_fault

LONGEST, LONGEST_ADDRESS, MOST = 200, 600, 400
NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A rule as it is typed, in a form or on a command line: `where` has names or codes, `competent` the name or code of a collectivity."""

    title: str = ""
    types: Sequence[str] = ()
    words: Sequence[str] = ()
    where: Sequence[str] = ()
    who: str = ""
    competent: str = ""
    body_name: str = ""
    body_email: str = ""
    body_address: str = ""
    begins_on: str = ""
    ends_on: str = ""
    active: bool = True
    example: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one part of what was typed, and how to mend it, in French."""

    field: str
    text: str


class _Reader:
    """Gathers faults while a rule is read."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def wrong(self, field: str, text: str) -> None:
        self.faults.append(Fault(field, text))

    def words(self, typed: Iterable[str]) -> tuple[str, ...]:
        """Each word once; those that say nothing are faults."""
        kept = tuple(dict.fromkeys(word.strip() for word in typed if word.strip()))
        for word in kept:
            if not says_something(word) or len(word) > LONGEST:
                self.wrong("words", f"«{NBSP}{word[:40]}{NBSP}» n’est pas un mot qu’une demande pourrait dire.")
        if len(kept) > MOST:
            self.wrong("words", f"Cela fait trop de mots{NBSP}: {MOST} au plus.")
        return kept

    def day(self, field: str, text: str) -> date | None:
        """A day as browsers send it, or None where nothing was typed."""
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.wrong(field, f"Cette date n’existe pas{NBSP}: écrivez-la 2027-01-01.")
            return None


async def read(tx: Transaction, typed: Typed, types: Mapping[str, str], *, number: int = 0) -> tuple[Competence | None, Sequence[Fault]]:
    """The rule that was typed, or its faults. `types` are those it may name, with their titles; `number` is the rule it changes."""
    reader = _Reader()
    title = " ".join(typed.title.split())
    if not 2 <= len(title) <= LONGEST:
        reader.wrong("title", f"Dites de quoi il s’agit, avec l’article{NBSP}: «{NBSP}L’eau potable{NBSP}».")
    words = reader.words(typed.words)
    for name in typed.types:
        if name not in types:
            reader.wrong("types", f"Le type de demande «{NBSP}{name[:60]}{NBSP}» n’existe pas.")
    if not words and not typed.types:
        reader.wrong("words", "Donnez au moins un mot, ou un type de demande.")
    communes, epci = await _territory(tx, typed.where, reader)
    begins, ends = reader.day("begins_on", typed.begins_on), reader.day("ends_on", typed.ends_on)
    if begins and ends and ends < begins:
        reader.wrong("ends_on", "La fin vient avant le début.")
    competent_id, body = await _who(tx, typed, reader)
    if reader.faults:
        return None, reader.faults
    rule = Competence(
        id=number, title=title[0].upper() + title[1:], types=tuple(dict.fromkeys(typed.types)), words=words, communes=communes, epci=epci,
        who=next(one for one in COMPETENT if one == typed.who), competent_id=competent_id, body=body, begins_on=begins, ends_on=ends,
        active=typed.active, example=typed.example,
    )  # fmt: skip
    return rule, ()


async def put_competence(tx: Transaction, agent: SignedIn, rule: Competence, now: datetime) -> int:
    """Keeps the rule; its number. Forbidden to all but the administrators of the agency."""
    owner = await agency(tx)
    if owner is None or not agent.may("admin", owner):
        raise Forbidden("Seule l’administration de l’agence peut changer les règles de compétence.")
    return await write(tx, owner, rule, agent.id, now)


async def put_by_operator(tx: Transaction, rule: Competence, now: datetime) -> Competence:
    """The same on the command line, which no agent signs. NotFound where there is no agency."""
    owner = await agency(tx)
    if owner is None:
        raise NotFound("il n’y a pas d’agence, qui tiendrait ces règles")
    return replace(rule, id=await write(tx, owner, rule, None, now))


def told(faults: Sequence[Fault]) -> BadInput:
    """The first fault, as one line can say it."""
    return BadInput(faults[0].field, faults[0].text)


async def _territory(tx: Transaction, named: Sequence[str], reader: _Reader) -> tuple[tuple[str, ...], tuple[str, ...]]:
    wanted = tuple(dict.fromkeys(" ".join(one.split()) for one in named if one.strip()))
    if len(wanted) > MOST:
        reader.wrong("where", f"Cela fait trop de lignes{NBSP}: {MOST} au plus.")
        return (), ()
    found = await territories(tx, wanted) if wanted else {}
    for name, places in found.items():
        if not places:
            reader.wrong("where", f"«{NBSP}{name[:80]}{NBSP}» n’est ni une commune ni une intercommunalité d’ici.")
        elif len(places) > 1:
            codes = " ou ".join(place.code for place in places)
            reader.wrong("where", f"Plusieurs s’appellent «{NBSP}{name}{NBSP}»{NBSP}: écrivez plutôt le code, {codes}.")
    kept = [places[0] for places in found.values() if len(places) == 1]
    return tuple(p.code for p in kept if p.kind == "commune"), tuple(p.code for p in kept if p.kind == "epci")


async def _who(tx: Transaction, typed: Typed, reader: _Reader) -> tuple[int | None, Body | None]:
    """The collectivity by its number, or a body outside."""
    match typed.who:
        case "commune" | "epci":
            return None, None
        case "collectivity":
            found = await bodies(tx, typed.competent.strip()) if typed.competent.strip() else ()
            if len(found) != 1:
                why = "Plusieurs collectivités s’appellent ainsi" if found else "Aucune collectivité ne s’appelle ainsi"
                reader.wrong("competent", f"{why}{NBSP}: écrivez son nom entier, son code INSEE ou son SIREN.")
            return next(iter(found), None), None
        case "outside":
            return None, _outside(typed, reader)
        case _:
            reader.wrong("who", "Dites qui est compétent.")
            return None, None


def _outside(typed: Typed, reader: _Reader) -> Body:
    name, email = " ".join(typed.body_name.split()), typed.body_email.strip().lower()
    address = "\n".join(line.strip() for line in typed.body_address.splitlines() if line.strip())
    if not 2 <= len(name) <= LONGEST:
        reader.wrong("body_name", "Dites le nom de cet organisme.")
    if email and (fault := email_fault(email)):
        reader.wrong("body_email", fault)
    if not email and not address:
        reader.wrong("body_email", "Donnez son adresse électronique ou son adresse postale, pour pouvoir lui transmettre.")
    if len(address) > LONGEST_ADDRESS:
        reader.wrong("body_address", f"Cette adresse est trop longue{NBSP}: {LONGEST_ADDRESS} signes au plus.")
    return Body(None, "outside", name, email, address)
