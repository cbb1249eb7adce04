"""What an operator says of an account of SMS: whose it is, its keys, and the number or name by which texts leave."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from channels.sms.gateway import Gateway, Reader
from channels.sms.ovh import ROOT as OVH_ROOT
from channels.sms.ovh import SHORT, Ovh, OvhReader
from channels.sms.twilio import ROOT as TWILIO_ROOT
from channels.sms.twilio import Twilio, TwilioReader
from grc.errors import BadInput, Misconfigured
from grc.messages.accounts import Account, NewAccount
from grc.messages.provider import Limits
from grc.messages.seal import Seal
from grc.people import phone
from grc.settings import Settings

READERS: Mapping[str, Reader] = {"ovh": OvhReader(), "twilio": TwilioReader()}

_TOLD: Mapping[str, str] = {
    "gateway": "écrivez ovh ou twilio",
    "number": "écrivez le numéro qui envoie (+33…), un nom de 3 à 11 lettres et chiffres déclaré chez OVHcloud, ou court",
    "key": "la clé donnée par le fournisseur\u00a0: Application Key d’OVHcloud, Auth Token de Twilio",
    "secret": "la clé secrète (Application Secret) d’OVHcloud",
    "consumer": "la clé de consommateur (Consumer Key) d’OVHcloud",
    "service": "le nom du compte SMS d’OVHcloud, par exemple sms-ab12345-1",
    "sid": "l’identifiant du compte Twilio, qui commence par AC",
}


class SmsAccount(BaseModel):
    """The keys of `grc account add sms`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    gateway: Literal["ovh", "twilio"]
    number: str = Field(max_length=40)
    key: str = Field(min_length=8, max_length=200)
    secret: str = Field(default="", max_length=200)
    consumer: str = Field(default="", max_length=200)
    service: str = Field(default="", pattern=r"^[A-Za-z0-9-]{0,40}$")
    sid: str = Field(default="", pattern=r"^(?:AC[0-9a-zA-Z]{32})?$")

    @field_validator("number")
    @classmethod
    def _spelled(cls, value: str) -> str:
        value = value.strip()
        if value == SHORT or (value.startswith("MG") and len(value) == 34 and value.isalnum()):
            return value
        if (read := phone.number(value)).startswith("+"):
            return read
        if 3 <= len(value) <= 11 and value.isascii() and value.isalnum() and not value.isdigit():
            return value
        raise ValueError(_TOLD["number"])

    @model_validator(mode="after")
    def _whole(self) -> SmsAccount:
        needed = ("secret", "consumer", "service") if self.gateway == "ovh" else ("sid",)
        for name in needed:
            if not getattr(self, name):
                raise ValueError(name)
        if self.gateway == "twilio" and not self.number.startswith(("+", "MG")):
            raise ValueError("number")
        return self


def read_account(values: Mapping[str, str]) -> NewAccount:
    """The account that KEY=VALUE pairs describe. Raises BadInput that names the key and how to mend it."""
    try:
        given = SmsAccount.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else first["msg"].removeprefix("Value error, ")
        raise BadInput(key, _TOLD.get(key, f"clé inconnue (celles qui sont connues\u00a0: {', '.join(_TOLD)})")) from None
    kept = {"gateway": given.gateway, "number": given.number, "service": given.service, "sid": given.sid}
    # A text that came to OVHcloud does not say to which number: a service is one collectivity's, and the account is the service.
    name = given.service if given.gateway == "ovh" else given.number
    hidden = {"key": given.key, "secret": given.secret, "consumer": given.consumer, "hook": _hook(given.key, name)}
    return NewAccount(name, {key: value for key, value in kept.items() if value}, {key: value for key, value in hidden.items() if value})


def _hook(key: str, name: str) -> str:
    """The token of the address that the provider calls: the same when the account is added again with the same key."""
    return base64.urlsafe_b64encode(hmac.digest(key.encode(), f"hook {name}".encode(), hashlib.sha256)[:24]).decode()


def gateway(account: Account, seal: Seal, settings: Settings, limits: Limits | None = None) -> Gateway:
    """The provider of an account, with its keys open. Raises Misconfigured."""
    opened, about, bounds = seal.open(account.sealed), account.settings, limits or Limits()
    match about.get("gateway"):
        case "ovh":
            root = settings.sms_base_url or OVH_ROOT
            return Ovh(root, about["service"], opened["key"], opened["secret"], opened["consumer"], about["number"], bounds)
        case "twilio":
            return Twilio(settings.sms_base_url or TWILIO_ROOT, about["sid"], opened["key"], about["number"], bounds)
        case other:
            raise Misconfigured(f"compte SMS {account.name}\u00a0: fournisseur « {other} » inconnu")


def carries_links(account: Account) -> bool:
    """Whether texts of this account may hold the address of a page: networks drop those that come from short numbers."""
    return bool(account.settings.get("number") != SHORT)
