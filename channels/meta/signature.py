"""Who calls, and who we are: Meta signs its bodies with the secret of the app, and we prove that we hold it. Pure."""

from __future__ import annotations

import hashlib
import hmac

from grc.web.hook import same

_PREFIX = "sha256="


def signed(body: bytes, app_secret: str) -> str:
    """The `X-Hub-Signature-256` of these very bytes."""
    return _PREFIX + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(body: bytes, given: str, app_secret: str) -> bool:
    """Whether whoever sent these bytes holds the secret of the app; in constant time."""
    return same(given, signed(body, app_secret))


def proof(token: str, app_secret: str) -> str:
    """The `appsecret_proof` of a call made with this token: stolen alone, the token opens nothing."""
    return hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
