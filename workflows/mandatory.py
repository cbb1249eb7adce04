"""What the law wants a notice to say, and what a rendered one lacks: each content with its article. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.texts import Rendered

Values = Mapping[str, Any]
# A content: its article, its name, and the ways of saying it: one way must be there, with all its parts.
Content = tuple[str, str, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True, slots=True)
class Lack:
    """A mandatory content that is not there: the article, what it is, and in which form of the notice (`text` or `html`)."""

    article: str
    what: str
    form: str


def lacks(notice: str, values: Values, rendered: Rendered) -> tuple[Lack, ...]:
    """Every mandatory content that the text or the HTML of a notice of this name does not say, where it was written with these values.

    A notice that the law does not know lacks nothing.
    """
    owed = _OWED.get(notice)
    if owed is None:
        return ()
    forms = (("text", rendered.text), ("html", html.unescape(re.sub(r"<[^>]*>", " ", rendered.html))))
    return tuple(
        Lack(article, what, form)
        for form, said in forms
        for article, what, ways in owed(values)
        if not any(way and all(_flat(part) in _flat(said) for part in way) for way in ways)
    )


def owed(notice: str, values: Values) -> tuple[tuple[str, str], ...]:
    """What a notice of this name must say with these values: article and content."""
    contents = _OWED.get(notice)
    return () if contents is None else tuple((article, what) for article, what, _ in contents(values))


def _aee(say: Values) -> Iterator[Content]:
    yield "R112-11-2", "la date de réception", ((say["received_on"],),)


def _receipt(say: Values, article: str) -> Iterator[Content]:
    """What every acknowledgement says."""
    yield f"{article}, 1°", "la date de réception", ((say["received_on"],),)
    yield f"{article}, 2°", "le service chargé de la demande", ((say["service_name"], say["collectivity_name"]),)


def _phone(say: Values, article: str) -> Content:
    return f"{article}, 2°", "son numéro de téléphone", ((say["service_phone"],),) if say["service_phone"] else ()


def _ack(say: Values) -> Iterator[Content]:
    yield from _receipt(say, "R112-11-1")
    where = tuple(way for way in ((say["service_email"],), tuple(say["service_address"])) if any(way))
    yield "R112-11-1, 2°", "son adresse électronique ou postale", where
    yield _phone(say, "R112-11-1")
    yield from _silence(say, "R112-11-1")


def _paper_ack(say: Values) -> Iterator[Content]:
    yield from _receipt(say, "R112-5")
    lines = tuple(say["service_address"])
    yield "R112-5, 2°", "son adresse postale", (lines,) if lines else ()
    yield _phone(say, "R112-5")
    if say["service_email"]:
        yield "R112-5, 2°", "son adresse électronique", ((say["service_email"],),)
    yield from _silence(say, "R112-5")


def _silence(say: Values, article: str) -> Iterator[Content]:
    """What an acknowledgement says of the implicit decision, where there may be one."""
    if not say["implicit_on"]:
        return
    worth = "rejet" if say["regime"] == "svr" else "d’acceptation"
    yield article, "que la demande peut donner lieu à une décision implicite", (("décision implicite", worth),)
    yield article, "la date à laquelle elle naîtra, faute de décision expresse", ((say["implicit_on"], "pas envoyé de décision"),)
    yield article, "que cela suppose une demande complète", (("si elle est complète",),)
    if say["regime"] == "sva":
        yield "L232-3", "que l’attestation peut être demandée", (("attestation", "L232-3"),)
    elif say["remedies"]:
        yield article, "les voies de recours et leurs délais", (_lines(say["remedies"]),)
    else:
        yield article, "les voies de recours", (("recours gracieux", "tribunal administratif"),)
        yield article, "les délais de recours", ((say["appeal_until"], "deux mois"),)


def _incomplete(say: Values) -> Iterator[Content]:
    yield "R112-11-4", "la liste des pièces manquantes", (_lines(say["items"]),)
    yield "L114-5", "le délai pour les envoyer", ((say["items_until"],), (say["period"],))
    match say["rule"]:
        case "suspension":
            yield "L114-5, al. 3", "que le délai est suspendu", (("suspendu",),)
            yield "L114-5, al. 3", "la nouvelle date de la décision implicite", ((say["new_implicit_on"],),)
        case "restart":
            yield "L114-5, al. 2", "que le délai ne court qu’à partir des pièces reçues", (("ne court pas", "courra"),)
            yield "L114-5, al. 2", "la nouvelle date de la décision implicite", ((say["new_implicit_on"],),)
        case _:
            yield "L114-5-1", "que le délai continue de courir", (("continue de courir",),)
    yield from _signer(say, "L111-2")


def _transmission(say: Values) -> Iterator[Content]:
    yield "L114-2", "l’organisme à qui la demande est transmise", ((say["to_body"],),)
    yield "L114-2", "la date de la transmission", ((say["transmitted_on"],),)
    yield "L114-4", "que l’accusé de réception viendra de lui", (("accusé de réception", say["to_body"]),)
    yield from _signer(say, "L111-2")


def _decision(say: Values) -> Iterator[Content]:
    yield "L212-1", "la décision", (_lines(say["decision"]),)
    if say["outcome"] == "rejection":
        yield "L211-2, L211-5", "les raisons de droit et de fait", (_lines(say["reasons"]),)
    yield from _appeal(say)
    yield from _signer(say, "L212-1")


def _attestation(say: Values) -> Iterator[Content]:
    yield "L232-3", "qu’une décision implicite d’acceptation est née", (("décision implicite d’acceptation",),)
    yield "L232-3", "la date à laquelle elle est née", ((say["born_on"],),)
    yield "L232-3", "la date de réception de la demande", ((say["received_on"],),)
    yield from _signer(say, "L111-2")


def _reasons(say: Values) -> Iterator[Content]:
    yield "L232-4", "les raisons du refus", (_lines(say["reasons"]),)
    yield from _appeal(say)
    yield from _signer(say, "L111-2")


def _refusal(say: Values) -> Iterator[Content]:
    """A refusal that a type words itself: its reasons are a field or the agent's own words; a law of its own has ways of its own."""
    yield "L211-2, L211-5", "les raisons de droit et de fait, écrites par l’agent", tuple((reason,) for reason in say["reasons"])
    if say["remedies"]:
        yield "CJA R421-5", "les voies de recours", (("vous pouvez", "saisir"), ("vous pouvez", "contester"), ("vous pouvez", "plainte"))
    else:
        yield from _appeal(say)
    yield "L212-1", "qui signe", ((say["agent_name"],),)


def _passed_on(say: Values) -> Iterator[Content]:
    """A transmission that a type words itself: to whom is a field that the agent fills in."""
    yield "L114-2", "l’organisme à qui la demande est transmise", tuple((body,) for body in say["reasons"])
    yield "L114-2", "la date de la transmission", ((say["today"],),)
    yield "L114-4", "que l’accusé de réception viendra de lui", (("accusé de réception",),)


def _abusive(say: Values) -> Iterator[Content]:
    yield "L112-11", "la source signalée", ((say["source"],),)
    yield "L112-11", "qu’elle ne reçoit plus d’accusé de réception", (("accusé de réception",),)
    yield "L112-11", "jusqu’à quel jour", ((say["until_on"],),)
    yield "L211-2, L211-5", "les raisons de droit et de fait", (("L112-11", *_lines(say["reasons"])),)
    yield "CJA R421-5", "les voies de recours", (("recours gracieux", say["court_name"]),)
    yield "CJA R421-1, R421-5", "les délais de recours", (("deux mois",),)
    yield from _signer(say, "L212-1")


def _appeal(say: Values) -> Iterator[Content]:
    if say["remedies"]:
        yield "CJA R421-5", "les voies et délais de recours", (_lines(say["remedies"]),)
        return
    yield "CJA R421-5", "les voies de recours", (("recours gracieux", "tribunal administratif"),)
    yield "CJA R421-1, R421-5", "les délais de recours", (("deux mois",),)


def _signer(say: Values, article: str) -> Iterator[Content]:
    yield article, "le nom et le prénom de qui signe", ((say["signer_name"],),)
    yield article, "sa qualité", ((say["signer_capacity"],),)
    yield article, "son adresse administrative", ((say["service_name"], say["collectivity_name"]),)


_OWED: Mapping[str, Callable[[Values], Iterator[Content]]] = {
    "aee": _aee,
    "ack": _ack,
    "paper_ack": _paper_ack,
    "incomplete": _incomplete,
    "transmission": _transmission,
    "decision": _decision,
    "attestation": _attestation,
    "reasons": _reasons,
    "abusive": _abusive,
    "refusal": _refusal,
    "passed_on": _passed_on,
}


def _lines(text: str) -> tuple[str, ...]:
    """The lines of a text of several, without the dash of a list."""
    return tuple(line.strip().removeprefix("- ") for line in text.splitlines() if line.strip())


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()
