"""What can be measured of a web process, in the format of Prometheus."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from grc.db.transaction import OPERATOR
from grc.errors import GrcError
from grc.messages import arrivals
from grc.web.outside import is_loopback, outside
from grc.web.parts import FLUX, METRICS, db, settings

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """The measures of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.seconds = Histogram("grc_http_seconds", "Time to answer", ["route"], buckets=_SECONDS, registry=self.registry)
        self.answers = Counter("grc_http_answers", "Answers by status", ["route", "status"], registry=self.registry)
        self.streams = Gauge("grc_streams", "Open event streams", registry=self.registry)
        self._children: dict[tuple[str, int], tuple[Histogram, Counter]] = {}
        self.received = Gauge("grc_received", "Arrivals by channel and outcome", ["channel", "outcome"], registry=self.registry)

    def observe(self, route: str, status: int, seconds: float) -> None:
        """Counts one answer."""
        known = self._children.get((route, status))
        if known is None:  # looking a label up costs more than counting
            known = self._children[route, status] = self.seconds.labels(route), self.answers.labels(route, str(status))
        known[0].observe(seconds)
        known[1].inc()


async def metrics(request: web.Request) -> web.Response:
    """The page Prometheus reads, for whoever may. Figures of the ledger are left as they were when the database is away."""
    if not _may_measure(request):
        raise web.HTTPNotFound
    measured = request.app[METRICS]
    measured.streams.set(len(request.app[FLUX]))
    try:
        async with db(request).transaction(OPERATOR) as tx:
            for channel, outcome, number in await arrivals.sums(tx, None):
                measured.received.labels(channel, outcome).set(number)
    except GrcError:
        pass
    return web.Response(body=generate_latest(measured.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _may_measure(request: web.Request) -> bool:
    """Whoever holds the token. Without one this machine alone, and only of a service that nobody outside knows: behind a proxy that says
    nothing, the whole world would seem to ask from here."""
    config = settings(request)
    if config.metrics_token is not None:
        given = request.headers.get("Authorization", "").encode("utf-8", "replace")
        return hmac.compare_digest(given, b"Bearer " + config.metrics_token.get_secret_value().encode())
    public = urlsplit(config.public_url).hostname
    return (public is None or public == "localhost" or is_loopback(public)) and is_loopback(outside(request).address)


async def healthz(request: web.Request) -> web.Response:
    """The process lives."""
    return web.Response(text="ok\n")


async def readyz(request: web.Request) -> web.Response:
    """The process can serve: the database answers."""
    try:
        async with db(request).transaction(OPERATOR) as tx:
            await tx.conn.execute("select")
    except GrcError as error:
        return web.Response(status=503, text=f"{error}\n")
    return web.Response(text="ready\n")
