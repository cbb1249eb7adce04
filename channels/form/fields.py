"""What a citizen types, and what is missing from it: said per field, with how to mend it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields

import phonenumbers

from grc.web.words import NBSP, NNBSP, count

LONGEST = {"objet": 150, "service": 100, "message": 20_000, "nom": 120, "courriel": 254, "telephone": 40, "adresse": 400}
HONEYPOT = "site_web"

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")


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
    """What must be mended: in which field, and how."""

    field: str
    text: str


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
        telephone=_telephone(form.telephone) or "",
        adresse=form.adresse.strip(),
    )


def faults(form: Typed, services: Collection[str]) -> list[Fault]:
    """All that must be mended before this can be sent, in the order of the page."""
    found = [*_missing(form), *_too_long(form)]
    named = {fault.field for fault in found}
    if form.service.strip() and form.service.strip() not in services:
        found.append(Fault("service", f"Choisissez un service de la liste, ou «{NBSP}Je ne sais pas{NBSP}»."))
    if "courriel" not in named and not _EMAIL.fullmatch(form.courriel.strip()):
        found.append(Fault("courriel", _email_fault(form.courriel.strip())))
    if "telephone" not in named and _telephone(form.telephone) is None:
        example = NBSP.join(("05", "58", "12", "34", "56"))
        found.append(Fault("telephone", f"Vérifiez le numéro de téléphone, par exemple {example}, ou laissez ce champ vide."))
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
    found = []
    for name, longest in LONGEST.items():
        length = len(getattr(form, name))
        if length > longest:
            has = count(length, "caractère", "caractères")
            found.append(Fault(name, f"Ce texte a {has}{NNBSP}; raccourcissez-le à {count(longest, 'caractère', 'caractères')} au plus."))
    return found


def _email_fault(address: str) -> str:
    if "@" not in address:
        return f"Il manque le signe @ dans l’adresse e-mail. Exemple{NBSP}: prenom.nom@exemple.fr."
    if re.search(r"\s", address):
        return "Une adresse e-mail ne contient pas d’espace. Retirez-le."
    if not address.isascii():
        return "Une adresse e-mail ne contient pas de lettre accentuée. Vérifiez-la."
    if "." not in address.rpartition("@")[2]:
        return f"La fin de l’adresse e-mail est incomplète. Exemple{NBSP}: prenom.nom@exemple.fr."
    return f"Vérifiez l’adresse e-mail. Exemple{NBSP}: prenom.nom@exemple.fr."


def _telephone(text: str) -> str | None:
    """The number in its international form, empty where none was given, None where it is no number."""
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _line(text: str) -> str:
    return " ".join(text.split())
