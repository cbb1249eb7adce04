"""The marks by which an answer finds its ticket: a signed reply address and a signed Message-ID.

Each holds alone, since relays rewrite one or the other. Both are lower case and short, since relays fold and cut.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

_MAC_BYTES = 10  # 80 bits: 16 characters of base 32

_REPLY_TAG = re.compile(r"^(?P<local>[^+@\s]+)\+(?P<who>[rt])\.(?P<reference>[0-9a-z]{7,9})\.(?P<mac>[a-z2-7]{16})@(?P<domain>[^@\s]+)$")
_SIGNED = {"r": "reply:", "t": "third:"}
# What is left of one where a relay cut it, or somebody wrote it.
_LIKE_REPLY_TAG = re.compile(r"\+[rt][.=_-](?P<reference>[0-9a-z]{7,9})(?![0-9a-z])")
_LIKE_MAIL_ID = re.compile(r"^grc[.=_-](?P<reference>[0-9a-z]{7,9})(?![0-9a-z])")
_MAIL_ID = re.compile(r"^grc\.(?P<reference>[0-9a-z]{7,9})\.(?P<random>[a-z2-7]{8})\.(?P<mac>[a-z2-7]{16})@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs and checks marks with the secret of the installation (32 bytes)."""

    key: bytes

    def _mac(self, text: str) -> str:
        digest = hmac.digest(self.key, text.encode(), hashlib.sha256)
        return base64.b32encode(digest[:_MAC_BYTES]).decode().lower()

    def reply_address(self, sender: str, reference: str, *, third: bool = False) -> str:
        """The address to answer to: `mairie+r.k7m4qf9.<mac>@example`; `+t.` for a third party, whose answer whoever asked never reads.

        An existing plus-tag of the sender is dropped.
        """
        local, _, domain = sender.rpartition("@")
        short, who = reference.replace("-", "").lower(), "t" if third else "r"
        return f"{local.partition('+')[0]}+{who}.{short}.{self._mac(_SIGNED[who] + short)}@{domain}"

    def ticket_of_address(self, address: str) -> str | None:
        """The reference a signed reply address names, in its written form, or None where it is not one of ours."""
        found = _REPLY_TAG.match(_bare(address))
        if found is None or not hmac.compare_digest(found["mac"], self._mac(_SIGNED[found["who"]] + found["reference"])):
            return None
        return _written(found["reference"])

    def is_third(self, address: str) -> bool:
        """Whether this is a signed reply address that was given to a third party."""
        found = _REPLY_TAG.match(_bare(address))
        return found is not None and found["who"] == "t" and self.ticket_of_address(address) is not None

    def mail_id(self, reference: str, domain: str) -> str:
        """A new Message-ID, without <>, that proves we wrote it and for which ticket."""
        short = reference.replace("-", "").lower()
        random = base64.b32encode(secrets.token_bytes(5)).decode().lower()
        return f"grc.{short}.{random}.{self._mac(f'mail:{short}:{random}')}@{domain}"

    def ticket_of_mail_id(self, mail_id: str) -> str | None:
        """The reference that a Message-ID of ours names, in its written form, or None where we did not write it."""
        found = _MAIL_ID.match(mail_id.lower())
        if found is None:
            return None
        expected = self._mac(f"mail:{found['reference']}:{found['random']}")
        return _written(found["reference"]) if hmac.compare_digest(found["mac"], expected) else None


def _written(short: str) -> str:
    return f"{short[:4]}-{short[4:]}".upper()


def claimed_reference(mark: str) -> str | None:
    """The reference that an address or a Message-ID names which looks like ours, whether or not its mark holds: never a proof."""
    bare = _bare(mark)
    found = _LIKE_REPLY_TAG.search(bare) or _LIKE_MAIL_ID.match(bare)
    return _written(found["reference"]) if found else None


def _bare(address: str) -> str:
    """An address as relays leave it: in capitals, or with its local part in quotes (RFC 5321, 4.1.2)."""
    return address.strip().lower().replace('"', "")


def without_tag(address: str) -> tuple[str, str]:
    """The address without its plus-tag, in lower case, and the tag: `mairie+voirie@x` gives `("mairie@x", "voirie")`."""
    local, at, domain = address.strip().lower().rpartition("@")
    plain, _, tag = local.partition("+")
    return f"{plain}{at}{domain}", tag
