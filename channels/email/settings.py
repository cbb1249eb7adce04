"""What an operator says of a mailbox: its address, where mail is read and by where it leaves, what to do with mail once taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote, unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from channels.email import grant as granted
from channels.email.grant import Flow, Grant
from grc.errors import BadInput, Misconfigured
from grc.messages.accounts import Account, NewAccount
from grc.messages.seal import Seal

_PORTS = {"imap": 143, "imaps": 993, "smtp": 25, "smtps": 465}
_SECRET = {"imap_url": "imap_password", "smtp_url": "smtp_password"}

Tls = Literal["immediate", "upgrade", "none"]


@dataclass(frozen=True, slots=True)
class Server:
    """A server of an account, and how to sign in there. Its password shows in no log: `repr` leaves it out."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    tls: Tls

    def __repr__(self) -> str:
        return f"{self.scheme}://{quote(self.user)}@{self.host}:{self.port}"


def server(url: str, schemes: tuple[str, ...]) -> Server:
    """The server a URL names. Raises ValueError, in words for the operator, which never repeat the URL: it holds a password."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise ValueError("cette adresse de serveur ne peut pas être lue") from None
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"une adresse {' ou '.join(f'{s}://utilisateur:motdepasse@serveur' for s in schemes)} est attendue")
    if parts.path not in ("", "/") or parts.fragment or parts.query not in ("", "tls=no"):
        raise ValueError("après le serveur et son port, rien n’est attendu (sauf ?tls=no sur un réseau sûr)")
    tls: Tls = "immediate" if parts.scheme.endswith("s") else "upgrade"
    if tls == "upgrade" and (parts.query == "tls=no" or granted.is_loopback(parts.hostname)):
        tls = "none"
    return Server(
        parts.scheme, parts.hostname, port or _PORTS[parts.scheme], unquote(parts.username or ""), unquote(parts.password or ""), tls
    )


class EmailAccount(BaseModel):
    """The keys of `grc account add email`. Without `imap_url` mail comes in by the door; without `smtp_url` it leaves by the relay."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    address: str = Field(pattern=r"^[^@\s<>,]+@[^@\s<>,]+$", max_length=254)
    imap_url: str = ""
    smtp_url: str = ""
    folder: str = Field(default="INBOX", min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
    after: str = Field(default="leave", pattern=r"^(leave|seen|move:[^\x00-\x1f\x7f]+)$", max_length=205)
    per_minute: int = Field(default=0, ge=0, le=100_000)
    at_once: int = Field(default=4, ge=1, le=50)
    authserv_id: str = Field(default="", max_length=255, pattern=r"^[A-Za-z0-9._-]*$")
    auth: Literal["password", "refresh", "client"] = "password"
    token_url: str = Field(default="", max_length=500)
    client_id: str = Field(default="", max_length=500)
    scope: str = Field(default="", max_length=1000)
    client_secret: str = Field(default="", max_length=5000)
    refresh_token: str = Field(default="", max_length=5000)

    @field_validator("address")
    @classmethod
    def _lower(cls, value: str) -> str:
        return value.lower()

    @field_validator("imap_url")
    @classmethod
    def _reads(cls, value: str) -> str:
        if value:
            server(value, ("imaps", "imap"))
        return value

    @field_validator("smtp_url")
    @classmethod
    def _sends(cls, value: str) -> str:
        if value:
            server(value, ("smtps", "smtp"))
        return value

    @field_validator("token_url")
    @classmethod
    def _asks(cls, value: str) -> str:
        return granted.check_token_url(value) if value else value

    @model_validator(mode="after")
    def _not_into_itself(self) -> EmailAccount:
        if self.after == f"move:{self.folder}":
            raise ValueError("after : le courrier ne peut pas être rangé dans le dossier où il est relevé")
        return self


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An account of this channel with its secrets open, as the rest of the channel uses it."""

    account: Account
    address: str
    imap: Server | None
    smtp: Server | None
    folder: str
    after: str
    grant: Grant | None = None
    per_minute: int = 0  # mails its server takes in a minute; 0: any number
    at_once: int = 4  # connections of one worker to it


def read_account(values: Mapping[str, str]) -> NewAccount:
    """The account that KEY=VALUE pairs describe, passwords apart. Raises BadInput that names the key and how to mend it."""
    try:
        given = EmailAccount.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else ""
        told = {
            "missing": "cette clé est nécessaire",
            "extra_forbidden": f"cette clé n’existe pas ({', '.join(EmailAccount.model_fields)})",
            "literal_error": "password, refresh ou client est attendu",
            "int_parsing": "un nombre est attendu",
            "greater_than_equal": "ce nombre est trop petit",
            "less_than_equal": "ce nombre est trop grand",
            "string_pattern_mismatch": _EXPECTED.get(key, "valeur refusée"),
        }
        raise BadInput(key, told.get(first["type"], first["msg"].removeprefix("Value error, "))) from None
    settings: dict[str, Any] = {"address": given.address, "folder": given.folder, "after": given.after}
    settings |= {key: getattr(given, key) for key in ("per_minute", "at_once") if key in values}
    if given.authserv_id:
        settings["authserv_id"] = given.authserv_id.lower()
    secrets: dict[str, str] = {}
    if given.auth == "password" and any(getattr(given, key) for key in granted.KEYS):
        raise BadInput("auth", "auth=refresh ou auth=client est attendu avec ces clés")
    if given.auth != "password":
        if lacking := granted.missing(given.auth, given.model_dump()):
            raise BadInput(lacking, f"cette clé est nécessaire avec auth={given.auth}")
        settings |= {"auth": given.auth, "token_url": given.token_url, "client_id": given.client_id, "scope": given.scope}
        secrets |= {key: value for key in granted.SECRETS if (value := getattr(given, key))}
    for key, schemes in (("imap_url", ("imaps", "imap")), ("smtp_url", ("smtps", "smtp"))):
        url = getattr(given, key)
        if url:
            there = server(url, schemes)
            settings[key] = _without_password(url)
            if there.password:
                secrets[_SECRET[key]] = there.password
    return NewAccount(name=given.address, settings=settings, secrets=secrets, addresses=(given.address,))


_EXPECTED = {
    "address": "une adresse électronique est attendue : mairie@exemple.fr",
    "after": "leave, seen ou move:DOSSIER est attendu",
    "authserv_id": "le nom du serveur en tête de ses champs Authentication-Results est attendu : mx.exemple.fr",
    "folder": "le nom d’un dossier est attendu",
}


def _without_password(url: str) -> str:
    parts = urlsplit(url.strip())
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{parts.username}@{place}" if parts.username else place).geturl()


def mailbox(account: Account, seal: Seal) -> Mailbox:
    """An account as the channel uses it. Raises Misconfigured where what is stored can no longer be read."""
    secrets = seal.open(account.sealed)
    try:
        stored = EmailAccount.model_validate(account.settings)
        imap = server(stored.imap_url, ("imaps", "imap")) if stored.imap_url else None
        smtp = server(stored.smtp_url, ("smtps", "smtp")) if stored.smtp_url else None
    except ValueError as error:
        raise Misconfigured(f"compte {account.name} : réglages illisibles, ajoutez-le à nouveau ({error})") from error
    return Mailbox(
        account,
        stored.address,
        _signed_in(imap, stored.address, secrets.get("imap_password", "")),
        _signed_in(smtp, "" if stored.auth == "password" else stored.address, secrets.get("smtp_password", "")),
        stored.folder,
        stored.after,
        _grant(stored.auth, stored, secrets) if stored.auth != "password" else None,
        stored.per_minute,
        stored.at_once,
    )


def _grant(flow: Flow, stored: EmailAccount, secrets: Mapping[str, str]) -> Grant:
    secret, token = (secrets.get(key, "") for key in granted.SECRETS)
    return Grant(flow, stored.token_url, stored.client_id, secret, token, stored.scope)


def _signed_in(there: Server | None, default_user: str, password: str) -> Server | None:
    if there is None:
        return None
    return Server(there.scheme, there.host, there.port, there.user or default_user, password, there.tls)
