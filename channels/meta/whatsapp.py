"""What happens to a WhatsApp number becomes a message. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from channels.meta.happened import echo, ignored, marked, removed
from channels.meta.loose import believed, get, is_id, items, moment, text
from channels.meta.who import WHATSAPP, whatsapp
from grc.actions.draft import excerpt
from grc.messages.address import TELEPHONE, address, value_of
from grc.messages.model import InboundMessage, Receipt, Received, Remote
from grc.people import phone

_FILES = {"image": "photo", "video": "vidéo", "audio": "message vocal", "document": "document", "sticker": "autocollant"}
_REPORTED = ("sent", "delivered", "read", "failed")


def read(event: Mapping[str, Any], received: Received) -> InboundMessage:
    """The message of an event, or what an event that is none says."""
    value = get(event, "value")
    base = InboundMessage(date=received.received_at)
    for status in items(value, "statuses"):
        return _status(base, status, received)
    for message in items(value, "message_echoes"):
        if text(message, "type") in ("revoke", "edit"):
            return ignored(base, "Message de la collectivité modifié ou supprimé depuis l’application WhatsApp Business.")
        to = address(WHATSAPP, f"+{text(message, 'to')}") if text(message, "to") else address(WHATSAPP, text(message, "to_user_id"))
        base = replace(base, date=believed(moment(message, "timestamp"), received.received_at))
        return echo(base, to, text(message, "id"), words(message), "")
    for message in items(value, "messages"):
        return _message(base, value, message, received)
    return ignored(base, "Avis de WhatsApp sur le compte ou sur un modèle\u00a0: ce n’est pas un message.")


def _message(base: InboundMessage, value: Mapping[str, Any], message: Mapping[str, Any], received: Received) -> InboundMessage:
    kind, who = text(message, "type"), whatsapp(message)
    base = replace(base, from_addr=who, date=believed(moment(message, "timestamp"), received.received_at))
    contact: Mapping[str, Any] = next(items(value, "contacts"), {})
    if kind == "reaction":
        return ignored(base, f"Réaction {text(message, 'reaction', 'emoji')} à un message\u00a0: ce n’est pas une demande.")
    if kind in ("system", "request_welcome"):
        return ignored(base, f"Avis de WhatsApp\u00a0: {text(message, 'system', 'body') or kind}")
    if kind == "revoke":
        return removed(base, text(message, "revoke", "original_message_id"))
    base = replace(base, **_person(contact, message, who))
    if kind == "edit":
        said = words(get(message, "edit", "message") or {})
        return replace(base, edits=text(message, "edit", "original_message_id"), body_text=said, reply_text=said)
    said, remote = words(message), _files(message, kind)
    post = {
        "account": received.account,
        "phone_id": text(value, "metadata", "phone_number_id"),
        "mid": text(message, "id"),
    }
    return replace(
        base,
        subject=excerpt(said),
        body_text=said,
        reply_text=said,
        remote=remote,
        post={name: what for name, what in post.items() if what} | ({"template": True} if received.meta.get("template") else {}),
        defects=() if said or remote else (f"un contenu que WhatsApp ne transmet pas ({kind or 'sans genre'})",),
    )


def _person(contact: Mapping[str, Any], message: Mapping[str, Any], who: str) -> dict[str, Any]:
    """What WhatsApp vouches for: it has sent a code to this number, and gives the same person one number for us alone."""
    number, alone = value_of(who), text(contact, "user_id") or text(message, "from_user_id")
    username = text(contact, "profile", "username")
    has_number = number.startswith("+")
    proved = (address(TELEPHONE, number) if has_number else "", address(WHATSAPP, alone.lower()) if has_number else "")
    label = f"@{username.removeprefix('@')}" if username else phone.spoken(number) if has_number else ""
    return {
        "from_name": text(contact, "profile", "name"),
        "from_label": label,
        "proves": tuple(filter(None, proved)),
        "phone": number if has_number else "",
    }


def _status(base: InboundMessage, status: Mapping[str, Any], received: Received) -> InboundMessage:
    what, at = text(status, "status"), believed(moment(status, "timestamp"), received.received_at)
    if what == "played":
        what = "read"
    if what not in _REPORTED:
        return ignored(base, f"État «\u00a0{what}\u00a0» d’un message de la collectivité\u00a0: rien à traiter.")
    error = next(items(status, "errors"), {})
    told = " ".join(filter(None, (text(error, "code"), text(error, "title"), text(error, "error_data", "details"))))
    report = replace(base, date=at, receipt=Receipt(text(status, "id"), what, at, told), may_answer=False)
    mark = text(status, "biz_opaque_callback_data")
    return marked(report, mark) if mark else report


def words(message: Mapping[str, Any]) -> str:
    """What was said, with what a file is not: a place, a contact, the choice of a button."""
    lines = [
        text(message, "text", "body"),
        text(message, "button", "text"),
        text(message, "interactive", "button_reply", "title"),
        text(message, "interactive", "list_reply", "title"),
        text(message, "interactive", "nfm_reply", "body"),
        *(text(message, kind, "caption") for kind in _FILES),
    ]
    place = get(message, "location")
    if isinstance(place, Mapping):
        where = f"Position partagée\u00a0: {place.get('latitude')}, {place.get('longitude')}"
        lines.append(" ".join(filter(None, (where, text(place, "name"), text(place, "address")))))
    for contact in items(message, "contacts"):
        numbers = ", ".join(filter(None, (text(one, "phone") for one in items(contact, "phones"))))
        lines.append(" ".join(filter(None, ("Contact partagé\u00a0:", text(contact, "name", "formatted_name"), numbers))))
    return "\n".join(filter(None, lines))


def _files(message: Mapping[str, Any], kind: str) -> tuple[Remote, ...]:
    key = text(message, kind, "id") if kind in _FILES else ""
    if not is_id(key):
        return ()
    return (Remote(f"media:{key}", text(message, kind, "filename") or _FILES[kind], text(message, kind, "mime_type").partition(";")[0]),)
