"""What `grc doctor` and `grc account test` say of the accounts of Mastodon."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from channels.mastodon.api import Api
from channels.mastodon.settings import instance
from channels.mastodon.status import full
from grc.errors import Misconfigured, Unavailable
from grc.messages.accounts import Account
from grc.messages.channel import Health
from grc.messages.listening import health
from grc.messages.provider import Limits
from grc.messages.seal import Seal
from grc.settings import Settings

LATE = timedelta(minutes=20)
LIMITS = Limits(connect=5.0, whole=10.0)


def account_health(account: Account, now: datetime) -> Health:
    """How an account is, by what its reader wrote down."""
    return health(account, f"Mastodon {account.state.get('acct') or account.name}", LATE, now)


async def standing(account: Account, settings: Settings) -> Health:
    """Whether the token is taken, reads what names us, and of whom it is: asked now."""
    what = f"Mastodon {account.name}"
    try:
        api = Api(instance(account, Seal.of(settings), settings), LIMITS)
        told = await api.read("/api/v1/accounts/verify_credentials")
        await api.read("/api/v1/notifications", [("types[]", "mention"), ("limit", "1")])
    except (Misconfigured, Unavailable, KeyError) as error:
        return Health(what, False, str(error), "donnez à l’application les droits read et write, puis ajoutez le compte à nouveau")
    acct = full(str(told.get("acct", "")), api.instance.host) if isinstance(told, Mapping) else "?"
    return Health(what, True, f"compte @{acct}")
