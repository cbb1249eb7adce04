"""What people write under the posts of a page, and of an Instagram account, becomes a message. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from channels.meta.events import INSTAGRAM
from channels.meta.happened import ignored, removed
from channels.meta.loose import believed, get, moment, text
from channels.meta.who import author, is_visitors
from grc.actions.draft import excerpt
from grc.messages.address import address
from grc.messages.model import InboundMessage, Received, Remote

_NOT_SAID = ("hide", "unhide", "block", "unblock", "mute")


def read(event: Mapping[str, Any], received: Received) -> InboundMessage:
    """The comment of an event, or what an event that is none says."""
    base, value, field = InboundMessage(date=received.received_at), get(event, "value"), text(event, "field")
    if text(event, "object") == INSTAGRAM:
        if field in ("comments", "live_comments"):
            return _instagram(base, event, value, received)
    elif field == "feed" and (text(value, "item") == "comment" or is_visitors(event)):
        return _facebook(base, event, value, received)
    what = text(value, "item") or field or "sans nom"
    return ignored(base, f"Événement «\u00a0{what[:60]}\u00a0» de la page\u00a0: ce n’est ni un message ni un commentaire.")


def _facebook(base: InboundMessage, event: Mapping[str, Any], value: Mapping[str, Any], received: Received) -> InboundMessage:
    number = text(value, "comment_id") or text(value, "post_id")
    who, verb = author(value), text(value, "verb")
    base = replace(base, from_addr=address("facebook", who), from_name=text(value, "from", "name"))
    base = replace(base, date=believed(moment(value, "created_time"), received.received_at))
    if who == text(event, "entry", "id"):
        return ignored(base, "Commentaire de la page elle-même\u00a0: ce n’est pas une demande.")
    if verb == "remove":
        return removed(base, number)
    if verb in _NOT_SAID:
        return ignored(base, f"Commentaire masqué ou montré par la page ({verb})\u00a0: rien à traiter.")
    said = text(value, "message")
    if verb in ("edit", "edited"):
        return replace(base, edits=number, body_text=said, reply_text=said)
    photo = text(value, "photo") or text(value, "video")
    kind = "photo" if text(value, "photo") else "vidéo"
    base = replace(base, remote=(Remote(photo, kind),) if photo else ())
    found = _public(base, received, said, number, text(value, "post", "permalink_url"))
    return found if text(value, "comment_id") else replace(found, post={**found.post, "is_post": True})


def _instagram(base: InboundMessage, event: Mapping[str, Any], value: Mapping[str, Any], received: Received) -> InboundMessage:
    who, name, said = text(value, "from", "id"), text(value, "from", "username"), text(value, "text")
    if who == text(event, "entry", "id"):
        return ignored(base, "Commentaire du compte lui-même\u00a0: ce n’est pas une demande.")
    base = replace(base, from_addr=address("instagram", who), from_name=name, from_label=f"@{name}" if name else "")
    return _public(base, received, said, text(value, "id"), "")


def _public(message: InboundMessage, received: Received, said: str, comment: str, link: str) -> InboundMessage:
    """A comment everybody can read, and under what it stands."""
    under = f"Commentaire public sous {link}" if link else ""
    return replace(
        message,
        subject=excerpt(said),
        body_text="\n\n".join(filter(None, (said, under))),
        reply_text=said,
        quoted_text=under,
        post={"account": received.account, "comment_id": comment, "public": True},
        defects=() if said or message.remote else ("un commentaire sans texte",),
    )
