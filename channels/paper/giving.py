"""The files of a letter, as the message carries them: its pages as they came, and the PDF in which one can search."""

from __future__ import annotations

import os

from channels.paper.leaves import PDF, kind_of
from channels.paper.letters import Letter
from grc import files
from grc.db.transaction import WORKER, Database
from grc.messages.model import Attachment


async def attached(db: Database, letter: Letter) -> list[Attachment]:
    """The original, then the searchable PDF where there is one."""
    async with db.transaction(WORKER) as tx:
        original = await files.get(tx, letter.collectivity_id, letter.original or letter.digest)
        read = await files.get(tx, letter.collectivity_id, letter.searchable) if letter.searchable else None
    stem, ending = os.path.splitext(letter.file)
    if letter.original is not None:
        stem, ending = f"{stem}, lettre {letter.position}", ".pdf" if kind_of(original) == PDF else ".tif"
    found = [Attachment(f"{stem}{ending}", kind_of(original) or "application/octet-stream", original)]
    return [*found, Attachment(f"{stem}, texte reconnu.pdf", PDF, read)] if read else found
