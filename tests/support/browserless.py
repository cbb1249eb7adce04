"""The form of a town as a browser without a screen sends it: the page is asked for, its challenge solved, the whole posted."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
import altcha

from tests.support.arrivals import TYPED

_TOKEN = re.compile(r'name="jeton" value="([^"]*)"')
_CHALLENGE = re.compile(r'data-challenge="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Page:
    """What a page of the form was given with: its sealed number and the proof of work, done."""

    token: str
    proof: str


def read(page: str) -> Page:
    """The page, with its challenge solved."""
    token, given = _TOKEN.search(page), _CHALLENGE.search(page)
    assert token is not None, page[:2000]
    assert given is not None, page[:2000]
    challenge = altcha.Challenge.from_dict(json.loads(html.unescape(given[1])))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return Page(token[1], altcha.Payload(challenge, solution).to_base64())


def filled(page: Page, typed: Mapping[str, str], files: Mapping[str, bytes] | None = None) -> aiohttp.FormData:
    """The body a browser would send; made anew for each try, since a body can be sent but once."""
    body = aiohttp.FormData()
    for name, value in {"jeton": page.token, "altcha": page.proof, "site_web": "", **TYPED, **typed}.items():
        body.add_field(name, value, content_type="text/plain; charset=utf-8")
    for name, content in (files or {}).items():
        body.add_field("fichiers", io.BytesIO(content), filename=name, content_type="application/octet-stream")
    return body
