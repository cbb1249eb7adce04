"""A register as a table that a spreadsheet opens: its columns, its lines as text, and a text read back as lines. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grc.errors import BadInput
from grc.fold import fold
from grc.records.model import Line
from workflows.form import NO, PREFIX, YES, as_typed
from workflows.parts.fields import Field
from workflows.register import Register
from workflows.values import say

MOST_LINES = 5_000
MOST_BYTES = 4_000_000
SEPARATOR = ";"  # what French spreadsheets open without asking
PUT_AWAY = "Rangée"
_YES = frozenset({"oui", "o", "x", "1", "vrai", "true", "yes"})
_NO = frozenset({"non", "n", "0", "faux", "false", "no"})
_RUNS = ("=", "+", "-", "@")  # what a spreadsheet would take for a formula
_PLAIN = "'"  # before it, it is text


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the input of a form that it fills in, what stands at its head, and its field."""

    input: str
    head: str
    field: Field


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table that was read: its number in the file, and the texts of its cells by input."""

    number: int
    cells: Mapping[str, str]
    put_away: bool | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that was read: the columns it has, and the heads that nothing here is called."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    unknown: Sequence[str] = ()


def columns(register: Register, *, whole: bool = True) -> tuple[Column, ...]:
    """The columns of a register; without those of fields that are not shown, where not whole. A repeated group has none: it is kept as
    it is, by the pages."""
    return tuple(column for field in register.fields if whole or field.shown for column in _columns(field))


def _columns(field: Field) -> Iterator[Column]:
    name = PREFIX + field.name
    match field.kind:
        case "group":
            return
        case "person":
            parts = {"name": "prénom et nom", "email": "adresse e-mail", "phone": "téléphone", "address": "adresse postale"}
        case "place":
            parts = {"text": "adresse", "commune": "commune"}
        case _:
            yield Column(name, field.label, field)
            return
    for part, label in parts.items():
        yield Column(f"{name}.{part}", f"{field.label} ({label})", field)


def written(register: Register, lines: Iterable[Line], *, whole: bool = True) -> str:
    """The lines as CSV, with a head; nothing in it runs in a spreadsheet."""
    heads = columns(register, whole=whole)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=SEPARATOR, lineterminator="\r\n")
    writer.writerow([*(column.head for column in heads), PUT_AWAY])
    for line in lines:
        typed = as_typed(register.fields, line.data)
        writer.writerow([*(_cell(column, typed, line) for column in heads), YES if not line.active else ""])
    return out.getvalue()


def _cell(column: Column, typed: Mapping[str, Sequence[str]], line: Line) -> str:
    field = column.field
    value = line.data.get(field.name)
    text = say(field, value) if field.kind in ("choice", "computed") else ", ".join(typed.get(column.input, ()))
    is_number = field.kind in ("number", "computed") and not isinstance(value, str)
    return f"{_PLAIN}{text}" if text.startswith(_RUNS) and not is_number else text


def read(register: Register, content: bytes | str) -> Sheet:
    """The table in these bytes: UTF-8 or what older spreadsheets write, separated by `;`, `,` or tabs. BadInput where it is none."""
    text = content if isinstance(content, str) else decoded(content)
    lines = text.splitlines()
    if not lines or not lines[0].strip():
        raise BadInput("fichier", "Ce fichier est vide : la première ligne nomme les colonnes.")
    separator = max(SEPARATOR, ",", "\t", key=lines[0].count)
    known = {fold(name): column for column in columns(register) for name in (column.head, column.input.removeprefix(PREFIX))}
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        heads = [" ".join(head.split()) for head in next(reader)]
        found = [known.get(fold(head)) for head in heads]
        rows = []
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_row(reader.line_num, heads, found, cells))
            if len(rows) > MOST_LINES:
                raise BadInput("fichier", f"Ce fichier a plus de {MOST_LINES} lignes : partagez-le en plusieurs.")
    except csv.Error as error:
        raise BadInput("fichier", f"Ce fichier ne se lit pas comme un tableau CSV (ligne {reader.line_num}).") from error
    if register.key not in {column.field.name for column in found if column is not None}:
        label = register.by_field[register.key].label
        raise BadInput("fichier", f"La colonne « {label} » manque : c’est elle qui nomme chaque ligne.")
    unknown = [head for head, column in zip(heads, found, strict=True) if column is None and fold(head) not in ("", fold(PUT_AWAY))]
    return Sheet([column for column in found if column is not None], rows, unknown)


def decoded(content: bytes) -> str:
    """The text of a file. BadInput where it is too heavy."""
    if len(content) > MOST_BYTES:
        raise BadInput("fichier", f"Ce fichier est trop lourd : {MOST_BYTES // 1_000_000} Mo au plus.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    return text.replace("\x00", "")


def _row(number: int, heads: Sequence[str], found: Sequence[Column | None], cells: Sequence[str]) -> Row:
    given = {column.input: _bare(cell.strip()) for column, cell in zip(found, cells, strict=False) if column is not None}
    away = [cell.strip() for head, cell in zip(heads, cells, strict=False) if fold(head) == fold(PUT_AWAY)]
    return Row(number, given, fold(away[0]) in _YES if away else None)


def _bare(cell: str) -> str:
    """The text of a cell without the sign by which we keep it from running."""
    return cell.removeprefix(_PLAIN) if cell[1:].startswith(_RUNS) else cell


def raw_of(row: Row, sheet: Sheet) -> dict[str, list[str]]:
    """The line as a form would send it: choices by their value, boxes by yes and no."""
    raw: dict[str, list[str]] = {}
    for column in sheet.columns:
        text = row.cells.get(column.input, "")
        raw[column.input] = _typed(column.field, text) if text else []
    return raw


def _typed(field: Field, text: str) -> list[str]:
    if field.kind == "check":
        word = fold(text)
        return [YES if word in _YES else NO if word in _NO else text]
    if field.kind == "choice":
        values = {fold(name): choice.value for choice in field.choices for name in (choice.value, choice.label)}
        if (whole := values.get(fold(text))) is not None or not field.many:
            return [whole or text]
        return [values.get(fold(part.strip()), part.strip()) for part in text.split(",") if part.strip()]
    return [text]
