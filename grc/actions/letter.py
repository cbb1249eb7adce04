"""What an agent wrote becomes a whole letter: his words, who he is and where, the reference and the way to follow it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup, escape

from grc.collectivities.naming import title

_FOLDER = Path(__file__).resolve().parent.parent / "locale" / "fr" / "mail"


@cache
def _template(name: str) -> Template:
    return Environment(loader=FileSystemLoader(_FOLDER), autoescape=name.endswith(".html"), keep_trailing_newline=True).get_template(name)


def letter(about: Mapping[str, Any], public_url: str) -> tuple[str, str]:
    """The text and the HTML of a message that leaves.

    What another program reads is its own words alone. A notice was whole when it was decided: its exact words stay (L112-6).

    Others carry the name, capacity and administrative address of the agent in charge (L111-2), and the way to follow; one to a third
    party only our reference, since the page of a request is for whoever asked.
    """
    if about["audience"] == "machine":
        return about["body_text"], ""
    if about["body_html"] is not None:
        return about["body_text"], _page(about["subject"], about["body_html"])
    address = about["postal_address"] or ""
    values = {
        "text": about["body_text"],
        "paragraphs": [_lines(block) for block in about["body_text"].split("\n\n") if block.strip()],
        "author": about["author_name"] if about["author_id"] is not None else "",
        "service": about["service_name"],
        "collectivity": title(about["collectivity_kind"], about["collectivity_name"]),
        "postal_address": address,
        "address": address.splitlines(),
        "phone": about["service_phone"] or about["collectivity_phone"],
        "reference": about["reference"],
        "third": about["audience"] == "third",
        "link": link(about, public_url),
    }
    return _template("answer/body.txt").render(values), _page(about["subject"], _template("answer/body.html").render(values))


def link(about: Mapping[str, Any], public_url: str) -> str:
    """The page of the request: whoever asked's own, a third party never gets it."""
    token = about["tracking_token"] if about["audience"] == "public" else None
    return f"{public_url}/suivi/{token}" if token else ""


def _page(title: str, fragment: str) -> str:
    return _template("page.html").render(title=title, fragment=Markup(fragment))  # noqa: S704  # our own templates wrote it


def _lines(block: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in block.strip("\n").split("\n"))
