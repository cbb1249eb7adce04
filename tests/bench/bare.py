"""What the pages are held against: aiohttp and jinja2 with one indexed query of as many rows, in a process of its own.

    python -m tests.bench.bare PORT DATABASE_URL SERVICE

No session, no row-level security, no counters: `/inbox` reads a page of open tickets of one service, `/ticket/<message>` as many rows of
messages as a ticket page reads in all.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import asyncpg
import uvloop
from aiohttp import web
from jinja2 import Environment

from grc.tickets.inbox import PAGE

COLLECTIVITY = 40192
OF_A_TICKET = 12  # a ticket, its 3 messages, 6 events, deadline and delivery

INBOX = """
    select reference, subject, excerpt, requester_name, channel, state, last_at, due_at from ticket
    where collectivity_id = $1 and service_id = $2 and phase = 'open' order by last_at desc, id desc limit $3
"""
TICKET = "select id, author_name, at, subject, body_text from message where collectivity_id = $1 and id >= $2 order by id limit $3"

_page = Environment(autoescape=True).from_string(
    """<!doctype html><html lang="fr"><title>Bare</title><body><ul>
{% for row in rows %}<li>{% for value in row.values() %}<span>{{ value }}</span> {% endfor %}</li>
{% endfor %}</ul></body></html>"""
)


async def app(url: str, service: int) -> web.Application:
    """The two pages on a pool of connections."""
    pool: Any = await asyncpg.create_pool(url, min_size=1, max_size=10)

    async def inbox(_request: web.Request) -> web.Response:
        rows = await pool.fetch(INBOX, COLLECTIVITY, service, PAGE)
        return web.Response(text=_page.render(rows=rows), content_type="text/html")

    async def ticket(request: web.Request) -> web.Response:
        rows = await pool.fetch(TICKET, COLLECTIVITY, int(request.match_info["message"]), OF_A_TICKET)
        return web.Response(text=_page.render(rows=rows), content_type="text/html")

    made = web.Application()
    made.add_routes([web.get("/inbox", inbox), web.get("/ticket/{message}", ticket), web.get("/readyz", inbox)])
    return made


async def serve(port: int, url: str, service: int) -> None:
    """Serves on the loopback until the process is told to stop."""
    runner = web.AppRunner(await app(url, service), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
