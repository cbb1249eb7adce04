"""What `grc doctor` and `grc account test` say of the accounts of SMS."""

from __future__ import annotations

from datetime import datetime, timedelta

from channels.sms.settings import gateway
from grc.errors import Misconfigured
from grc.messages.accounts import Account
from grc.messages.channel import Health
from grc.messages.provider import Limits
from grc.messages.seal import Seal
from grc.settings import Settings

LATE = timedelta(minutes=15)
LIMITS = Limits(connect=5.0, whole=10.0)


def account_health(account: Account, now: datetime) -> Health:
    """How an account is, by what its collector wrote down."""
    what, state = f"SMS {account.name}", account.state
    if account.paused:
        return Health(what, True, "suspendu")
    if not account.listened:
        return Health(what, False, "aucun processus ne le relève", "démarrez grc worker")
    if state.get("failures"):
        return Health(
            what, False, f"{state.get('last_error')} ({state['failures']} échec(s) de suite)", "grc account test dit ce qui manque"
        )
    try:
        looked = datetime.fromisoformat(str(state.get("looked_at")))
    except ValueError:
        return Health(what, True, "vient d’être ajouté")
    late = now - looked > LATE
    return Health(what, not late, f"relevé le {looked:%d/%m à %H:%M} UTC", "voyez le journal de grc worker" if late else "")


async def standing(account: Account, settings: Settings) -> Health:
    """Whether the provider knows us, and what is left there: asked now."""
    what = f"SMS {account.name}"
    try:
        return await gateway(account, Seal.of(settings), settings, LIMITS).standing(what)
    except (Misconfigured, KeyError) as error:
        return Health(what, False, str(error), "ajoutez le compte à nouveau (grc account add sms)")
