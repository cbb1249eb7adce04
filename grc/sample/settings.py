"""What an operator says of the other program: the name of the account, and where answers are posted."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from yarl import URL

from grc.errors import BadInput
from grc.messages.accounts import Account, NewAccount
from grc.messages.channel import Health
from grc.web import hook

_TOLD: Mapping[str, str] = {
    "name": "écrivez un nom en minuscules sans accent, par exemple « mairie »",
    "url": "une adresse https:// entière est attendue, sans mot de passe",
}


class SampleAccount(BaseModel):
    """The keys of `grc account add sample`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    url: str = Field(max_length=2000)

    @field_validator("url")
    @classmethod
    def _plain(cls, value: str) -> str:
        url = URL(value)
        if url.scheme not in ("https", "http") or not url.host or url.user or url.password:
            raise ValueError(_TOLD["url"])
        return value


def read_account(values: Mapping[str, str]) -> NewAccount:
    """The account that KEY=VALUE pairs describe. Raises BadInput that names the key and how to mend it."""
    try:
        given = SampleAccount.model_validate(values)
    except ValidationError as error:
        key = str(error.errors()[0]["loc"][0])
        raise BadInput(key, _TOLD.get(key, f"clé inconnue (celles qui sont connues\u00a0: {', '.join(_TOLD)})")) from None
    return NewAccount(given.name, {"url": given.url}, {hook.SECRET: secrets.token_urlsafe(24)}, within=True)


def health(account: Account) -> Health:
    """The account as `grc doctor` shows it."""
    return Health(f"Sample {account.name}", True, f"réponses vers {URL(str(account.settings.get('url', ''))).with_query(None)}")
