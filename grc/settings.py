"""What an operator sets, all of it by the environment: the only place that reads it.

Every setting is `GRC_` and a name of below in capitals; none is needed for a first look.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, ValidationError, field_validator

from grc.errors import Misconfigured

PREFIX = "GRC_"
MIB = 1024 * 1024

Port = Annotated[int, Field(ge=0, le=65535)]
Root = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+$", strip_whitespace=True)]


class Settings(BaseModel):
    """The settings of one process, read once and never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True)

    # where it runs
    host: str = "127.0.0.1"
    port: Port = 8040
    public_url: str = ""  # what links in mails begin with; empty: http://<host>:<port>
    trusted_proxies: str = ""  # networks of proxies whose X-Forwarded-For and -Proto are believed (10.1.0.0/16,127.0.0.1)
    metrics_token: Annotated[SecretStr, Field(min_length=16)] | None = None  # the Bearer token of /metrics; without it this machine alone
    data_dir: Path = Path("data")
    cache_dir: Path | None = None  # what can be made again; may be emptied at any time. None: in the data folder
    modules_dir: Path | None = None  # the installation's own modules, beside those of the program: a folder of folders
    demo: bool = False  # the demonstration's doors and its caught mail; set by `grc serve --demo`
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    # database; without an address, an embedded PostgreSQL in the data folder
    database_url: SecretStr | None = None
    pool_size: Annotated[int, Field(ge=2, le=200)] = 10

    # the secret from which the keys of signatures and seals are derived; empty: a file made in the data folder
    secret: Annotated[SecretStr, Field(min_length=32)] | None = None

    # mail
    relay: SecretStr | None = None  # smtp://user:password@host:587, smtps://…: by which mail leaves where a collectivity has no account
    mail_host: str = "127.0.0.1"  # where the doors for mail listen; another machine's mail server needs another address, and a firewall
    smtp_port: Port = 8025  # 0: closed
    lmtp_port: Port = 8024  # 0: closed
    relay_per_minute: Annotated[int, Field(ge=0, le=100_000)] = 0  # mails the relay takes in a minute; 0: as many as it likes
    relay_at_once: Annotated[int, Field(ge=1, le=50)] = 4  # connections of one worker to the relay
    undo_seconds: Annotated[int, Field(ge=0, le=60)] = 10  # how long an agent may take back what he sent; his own choice comes first
    daily_cap: Annotated[int, Field(ge=1)] = 40  # automatic mails to one address in a day; beyond it an agent is told
    max_message_bytes: Annotated[int, Field(ge=64 * 1024)] = 50 * MIB
    max_upload_bytes: Annotated[int, Field(ge=64 * 1024)] = 20 * MIB  # all files of one form together

    # forms: rounds of the proof of work, and how many forms without one (no JavaScript) a network may send in an hour
    form_proof_cost: Annotated[int, Field(ge=1, le=1_000_000)] = 5_000
    form_unproved_per_hour: Annotated[int, Field(ge=0)] = 120

    # calls to other programs: networks of our own that may be called besides the internet (10.1.0.0/16,192.168.7.4)
    webhook_allow: str = ""

    # how much a worker does at once
    jobs: Annotated[int, Field(ge=1, le=100)] = 8

    # outside services: roots without a path
    telegram_base_url: Root = "https://api.telegram.org"
    meta_base_url: Root = "https://graph.facebook.com"
    mastodon_base_url: Root | None = None
    sms_base_url: Root | None = None
    geocoder_url: str | None = "https://data.geopf.fr"  # the IGN's, to whom addresses are told without who writes them; « aucun »: nobody
    tiles_url: str | None = None
    clamav: str | None = None  # tcp://host:port or unix:/path of its daemon; without it files are not looked at, and none is held back
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None

    @field_validator("data_dir", "cache_dir", "modules_dir")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value is not None else None

    @field_validator("modules_dir")
    @classmethod
    def _is_a_folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError(f"{value} n’est pas un dossier")
        return value

    @field_validator("webhook_allow", "trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for part in filter(None, (part.strip() for part in value.split(","))):
            try:
                ip_network(part)
            except ValueError:
                raise ValueError(f"« {part[:60]} » n’est pas un réseau\u202f; écrivez par exemple 10.1.0.0/16") from None
        return value

    @field_validator("geocoder_url")
    @classmethod
    def _is_reached_by_http(cls, value: str | None) -> str | None:
        if value is None or value.strip().lower() == "aucun":
            return None
        if not value.startswith(("http://", "https://")):
            raise ValueError("une adresse http:// ou https:// est attendue, ou « aucun »")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("une adresse postgresql://… est attendue")
        return value

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("une adresse http:// ou https:// est attendue")
        return value.rstrip("/")

    def url(self) -> str:
        """What links begin with, without a slash at the end."""
        if self.public_url:
            return self.public_url
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def kept(self) -> Path:
        """Where what can be made again is kept."""
        return self.cache_dir or self.data_dir / "cache"

    def is_loopback(self) -> bool:
        """Whether the web listens for this machine alone."""
        return self.host in {"127.0.0.1", "::1", "localhost"}

    def key(self, purpose: str) -> bytes:
        """32 bytes for one purpose, always the same on this installation; one purpose's key tells nothing of another's."""
        secret = self.secret.get_secret_value().encode() if self.secret else _kept_secret(self.data_dir)
        return hmac.digest(secret, purpose.encode(), hashlib.sha256)


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises Misconfigured, naming the variable that is wrong and why."""
    given = {name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if name.startswith(PREFIX) and value}
    try:
        return Settings.model_validate({name: value for name, value in given.items() if name in Settings.model_fields})
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        raise Misconfigured(f"{name} : valeur refusée ({first['msg'].removeprefix('Value error, ')})") from None


def unknown() -> list[str]:
    """Variables that look like ours and that nothing reads: most often a slip of the finger."""
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name.removeprefix(PREFIX).lower() not in Settings.model_fields)


def for_child(**changes: str) -> dict[str, str]:
    """This process's environment for one it starts, with some variables set: `for_child(GRC_PORT="8041")`."""
    return {**os.environ, **changes}


def make_data_dir(settings: Settings) -> Path:
    """The data folder, made if need be, closed to the other users of the machine."""
    try:
        # Root's embedded PostgreSQL runs as another user, who must pass through to reach his own folder.
        settings.data_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(f"GRC_DATA_DIR : le dossier {settings.data_dir} ne peut pas être créé ({error.strerror})") from error
    return settings.data_dir


def _kept_secret(data_dir: Path) -> bytes:
    """The secret of the data folder, made at the first call. Two processes that make it at the same instant agree."""
    path = data_dir / "secret"
    try:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            pass
        data_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"secret.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, secrets.token_hex(32).encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.link(draft, path)  # fails where another was faster: his is the secret
        except FileExistsError:
            pass
        draft.unlink()
        return path.read_bytes()
    except OSError as error:
        raise Misconfigured(f"GRC_SECRET : le secret {path} ne peut être ni lu ni créé ({error.strerror})") from error
