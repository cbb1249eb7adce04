"""By which call an answer leaves: to whom, by whose token, as a private answer or where all can read it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from channels.meta.graph import Key
from channels.meta.loose import is_id, text
from channels.meta.plan import INSTAGRAM, INSTAGRAM_PUBLIC, INSTAGRAM_REPLY, MESSENGER, PRIVATE_REPLY, PUBLIC, WHATSAPP, CannotLeave, Takes
from channels.meta.settings import Access
from channels.meta.who import recipient
from grc.messages.address import kind_of, value_of
from grc.messages.model import OutboundMessage

WINDOW = timedelta(hours=24)  # after the person's last message
HUMAN = timedelta(days=7)  # the same, where Meta lets people of the app answer longer (HUMAN_AGENT)
COMMENT = timedelta(days=7)  # for the one private reply to a comment

Form = Literal["messages", "comment", "whatsapp"]


@dataclass(frozen=True, slots=True)
class Route:
    """`body` is what every part of the answer says besides itself; `continues` is the kind of address the person writes from afterwards."""

    form: Form
    path: str
    key: Key
    takes: Takes
    body: Mapping[str, Any] = field(default_factory=dict)
    continues: str = ""
    marks: bool = True  # whether it can carry our mark


def route(access: Access, message: OutboundMessage, last_in: datetime | None, now: datetime) -> Route:
    """The way of an answer. Raises CannotLeave, saying what is missing."""
    kind, to = kind_of(message.to_addr), message.to_addr
    comment = text(message.answers, "comment_id")
    match kind:
        case "whatsapp":
            return _whatsapp(access, message)
        case "facebook" if is_id(comment):
            return _comment(access, message, comment, "comments", "messenger", PUBLIC, PRIVATE_REPLY)
        case "facebook":
            raise CannotLeave("le commentaire auquel répondre n’est pas connu")
        case "instagram" if is_id(comment):
            return _comment(access, message, comment, "replies", "instagram", INSTAGRAM_PUBLIC, INSTAGRAM_REPLY)
        case "messenger" | "instagram" if message.public:
            raise CannotLeave("un message privé n’a pas de réponse publique")
        case "messenger" | "instagram":
            body = {"recipient": {"id": value_of(to)}, **_purpose(access, message, last_in, now)}
            takes = MESSENGER if kind == "messenger" else INSTAGRAM
            return Route("messages", f"{_page(access)}/messages", _key(access), takes, body, marks=kind == "messenger")
    raise CannotLeave(f"« {to[:60]} » n’est pas une adresse de Meta")


def _comment(access: Access, message: OutboundMessage, comment: str, edge: str, then: str, public: Takes, private: Takes) -> Route:
    if message.public:
        return Route("comment", f"{comment}/{edge}", _key(access), public)
    body = {"recipient": {"post_id" if message.answers.get("is_post") else "comment_id": comment}}
    return Route("messages", f"{_page(access)}/messages", _key(access), private, body, continues=then, marks=then == "messenger")


def _whatsapp(access: Access, message: OutboundMessage) -> Route:
    if message.public:
        raise CannotLeave("un message privé n’a pas de réponse publique")
    phone = access.phone_id or text(message.answers, "phone_id")
    if not is_id(phone) or not access.phone_token:
        raise CannotLeave("le numéro WhatsApp du compte n’est pas connu (whatsapp_phone_id, whatsapp_token)")
    body = {"messaging_product": "whatsapp", "recipient_type": "individual", **recipient(message.to_addr)}
    return Route("whatsapp", f"{phone}/messages", Key(access.phone_token, access.app_secret), WHATSAPP, body)


def _purpose(access: Access, message: OutboundMessage, last_in: datetime | None, now: datetime) -> dict[str, str]:
    """Within the window an answer; after it what a person writes, where Meta has granted the app that right. Never what a machine does."""
    if last_in is not None and now - last_in > WINDOW and access.human_agent and not message.automatic:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return {"messaging_type": "RESPONSE"}


def _page(access: Access) -> str:
    if not access.page_id:
        raise CannotLeave("ce compte n’a pas de page (page_id, page_token)")
    return access.page_id


def _key(access: Access) -> Key:
    if not access.page_token:
        raise CannotLeave("ce compte n’a pas de jeton de page (page_token)")
    return Key(access.page_token, access.app_secret)
