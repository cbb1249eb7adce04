"""What `grc doctor` says of telephone lines: what was heard last, the file that is followed, what is recorded."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from channels.phone.settings import Line
from grc.messages.channel import Health
from grc.people.phone import spoken
from grc.web import words


def line_health(line: Line, settings: Mapping[str, Any], last_at: datetime | None, read_lines: int, now: datetime) -> Sequence[Health]:
    """A line, and the file it follows where it follows one. Never raises."""
    what = f"téléphone {spoken(line.name)}"
    if last_at is None:
        found = [Health(what, False, "aucun appel n’a encore été reçu", "donnez au standard l’adresse que dit grc account list")]
    else:
        found = [Health(what, True, f"dernier appel {words.spoken(last_at, now)}{_kept(line)}")]
    if settings.get("follow"):
        found.append(_file_health(f"journal d’appels {spoken(line.name)}", Path(str(settings["follow"])), read_lines))
    return found


def _kept(line: Line) -> str:
    return f"\u202f; les enregistrements sont gardés {line.keep_days} jours" if line.recordings else ""


def _file_health(what: str, path: Path, read_lines: int) -> Health:
    if not path.is_file():
        return Health(what, False, f"{path} n’existe pas", "vérifiez le chemin, et que le standard écrit ses journaux (cdr_csv)")
    if not os.access(path, os.R_OK):
        return Health(what, False, f"{path} ne peut pas être lu", "donnez à grc le droit de lire ce fichier, par exemple par son groupe")
    return Health(what, True, f"{read_lines} lignes lues")
