"""What `grc doctor` and `grc account test` say of the accounts of SMS."""

from __future__ import annotations

from datetime import datetime, timedelta

from channels.sms.settings import gateway
from grc.errors import Misconfigured
from grc.messages.accounts import Account
from grc.messages.channel import Health
from grc.messages.listening import health
from grc.messages.provider import Limits
from grc.messages.seal import Seal
from grc.settings import Settings

LATE = timedelta(minutes=15)
LIMITS = Limits(connect=5.0, whole=10.0)


def account_health(account: Account, now: datetime) -> Health:
    """How an account is, by what its collector wrote down."""
    return health(account, f"SMS {account.name}", LATE, now)


async def standing(account: Account, settings: Settings) -> Health:
    """Whether the provider knows us, and what is left there: asked now."""
    what = f"SMS {account.name}"
    try:
        return await gateway(account, Seal.of(settings), settings, LIMITS).standing(what)
    except (Misconfigured, KeyError) as error:
        return Health(what, False, str(error), "ajoutez le compte à nouveau (grc account add sms)")
