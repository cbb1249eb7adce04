"""What the forms of the builder let one choose among: words of the vocabulary, parts of the draft, services, registers, types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grc.db import sql
from grc.types import store
from grc.web.desk import Desk
from grc.web.pages.types_bench import Bench
from grc.web.pages.types_icons import ICONS
from workflows import inputs, vocabulary
from workflows.catalogue import catalogue
from workflows.notice import VARIABLES
from workflows.register import registers

_queries = sql.load(__file__, "types.sql")
Pairs = Sequence[tuple[str, str]]


async def choices(desk: Desk, bench: Bench) -> Mapping[str, Any]:
    """Everything a form of this draft may offer, each as pairs of value and words."""
    whole = bench.examined.whole if bench.examined.shapely else {}
    deadlines = _named(whole.get("deadlines"))
    acts = [(one["name"], str(one.get("label") or one["name"])) for one in whole.get("transitions") or [] if "name" in one]
    fields = [(one["name"], str(one.get("label") or one["name"])) for one in whole.get("fields") or [] if "name" in one]
    states = _named(whole.get("states"))
    labels = dict((*states, *_pairs(vocabulary.ANY_STATE), *deadlines, *acts))
    return {
        "icons": ICONS,
        "audiences": _pairs(vocabulary.AUDIENCES),
        "regimes": _pairs(vocabulary.REGIMES),
        "channels": _pairs(vocabulary.CHANNELS),
        "kinds": _pairs(vocabulary.FIELD_KINDS),
        "fillers": _pairs(vocabulary.FILLED_BY),
        "phases": _pairs(vocabulary.PHASES),
        "actors": _pairs(vocabulary.ACTORS),
        "authors_": _pairs(vocabulary.AUTHORS),
        "effects": _pairs(vocabulary.EFFECTS),
        "notified": _pairs(vocabulary.NOTIFIED),
        "produced": _pairs(vocabulary.PRODUCED),
        "owners": _pairs(vocabulary.OWNERS),
        "shown_to": _pairs(vocabulary.SHOWN),
        "units": _pairs(vocabulary.UNITS),
        "tests": _pairs(vocabulary.TESTS),
        "measures": _pairs(vocabulary.MEASURES),
        "states": states,
        "places": [*states, *_pairs(vocabulary.ANY_STATE)],
        "fields_": fields,
        "keys": _pairs(inputs.keys(whole)),
        "all_deadlines": [*_pairs(vocabulary.LEGAL_DEADLINES), *deadlines],
        "happenings": _happenings(deadlines),
        "texts_": [("ack", "Accusé de réception"), *((name, _subject(text)) for name, text in (whole.get("texts") or {}).items())],
        "papers": [(name, str((paper or {}).get("title") or name)) for name, paper in (whole.get("documents") or {}).items()],
        "acts": acts,
        "registers": [(name, register.title) for name, register in registers().items()],
        "services": await _services(desk, bench),
        "categories": await _categories(desk, bench),
        "types": await _types(desk, bench),
        "variables": [*VARIABLES, *(name for name, _ in fields)],
        "measured": [*_pairs(vocabulary.MEASURED), *((f"fields.{name}", label) for name, label in fields)],
        "counted_by": [*_pairs(vocabulary.COUNTED_BY), *((f"fields.{name}", f"par « {label} »") for name, label in fields)],
        "where_": [("here", "ici, dans la même collectivité"), ("agency", "à l’agence"),
                   *((f"fields.{one['name']}", f"là où le dit « {one.get('label') or one['name']} »")
                     for one in whole.get("fields") or [] if one.get("kind") == "collectivity" and "name" in one)],
        "kinds_of": vocabulary.FIELD_KINDS,
        "effects_of": vocabulary.EFFECTS,
        "measures_of": vocabulary.MEASURES,
        "happening": lambda name: vocabulary.happening(name, labels),
        "sentence": lambda name: capital(vocabulary.happening(name, labels)),
        "consequences": lambda names: ", ".join(vocabulary.CONSEQUENCES.get(name, name).lower() for name in names),
        "ways_of": lambda act: _way(act, labels),
        "length_of": length,
        "keys_before": lambda name: _keys_before(whole, name),
        "formulas": lambda pairs: "\n".join(f"{name} = {formula}" for name, formula in (pairs or {}).items()),
    }  # fmt: skip


def _pairs(words: Mapping[str, str]) -> Pairs:
    return list(words.items())


def _named(parts: Any) -> Pairs:
    if not isinstance(parts, Mapping):
        return []
    return [(name, str(part.get("label") or name)) for name, part in parts.items() if isinstance(part, Mapping)]


def _subject(text: Any) -> str:
    return str(text.get("subject") or "") if isinstance(text, Mapping) else ""


def _happenings(deadlines: Pairs) -> Pairs:
    families = [(f"{family}:{name}", family, label) for family in ("deadline", "reminder") for name, label in deadlines]
    legal = [(f"deadline:{name}", vocabulary.happening(f"deadline:{name}")) for name in vocabulary.LEGAL_DEADLINES]
    own = [(name, vocabulary.happening(name, {name.partition(":")[2]: label})) for name, _family, label in families]
    return [*vocabulary.HAPPENINGS.items(), *legal, *own]


async def _services(desk: Desk, bench: Bench) -> Pairs:
    """The services that may be in charge: of the collectivity, or for a type that serves everybody, of any, by their slugs."""
    rows = _queries.services(desk.tx.conn, collectivity_id=None if bench.author.kind == "agency" else bench.author.id)
    return [(row["slug"], row["name"]) async for row in rows]


async def _categories(desk: Desk, bench: Bench) -> Sequence[str]:
    return sorted({one.definition.category for one in await store.offered(desk.tx, bench.author.id, on=None)})


async def _types(desk: Desk, bench: Bench) -> Pairs:
    """The types that an effect may open."""
    found = {name: catalogue().get(name).title for name in catalogue().names()}
    for audience in vocabulary.AUDIENCES:
        found |= {one.definition.name: one.definition.title for one in await store.offered(desk.tx, bench.author.id, audience, on=None)}
    return sorted(found.items(), key=lambda pair: pair[1])


def capital(words: str) -> str:
    """The words as a sentence begins."""
    return words[:1].upper() + words[1:]


def _way(act: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """Where an act leads from and to: « Reçue, En cours → Close »."""
    sources = [labels.get(str(name), str(name)) for name in act.get("from") or []]
    shown = ", ".join(sources[:3]) + ("…" if len(sources) > 3 else "")
    return f"{shown or 'nulle part'} → {labels.get(str(act['to']), str(act['to']))}" if act.get("to") else shown


def length(span: Any) -> str:
    """A length of time in words: « 15 jours ouvrés »."""
    for unit, words in vocabulary.UNITS.items():
        if isinstance(span, Mapping) and span.get(unit) is not None:
            return f"{span[unit]}{vocabulary.NBSP}{words}"
    return ""


def _keys_before(whole: Any, name: str) -> Pairs:
    """What the condition of a field may ask: the fields before it, that are answered when it is shown."""
    found = []
    for field in whole.get("fields") or []:
        if field.get("name") == name:
            break
        found.append((f"fields.{field.get('name')}", str(field.get("label") or field.get("name"))))
    return found
