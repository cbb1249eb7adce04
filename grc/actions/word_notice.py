"""A collectivity words a notice of the law itself: its words are in force only where nothing that the law wants is missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from grc.actions.legal_words import sent_as
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import Forbidden, NotFound
from grc.people.agents import SignedIn
from workflows.legal_notice import NOTICES, LegalNotice, Refusal, Wording, refusals
from workflows.notice import BadText
from workflows.notice_samples import samples
from workflows.texts import shared

_queries = sql.load(__file__, "word_notice.sql")
_TAG = re.compile(r"<\s*([a-zA-Z][a-zA-Z0-9]*)")
LONGEST = 40_000


def known(name: str) -> LegalNotice:
    """The notice of this name. NotFound where there is none."""
    found = NOTICES.get(name)
    if found is None:
        raise NotFound("Cet avis n’existe pas.")
    return found


def examine(name: str, wording: Wording, settings: Mapping[str, Any]) -> tuple[Refusal, ...]:
    """Why these words cannot be in force; nothing: they can."""
    notice = known(name)
    if max(len(wording.subject), len(wording.text), len(wording.html)) > LONGEST:
        return (Refusal("text", f"ces textes sont trop longs\u00a0: {LONGEST} signes au plus"),)
    cases = [values for _, values in samples(notice, shared(), settings)]
    return refusals(notice, wording, cases) or _unsafe(wording, cases[0])


async def word_notice(
    tx: Transaction, agent: SignedIn, collectivity_id: int, name: str, wording: Wording | None, settings: Mapping[str, Any], now: datetime
) -> tuple[Refusal, ...]:
    """Puts the words in force (None: the proposed ones again), or says why not and changes nothing. Forbidden to all but administrators."""
    known(name)
    if not agent.may("admin", collectivity_id):
        raise Forbidden("Seule l’administration de la collectivité peut changer ses avis.")
    found = examine(name, wording, settings) if wording is not None else ()
    if found:
        return found
    await _queries.retire(tx.conn, collectivity_id=collectivity_id, name=name)
    if wording is not None:
        await _queries.put(
            tx.conn, collectivity_id=collectivity_id, name=name, subject=wording.subject, body_text=wording.text, body_html=wording.html,
            now=now, agent_id=agent.id,
        )  # fmt: skip
    return ()


def _unsafe(wording: Wording, values: Mapping[str, Any]) -> tuple[Refusal, ...]:
    """The elements that would be taken out of the HTML before it leaves."""
    try:
        rendered = wording.render(values)
    except BadText as error:
        return (Refusal("html", str(error)),)
    gone = Counter(_TAG.findall(rendered.html.lower())) - Counter(_TAG.findall(sent_as(rendered).html.lower()))
    return tuple(Refusal("html", f"« <{tag}> » n’est pas admis dans un courriel") for tag in sorted(gone))
