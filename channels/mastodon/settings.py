"""What an operator says of an account of Mastodon: its instance and the token of an application of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from yarl import URL

from grc.errors import BadInput
from grc.messages.accounts import Account, NewAccount
from grc.messages.seal import Seal
from grc.settings import Settings

_TOLD: Mapping[str, str] = {
    "instance": "écrivez l’adresse de l’instance, par exemple https://social.numerique.gouv.fr",
    "token": "écrivez le jeton d’accès de l’application (Préférences, Développement, Nouvelle application)",
    "media": "écrivez l’hôte des fichiers de l’instance, par exemple files.mastodon.social",
}


class MastodonAccount(BaseModel):
    """The keys of `grc account add mastodon`. `media` is the host of files where it is not of the instance's own domain."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    instance: str = Field(max_length=200)
    token: str = Field(min_length=8, max_length=500, pattern=r"^[!-~]+$")
    media: str = Field(default="", max_length=200, pattern=r"^(?:[a-z0-9-]+\.)*[a-z0-9-]*$")

    @field_validator("instance")
    @classmethod
    def _plain(cls, value: str) -> str:
        url = URL(value if "://" in value else f"https://{value}")
        if url.scheme != "https" or not url.host or url.user or url.path not in ("", "/") or url.query_string or url.fragment:
            raise ValueError(_TOLD["instance"])
        return str(url.origin())


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance as it is called: `root` without a slash, `host` as its addresses name it. `stands_in`: a simulator answers for it."""

    root: str
    host: str
    token: str = field(repr=False)
    media: str = ""
    stands_in: bool = False

    def may_be_read(self, url: str) -> bool:
        """Whether a file may be fetched from this address: of the instance or of its host of files, over https."""
        try:
            read = URL(url)
        except ValueError:
            return False
        if self.stands_in and read.is_absolute() and read.origin() == URL(self.root).origin():
            return True
        host = (read.host or "").lower()
        return read.scheme == "https" and (host == self.host or host.endswith("." + self.host) or (bool(self.media) and host == self.media))


def read_account(values: Mapping[str, str]) -> NewAccount:
    """The account that KEY=VALUE pairs describe. Raises BadInput that names the key and how to mend it."""
    try:
        given = MastodonAccount.model_validate(values)
    except ValidationError as error:
        key = str(error.errors()[0]["loc"][0])
        raise BadInput(key, _TOLD.get(key, f"clé inconnue (celles qui sont connues\u00a0: {', '.join(_TOLD)})")) from None
    settings = {"instance": given.instance, **({"media": given.media} if given.media else {})}
    return NewAccount(given.instance.removeprefix("https://"), settings, {"token": given.token}, within=True)


def instance(account: Account, seal: Seal, settings: Settings) -> Instance:
    """The instance of an account, with its token open. Raises Misconfigured."""
    own = URL(str(account.settings["instance"]))
    base = settings.mastodon_base_url
    return Instance(
        root=base or str(own.origin()),
        host=(own.host or "").lower(),
        token=seal.open(account.sealed)["token"],
        media=str(account.settings.get("media", "")).lower(),
        stands_in=base is not None,
    )
