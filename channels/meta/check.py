"""What `grc doctor` says of the accounts at Meta, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from channels.meta.errors import refused
from channels.meta.graph import Graph, Key
from channels.meta.loose import get, items, text
from channels.meta.settings import Access, opened
from grc.errors import Misconfigured
from grc.messages.accounts import Account
from grc.messages.channel import Health
from grc.messages.seal import Seal

NEEDED = ("messages", "message_echoes", "message_deliveries", "message_reads", "message_edits", "messaging_postbacks", "feed")
_TODO = "voyez channels/meta/README.md, puis refaites grc account test"


async def tried(graph: Graph, account: Account, seal: Seal, now: datetime) -> list[Health]:
    """Whether each token opens what it should, asked now; and whether the page tells us what we must hear."""
    try:
        access = opened(account, seal)
    except Misconfigured as error:
        return [Health(f"Meta {account.name}", False, str(error), "ajoutez le compte à nouveau (grc account add meta)")]
    found: list[Health] = []
    if access.page_id:
        found += await _page(graph, access, now)
    if access.phone_id:
        found.append(await _number(graph, access, now))
    return found


async def _page(graph: Graph, access: Access, now: datetime) -> Sequence[Health]:
    what, key = f"page {access.page_id}", Key(access.page_token, access.app_secret)
    said = await graph.get(key, access.page_id, now, "name")
    if not said.ok:
        return [Health(what, False, refused(said).detail, _TODO)]
    named = Health(what, True, text(said.body, "name") or "la page répond")
    said = await graph.get(key, f"{access.page_id}/subscribed_apps", now, "subscribed_fields")
    if not said.ok:
        return [named, Health(f"{what}, abonnements", False, refused(said).detail, _TODO)]
    has = {field for app in items(said.body, "data") for field in get(app, "subscribed_fields") or () if isinstance(field, str)}
    lacking = [field for field in NEEDED if field not in has]
    if lacking:
        told = f"manquent\u00a0: {', '.join(lacking)}"
        return [named, Health(f"{what}, abonnements", False, told, "abonnez la page à ces champs dans l’app Meta")]
    return [named]


async def _number(graph: Graph, access: Access, now: datetime) -> Health:
    what, key = f"WhatsApp {access.phone_id}", Key(access.phone_token, access.app_secret)
    said = await graph.get(key, access.phone_id, now, "display_phone_number,quality_rating")
    if not said.ok:
        return Health(what, False, refused(said).detail, _TODO)
    number, quality = text(said.body, "display_phone_number"), text(said.body, "quality_rating")
    ok = quality != "RED"
    detail = " ".join(filter(None, (number or "le numéro répond", f"qualité {quality}" if quality else "")))
    return Health(what, ok, detail, "" if ok else "la qualité est au rouge\u00a0: Meta va limiter les envois, voyez WhatsApp Manager")
