"""What `grc doctor` says of the programs to call, and a call that tries one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import orjson

from channels.webhook.send import RESOLVE_SECONDS, Caller
from grc.messages.accounts import Account
from grc.messages.channel import Health
from grc.messages.internet import Network, refused


async def address_health(account: Account, allow: Sequence[Network]) -> Health:
    """Whether the address of an account can be called from here, by its name alone."""
    what, host = f"appel {account.name}", str(account.settings.get("host", ""))
    try:
        found = await asyncio.wait_for(asyncio.get_running_loop().getaddrinfo(host, None), RESOLVE_SECONDS)
    except (OSError, TimeoutError) as error:
        return Health(what, False, f"le nom {host} ne peut pas être résolu ({error or 'délai dépassé'})", "vérifiez l’adresse et le DNS")
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if why := refused(address, allow):
            return Health(what, False, why, "corrigez l’adresse (grc account add webhook), ou réglez GRC_WEBHOOK_ALLOW")
    return Health(what, True, f"{host} ({', '.join(addresses)})")


async def tried(caller: Caller, account: Account, now: datetime) -> Health:
    """One call whose body says that it is a test."""
    body = orjson.dumps({"hook": account.name.partition("/")[2], "test": True, "at": now.isoformat()})
    sent = await caller.call(account, body, f"grc.test.{account.id}.{int(now.timestamp())}", now)
    ok = sent.state == "delivered"
    todo = "" if ok else "vérifiez l’adresse et le secret des deux côtés, puis refaites grc account test"
    return Health(f"appel {account.name}", ok, sent.detail, todo)
