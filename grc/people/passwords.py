"""Passwords: hashed by Argon2id, never kept, never logged."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from grc.errors import BadInput

SHORTEST = 12
LONGEST = 1000  # hashing is work: no one gives us a book to hash

_hasher = PasswordHasher()  # the parameters of RFC 9106, low memory
NOBODY = _hasher.hash("the hash that is checked when the address is unknown, so that the answer takes as long")


def hash_password(password: str) -> str:
    """What is stored of a new password. Raises BadInput where it is too short to be one; takes 50 ms of processor: use a thread."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput("password", f"Le mot de passe doit compter au moins {SHORTEST} caractères.")
    return _hasher.hash(password)


def is_password(password: str, hashed: str | None) -> bool:
    """Whether this is the password of a hash. Takes as long without one: who has an account cannot be measured. Use a thread."""
    try:
        return _hasher.verify(hashed or NOBODY, password[:LONGEST]) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(hashed: str) -> bool:
    """Whether the hash was made with weaker parameters than today's: make it anew at the next sign-in."""
    return _hasher.check_needs_rehash(hashed)
