"""What `grc doctor` says of the bots, and a call that tries one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from channels.telegram.client import Bots, said
from channels.telegram.settings import Access, access
from grc.errors import Misconfigured
from grc.messages.accounts import Account
from grc.messages.channel import Health
from grc.messages.seal import Seal

_AGAIN = "redonnez le jeton que @BotFather montre (grc account add telegram)"
_ADVICE = (
    (("InvalidToken", "Unauthorized", "GRC_SECRET", "jeton"), _AGAIN),
    (("Conflict",), "un autre programme lit ce robot\u00a0: arrêtez-le, ou changez le jeton chez @BotFather (/revoke)"),
    (("HTTPS", "webhook", "certificate"), "réglez GRC_PUBLIC_URL sur une adresse https:// que tout le monde atteint, ou mode=poll"),
    (("NetworkError", "TimedOut", "Connect"), "vérifiez que cette machine atteint l’adresse de GRC_TELEGRAM_BASE_URL (DNS, pare-feu)"),
)


def advice(trouble: str) -> str:
    """What to do about a trouble."""
    return next((todo for signs, todo in _ADVICE if any(sign in trouble for sign in signs)), "voyez le journal de «\u00a0grc worker\u00a0»")


def bot_health(account: Account, now: datetime) -> Health:
    """How a bot is, by what the worker that listens to it wrote down. Pure."""
    name, error = str(account.state.get("username") or ""), str(account.state.get("last_error") or "")
    what = f"robot @{name}" if name else f"robot {account.name}"
    if account.paused:
        return Health(what, True, "en pause\u00a0: ses messages attendent chez Telegram, 24 heures au plus")
    if not account.listened:
        return Health(what, False, "aucun processus ne l’écoute", "lancez «\u00a0grc worker\u00a0» (ou «\u00a0grc serve\u00a0»)")
    if error:
        return Health(what, False, f"{error} ({account.state.get('failures', 1)} essais sans succès)", advice(error))
    if not account.state.get("connected_since"):
        return Health(what, True, "connexion en cours")
    return Health(what, True, f"écouté ({'Telegram appelle' if account.settings.get('mode') == 'webhook' else 'relève continue'})")


async def tried(account: Account, bots: Bots, seal: Seal) -> Sequence[Health]:
    """Asks Telegram who the bot is, and what waits for it."""
    from telegram.error import TelegramError

    what = f"robot {account.name}"
    try:
        there: Access = access(account, seal)
        bot = bots.of(there)
        me, hook = await bot.get_me(), await bot.get_webhook_info()
    except (Misconfigured, TelegramError) as error:
        why = said(error)
        return [Health(what, False, why, advice(why))]
    if hook.last_error_message:
        told = f"Telegram n’a pas pu livrer\u00a0: {hook.last_error_message}"
        return [Health(f"robot @{me.username}", False, told, advice("webhook"))]
    waits = f"{hook.pending_update_count} messages attendent" if hook.pending_update_count else "rien n’attend"
    return [Health(f"robot @{me.username}", True, f"https://t.me/{me.username} répond, {waits}")]
