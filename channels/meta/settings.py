"""What an operator says of a page, an Instagram account or a WhatsApp number, and the app at Meta that speaks for it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from grc.errors import BadInput, Misconfigured
from grc.messages.accounts import Account, NewAccount
from grc.messages.seal import Seal

_ID = r"^[A-Za-z0-9_-]{0,64}$"  # digits, as far as Meta has told; it stands in the path of our calls
_LONG = r"^[\x21-\x7e]{0,2000}$"
_WORD = r"^[\x21-\x7e]{1,200}$"
_SECRETS = ("app_secret", "verify_token", "page_token", "whatsapp_token")
_TOLD: Mapping[str, str] = {
    "app_secret": "la clé secrète de l’app Meta est attendue (Paramètres de l’app, Général)",
    "verify_token": "un mot de votre choix, sans espace ni accent, le même que dans l’app Meta",
    "page_token": "le jeton d’accès de la page est attendu",
    "page_id": "le numéro de la page est attendu, en chiffres",
    "instagram_id": "le numéro du compte Instagram professionnel est attendu, en chiffres",
    "whatsapp_phone_id": "l’identifiant du numéro WhatsApp est attendu, en chiffres (ce n’est pas le numéro de téléphone)",
    "whatsapp_token": "le jeton d’accès de l’utilisateur système est attendu",
    "whatsapp_template": "le nom d’un modèle approuvé est attendu, en minuscules, par exemple « suite_de_votre_demande »",
    "whatsapp_language": "la langue du modèle est attendue, par exemple « fr »",
    "human_agent": "yes ou no est attendu",
    "": "page_id et page_token sont attendus, ou bien whatsapp_phone_id et whatsapp_token",
}


class MetaAccount(BaseModel):
    """The keys of `grc account add meta`. One account is one app at Meta with a page, and what hangs on it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    app_secret: str = Field(pattern=_WORD)
    verify_token: str = Field(pattern=_WORD)
    page_token: str = Field(default="", pattern=_LONG)
    page_id: str = Field(default="", pattern=_ID)
    instagram_id: str = Field(default="", pattern=_ID)
    whatsapp_phone_id: str = Field(default="", pattern=_ID)
    whatsapp_token: str = Field(default="", pattern=_LONG)
    whatsapp_template: str = Field(default="", pattern=r"^[a-z0-9_]{0,512}$")
    whatsapp_language: str = Field(default="fr", pattern=r"^[a-z]{2}(_[A-Z]{2})?$")
    human_agent: Literal["yes", "no"] = "no"

    @model_validator(mode="after")
    def _speaks(self) -> MetaAccount:
        page = self.page_id and self.page_token
        if not page and not (self.whatsapp_phone_id and self.whatsapp_token):
            raise ValueError(_TOLD[""])
        return self


@dataclass(frozen=True, slots=True)
class Access:
    """An account with its secrets open. None of them shows in a log: `repr` leaves them out."""

    account: Account
    page_id: str
    instagram_id: str
    phone_id: str
    template: str
    language: str
    human_agent: bool
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
    page_token: str = field(repr=False)
    phone_token: str = field(repr=False)


def read_account(values: Mapping[str, str]) -> NewAccount:
    """The account that KEY=VALUE pairs describe. Raises BadInput that names the key and how to mend it."""
    try:
        given = MetaAccount.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else "page_id"
        told = _TOLD[""] if not first["loc"] else _TOLD.get(key, f"cette clé n’existe pas ({', '.join(MetaAccount.model_fields)})")
        raise BadInput(key, told) from None
    told_apart = given.model_dump()
    name = given.page_id or given.whatsapp_phone_id
    return NewAccount(
        name=name,
        settings={key: value for key, value in told_apart.items() if key not in _SECRETS and value},
        secrets={key: told_apart[key] for key in _SECRETS if told_apart[key]} | {"hook": _hook(given.app_secret, name)},
    )


def _hook(app_secret: str, name: str) -> str:
    """What stands in the address Meta calls: it stays the same when the account is added again with another token of the page."""
    return base64.urlsafe_b64encode(hmac.digest(app_secret.encode(), f"hook {name}".encode(), hashlib.sha256)[:24]).decode()


def access(account: Account, opened: Mapping[str, str]) -> Access:
    """The account as this channel uses it, with the secrets that its seal held. Raises Misconfigured where they are not all there."""
    try:
        stored = MetaAccount.model_validate({**account.settings, **{key: opened[key] for key in _SECRETS if key in opened}})
    except ValidationError:
        raise Misconfigured(f"compte {account.name} : réglages illisibles, ajoutez-le à nouveau") from None
    return Access(
        account,
        page_id=stored.page_id,
        instagram_id=stored.instagram_id,
        phone_id=stored.whatsapp_phone_id,
        template=stored.whatsapp_template,
        language=stored.whatsapp_language,
        human_agent=stored.human_agent == "yes",
        app_secret=stored.app_secret,
        verify_token=stored.verify_token,
        page_token=stored.page_token,
        phone_token=stored.whatsapp_token or stored.page_token,
    )


def opened(account: Account, seal: Seal) -> Access:
    """The same, with the seal of the installation."""
    return access(account, seal.open(account.sealed))
