"""What an operator says of a folder of scans: where it lies, whose letters they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grc.errors import BadInput
from grc.messages.accounts import Account, NewAccount

KEYS = ("folder", "name", "service")
TAKEN, REFUSED = "pris", "refuses"  # where files go, inside the folder


def read_account(values: Mapping[str, str]) -> NewAccount:
    """The folder that `folder=PATH` names (absolute; it may be made later), and `service=SLUG` whose letters are meant."""
    unknown = next((key for key in values if key not in KEYS), None)
    if unknown is not None:
        raise BadInput(unknown, f"cette clé n’est pas connue ; celles qui le sont : {', '.join(KEYS)}")
    folder = values.get("folder", "").strip()
    if not folder:
        raise BadInput("folder", "indiquez le dossier où le copieur dépose : folder=/srv/numerisations/dax")
    path = Path(folder)
    if not path.is_absolute() or ".." in path.parts:
        raise BadInput("folder", f"« {folder} » n’est pas un chemin absolu")
    if path.exists() and not path.is_dir():
        raise BadInput("folder", f"« {folder} » n’est pas un dossier")
    return NewAccount(
        name=values.get("name", "").strip() or str(path), settings={"folder": str(path), "service": values.get("service", "")}
    )


def folder_of(account: Account) -> Path:
    """The folder of an account."""
    return Path(str(account.settings["folder"]))
