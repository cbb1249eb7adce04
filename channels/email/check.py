"""What `grc doctor` says of the mailboxes and the relay, and what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from channels.email.imap import Refused, Trouble
from channels.email.pace import Pace
from channels.email.relay import Failed, Limits, Relay, Wrong
from channels.email.settings import Mailbox, Server, mailbox
from channels.email.signin import ByToken, by_token, connected
from channels.email.tokens import NoGrant, NoToken, Tokens
from grc import clock
from grc.errors import Misconfigured, Unavailable
from grc.messages.accounts import Account
from grc.messages.channel import Health
from grc.messages.seal import Seal

_ADVICE = (
    (
        ("invalid_client", "unauthorized_client", "invalid_scope"),
        "vérifiez client_id, client_secret (il expire) et scope chez le fournisseur, puis refaites «\u00a0grc account add email\u00a0»",
    ),
    (
        ("jeton refusé",),
        "redonnez l’autorisation chez le fournisseur (pas à pas\u00a0: channels/email/README.md), puis refaites "
        "«\u00a0grc account add email\u00a0»",
    ),
    (("jeton\u00a0:",), "vérifiez token_url, et que cette machine peut l’appeler en HTTPS"),
    (
        ("AUTHENTICATE",),
        "vérifiez chez le fournisseur que l’application a le droit de lire cette boîte, et qu’IMAP y est activé",
    ),
    (
        ("LOGIN", "AUTHENTICATIONFAILED", "mot de passe"),
        "vérifiez l’utilisateur et le mot de passe, puis refaites «\u00a0grc account add email\u00a0»",
    ),
    (("certificat", "CERTIFICATE"), "vérifiez le nom du serveur et son certificat"),
    (("STARTTLS",), "utilisez imaps:// ou smtps://"),
    (("SELECT",), "créez le dossier sur le serveur, ou changez folder="),
    (("after=",), "vérifiez que le dossier de rangement peut être créé sur le serveur"),
    (("connexion", "Connect", "Errno", "pas de réponse"), "vérifiez que le serveur répond depuis cette machine (nom, port, pare-feu)"),
    (("registre", "base de données"), "vérifiez la base de données et la place sur le disque"),
    (("GRC_SECRET",), "remettez l’ancien GRC_SECRET, ou refaites «\u00a0grc account add email\u00a0»"),
)


# A mailbox is looked at at least this often: IDLE is renewed before five minutes, and turns are shorter.
SILENT = timedelta(minutes=30)


def advice(trouble: str) -> str:
    """What to do about a trouble."""
    return next(
        (todo for signs, todo in _ADVICE if any(sign in trouble for sign in signs)),
        "voyez le journal du processus «\u00a0grc worker\u00a0»",
    )


def mailbox_health(account: Account, now: datetime) -> Health:
    """How a mailbox is, by what the worker that listens to it wrote down. Pure."""
    what, state = f"boîte {account.name}", account.state
    last, error = _last(state, now), str(state.get("last_error") or "")
    if not account.settings.get("imap_url"):
        return Health(what, True, "sans imap_url\u00a0: son courrier entre par la porte LMTP ou SMTP")
    if account.paused:
        return Health(what, True, f"relève en pause, le courrier attend sur son serveur{last}")
    if not account.listened:
        return Health(what, False, f"aucun processus ne la relève{last}", "lancez «\u00a0grc worker\u00a0» (ou «\u00a0grc serve\u00a0»)")
    if not state.get("connected_since"):
        if error:
            return Health(what, False, f"{error} ({state.get('failures', 1)} essais sans succès){last}", advice(error))
        return Health(what, True, "connexion en cours")
    since = f"connectée {_when(state['connected_since'], now)}{last}"
    if error.startswith("after="):
        return Health(what, False, f"{since}\u202f; {error}", advice(error))
    checked = state.get("checked_at")
    if checked and now - datetime.fromisoformat(checked) > SILENT:
        return Health(
            what,
            False,
            f"{since}\u202f; plus rien n’y est regardé {_since(checked, now)}",
            "relancez «\u00a0grc worker\u00a0» et signalez-le",
        )
    return Health(what, True, since)


def _last(state: Mapping[str, Any], now: datetime) -> str:
    """What a sentence about a mailbox ends with: the last message, how long it had lain there, and how many wait."""
    if not state.get("last_message_at"):
        return ", aucun message encore"
    lag, behind = state.get("lag"), state.get("behind") or 0
    late = f", relevé {lag} s après son arrivée" if lag is not None and lag < 3600 else ""
    waiting = f", {behind} à relever" if behind else ""
    return f", dernier message {_when(state['last_message_at'], now)}{late}{waiting}"


async def test_account(account: Account, seal: Seal, tokens: Tokens) -> Sequence[Health]:
    """Signs in where the account reads and sends its mail, now."""
    try:
        box = mailbox(account, seal)
    except Misconfigured as error:
        return [Health(f"boîte {account.name}", False, str(error), advice(str(error)))]
    tests = []
    if box.imap is not None:
        tests.append(_test_imap(box, box.imap, by_token(box, box.imap, tokens)))
    if box.smtp is not None:
        tests.append(test_relay(f"envoi de {box.address}", box.smtp, by_token(box, box.smtp, tokens)))
    if not tests:
        return [mailbox_health(account, clock.now())]
    return await asyncio.gather(*tests)


async def _test_imap(box: Mailbox, server: Server, by: ByToken | None) -> Health:
    what = f"boîte {box.address}"
    try:
        token = await by.token() if by is not None else None
        imap = await connected(server, Pace(silence=15.0), by, token)
        try:
            await imap.select(box.folder)
            waiting = len(await imap.after(0))
        finally:
            await imap.close()
    except (Trouble, Refused, NoGrant, NoToken, Unavailable) as error:
        return Health(what, False, f"{server!r}\u00a0: {error}", advice(str(error)))
    return Health(what, True, f"{server!r}\u00a0: dossier {box.folder}, {waiting} courriel(s)")


async def test_relay(what: str, server: Server, by: ByToken | None) -> Health:
    """Connects to a relay and signs in there, now."""
    relay = Relay(server, Limits(connect=15.0), by)
    try:
        words = await relay.greet()
    except (Failed, Wrong, Unavailable) as error:
        return Health(what, False, f"{server!r}\u00a0: {error}", advice(str(error)))
    finally:
        relay.close()
    return Health(what, True, f"{server!r}\u00a0: {words}")


def _since(text: str, now: datetime) -> str:
    return _when(text, now).replace("il y a", "depuis")


def _when(text: str, now: datetime) -> str:
    passed = now - datetime.fromisoformat(text)
    if passed < timedelta(minutes=1):
        return "à l’instant"
    if passed < timedelta(hours=1):
        return f"il y a {passed.seconds // 60} min"
    if passed < timedelta(days=1):
        return f"il y a {passed.seconds // 3600} h"
    return f"il y a {passed.days} j"
