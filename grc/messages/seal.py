"""Secrets of accounts as they lie in the database: sealed, so that a copy of it opens no mailbox."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken

from grc.errors import Misconfigured

if TYPE_CHECKING:
    from grc.settings import Settings


class Seal:
    """Closes and opens the secrets of accounts with one key of the installation (32 bytes)."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    @classmethod
    def of(cls, settings: Settings) -> Seal:
        """The seal of this installation."""
        return cls(settings.key("accounts"))

    def close(self, secrets: Mapping[str, str]) -> bytes | None:
        """The secrets, sealed; None where there is none."""
        return self._fernet.encrypt(json.dumps(dict(secrets)).encode()) if secrets else None

    def open(self, sealed: bytes | None) -> dict[str, str]:
        """The secrets. Raises Misconfigured where they were sealed with another key."""
        if sealed is None:
            return {}
        try:
            opened: dict[str, str] = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken as error:
            raise Misconfigured(
                "GRC_SECRET : ce n’est pas le secret avec lequel ce compte a été enregistré ; ajoutez le compte à nouveau"
            ) from error
        return opened
