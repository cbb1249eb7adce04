"""What the service writes by itself about a ticket, as messages ready to leave, kept in their exact words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from grc.actions.legal_words import receipt, rendered, values
from grc.actions.situation import Situation
from grc.clock import PARIS
from grc.tickets.model import NewDelivery, NewMessage
from workflows.catalogue import texts_folder
from workflows.notice import PARTS, values_of, written
from workflows.texts import Rendered, texts_of

ACK = "ack"


def notice(about: Situation, name: str, to: str, now: datetime, state: str, fields: Mapping[str, Any]) -> NewMessage | None:
    """The notice of this name: the acknowledgement, or a text of the type. None where there is no way to send it.

    To whoever asked it leaves by the way he came; beyond the daily cap of the address it waits for an agent (what the law owes is owed all
    the same, L112-12). To a third party by mail. To the agents it is a note.
    """
    about = replace(about, state=state, fields=fields)
    address = {"requester": about.answer_addr, "third": about.third_addr, "agents": "-"}[to]
    if not address:
        return None
    said = _text(about if to == "requester" else unlinked(about), name, now)
    if to == "agents":
        return NewMessage("note", "note", now, about.collectivity.title, said.text, kind="notice", is_auto=True)
    third = to == "third"
    channel = "email" if third else about.answers_by
    return NewMessage(
        direction="out",
        kind="ack" if name == ACK else "notice",
        channel=channel,
        at=now,
        author_name=about.collectivity.title,
        to_addrs=(address,),
        subject=said.subject,
        body_text=said.text,
        body_html=said.html,
        is_auto=not third,
        audience="third" if third else "public",
        delivery=delivery(about, channel, address, third=third),
    )


def delivery(about: Situation, channel: str, address: str, *, third: bool) -> NewDelivery:
    """How a message that the service writes by itself leaves: at once, or when an agent has decided."""
    account = "" if third else about.answer_account
    if about.held and not third:
        return NewDelivery(channel, address.lower(), automatic=True, state="held", held=about.held, account=account)
    return NewDelivery(channel, address.lower(), automatic=not third, account=account)


def unlinked(about: Situation) -> Situation:
    """The same for somebody else than whoever asked: the link of his page is his own, whatever a text says."""
    return replace(about, tracking_token="")


def _text(about: Situation, name: str, now: datetime) -> Rendered:
    own = about.definition.texts.get(name)
    if own is not None:
        return written(own.subject, own.body, variables(about, now))
    return rendered(about, ACK, values(about, now))


def variables(about: Situation, now: datetime) -> Mapping[str, Any]:
    """The variables of the texts and documents of a type, in words."""
    state = about.definition.states.get(about.state)
    facts = {
        **receipt(about, now).variables(),
        "state": state.citizen if state else "",
        "agent_name": about.agent_name,
        "member": about.member,
        "words": about.words,
        "type_title": about.definition.title,
        "today": now.astimezone(PARIS).date(),
    }
    texts, settings = texts_of(texts_folder(about.definition.name)), about.collectivity.settings
    parts = {name: texts.part(name, facts, settings) for name in PARTS}
    return values_of(about.definition, about.fields, {**facts, **parts})
