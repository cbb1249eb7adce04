"""What the fields of a form can name that is kept elsewhere: collectivities, communes, lines of registers. Read once for a form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from grc.collectivities.kinds import agency
from grc.db import sql
from grc.db.transaction import Transaction
from grc.fold import fold
from workflows.form import Raw, lookups
from workflows.parts.fields import Field
from workflows.register import Register, registers

_queries = sql.load(__file__, "options.sql")

MOST = 500  # lines of a register that a form lists; any other is found by its whole title or key
COLLECTIVITIES, COMMUNES = "collectivity", "place"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be named: by which text, and what is kept of it."""

    text: str
    value: Mapping[str, Any]
    also: str = ""  # another text that names it: a code, a key


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the fields of one form, by what they are of: a register's name, `collectivity`, `place`."""

    named: Mapping[str, Sequence[Option]] = field(default_factory=dict)

    def of(self, asked: Field) -> Sequence[Option]:
        """What this field can name, in order."""
        return self.named.get(_source(asked), ())

    def find(self, asked: Field, text: str) -> Mapping[str, Any] | None:
        """What a text names in a field, or None. An empty one names the commune of a place where there is one only."""
        options = self.of(asked)
        if not text:
            return options[0].value if asked.kind == "place" and len(options) == 1 else None
        wanted = fold(text)
        by_text = (option.value for option in options if fold(option.text) == wanted)
        by_code = (option.value for option in options if option.also and fold(option.also) == wanted)
        return next(by_text, None) or next(by_code, None)


NONE = Options()


async def options(
    tx: Transaction, collectivity_id: int, fields: Iterable[Field], raw: Raw, today: date, member_id: int | None = None,
    more: Iterable[Raw] = (),
) -> Options:  # fmt: skip
    """What the fields of a form of this collectivity can name, as far as the transaction may see it.

    `raw` is what was typed, so that a line which is not listed is found by its name (and what was typed in `more` forms of the same
    fields); `member_id` on whose behalf the agency is asked.
    """
    fields = tuple(fields)
    everything = [one for above in fields for one in (above, *above.fields)]
    typed: dict[str, list[str]] = {}
    for one, text in chain.from_iterable(lookups(fields, each) for each in (raw, *more)):
        typed.setdefault(_source(one), []).append(text)
    named: dict[str, Sequence[Option]] = {}
    if any(one.kind == "collectivity" for one in everything):
        named[COLLECTIVITIES] = await _collectivities(tx)
    if any(one.kind == "place" for one in everything):
        rows = _queries.communes(tx.conn, collectivity_id=member_id or collectivity_id)
        named[COMMUNES] = [Option(row["name"], {"commune": row["name"], "insee": row["insee"]}, row["insee"]) async for row in rows]
    for name in {_source(one) for one in everything if one.kind == "record"} & set(registers()):
        register = registers()[name]
        owner = await agency(tx) if register.owner == "agency" else member_id or collectivity_id
        if owner is not None:
            named[name] = await _lines(tx, register, owner, member_id, typed.get(name, []), today)
    return Options(named)


def _source(asked: Field) -> str:
    return asked.of or asked.kind


async def _collectivities(tx: Transaction) -> list[Option]:
    rows = [row async for row in _queries.collectivities(tx.conn)]
    names = Counter(row["name"] for row in rows)  # homonyms are told apart by their code
    told = [(row, row["name"] if names[row["name"]] == 1 else f"{row['name']} ({row['code']})") for row in rows]
    return [Option(text, {"id": row["id"], "name": text}, row["code"]) for row, text in told]


async def _lines(tx: Transaction, register: Register, owner: int, member_id: int | None, typed: Sequence[str], today: date) -> list[Option]:
    rows = _queries.lines(
        tx.conn, collectivity_id=owner, register=register.name, member_id=member_id, typed=list(typed), folded=[fold(t) for t in typed],
        most=MOST,
    )  # fmt: skip
    there = [row async for row in rows if _holds(register, row["data"], today)]
    titles = Counter(row["title"] for row in there)
    made = []
    for row in there:
        kept = register.chosen(row["id"], row["title"], row["data"])
        if titles[row["title"]] == 1:
            made.append(Option(row["title"], kept, row["key"]))
        else:  # two lines of one title are told apart by their key, which is then kept with what is chosen
            made.append(Option(f"{row['title']} ({row['key']})", {**kept, "key": row["key"]}, row["key"]))
    return made


def _holds(register: Register, data: Mapping[str, Any], today: date) -> bool:
    """Whether a line serves today, where its register says from when and until when."""
    since = str(data.get(register.since_field or "") or "")
    until = str(data.get(register.until_field or "") or "9999")
    return since <= today.isoformat() <= until
