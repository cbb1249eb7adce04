"""What whoever sorts an incident is proposed: which software, how pressing, which answer, with what it belongs together. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from modules.incidents.waiting import Around, Line, Near, Waiting
from workflows.propose import propose

MOST = 4
# What people write when work has stopped, and when it can wait.
_STOPPED = ("bloqué", "bloquée", "plus rien", "impossible", "urgent", "arrêt", "en panne", "ne marche plus", "ne fonctionne plus")
_CAN_WAIT = ("quand vous pourrez", "pas urgent", "peut attendre", "à l’occasion", "question")
_EVERYBODY = ("toute la mairie", "aucun poste", "tout le monde", "tous les postes", "l’école", "plusieurs")


@dataclass(frozen=True, slots=True)
class _Words:
    """A kind of words, as something that can be proposed."""

    title: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    """`why` says in French what each rests on."""

    software: Line | None
    impact: str
    urgency: str
    assignee: tuple[int, str] | None
    errors: Sequence[Line]
    duplicates: Sequence[Near]
    problems: Sequence[Near]
    why: Sequence[str]


def proposals(one: Waiting, known: Around) -> Proposals:
    """What is likely for this incident; what the member said himself is never proposed otherwise."""
    words = f"{one.subject}\n{known.text}\n{one.fields.get('description') or ''}"
    why: list[str] = []
    software = _software(one, known, words, why)
    impact = str(one.fields.get("impact") or "") or _impact(words, why)
    urgency = str(one.fields.get("urgence") or "") or _urgency(words, why)
    errors = _errors(known, software, words)
    problems = [p for p in known.problems if software is None or p.software_id in (None, software.id)]
    if problems and software is not None and problems[0].software_id == software.id:
        why.append(f"Un incident majeur est ouvert sur {software.title}.")
    return Proposals(
        software=software,
        impact=impact,
        urgency=urgency,
        assignee=known.colleagues[0][:2] if known.colleagues else None,
        errors=errors,
        duplicates=_duplicates(known, software),
        problems=problems,
        why=why,
    )


def _software(one: Waiting, known: Around, words: str, why: list[str]) -> Line | None:
    said = one.fields.get("logiciel")
    by_id = {line.id: line for line in known.softwares}
    if isinstance(said, dict) and said.get("id") in by_id:
        return by_id[said["id"]]
    likely = propose(words, known.softwares)
    if not likely:
        return None
    # of two that are meant alike, the one that the member uses
    best = max(likely, key=lambda p: p.score + (1 if p.definition.id in known.used else 0))
    why.append(f"« {' », « '.join(best.because)} » : {best.definition.title}" + (
        ", dont cette collectivité se sert." if best.definition.id in known.used else "."))  # fmt: skip
    return best.definition


def _impact(words: str, why: list[str]) -> str:
    found = propose(words, [_Words("collectivite", _EVERYBODY)])
    if found:
        why.append(f"« {found[0].because[0]} » : plusieurs personnes semblent gênées.")
        return "collectivite"
    return "poste"


def _urgency(words: str, why: list[str]) -> str:
    found = propose(words, [_Words("bloque", _STOPPED), _Words("attend", _CAN_WAIT)])
    if not found:
        return "gene"
    best = found[0].definition.title
    why.append(f"« {found[0].because[0]} » : " + ("le travail semble arrêté." if best == "bloque" else "cela semble pouvoir attendre."))
    return best


def _errors(known: Around, software: Line | None, words: str) -> Sequence[Line]:
    found = propose(words, known.errors, MOST)
    of_software = [p.definition for p in found if software and (p.definition.values.get("logiciel") or {}).get("id") == software.id]
    return [*of_software, *(p.definition for p in found if p.definition not in of_software)][:MOST]


def _duplicates(known: Around, software: Line | None) -> Sequence[Near]:
    """Of the same member alone, since a duplicate's reader reads the one it joins; about the same software first."""
    same = [near for near in known.near if near.same_member]
    return sorted(same, key=lambda n: (software is None or n.software_id != software.id, -n.opened_at.timestamp()))[:MOST]
