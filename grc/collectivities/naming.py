"""How French names a collectivity: at the head of a page, and after « de »."""

from __future__ import annotations

from grc.fold import fold


def of(name: str) -> str:
    """The name after « de »: « de Dax », « d’Ychoux », « du Vignau », « des Landes »; the h of Habas or Herm is sounded."""
    if name.startswith("Le "):
        return f"du {name[3:]}"
    if name.startswith("Les "):
        return f"des {name[4:]}"
    return f"d’{name}" if fold(name)[:1] in tuple("aeiouy") else f"de {name}"


def at(name: str) -> str:
    """The name after « à »: « à Dax », « au Vignau », « aux Landes »."""
    if name.startswith("Le "):
        return f"au {name[3:]}"
    return f"aux {name[4:]}" if name.startswith("Les ") else f"à {name}"


# What the name of a body begins with, and its article after « de »; bodies that are told as a person is have none.
_ARTICLES = {
    "du": ("syndicat", "departement", "conseil", "service", "centre", "sivom", "sivu", "pays", "parc", "bureau", "pole"),
    "de la": ("communaute", "metropole", "region", "prefecture", "direction", "regie", "mairie", "commune", "ville", "societe", "maison"),
    "de l’": ("agence", "etablissement", "office", "etat", "association", "entreprise", "union", "agglomeration"),
}


def of_body(kind: str, name: str) -> str:
    """Any body after « relève »: « du Syndicat des eaux », « de la commune de Dax », « de l’Agence d’essai »."""
    first = fold(name).split(" ")[0]
    for article, words in _ARTICLES.items():
        if first in words:
            return f"{article}{name}" if article.endswith("’") else f"{article} {name}"
    return of_collectivity(kind, name)


def of_collectivity(kind: str, name: str) -> str:
    """A collectivity after « de », with what it is where its name does not say so: « de la commune de Dax »."""
    return f"de la commune {of(name)}" if kind == "commune" and not fold(name).startswith("commune") else of(name)


def title(kind: str, name: str) -> str:
    """What it is called at the head of a letter: « Mairie de Dax », « Communauté de communes du Seignanx »."""
    return f"Mairie {of(name)}" if kind == "commune" and not fold(name).startswith(("mairie", "commune", "ville")) else name
