"""What an operator says of a program to call: the name types use for it, its address, and the secret that signs the calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from yarl import URL

from grc.errors import BadInput
from grc.messages.accounts import Account, NewAccount
from grc.messages.internet import Network, networks
from grc.messages.seal import Seal
from grc.settings import Settings

_TOLD: Mapping[str, str] = {
    "name": "écrivez le nom que les types de demande emploient, en minuscules sans accent, par exemple « logiciel-metier »",
    "url": "une adresse https:// entière est attendue, sans mot de passe ni « # »",
    "secret": "le secret qui signe les appels a de 16 à 200 caractères",
}


class WebhookAccount(BaseModel):
    """The keys of `grc account add webhook`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    url: str = Field(max_length=2000)
    secret: str = Field(min_length=16, max_length=200)

    @field_validator("url")
    @classmethod
    def _plain(cls, value: str) -> str:
        url = URL(value)
        if url.scheme not in ("https", "http") or not url.host or url.user or url.password or url.fragment:
            raise ValueError(_TOLD["url"])
        return value


@dataclass(frozen=True, slots=True)
class Target:
    """A program to call, with its secret open. Neither its query nor its secret shows in a log: `repr` leaves them out."""

    url: URL
    secret: bytes

    def __repr__(self) -> str:
        return str(self.url.with_query(None))


def read_account(values: Mapping[str, str]) -> NewAccount:
    """The account that KEY=VALUE pairs describe. Raises BadInput that names the key and how to mend it."""
    try:
        given = WebhookAccount.model_validate(values)
    except ValidationError as error:
        key = str(error.errors()[0]["loc"][0])
        raise BadInput(key, _TOLD.get(key, f"clé inconnue (celles qui sont connues\u00a0: {', '.join(_TOLD)})")) from None
    # The address may hold a key of the other program in its path or query: it lies sealed with the secret.
    return NewAccount(given.name, {"host": URL(given.url).host}, {"url": given.url, "secret": given.secret}, within=True)


def target(account: Account, seal: Seal) -> Target:
    """The program of an account. Raises Misconfigured where the secret of the installation is not the one it was sealed with."""
    secrets = seal.open(account.sealed)
    return Target(URL(secrets["url"]), secrets["secret"].encode())


def allowed(settings: Settings) -> tuple[Network, ...]:
    """The networks of its own that this installation lets be called."""
    return networks(settings.webhook_allow)
