"""The figures of a type for those who steer: numbers and bars over a period, with their values; and as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from aiohttp import web

from grc.clock import PARIS
from grc.errors import NotFound
from grc.types import figures
from grc.types.figures import Asked, Bar
from grc.types.store import Current
from grc.web import words
from grc.web.desk import Desk
from grc.web.page import render
from grc.web.pages.files import disposition
from grc.web.pages.frame import frame
from workflows.definition import Definition
from workflows.parts.words import Figure
from workflows.values import number

PERIODS = {"1": "Ce mois-ci", "3": "Trois mois", "12": "Douze mois"}
SHOWN = 20  # bars of a figure on the page; the table for a spreadsheet has all
NOTHING = {"member": "sans collectivité", "rating": "sans note"}
_HOURS = ("hours_to_answer", "hours_to_close")


@dataclass(frozen=True, slots=True)
class Line:
    """A bar in words; `part` is its length in hundredths of the longest."""

    name: str
    said: str
    value: float | None
    part: int
    tickets: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure in words: one number where it is by nothing, else bars. `more`: how many bars are left out."""

    title: str
    by: str
    single: bool
    lines: Sequence[Line]
    more: int
    unit: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for: a type, a period, perhaps one member."""

    kinds: Sequence[Current]
    definition: Definition | None
    period: str
    asked: Asked


async def show(desk: Desk) -> web.StreamResponse:
    """The figures of a type."""
    choice = await _choice(desk)
    found = choice.definition
    members = await figures.members(desk.tx, found, choice.asked) if found else []
    charts = [chart(found, figure, bars, choice.asked) for figure, bars in await _reckoned(desk, choice)] if found else []
    return render(
        desk.request, "agent/figures.html", kinds=[one.definition for one in choice.kinds], type=found, period=choice.period,
        periods=PERIODS, charts=charts, members=members, member=choice.asked.member, since=words.day(choice.asked.since),
        **await frame(desk),
    )  # fmt: skip


async def table(desk: Desk) -> web.StreamResponse:
    """The same as a table: a line for each bar, with semicolons and commas as French spreadsheets read them."""
    choice = await _choice(desk)
    if choice.definition is None:
        raise NotFound("Aucun type de demande n’a de chiffres à montrer ici.")
    written = io.StringIO()
    out = csv.writer(written, delimiter=";", lineterminator="\r\n")
    out.writerow(("Chiffre", "Regroupement", "Valeur", "Unité", "Demandes"))
    for figure, bars in await _reckoned(desk, choice):
        one = chart(choice.definition, figure, bars, choice.asked, most=len(bars) + 12)
        for line in one.lines:
            value = "" if line.value is None else f"{line.value:.4f}".rstrip("0").rstrip(".").replace(".", ",")
            out.writerow((harmless(one.title), harmless(line.name), value, harmless(one.unit), line.tickets))
    name = f"chiffres-{choice.definition.name}-{desk.now.astimezone(PARIS):%Y-%m-%d}.csv"
    return web.Response(
        body=written.getvalue().encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": disposition("attachment", name), "Cache-Control": "private, no-store"},
    )


async def _choice(desk: Desk) -> Choice:
    query, here = desk.request.query, desk.agent.collectivities
    kinds = await figures.types(desk.tx, here)
    chosen = next((one.definition for one in kinds if one.definition.name == query.get("type", "")), None)
    period = query.get("periode", "") if query.get("periode", "") in PERIODS else "3"
    member = query.get("membre", "")
    one = int(member) if member.isascii() and member.isdigit() and len(member) < 10 else None
    asked = Asked(here, beginning(desk.now, int(period)), desk.now, one)
    return Choice(kinds, chosen or (kinds[0].definition if kinds else None), period, asked)


async def _reckoned(desk: Desk, choice: Choice) -> list[tuple[Figure, Sequence[Bar]]]:
    assert choice.definition is not None
    return [(figure, await figures.reckon(desk.tx, choice.definition, figure, choice.asked)) for figure in choice.definition.figures]


def beginning(now: datetime, months: int) -> datetime:
    """The first day of the period of so many months that ends now: this month is one."""
    today = now.astimezone(PARIS).date()
    counted = today.year * 12 + today.month - 1 - (months - 1)
    return datetime.combine(date(counted // 12, counted % 12 + 1, 1), time(), PARIS)


def chart(definition: Definition, figure: Figure, bars: Sequence[Bar], asked: Asked, most: int = SHOWN) -> Chart:
    """A figure in words. Pure."""
    share, unit = figure.measure == "share", figure.unit or ("heures" if figure.of in _HOURS else "")
    if share:
        unit = "%"
    found = _ordered(definition, figure, bars, asked)
    values = [None if bar.value is None else bar.value * 100 if share else bar.value for bar in found]
    longest = max((value for value in values if value is not None), default=0.0)
    lines = [
        Line(
            place(definition, figure, bar.bucket), said(value, unit), value,
            round(100 * value / longest) if value is not None and value > 0 and longest > 0 else 0, bar.tickets,
        )
        for bar, value in zip(found, values, strict=True)
    ]  # fmt: skip
    return Chart(figure.label, _head(definition, figure), figure.by is None, lines[:most], max(0, len(lines) - most), unit)


def _ordered(definition: Definition, figure: Figure, bars: Sequence[Bar], asked: Asked) -> list[Bar]:
    """Months in their order with the empty ones between them, states in the order of the type; else those with most first."""
    if figure.by == "month":
        known = {bar.bucket: bar for bar in bars}
        nothing = 0.0 if figure.measure in ("count", "sum") else None
        return [known.get(month) or Bar(month, nothing, 0) for month in _months(asked)]
    if figure.by == "state":
        order = {state: n for n, state in enumerate(definition.states)}
        return sorted(bars, key=lambda bar: order.get(bar.bucket, len(order)))
    if figure.by == "rating":
        return sorted(bars, key=lambda bar: bar.bucket or "9")
    return sorted(bars, key=lambda bar: (bar.bucket is None, -(bar.value or 0)))


def _months(asked: Asked) -> list[str]:
    first, last = asked.since.astimezone(PARIS), asked.until.astimezone(PARIS)
    counted = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in counted]


def place(definition: Definition, figure: Figure, bucket: Any) -> str:
    """What a bar stands for, in words."""
    if bucket is None:
        return NOTHING.get(figure.by or "", "sans réponse" if figure.by else "")
    if figure.by == "state":
        state = definition.states.get(bucket)
        return state.label if state else str(bucket)
    if figure.by == "month":
        year, _, month = str(bucket).partition("-")
        return f"{words.MONTHS[int(month) - 1]} {year}"
    if figure.by == "rating":
        return f"{bucket} sur 5"
    if isinstance(bucket, bool):
        return "oui" if bucket else "non"
    field = definition.by_field.get((figure.by or "").removeprefix("fields.").partition(".")[0])
    labels = {choice.value: choice.label for choice in field.choices} if field else {}
    return number(bucket) if isinstance(bucket, int | float) else labels.get(str(bucket), str(bucket))


def _head(definition: Definition, figure: Figure) -> str:
    """The head of the column of what a figure is by."""
    heads = {"state": "État", "service": "Service", "member": "Collectivité", "month": "Mois", "rating": "Note"}
    field = definition.by_field.get((figure.by or "").removeprefix("fields.").partition(".")[0])
    return heads.get(figure.by or "", field.label if field else "")


def said(value: float | None, unit: str) -> str:
    """`12,5 heures`; a dash where there is nothing to reckon."""
    if value is None:
        return "–"
    shown = number(int(value)) if value == int(value) else number(round(value, 1))
    return f"{shown}\u00a0{unit}" if unit else shown


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
