"""Which statuses of an answer an earlier attempt posted, though nobody noted it: they are not posted again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from channels.mastodon.api import Api
from channels.mastodon.progress import tries
from channels.mastodon.status import Status
from grc.db.transaction import Transaction

MOST = 40  # of our last statuses that are looked through
BEFORE = timedelta(minutes=1)  # how much the clock of the instance may be behind ours


async def was_tried(tx: Transaction, collectivity_id: int, outgoing_id: int) -> bool:
    """Whether this delivery was tried before, even if that attempt died with its process."""
    return await tries(tx, collectivity_id, outgoing_id) > 1


async def posted(api: Api, texts: Sequence[str], written: datetime) -> Mapping[str, str]:
    """Those of some texts that our account has posted since they were written, with the number of each.

    Within an hour the instance knows a post by its Idempotency-Key; this is for what is tried again later. Raises Unavailable and
    Misconfigured.
    """
    me = await api.read("/api/v1/accounts/verify_credentials")
    ours = await api.read(f"/api/v1/accounts/{me['id']}/statuses", [("limit", str(MOST)), ("exclude_reblogs", "true")])
    found: dict[str, str] = {}
    for one in ours if isinstance(ours, list) else []:
        status = Status.model_validate(one)
        if status.created_at is None or status.created_at < written - BEFORE:
            continue
        source = (await api.get(f"/api/v1/statuses/{status.id}/source")).json  # before 3.5 there is none: the key alone must do
        text = source.get("text") if isinstance(source, dict) else None
        if isinstance(text, str) and text in texts:
            found[text] = status.id
    return found
