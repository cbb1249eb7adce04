"""How somebody can be reached, as he types it: an e-mail address, a telephone number. What is wrong is told with how to mend it. Pure."""

from __future__ import annotations

import re

import phonenumbers

from workflows.values import NBSP

LONGEST_EMAIL, LONGEST_PHONE = 254, 40
PHONE_FAULT = f"Vérifiez le numéro de téléphone, par exemple {NBSP.join(('05', '58', '12', '34', '56'))}"

_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
_EXAMPLE = f"Exemple{NBSP}: prenom.nom@exemple.fr."


def email_fault(address: str) -> str:
    """What is wrong with this address, empty where it can be one; only sending to it would tell more."""
    if _EMAIL.fullmatch(address) and len(address) <= LONGEST_EMAIL:
        return ""
    if "@" not in address:
        return f"Il manque le signe @ dans l’adresse e-mail. {_EXAMPLE}"
    if re.search(r"\s", address):
        return "Une adresse e-mail ne contient pas d’espace. Retirez-le."
    if not address.isascii():
        return "Une adresse e-mail ne contient pas de lettre accentuée. Vérifiez-la."
    if "." not in address.rpartition("@")[2]:
        return f"La fin de l’adresse e-mail est incomplète. {_EXAMPLE}"
    return f"Vérifiez l’adresse e-mail. {_EXAMPLE}"


def telephone(text: str) -> str | None:
    """The number in its international form, empty where none was given, None where it is no number."""
    if not text.strip():
        return ""
    if len(text) > LONGEST_PHONE:
        return None
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
