"""What an operator says of a bot: the token that @BotFather gave, and how its messages come in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grc.errors import BadInput, Misconfigured
from grc.messages.accounts import Account, NewAccount
from grc.messages.seal import Seal

CHANNEL = "telegram"
Mode = Literal["poll", "webhook"]

_TOLD: Mapping[str, str] = {
    "token": "le jeton que @BotFather a donné est attendu\u00a0: des chiffres, «\u00a0:\u00a0», puis des lettres",
    "mode": "poll (l’installation va chercher les messages) ou webhook (Telegram les apporte) est attendu",
}


class TelegramAccount(BaseModel):
    """The keys of `grc account add telegram`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    token: str = Field(pattern=r"^[0-9]{5,15}:[A-Za-z0-9_-]{20,100}$")
    mode: Mode = "poll"


@dataclass(frozen=True, slots=True)
class Access:
    """A bot with its secrets open. None of them shows in a log: `repr` leaves them out."""

    account: Account
    token: str = field(repr=False)
    header: str = field(repr=False)  # what Telegram says in X-Telegram-Bot-Api-Secret-Token when it calls
    mode: Mode = "poll"


def read_account(values: Mapping[str, str]) -> NewAccount:
    """The account that KEY=VALUE pairs describe: named by the number of the bot, which the token begins with and which is no secret."""
    try:
        given = TelegramAccount.model_validate(values)
    except ValidationError as error:
        key = str(error.errors()[0]["loc"][0])
        raise BadInput(key, _TOLD.get(key, f"clé inconnue (celles qui sont connues\u00a0: {', '.join(_TOLD)})")) from None
    hidden = {"token": given.token, "hook": secrets.token_urlsafe(24), "header": secrets.token_urlsafe(24)}
    return NewAccount(given.token.partition(":")[0], {"mode": given.mode}, hidden)


def access(account: Account, seal: Seal) -> Access:
    """The bot of an account. Raises Misconfigured where its secrets cannot be read."""
    opened = seal.open(account.sealed)
    if "token" not in opened:
        raise Misconfigured(f"compte {account.name}\u00a0: le jeton manque, ajoutez le compte à nouveau")
    return Access(account, opened["token"], opened.get("header", ""), "webhook" if account.settings.get("mode") == "webhook" else "poll")
