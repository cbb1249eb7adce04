"""The shared page: what is it about, and where? Then who is competent, why, and the way there. It always ends with somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aiohttp import web

from grc import clock
from grc.actions.competent import bodies
from grc.clock import PARIS
from grc.collectivities.competence_rows import place_of
from grc.collectivities.kinds import agency
from grc.collectivities.naming import title
from grc.db.transaction import Transaction
from grc.types import store as types
from grc.web.body import clean
from grc.web.citizen import place
from grc.web.citizen.framed import at
from grc.web.citizen.offer import GENERAL
from grc.web.citizen.place import PUBLIC, Place
from grc.web.citizen.whereabouts import Spot, whereabouts
from grc.web.page import render
from grc.web.parts import db, settings
from grc.web.places import places
from grc.web.words import NBSP
from routing.competence import Proposal
from workflows.definition import Definition
from workflows.propose import propose

LONGEST_PLACE, LONGEST_SUBJECT = 200, 500
FIELDS = ("lieu", "sujet", "insee", "lat", "lon")


@dataclass(frozen=True, slots=True)
class Way:
    """Somebody to turn to: who, why, and how. `form` is the address of his form, empty where he cannot be written to here; then what is
    known of him else. `types` are his own forms for what was said, with their addresses."""

    name: str
    to: str  # after « écrire »: « à la mairie de Dax »
    reason: str
    form: str = ""
    types: Sequence[tuple[Definition, str]] = ()
    email: str = ""
    postal_address: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is told: the place as it was understood, who is competent, and whoever helps where none of them can be written to here."""

    spot: Spot
    competent: Sequence[Way]
    helper: Way | None


async def show(request: web.Request) -> web.StreamResponse:
    """`GET /demarches`: asks what and where; with `?lieu=` and `?sujet=` says who is competent, or asks which place was meant."""
    typed, subject, *chosen = (clean(request.query.get(name, "")).strip() for name in FIELDS)
    typed, subject = typed[:LONGEST_PLACE], subject[:LONGEST_SUBJECT]
    faults, spots, answer, helper = {}, list[Spot](), None, None
    if any(name in request.query for name in FIELDS):
        if not typed and not any(chosen):
            faults["lieu"] = "Écrivez le nom de la commune, son code postal, ou une adresse."
        if not subject:
            faults["sujet"] = "Dites en quelques mots de quoi il s’agit."
        if "lieu" not in faults:
            spots = list(await whereabouts(request, typed, *chosen))
    now = clock.now()
    async with db(request).transaction(PUBLIC) as tx:
        if len(spots) == 1 and subject:
            answer = await _answer(request, tx, spots[0], subject, now)
        elif typed and "lieu" not in faults:
            helper = await _agency(request, tx, {"q": subject, "lieu": typed}, "")
    which = [(spot, at(request, "", "/demarches", {"sujet": subject, **_chosen(spot)})) for spot in spots] if len(spots) > 1 else []
    return render(
        request, "citizen/shared.html", status=422 if faults else 200, typed=typed, subject=subject, faults=faults, which=which,
        answer=answer, helper=helper, lost=bool(typed) and not faults and not spots, places=places(settings(request)),
        action=at(request, "", "/demarches").partition("?")[0], longest=(LONGEST_PLACE, LONGEST_SUBJECT),
        headers={"Cache-Control": "private, no-cache"},
    )  # fmt: skip


def _chosen(spot: Spot) -> Mapping[str, str]:
    return {"lieu": spot.text, "insee": spot.commune.code, "lat": spot.lat, "lon": spot.lon}


async def _answer(request: web.Request, tx: Transaction, spot: Spot, subject: str, now: datetime) -> Answer:
    said, today = {"q": subject, **spot.query}, now.astimezone(PARIS).date()
    ways = [await _way(request, tx, one, said, today) for one in await bodies(tx, spot.commune.code, subject, now)]
    helper = None if any(way.form for way in ways) else await _helper(request, tx, spot, said, today, covered=bool(ways))
    return Answer(spot, ways, helper)


async def _way(request: web.Request, tx: Transaction, proposal: Proposal, said: Mapping[str, str], today: date) -> Way:
    body = proposal.body
    if body.collectivity_id is not None:
        return await _written_to(request, tx, await place.by_id(tx, body.collectivity_id), proposal.reason, said, today)
    return Way(title(body.kind, body.name), "", proposal.reason, email=body.email, postal_address=body.postal_address.splitlines())


async def _written_to(request: web.Request, tx: Transaction, here: Place, reason: str, said: Mapping[str, str], today: date) -> Way:
    offered = [one.definition for one in await types.offered(tx, here.id, on=today) if one.definition.name != GENERAL]
    found = [one.definition for one in propose(said["q"], offered)]
    return Way(
        here.title, here.to, reason, at(request, here.code, "/contact", said),
        [(one, at(request, here.code, f"/demarches/{one.name}", said)) for one in found],
    )  # fmt: skip


async def _helper(
    request: web.Request, tx: Transaction, spot: Spot, said: Mapping[str, str], today: date, *, covered: bool
) -> Way | None:  # fmt: skip
    """Whom to write to where nobody who is competent can be: the commune of the place, or the agency where it does not use the service."""
    found = await place_of(tx, spot.commune.code)
    commune = found.commune if found else None
    if commune is not None and commune.collectivity_id is not None:
        why = (
            "Si vous n’arrivez pas à le joindre, écrivez à votre mairie, qui transmettra." if covered
            else f"Aucune règle ne confie cela à quelqu’un d’autre{NBSP}: votre mairie vous lira, et vous dira qui s’en occupe."
        )  # fmt: skip
        return await _written_to(request, tx, await place.by_id(tx, commune.collectivity_id), why, said, today)
    why = (
        f"Si vous n’arrivez pas à le joindre, écrivez-nous{NBSP}: nous vous aiderons." if covered
        else f"Aucune règle ne dit qui s’en occupe, et la commune ({spot.commune.name}) ne reçoit pas encore de demandes ici. "
        "Écrivez-nous\N{NARROW NO-BREAK SPACE}; une personne vous dira à qui vous adresser."
    )  # fmt: skip
    return await _agency(request, tx, said, why)


async def _agency(request: web.Request, tx: Transaction, said: Mapping[str, str], why: str) -> Way | None:
    owner = await agency(tx)
    if owner is None:
        return None
    here = await place.by_id(tx, owner)
    return Way(here.title, here.to, why, at(request, here.code, "/contact", said))
