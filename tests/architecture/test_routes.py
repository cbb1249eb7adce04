"""Every address says who may use it, and the guard holds it to that."""

from __future__ import annotations

import inspect
import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from grc.web.parts import ROUTES
from grc.web.route import Route, Who

Site = TestClient[web.Request, web.Application]
GUARDED = {Who.AGENT, Who.CHIEF, Who.ADMIN, Who.OPERATOR}


def filled(path: str) -> str:
    """The path with something in each of its holes: a number that fits a pattern of digits, else a word."""
    holes = re.sub(r"\{\w+:[^{}]*(?:\{[^{}]*\}[^{}]*)*\}", lambda hole: "K7M4-QF9" if "A-Z" in hole[0] else _fits(hole[0]), path)
    return re.sub(r"\{\w+\}", "rien", holes)


def _fits(hole: str) -> str:
    return "fermer" if "a-z" in hole else "1"


async def test_every_route_says_who_may_use_it(app: web.Application) -> None:
    routes = app[ROUTES]
    assert len(routes) > 20
    for route in routes:
        assert isinstance(route.who, Who), route
        assert inspect.iscoroutinefunction(route.handler), route
        assert route.max_body > 0, route


async def test_no_two_routes_share_a_name_or_an_address(app: web.Application) -> None:
    routes = app[ROUTES]
    assert len({route.name for route in routes}) == len(routes)
    assert len({(route.method, route.path) for route in routes}) == len(routes)


async def test_nothing_is_served_that_is_not_in_the_table(app: web.Application) -> None:
    declared = {route.name for route in app[ROUTES]} | {"static"}
    served = {route.name for route in app.router.routes()}
    assert served == declared


async def test_without_a_session_no_guarded_route_does_anything(site: Site) -> None:
    guarded = [route for route in _routes(site) if route.who in GUARDED]
    assert len(guarded) > 10
    for route in guarded:
        for headers in ({}, {"Cookie": "session=forged; grc=forged; __Host-grc=forged"}, {"HX-Request": "true"}):
            answer = await site.request(route.method, filled(route.path), headers=headers, allow_redirects=False)
            assert answer.status in (303, 401, 403), (route, answer.status)
            assert answer.headers.get("Location", "/agent/connexion").startswith("/agent/connexion"), route


async def test_a_link_that_is_not_one_opens_nothing(site: Site) -> None:
    for route in _routes(site):
        if route.who is Who.LINK and route.method == "GET":
            answer = await site.get(filled(route.path), allow_redirects=False)
            assert answer.status == 404, (route, answer.status)


@pytest.mark.parametrize("odd", ["%00", "%ff%fe", "..%2f..%2fetc", "9" * 40, "'%22%3e", "%F0%9F%90%98", "-1", "%E2%80%AE"])
async def test_no_public_address_fails_on_odd_words(site: Site, odd: str) -> None:
    for route in _routes(site):
        if route.who not in GUARDED and route.method == "GET" and "{" in route.path:
            answer = await site.get(re.sub(r"\{[^}]*\}", odd, route.path), allow_redirects=False)
            assert answer.status < 500, (route, answer.status)


async def test_every_page_carries_the_policy_of_safety(site: Site) -> None:
    for path in ("/", "/agent/connexion", "/healthz", "/nulle/part/ici", "/agent"):
        answer = await site.get(path, allow_redirects=False)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"]


def _routes(site: Site) -> tuple[Route, ...]:
    return site.app[ROUTES]
