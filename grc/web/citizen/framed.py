"""Our pages within a page of a member's web site: which sites may frame them, in which colours, and where the citizen comes from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlencode

from aiohttp import web

from grc.collectivities import sites
from grc.collectivities.kinds import agency
from grc.errors import GrcError, Refused
from grc.web.body import clean
from grc.web.citizen import accent, place
from grc.web.citizen.place import PUBLIC
from grc.web.headers import PAGE_POLICY
from grc.web.page import FRAME
from grc.web.parts import db
from grc.web.refusals import refusal

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
NOBODY = "frame-ancestors 'none'"
FOLDER = "/cadre"  # the folder of what may be framed: nothing outside it ever is
FIELD = "venu"  # the hidden field that carries the page a citizen came from until he sends


@dataclass(frozen=True, slots=True)
class Frame:
    """What is known of the page around ours: the sites that may be it, which page it says it is, and its colours as `accent` mends them."""

    origins: tuple[str, ...] = ()
    page: str = ""
    colour: str = ""
    ground: str = ""

    @property
    def carried(self) -> Mapping[str, str]:
        """What every link that stays in the frame carries on."""
        return {name: told for name, told in {"page": self.page, **self._colours}.items() if told}

    @property
    def style(self) -> str:
        """The address of the style sheet of its colours; empty where it told none."""
        return with_query("/couleurs.css", self._colours) if any(self._colours.values()) else ""

    @property
    def _colours(self) -> Mapping[str, str]:
        return {"couleur": self.colour.removeprefix("#"), "fond": self.ground.removeprefix("#")}

    @property
    def theme(self) -> Literal["", "light", "dark"]:
        """Whether the page around is pale or dark; empty where it did not say: then as the system has it."""
        return accent.theme(self.ground) if self.ground else ""

    @property
    def policy(self) -> str:
        """Who may frame it: our own pages, for the preview, and these sites."""
        return " ".join(("frame-ancestors 'self'", *self.origins))


def framed(handler: Handler) -> Handler:
    """The handler, for a page that the web sites of its collectivity may frame; of the agency where its path names none."""

    async def handle(request: web.Request) -> web.StreamResponse:
        frame = request[FRAME] = await _frame(request)
        try:
            response = await handler(request)
        except Refused as error:
            response = refusal(request, error)
        policy = response.headers.get("Content-Security-Policy", PAGE_POLICY)
        response.headers["Content-Security-Policy"] = policy.replace(NOBODY, frame.policy)
        return response

    return handle


async def _frame(request: web.Request) -> Frame:
    query = request.query
    try:
        origins = await _origins(request)
    except GrcError:
        origins = ()  # the handler meets the same trouble, and tells it
    page = sites.page_of(clean(query.get("page", "")), origins) or sites.page_of(request.headers.get("Referer", ""), origins)
    return Frame(origins, page, accent.given(query.get("couleur", "")), accent.given(query.get("fond", "")))


async def _origins(request: web.Request) -> tuple[str, ...]:
    named = request.match_info.get("place")
    async with db(request).transaction(PUBLIC) as tx:
        if named is None:
            owner = await agency(tx)
            return await sites.own(tx, owner) if owner is not None else ()
        found = await place.by_code(tx, named)
        return await sites.allowed(tx, found.id) if found else ()


def frame_of(request: web.Request) -> Frame | None:
    """The frame of this request; None for a page that stands alone."""
    found: Frame | None = request.get(FRAME)
    return found


def at(request: web.Request, code: str, rest: str, query: Mapping[str, str] = MappingProxyType({})) -> str:
    """The address of a page of this collectivity that stays in the frame, where there is one: `/40192/cadre/contact?couleur=…`.

    Without a code it is a page of the agency: `/cadre/demarches`.
    """
    frame, place = frame_of(request), f"/{code}" if code else ""
    return with_query(f"{place}{rest}", query) if frame is None else with_query(f"{place}{FOLDER}{rest}", {**query, **frame.carried})


def with_query(path: str, query: Mapping[str, str]) -> str:
    """The path with what of the query says something."""
    told = {name: text for name, text in query.items() if text}
    return f"{path}?{urlencode(told)}" if told else path


def came_from(request: web.Request, origins: tuple[str, ...], carried: str = "") -> str:
    """The page of an allowed site from which a citizen came to this form: told by the frame, or by the link he followed; empty for others.

    `carried` is what the form brought back. What it says can be forged as any link can, and is shown as what it is: the page it names.
    """
    frame = frame_of(request)
    return sites.page_of(carried, origins) or (frame.page if frame else sites.page_of(request.headers.get("Referer", ""), origins))
