"""The web application: the routes of the core, of every channel and module, each behind its guard, and what surrounds them all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from time import perf_counter

import structlog
from aiohttp import web

from grc.db.transaction import Database
from grc.messages.channel import Channel
from grc.queue.wake import Wake
from grc.settings import Settings
from grc.web import headers, static
from grc.web.citizen import addresses
from grc.web.citizen.news import NEWS, News
from grc.web.desk import guard
from grc.web.flux import Flux
from grc.web.look import make_look
from grc.web.metrics import Metrics
from grc.web.module import Module
from grc.web.parts import CHANNELS, DATABASE, FLUX, LOOK, METRICS, MODULES, ROUTES, SETTINGS
from grc.web.refusals import told
from grc.web.routes import ROUTES as OWN_ROUTES
from grc.web.shown import shown_path

log = structlog.get_logger()


def make_app(
    settings: Settings, db: Database, channels: Mapping[str, Channel], modules: Mapping[str, Module], wake: Wake
) -> web.Application:
    """The application, with nothing running yet: its streams begin to listen when the server starts."""
    app = web.Application(middlewares=[_observe], client_max_size=1_000_000)
    app[SETTINGS] = settings
    app[DATABASE] = db
    app[CHANNELS] = channels
    app[MODULES] = modules
    app[LOOK] = make_look(channels.values(), modules.values(), settings.kept())
    app[METRICS] = Metrics()
    app[FLUX] = Flux(db)
    app[NEWS] = News()
    rooms: tuple[Channel | Module, ...] = (*channels.values(), *modules.values())
    routes = (*OWN_ROUTES, *(route for room in rooms for route in room.routes()))
    app[ROUTES] = routes
    for route in routes:
        app.router.add_route(route.method, route.path, guard(route), name=route.name)
    app.router.add_get("/static/{path:.+}", static.serve, name="static")
    app.on_response_prepare.append(headers.add_headers)
    app.cleanup_ctx.append(_listen(wake))
    app.cleanup_ctx.append(addresses.client)
    return app


def _listen(wake: Wake) -> Callable[[web.Application], AsyncIterator[None]]:
    async def listening(app: web.Application) -> AsyncIterator[None]:
        flux = app[FLUX]
        with wake.follow("ticket") as for_agents, wake.follow("ticket") as for_citizens, wake.follow("agent") as of_agents:
            running = [asyncio.create_task(flux.run(for_agents, of_agents)), asyncio.create_task(app[NEWS].run(for_citizens))]
            yield
            flux.close()
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    return listening


@web.middleware
async def _observe(request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> web.StreamResponse:
    """Measures every answer; what nobody foresaw is logged once, and told in plain words with a number to quote."""
    began = perf_counter()
    status = 500
    try:
        response = await handler(request)
        status = response.status
        return response
    except web.HTTPNotFound:
        status = 404
        return told(request, 404, "L’adresse est peut-être incomplète. Revenez à la page précédente, ou à l’accueil.")
    except web.HTTPMethodNotAllowed:
        status = 405
        return told(request, 404, "Cette adresse ne se lit pas ainsi. Revenez à la page précédente.")
    except web.HTTPException as error:
        status = error.status
        raise
    except (ConnectionResetError, asyncio.CancelledError):
        status = 499
        raise
    except Exception:
        number = f"{id(request) & 0xFFFFFF:06x}"
        log.exception("web.failed", path=shown_path(request.path, request.match_info), method=request.method, incident=number)
        return told(request, 500, f"Revenez à la page précédente et réessayez. Si cela continue, citez l’incident {number}.")
    finally:
        route = request.match_info.route.name or "unknown"
        request.app[METRICS].observe(route, status, perf_counter() - began)
