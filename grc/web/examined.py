"""The files of an agent's form are looked at before anything is done with them: what harms is refused at once, not found out later."""

from __future__ import annotations

import asyncio

from grc import clamav
from grc.clamav import Clamav, Unscannable
from grc.errors import BadInput, Unavailable
from grc.messages.model import Attachment
from grc.settings import Settings
from grc.web.body import Form

PATIENCE_SECONDS = 20.0  # all files together; those not looked at by then wait in the queue as all others do


async def examine(settings: Settings, form: Form) -> None:
    """BadInput where a file of this form is harmful. While the antivirus is away all pass: they are held back until it is there."""
    daemon = clamav.configured(settings)
    if daemon is None or not form.files:
        return
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            for name, files in form.files.items():
                for file in files:
                    if why := await _refused(daemon, file):
                        raise BadInput(name, f"{why} Rien n’a été envoyé : retirez ce fichier, puis recommencez.")
    except (TimeoutError, Unavailable):
        return


async def _refused(daemon: Clamav, file: Attachment) -> str | None:
    try:
        harm = await daemon.scan(file.content)
    except Unscannable as error:
        return f"Le fichier « {file.name} » ne peut pas être examiné ({error})."
    return f"Le fichier « {file.name} » contient un programme nuisible ({harm})." if harm else None
