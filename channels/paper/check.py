"""What `grc doctor` says of paper: the reader of characters with its French, each folder, and the desk."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess

from channels.paper.settings import folder_of
from grc.messages.accounts import Account
from grc.messages.channel import Health

INSTALL = "apt install tesseract-ocr tesseract-ocr-fra"


async def characters() -> Health:
    """Whether tesseract is there and reads French."""
    found = shutil.which("tesseract")
    if found is None:
        return Health("lecture des lettres", False, "tesseract n’est pas installé : les lettres arrivent sans leur texte", INSTALL)
    said = await asyncio.to_thread(
        subprocess.run, [found, "--list-langs"], capture_output=True, text=True, check=False, timeout=30, stdin=subprocess.DEVNULL
    )
    languages = set(said.stdout.split())
    if "fra" not in languages:
        return Health("lecture des lettres", False, "tesseract n’a pas ses données de français", INSTALL)
    return Health("lecture des lettres", True, f"{found}, français" + (", pages tournées" if "osd" in languages else ""))


def folder(account: Account) -> Health:
    """Whether files can be taken out of a folder, as far as this machine can tell."""
    path = folder_of(account)
    what = f"dossier {path}"
    if not path.is_dir():
        return Health(what, False, "il n’existe pas sur cette machine", f"créez-le : install -d -m 2770 {path}")
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return Health(what, False, "grc ne peut pas y lire et y écrire", "donnez-lui le groupe du copieur et les droits 2770")
    left = [entry.name for entry in os.scandir(path) if entry.is_file() and not entry.name.startswith(".")]
    trouble = str(account.state.get("trouble") or "")
    if trouble:
        return Health(what, False, trouble, "vérifiez le dossier, puis le journal du travailleur")
    return Health(what, True, f"lisible, {len(left)} fichier(s) en attente")
