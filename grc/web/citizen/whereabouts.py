"""Where a citizen says it is: a commune by its name or postcode, else an address, by its own words or by the geocoder's answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from grc.fold import slug
from grc.web.citizen import place
from grc.web.citizen.addresses import look_up
from grc.web.citizen.place import PUBLIC, Found
from grc.web.parts import db

_INSEE = re.compile(r"[0-9][0-9AB][0-9]{3}")
_POSTCODE = re.compile(r"(?<![0-9])[0-9]{5}(?![0-9])")
_POINT = re.compile(r"-?[0-9]{1,3}\.[0-9]{1,12}")
# Words before the name of a commune that make it the name of a street: « route de Dax » is seldom in Dax.
_STREET = frozenset(("de", "d", "du", "des"))


@dataclass(frozen=True, slots=True)
class Spot:
    """One place that was meant: what the citizen wrote or chose, its commune, and its point where the geocoder knows it."""

    text: str
    commune: Found
    lat: str = ""
    lon: str = ""

    @property
    def query(self) -> Mapping[str, str]:
        """It as a form takes it on (`channels/form/said.py`)."""
        return {"lieu": self.text, "commune": self.commune.name, "insee": self.commune.code, "lat": self.lat, "lon": self.lon}


async def whereabouts(request: web.Request, typed: str, insee: str = "", lat: str = "", lon: str = "") -> Sequence[Spot]:
    """What `typed` may mean: one spot, several to choose from, or none. `insee` says which commune was chosen already."""
    if _INSEE.fullmatch(insee):
        async with db(request).transaction(PUBLIC) as tx:
            known = await place.communes(tx, [insee])
        if insee in known:
            point = (lat, lon) if _POINT.fullmatch(lat) and _POINT.fullmatch(lon) else ("", "")
            return [Spot(typed or known[insee].name, known[insee], *point)]
    if not typed:
        return []
    async with db(request).transaction(PUBLIC) as tx:
        found = [one for one in await place.search(tx, typed) if _INSEE.fullmatch(one.code)]
        within = [] if found else await place.named_within(tx, typed)
    if found:
        exact = [one for one in found if slug(one.name) == slug(typed)]
        return [Spot(one.name, one) for one in (exact or found)]
    if said := named(typed, within):
        return [Spot(typed, one) for one in said]
    return await _geocoded(request, typed) or [Spot(typed, one) for one in within or await _by_postcode(request, typed)]


def named(text: str, within: Sequence[Found]) -> list[Found]:
    """Of the communes whose name stands in an address those that it is in: by its postcode, else the last that is no street's. Pure."""
    codes = set(_POSTCODE.findall(text))
    coded = [one for one in within if codes & set(one.postcodes)]
    places = {one.code: _standing(text, one) for one in coded or within}
    last = max(places.values(), default=-1)
    return [one for one in coded or within if last >= 0 and places[one.code] == last]


def _standing(text: str, one: Found) -> int:
    """After how many words the name ends where it names a commune; the longer of two that end there counts more. -1: only a street's."""
    words, name = slug(text).split("-"), slug(one.name).split("-")
    ends = [
        start + len(name)
        for start in range(len(words) - len(name) + 1)
        if words[start : start + len(name)] == name and (start == 0 or words[start - 1] not in _STREET)
    ]
    return max(ends) * 100 + len(name) if ends else -1


async def _by_postcode(request: web.Request, typed: str) -> list[Found]:
    code = _POSTCODE.search(typed)
    async with db(request).transaction(PUBLIC) as tx:
        return [one for one in await place.search(tx, code[0]) if code[0] in one.postcodes] if code else []


async def _geocoded(request: web.Request, typed: str) -> list[Spot]:
    """The addresses of the geocoder that lie in a commune known here: the first alone where all are in one commune."""
    answers = await look_up(request, typed, entire=True)
    async with db(request).transaction(PUBLIC) as tx:
        known = await place.communes(tx, [one["insee"] for one in answers])
    spots = [Spot(one["text"], known[one["insee"]], one["lat"], one["lon"]) for one in answers if one["insee"] in known]
    return spots[:1] if len({spot.commune.code for spot in spots}) == 1 else spots
