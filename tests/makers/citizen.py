"""A citizen without a browser: opens a page, fills in its form as it stands there, sends it, reads what comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO

import altcha
from aiohttp import ClientResponse, FormData, web
from aiohttp.test_utils import TestClient

Site = TestClient[web.Request, web.Application]

JPEG = b"\xff\xd8\xff\xe0" + b"une photo" * 100
PDF = b"%PDF-1.7\n" + b"un document" * 100


@dataclass(slots=True)
class Page:
    """A page as it came: its status, its text, the fields of its (last) POST form and where that goes."""

    status: int
    html: str
    url: str
    headers: Mapping[str, str]
    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    challenge: str = ""
    words: str = ""

    def solve(self) -> str:
        """The proof of work a browser would send with this form."""
        challenge = altcha.Challenge.from_dict(json.loads(self.challenge))
        solution = altcha.solve_challenge(challenge)
        assert solution is not None
        return altcha.Payload(challenge, solution).to_base64()


class _Reader(HTMLParser):
    """Reads the text of a page and the fields of the forms that are sent."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self._in_form = False
        self._filling = ""
        self._select = ""
        self._in_template = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._in_form = given.get("method") == "post"
            if self._in_form:
                self.page.action, self.page.fields = given["action"], {}
        if tag == "template":
            self._in_template = True
        if not self._in_form or self._in_template or "disabled" in given:
            return
        name = given.get("name", "")
        if tag == "input" and name == "garder":
            if "checked" in given:
                self.page.kept.append(given["value"])
        elif tag == "input" and given.get("type") in ("radio", "checkbox"):
            if "checked" in given:
                self.page.fields[name] = given["value"]
        elif tag == "input" and name and given.get("type") != "file":
            self.page.fields[name] = given.get("value", "")
            self.page.challenge = given.get("data-challenge", self.page.challenge)
        elif tag == "textarea":
            self.page.fields[name], self._filling = "", name
        elif tag == "select":
            self.page.fields[name], self._select = "", name
        elif tag == "option" and "selected" in given:
            self.page.fields[self._select] = given["value"]

    def handle_data(self, data: str) -> None:
        self.page.words += data
        if self._filling:
            self.page.fields[self._filling] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._filling:
            # the line break after the tag is not part of the text (HTML, 13.2.6.4.7)
            self.page.fields[self._filling] = self.page.fields[self._filling].removeprefix("\n")
            self._filling = ""
        elif tag == "form":
            self._in_form = False
        elif tag == "template":
            self._in_template = False


async def read(response: ClientResponse) -> Page:
    """The page a response carries."""
    page = Page(response.status, await response.text(), str(response.url.path_qs), dict(response.headers))
    _Reader(page).feed(page.html)
    page.words = " ".join(page.words.split())
    return page


async def visit(site: Site, path: str) -> Page:
    """Opens a page."""
    return await read(await site.get(path))


async def send(
    site: Site,
    page: Page,
    typed: Mapping[str, str] | None = None,
    files: Sequence[tuple[str, bytes]] = (),
    *,
    proof: bool = True,
    kept: Sequence[str] | None = None,
) -> Page:
    """Sends the form of a page with what was typed besides; where a redirection leads is the page that comes back."""
    data = FormData(quote_fields=False)
    fields = {**page.fields, **(typed or {})}
    if proof and page.challenge:
        fields["altcha"] = page.solve()
    for name, value in fields.items():
        data.add_field(name, value)
    for number in page.kept if kept is None else kept:
        data.add_field("garder", number)
    data.add_field("fichiers", b"", filename="", content_type="application/octet-stream")  # as a browser sends an empty file field
    for name, content in files:
        data.add_field("fichiers", BytesIO(content), filename=name, content_type="application/x-anything")
    return await read(await site.post(page.action, data=data))
