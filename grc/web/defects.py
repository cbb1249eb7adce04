"""What could not be read as it stands in a message, in words for an agent."""

from __future__ import annotations

from collections.abc import Sequence

_CUT = "Ce message est trop grand ou trop compliqué : la suite n’est que dans le message d’origine."
_SEALED = "Ce message est chiffré : son contenu est en pièce jointe, illisible ici. Demandez qu’il soit envoyé en clair."
_DAMAGED = "Ce message est abîmé : une partie peut manquer."
_WORDS = {
    "encrypted": _SEALED,
    "smime-encrypted": _SEALED,
    "signed": "Ce message porte une signature numérique. Elle est gardée telle quelle, sans être vérifiée.",
    "tnef-unreadable": "La pièce jointe winmail.dat, faite par Outlook, n’a pas pu être ouverte.",
    "from-missing": "Ce message ne dit pas qui l’a écrit.",
    "from-damaged": "L’adresse de l’expéditeur est abîmée.",
    "date-missing": "Ce message ne porte pas de date.",
    "date-absurd": "La date que porte ce message est impossible.",
    "charset-unknown": "L’alphabet de ce message est inconnu : des lettres peuvent être fausses.",
    "charset-damaged": "Des lettres de ce message sont abîmées.",
    "attachments-too-many": "Ce message porte trop de fichiers : les derniers ne sont que dans le message d’origine.",
    "unreadable": "Ce message n’a pas pu être lu : son contenu est montré tel quel.",
    **dict.fromkeys(
        ("delimiters-too-many", "header-too-long", "headers-too-long", "headers-too-many", "nesting-too-deep", "parts-too-many",
         "text-too-long", "texts-too-many"),
        _CUT,
    ),
    **dict.fromkeys(
        ("boundary-wrong", "content-type-damaged", "header-damaged", "headers-without-end", "multipart-without-parts"), _DAMAGED
    ),
}  # fmt: skip


def in_words(defects: Sequence[str]) -> list[str]:
    """Each defect an agent can do something with, said once; those that were mended without loss are left out."""
    return list(dict.fromkeys(_WORDS[code] for defect in defects if (code := defect.partition(":")[0]) in _WORDS))
