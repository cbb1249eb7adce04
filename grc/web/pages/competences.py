"""`/admin/competences`: who is competent for what, where, as the agency says it; each case can be tried, and says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from grc.actions.competent import subjects
from grc.actions.put_competence import Fault, Typed, put_competence, read
from grc.clock import PARIS
from grc.collectivities import competence_rows as kept_rules
from grc.collectivities.competence import Competence
from grc.collectivities.competence_rows import Kept
from grc.collectivities.kinds import agency, names
from grc.errors import NotFound
from grc.web import words
from grc.web.body import clean
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.frame import frame
from grc.web.words import NBSP
from routing.competence import Subject, Verdict, verdicts

# The boxes of the form by the parts of a rule.
BOXES: Mapping[str, str] = {
    "title": "sujet", "types": "type", "words": "mots", "where": "territoire", "who": "qui", "competent": "collectivite-competente",
    "body_name": "organisme", "body_email": "adresse-electronique", "body_address": "adresse-postale", "begins_on": "debut",
    "ends_on": "fin",
}  # fmt: skip
WHO: Mapping[str, str] = {
    "collectivity": "Une collectivité", "epci": "L’intercommunalité du lieu", "commune": "La commune du lieu",
    "outside": "Un organisme extérieur",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A rule as the list shows it, in words."""

    rule: Competence
    signs: Sequence[str]  # the types and words it is found by
    places: Sequence[str]  # none: everywhere
    who: str
    days: str
    changed: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A case as it was typed, and what each rule says of it; `wrong`: why it could not be tried."""

    text: str = ""
    type: str = ""
    where: str = ""
    wrong: str = ""
    answers: Sequence[Verdict] = ()
    others: Sequence[Verdict] = ()


async def show(desk: Desk) -> web.StreamResponse:
    """All rules, and the answer to the case that is tried."""
    await _agency_alone(desk)
    kept, types = await kept_rules.everything(desk.tx), await subjects(desk.tx)
    values: dict[str, Any] = {
        "lines": await _lines(desk, kept, types), "types": types, "trial": await _tried(desk, kept, types),
        "done": "Règle enregistrée." if desk.request.query.get("fait") == "enregistrer" else "",
        "tried": "essai" in desk.request.query,
        "communes": [name for name, code in await kept_rules.choices(desk.tx) if len(code) == 5],
    }  # fmt: skip
    return render(desk.request, "agent/competences.html", **values, **await frame(desk))


async def ask(desk: Desk) -> web.StreamResponse:
    """The form of a rule: empty, or as it stands."""
    kept = await _asked(desk)
    return await _form(desk, kept, await _typed_of(desk, kept.rule) if kept else Typed(who="collectivity"))


async def save(desk: Desk) -> web.StreamResponse:
    """Keeps the rule, or says what is wrong in it and keeps nothing."""
    kept = await _asked(desk)
    typed = _typed(desk, kept)
    rule, faults = await read(desk.tx, typed, await subjects(desk.tx), number=kept.rule.id if kept else 0)
    if rule is None:
        return await _form(desk, kept, typed, faults, status=422)
    await put_competence(desk.tx, desk.agent, rule, desk.now)
    return see_other("/admin/competences?fait=enregistrer")


async def _form(desk: Desk, kept: Kept | None, typed: Typed, faults: Sequence[Fault] = (), status: int = 200) -> web.StreamResponse:
    wrong: dict[str, list[str]] = {box: [] for box in BOXES.values()}
    for fault in faults:
        wrong[BOXES[fault.field]].append(fault.text)
    values: dict[str, Any] = {
        "kept": kept, "typed": typed, "wrong": wrong, "faulty": bool(faults), "who": WHO, "types": await subjects(desk.tx),
        "places": await kept_rules.choices(desk.tx),
        "written": [(who, words.moment(at)) for who, at in kept.hands] if kept else (),
    }  # fmt: skip
    return render(desk.request, "agent/competence.html", status=status, **values, **await frame(desk))


async def _agency_alone(desk: Desk) -> None:
    owner = await agency(desk.tx)
    if owner is None or not desk.agent.may("admin", owner):
        raise NotFound("Cette page n’existe pas, ou ne vous est pas accessible.")


async def _asked(desk: Desk) -> Kept | None:
    """The rule of the address; None where a new one is asked for."""
    await _agency_alone(desk)
    number = desk.request.match_info.get("rule")
    if number is None:
        return None
    found = next((one for one in await kept_rules.everything(desk.tx) if one.rule.id == int(number)), None)
    if found is None:
        raise NotFound("Cette règle n’existe pas.")
    return found


def _typed(desk: Desk, kept: Kept | None) -> Typed:
    form = desk.form
    return Typed(
        title=form.text("sujet"), types=form.every.get("type", ()), words=form.text("mots").splitlines(),
        where=form.text("territoire").splitlines(), who=form.text("qui"), competent=form.text("collectivite-competente"),
        body_name=form.text("organisme"), body_email=form.text("adresse-electronique"), body_address=form.text("adresse-postale"),
        begins_on=form.text("debut"), ends_on=form.text("fin"), active=form.text("appliquee") == "1",
        example=kept is not None and kept.rule.example and form.text("exemple") == "1",
    )  # fmt: skip


async def _typed_of(desk: Desk, rule: Competence) -> Typed:
    """A rule as its form shows it: places by their names."""
    named = await _names(desk, [rule])
    outside = rule.body if rule.who == "outside" else None
    whose = await names(desk.tx, [rule.competent_id]) if rule.competent_id is not None else {}
    return Typed(
        title=rule.title, types=rule.types, words=rule.words, where=[named.get(code, code) for code in (*rule.communes, *rule.epci)],
        who=rule.who, competent=whose[rule.competent_id] if rule.competent_id is not None else "",
        body_name=outside.name if outside else "", body_email=outside.email if outside else "",
        body_address=outside.postal_address if outside else "", begins_on=rule.begins_on.isoformat() if rule.begins_on else "",
        ends_on=rule.ends_on.isoformat() if rule.ends_on else "", active=rule.active, example=rule.example,
    )  # fmt: skip


async def _names(desk: Desk, rules: Sequence[Competence]) -> Mapping[str, str]:
    """What the communes and EPCI of these rules are called; a name that two bear is left to its code."""
    codes = {code for rule in rules for code in (*rule.communes, *rule.epci)}
    found = await kept_rules.territories(desk.tx, sorted(codes)) if codes else {}
    return {code: places[0].name for code, places in found.items() if len(places) == 1}


async def _lines(desk: Desk, kept: Sequence[Kept], types: Mapping[str, str]) -> list[Line]:
    named = await _names(desk, [one.rule for one in kept])
    return [
        Line(
            one.rule, [*(types.get(name, name) for name in one.rule.types), *(f"«{NBSP}{word}{NBSP}»" for word in one.rule.words)],
            [named.get(code, code) for code in (*one.rule.epci, *one.rule.communes)],
            one.rule.body.name if one.rule.body else WHO[one.rule.who], _days(one.rule),
            ", ".join(part for part in (words.day(one.changed_at), one.changed_by) if part),
        )
        for one in kept
    ]  # fmt: skip


def _days(rule: Competence) -> str:
    told = [
        f"à partir du {words.day(rule.begins_on)}" if rule.begins_on else "",
        f"jusqu’au {words.day(rule.ends_on)}" if rule.ends_on else "",
    ]
    return " ".join(part for part in told if part)


async def _tried(desk: Desk, kept: Sequence[Kept], types: Mapping[str, str]) -> Trial:
    query = desk.request.query
    text, kind, where = (clean(query.get(name, ""))[:2000].strip() for name in ("texte", "type", "commune"))
    if "essai" not in query:
        return Trial()
    if kind and kind not in types:
        return Trial(text, "", where, "Ce type de demande n’existe pas.")
    place = await kept_rules.named_place(desk.tx, where) if where else None
    if where and place is None:
        return Trial(text, kind, where, f"Aucune commune d’ici ne s’appelle ainsi, ou plusieurs{NBSP}: écrivez son code INSEE.")
    weighed = verdicts(Subject(kind, types.get(kind, ""), text), place, [one.rule for one in kept], desk.now.astimezone(PARIS).date())
    return Trial(text, kind, where, "", [v for v in weighed if v.body is not None], [v for v in weighed if v.body is None])
