"""What a refusal of Meta means: to be tried again, refused for good, or something an operator must mend. Pure.

Sources: the error codes of the Graph API, of the Messenger Platform (18 March 2026), of /{page-id}/messages, and of the WhatsApp Cloud
API. Codes decide, not their words, which change.
"""

from __future__ import annotations

from collections.abc import Mapping

from channels.meta.graph import Said
from channels.meta.loose import get, text
from grc.messages.model import Sent

_WINDOW = "la fenêtre de réponse est fermée\u00a0: la personne doit écrire de nouveau, ou être jointe autrement"
_UNREACHABLE = "cette personne ne peut pas recevoir de message (compte fermé, blocage ou refus)"
_TOKEN = "le jeton d’accès n’est plus valable\u00a0: faites-en un autre chez Meta, puis grc account add meta"  # noqa: S105  # no secret
_RIGHT = "l’app n’a pas, ou plus, l’autorisation nécessaire\u00a0: voyez ses autorisations chez Meta"
_REPLIED = "ce commentaire a déjà eu sa réponse privée\u00a0: Meta n’en admet qu’une"
_LOCKED = "Meta a restreint ce compte\u00a0: voyez la qualité du compte chez Meta"
_TEMPLATE = "Meta refuse le modèle WhatsApp de ce compte\u00a0: vérifiez son nom, sa langue et son approbation"

# Too many calls, too many messages, a service that is down: the same call may succeed later.
_LATER = frozenset((1, 2, 4, 9, 17, 32, 341, 613, 80006, 80007, 130429, 131000, 131016, 131048, 131056, 131057, 133004, 133015))
_MENDED: Mapping[int, str] = {
    0: _TOKEN, 102: _TOKEN, 190: _TOKEN, 3: _RIGHT, 10: _RIGHT, 131005: _RIGHT, 33: "le numéro WhatsApp n’existe plus chez Meta",
    368: _LOCKED, 131031: _LOCKED, 130497: _LOCKED, 131042: "le moyen de paiement de WhatsApp est à régler chez Meta",
    131045: "le numéro WhatsApp est à enregistrer chez Meta", 133010: "le numéro WhatsApp est à enregistrer chez Meta",
    131030: "l’app est en développement\u00a0: elle n’écrit qu’aux numéros de sa liste", 10904: "la messagerie de la page est désactivée",
    132000: _TEMPLATE, 132001: _TEMPLATE, 132005: _TEMPLATE, 132007: _TEMPLATE, 132012: _TEMPLATE, 132015: _TEMPLATE, 132016: _TEMPLATE,
}  # fmt: skip
_FINAL: Mapping[int, str] = {
    551: _UNREACHABLE, 230: _UNREACHABLE, 131026: _UNREACHABLE, 130472: _UNREACHABLE, 131049: _UNREACHABLE, 131050: _UNREACHABLE,
    131047: _WINDOW, 10900: _REPLIED, 10903: "cette personne ne peut pas être jointe en privé pour ce commentaire",
    131052: "Meta n’a pas pu prendre le fichier", 131053: "Meta n’a pas pu prendre le fichier",
    131062: "Meta ne sait pas écrire à cette personne sans son numéro",
}  # fmt: skip
# What code 10, 100 or 200 means depends on its subcode.
_SUBCODES: Mapping[int, str] = {
    2018278: _WINDOW, 2018065: _WINDOW, 2534022: _WINDOW, 2018108: _UNREACHABLE, 1545041: _UNREACHABLE, 2018028: _UNREACHABLE,
    2018001: "Meta ne connaît pas, ou plus, cette personne", 2534014: "Meta ne connaît pas, ou plus, cette personne",
    2018300: "une autre app de la page a la main sur cette conversation",
}  # fmt: skip


def refused(said: Said) -> Sent:
    """What a call that was not taken means."""
    if said.trouble:
        return Sent("temporary-failure", said.trouble)
    code, sub = _number(said, "code"), _number(said, "error_subcode")
    told = " ".join(filter(None, (text(said.body, "error", "message"), text(said.body, "error", "error_data", "details"))))
    detail = f"HTTP {said.status} code {code}{f'/{sub}' if sub else ''} {told}".strip() if code is not None else said.detail
    if said.status == 429 or said.status >= 500 or code in _LATER:
        return Sent("temporary-failure", detail)
    if why := _SUBCODES.get(sub or -1) or _FINAL.get(-1 if code is None else code):
        return Sent("permanent-failure", f"{why}. {detail}")
    why = _MENDED.get(-1 if code is None else code) or (_RIGHT if code is not None and 200 <= code < 300 else "")
    if why or said.status in (401, 403):
        return Sent("technical-failure", f"{why or _TOKEN}. {detail}")
    return Sent("permanent-failure", detail)


def _number(said: Said, name: str) -> int | None:
    found = get(said.body, "error", name)
    return found if type(found) is int else int(found) if isinstance(found, str) and found.isdecimal() and len(found) < 12 else None
