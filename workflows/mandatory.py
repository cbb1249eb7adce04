"""What the law wants an acknowledgement to say, and what a rendered one lacks."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from workflows.acknowledgement import Acknowledgement
from workflows.texts import Rendered


@dataclass(frozen=True, slots=True)
class Lack:
    """A mandatory content that is not there: the article, what it is, and in which form of the notice (`text` or `html`)."""

    article: str
    what: str
    form: str


def lacks(notice: Acknowledgement, rendered: Rendered) -> tuple[Lack, ...]:
    """Every mandatory content that the text or the HTML of this acknowledgement does not say."""
    forms = (("text", rendered.text), ("html", html.unescape(re.sub(r"<[^>]*>", " ", rendered.html))))
    return tuple(
        Lack(article, what, form)
        for form, said in forms
        for article, what, ways in _owed(notice)
        if not any(way and all(_flat(part) in _flat(said) for part in way) for way in ways)
    )


def _owed(notice: Acknowledgement) -> Iterator[tuple[str, str, tuple[tuple[str, ...], ...]]]:
    """Each content as article, name, and the ways of saying it: one way must be there, with all its parts."""
    say = notice.variables()
    yield "R112-11-1, 1°", "la date de réception", ((say["received_on"],),)
    yield "R112-11-1, 2°", "le service chargé de la demande", ((notice.service_name, notice.collectivity_name),)
    where = tuple(way for way in ((notice.service_email,), tuple(say["service_address"])) if any(way))
    yield "R112-11-1, 2°", "son adresse électronique ou postale", tuple(tuple(part or "" for part in way) for way in where)
    yield "R112-11-1, 2°", "son numéro de téléphone", ((notice.service_phone,),) if notice.service_phone else ()
    if notice.implicit_on is None:
        return
    worth = "rejet" if notice.regime == "svr" else "d’acceptation"
    yield "R112-11-1", "que la demande peut donner lieu à une décision implicite", (("décision implicite", worth),)
    yield "R112-11-1", "la date à laquelle elle naîtra, faute de décision expresse", ((say["implicit_on"], "pas envoyé de décision"),)
    yield "R112-11-1", "que cela suppose une demande complète", (("si elle est complète",),)
    if notice.regime == "sva":
        yield "L232-3", "que l’attestation peut être demandée", (("attestation", "L232-3"),)
        return
    if say["remedies"]:
        lines = tuple(line.removeprefix("- ") for line in say["remedies"].splitlines() if line.strip())
        yield "R112-11-1", "les voies de recours et leurs délais", (lines,)
        return
    yield "R112-11-1", "les voies de recours", (("recours gracieux", "tribunal administratif"),)
    yield "R112-11-1", "les délais de recours", ((say["appeal_until"], "deux mois"),)


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()
