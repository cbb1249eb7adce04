"""What a provider gave an operator in place of a password (OAuth 2.0, RFC 6749): by it access tokens are asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

Flow = Literal["refresh", "client"]
SECRETS = ("client_secret", "refresh_token")
KEYS = ("token_url", "client_id", "scope", *SECRETS)


@dataclass(frozen=True, slots=True)
class Grant:
    """An authorisation: of a person who consented once (`refresh`), or of a program that an administrator admitted (`client`).

    Its secrets show in no log: `repr` leaves them out.
    """

    flow: Flow
    token_url: str
    client_id: str
    client_secret: str
    refresh_token: str
    scope: str

    def __repr__(self) -> str:
        return f"{self.flow}:{self.client_id}@{urlsplit(self.token_url).hostname}"

    def mark(self) -> str:
        """The same for the same grant, and nobody finds the grant by it: tokens asked with another one are not ours any more."""
        parts = (self.flow, self.token_url, self.client_id, self.client_secret, self.refresh_token, self.scope)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def request(self, renewed: str) -> Mapping[str, str]:
        """The form by which a token is asked for; `renewed` is the grant that the provider gave last in place of the first one."""
        form = {"client_id": self.client_id, "client_secret": self.client_secret, "scope": self.scope}
        if self.flow == "client":
            form["grant_type"] = "client_credentials"
        else:
            form |= {"grant_type": "refresh_token", "refresh_token": renewed or self.refresh_token}
        return {key: value for key, value in form.items() if value}


def missing(flow: Flow, given: Mapping[str, str]) -> str:
    """The first key that this flow needs and was not given; empty where none is."""
    needed = ("token_url", "client_id", "refresh_token") if flow == "refresh" else ("token_url", "client_id", "client_secret", "scope")
    return next((key for key in needed if not given.get(key)), "")


def check_token_url(url: str) -> str:
    """The same address. Raises ValueError, in words for the operator, where secrets would travel in clear."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname and not parts.username:
        return url
    if parts.scheme == "http" and is_loopback(parts.hostname or ""):
        return url
    raise ValueError("une adresse https://… est attendue, sans utilisateur ni mot de passe")


def is_loopback(host: str) -> bool:
    """Whether what is said to this host stays on this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
