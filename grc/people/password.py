"""Passwords: Argon2id, reckoned in a thread and few at a time, since each takes memory and a moment on purpose."""

from __future__ import annotations

import asyncio
import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's second choice of equal strength: 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE = asyncio.Semaphore(2)
SHORTEST = 12


def hashed(password: str) -> str:
    """The hash that is stored for a password."""
    return _HASHER.hash(password)


@lru_cache(maxsize=1)
def nobody() -> str:
    """The hash of a password nobody has, so that an unknown address takes as long to refuse as a known one."""
    return _HASHER.hash(secrets.token_urlsafe(24))


async def verify(stored: str | None, given: str) -> tuple[bool, str | None]:
    """Whether the password is right, and a fresh hash where the stored one was made with older parameters.

    Without a stored hash it does the same work and says no.
    """
    async with _AT_ONCE:
        return await asyncio.to_thread(_verify, stored, given)


def _verify(stored: str | None, given: str) -> tuple[bool, str | None]:
    try:
        _HASHER.verify(stored or nobody(), given)
    except (VerificationError, InvalidHashError):
        return False, None
    if stored is None:
        return False, None
    return True, _HASHER.hash(given) if _HASHER.check_needs_rehash(stored) else None
