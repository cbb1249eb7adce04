"""What happens in a conversation of Messenger or Instagram becomes a message. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from channels.meta.events import INSTAGRAM
from channels.meta.happened import echo, ignored, removed, watermark
from channels.meta.loose import believed, get, items, moment, text
from grc.actions.draft import excerpt
from grc.messages.address import address
from grc.messages.model import InboundMessage, Receipt, Received, Remote

_FILES = {"image": "photo", "video": "vidéo", "audio": "message vocal", "file": "document"}
MOST_MIDS = 500
PROFILE = "profile:"  # what a `remote` begins with that is no file: its writer, whom the event does not name
_THUMBS = ("369239263222822", "369239343222814", "369239383222810")  # the sign « 👍 » in its three sizes


def read(event: Mapping[str, Any], received: Received) -> InboundMessage:
    """The message of an event, or what an event that is none says."""
    one = get(event, "messaging")
    network = "instagram" if text(event, "object") == INSTAGRAM else "messenger"
    sender, at = text(one, "sender", "id"), believed(moment(one, "timestamp"), received.received_at)
    base = InboundMessage(date=at, from_addr=address(network, sender))
    if get(one, "message", "is_echo") is True:
        return echo(
            base, address(network, text(one, "recipient", "id")), text(one, "message", "mid"), _words(one), text(one, "message", "metadata")
        )
    if get(one, "message", "is_deleted") is True:
        return removed(base, text(one, "message", "mid"))
    if "message_edit" in one:
        said = text(one, "message_edit", "text")
        return replace(base, edits=text(one, "message_edit", "mid"), body_text=said, reply_text=said)
    if text(one, "read", "mid"):
        return replace(base, receipt=Receipt(text(one, "read", "mid"), "read", at))
    for name in ("delivery", "read"):
        if name in one:
            told = get(one, name, "mids")
            mids = [mid for mid in told if isinstance(mid, str)] if isinstance(told, list) else []
            until = believed(moment(one, name, "watermark"), received.received_at)
            return watermark(base, "delivered" if name == "delivery" else "read", until, mids[:MOST_MIDS])
    if "reaction" in one:
        sign = text(one, "reaction", "emoji") or text(one, "reaction", "reaction")
        return ignored(base, f"Réaction {sign} à un message\u00a0: ce n’est pas une demande." if sign else "Réaction retirée.")
    if "message" not in one and not text(one, "postback", "title"):
        return ignored(base, "Événement de la conversation qui n’est pas un message\u00a0: rien à traiter.")
    said = _words(one)
    files = tuple(_files(one))
    lost = get(one, "message", "is_unsupported") is True
    return replace(
        base,
        subject=excerpt(said),
        body_text=said,
        reply_text=said,
        remote=(Remote(f"{PROFILE}{sender}", "nom de la personne"), *files),
        post=_post(event, received),
        defects=("un contenu que Meta ne transmet pas",) if lost or not (said or files) else (),
    )


def _post(event: Mapping[str, Any], received: Received) -> dict[str, Any]:
    """What answering takes."""
    mid = text(event, "messaging", "message", "mid")
    return {"account": received.account, "mid": mid} | ({"human_agent": True} if received.meta.get("human_agent") else {})


def _words(one: Mapping[str, Any]) -> str:
    """What was said, with what a file is not: a place, a link, a sign."""
    lines = [text(one, "message", "text") or text(one, "postback", "title")]
    for part in items(one, "message", "attachments"):
        kind = text(part, "type")
        link, title = text(part, "payload", "url") or text(part, "url"), text(part, "payload", "title") or text(part, "title")
        if text(part, "payload", "sticker_id") in _THUMBS:
            lines.append("👍")
        elif kind == "location":
            lat, long = get(part, "payload", "coordinates", "lat"), get(part, "payload", "coordinates", "long")
            lines.append(" ".join(filter(None, (f"Position partagée\u00a0: {lat}, {long}", title))))
        elif kind not in _FILES:
            lines.append(" ".join(filter(None, (title, link))))
    return "\n".join(filter(None, lines))


def _files(one: Mapping[str, Any]) -> Iterator[Remote]:
    for number, part in enumerate(items(one, "message", "attachments"), 1):
        kind, link = text(part, "type"), text(part, "payload", "url")
        if kind in _FILES and link and text(part, "payload", "sticker_id") not in _THUMBS:
            yield Remote(link, f"{_FILES[kind]} {number}", "" if kind == "file" else f"{kind}/*")
