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


def of_collectivity(kind: str, name: str) -> str:
    """A collectivity after « de », with what it is where its name does not say so: « de la commune de Dax »."""
    return f"de la commune {of(name)}" if kind == "commune" and not fold(name).startswith("commune") else of(name)


def title(kind: str, name: str) -> str:
    """What it is called at the head of a letter: « Mairie de Dax », « Communauté de communes du Seignanx »."""
    return f"Mairie {of(name)}" if kind == "commune" and not fold(name).startswith(("mairie", "commune", "ville")) else name
