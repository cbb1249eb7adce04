"""What a citizen said before he comes to a form, on the shared page or by a link: it stands in the form, not asked again. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from channels.form.fields import LONGEST, Typed
from grc.messages.envelope import clean
from grc.web.words import NBSP
from workflows.form import PREFIX, Raw
from workflows.parts.fields import Field

LONGEST_TEXT = 2_000
_PLACE = {"text": "lieu", "commune": "commune", "insee": "insee", "lat": "lat", "lon": "lon"}  # parts of a place by their names in a query


@dataclass(frozen=True, slots=True)
class Said:
    """What it is about, where, and to which service; every text may be empty, and is as whoever made the link wrote it."""

    text: str = ""
    service: str = ""
    place: Mapping[str, str] | None = None  # by the parts of a field for a place

    def sender(self, services: Collection[str], fields: Iterable[Field] | None = None) -> Typed:
        """The form with it: of the general one its subject and message; of a type, whose `fields` are given, what no field of it takes."""
        service = self.service if self.service in services else ""
        if fields is not None:
            return Typed(service=service, message="" if _free(fields) else self.text)
        line = " ".join(self.text.split())
        where = (self.place or {}).get("text") or (self.place or {}).get("commune")
        told = ([self.text] if len(line) > LONGEST["objet"] else []) + ([f"Lieu{NBSP}: {where}"] if where else [])
        return Typed(service=service, objet=line[: LONGEST["objet"]], message="\n".join(told) + ("\n" if where else ""))

    def raw(self, fields: Iterable[Field]) -> Raw:
        """The answers it gives to the questions of a type: the first that asks for a place, the first that asks for a longer text."""
        asked, found = tuple(fields), dict[str, list[str]]()
        where = next((one for one in asked if one.kind == "place"), None)
        if where is not None and self.place:
            place = {**self.place, "text": self.place["text"] or self.place["commune"]}
            found |= {f"{PREFIX}{where.name}.{part}": [text] for part, text in place.items() if text}
        free = _free(asked)
        return found | ({f"{PREFIX}{free.name}": [self.text]} if free is not None and self.text else {})

    @property
    def query(self) -> Mapping[str, str]:
        """It as a link carries it on."""
        place = {name: self.place[part] for part, name in _PLACE.items()} if self.place else {}
        return {name: text for name, text in {"q": self.text, **place}.items() if text}


def said(query: Mapping[str, str]) -> Said:
    """What a link says: `?q=` what it is about, `?service=`, and where: `?lieu=`, `?commune=`, `?insee=`, `?lat=`, `?lon=`."""
    place = {part: clean(query.get(name, ""))[:300].strip() for part, name in _PLACE.items()}
    return Said(clean(query.get("q", ""))[:LONGEST_TEXT].strip(), query.get("service", ""), place if any(place.values()) else None)


def _free(fields: Iterable[Field]) -> Field | None:
    return next((one for one in fields if one.kind == "long_text" and not one.when), None)
