"""The addresses of registers and their lines."""

from __future__ import annotations

from grc.web.pages import register_line, register_table, registers
from grc.web.route import Route, Who

MB = 1_000_000
REGISTER = "/agent/registres/{register:[a-z][a-z0-9_]{0,39}}"
LINE = f"{REGISTER}/{{line:[0-9]{{1,18}}}}"

ROUTES: tuple[Route, ...] = (
    Route("GET", "/agent/registres", registers.show, Who.AGENT, "registers"),
    Route("GET", REGISTER, registers.lines, Who.AGENT, "register"),
    Route("GET", f"{REGISTER}/export.csv", register_table.export, Who.AGENT, "register_export"),
    Route("GET", f"{REGISTER}/importer", register_table.ask, Who.CHIEF, "register_import"),
    Route("POST", f"{REGISTER}/importer", register_table.bring, Who.CHIEF, "register_import_do", max_body=9 * MB),
    Route("GET", f"{REGISTER}/nouvelle", register_line.ask_new, Who.CHIEF, "line_new"),
    Route("POST", f"{REGISTER}/nouvelle", register_line.add, Who.CHIEF, "line_new_do"),
    Route("GET", LINE, register_line.show, Who.AGENT, "line"),
    Route("GET", f"{LINE}/modifier", register_line.ask_change, Who.CHIEF, "line_change"),
    Route("POST", f"{LINE}/modifier", register_line.change, Who.CHIEF, "line_change_do"),
    Route("POST", f"{LINE}/ranger", register_line.put_away, Who.CHIEF, "line_put_away"),
)  # fmt: skip
