"""What a citizen types, and what is missing from it: said per field, with how to mend it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields

from grc.web.asked import anchor
from grc.web.words import NBSP
from workflows.reach import LONGEST_EMAIL, LONGEST_PHONE, PHONE_FAULT, email_fault, telephone
from workflows.typed import too_long

LONGEST = {
    "objet": 150, "service": 100, "message": 20_000, "nom": 120, "courriel": LONGEST_EMAIL, "telephone": LONGEST_PHONE, "adresse": 400,
}  # fmt: skip
HONEYPOT = "site_web"


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was typed: shown again as it is when something is missing."""

    objet: str = ""
    service: str = ""  # the slug of a service; empty: « Je ne sais pas »
    message: str = ""
    nom: str = ""
    courriel: str = ""
    telephone: str = ""
    adresse: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What must be mended: in which input, and how."""

    field: str
    text: str

    @property
    def anchor(self) -> str:
        """Where the input stands in the page."""
        return anchor(self.field)


def typed(sent: Mapping[str, Sequence[str]]) -> Typed:
    """The fields of the form; what is no field of ours is left out."""
    return Typed(**{f.name: (sent.get(f.name) or [""])[0] for f in fields(Typed)})


def tidy(form: Typed) -> Typed:
    """The form as it is kept: without blanks around, each line field on one line, the telephone as it is dialled."""
    return Typed(
        objet=_line(form.objet),
        service=_line(form.service),
        message=form.message.strip("\n").rstrip(),
        nom=_line(form.nom),
        courriel=form.courriel.strip(),
        telephone=telephone(form.telephone) or "",
        adresse=form.adresse.strip(),
    )


def faults(form: Typed, services: Collection[str], *, of_type: bool = False) -> list[Fault]:
    """All that must be mended before this can be sent, in the order of the page. The form of a type asks for no subject and no message."""
    found = [*_missing(form), *_too_long(form)]
    if of_type:
        found = [fault for fault in found if fault.field != "objet" and (fault.field != "message" or form.message)]
    named = {fault.field for fault in found}
    if form.service.strip() and form.service.strip() not in services:
        found.append(Fault("service", f"Choisissez un service de la liste, ou «{NBSP}Je ne sais pas{NBSP}»."))
    if "courriel" not in named and (wrong := email_fault(form.courriel.strip())):
        found.append(Fault("courriel", wrong))
    if "telephone" not in named and telephone(form.telephone) is None:
        found.append(Fault("telephone", f"{PHONE_FAULT}, ou laissez ce champ vide."))
    order = [f.name for f in fields(Typed)]
    return sorted(found, key=lambda fault: order.index(fault.field))


def _missing(form: Typed) -> list[Fault]:
    needed = {
        "objet": "Écrivez en quelques mots l’objet de votre demande.",
        "message": "Écrivez votre message.",
        "nom": "Écrivez votre prénom et votre nom.",
        "courriel": "Écrivez votre adresse e-mail, pour que nous puissions vous répondre.",
    }
    return [Fault(name, text) for name, text in needed.items() if not getattr(form, name).strip()]


def _too_long(form: Typed) -> list[Fault]:
    return [Fault(name, too_long(len(text), longest)) for name, longest in LONGEST.items() if len(text := getattr(form, name)) > longest]


def _line(text: str) -> str:
    return " ".join(text.split())
