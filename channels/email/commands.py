"""What a client of the door asks for: the arguments of MAIL and RCPT, read strictly enough to be safe and no stricter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PATH = re.compile(r"^(?P<word>FROM|TO):\s*(?:<(?P<angled>[^<>]*)>|(?P<bare>[^\s<>]+))(?P<rest>(?:\s.*)?)$", re.IGNORECASE | re.DOTALL)
_ROUTE = re.compile(r"^@[^:]+:")
_ADDRESS = re.compile(r'^(?:[^\s@"<>,\x00-\x1f\x7f]+|"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*")@[^\s@<>,\x00-\x1f\x7f]+$')
LONGEST_ADDRESS = 320


class BadArgument(Exception):
    """The arguments of a command are wrong; the message is the answer to give."""


@dataclass(frozen=True, slots=True)
class Path:
    """An address of the envelope (empty for the null sender) with its parameters, in upper case."""

    address: str
    parameters: Mapping[str, str]


def path(word: str, argument: bytes) -> Path:
    """The address after `FROM:` or `TO:`. Raises BadArgument, with the answer."""
    found = _PATH.match(argument.decode("utf-8", "replace").strip())
    if found is None or found["word"].upper() != word:
        raise BadArgument(f"501 5.5.4 Syntax: {word}:<address>")
    address = _ROUTE.sub("", found["angled"] if found["angled"] is not None else found["bare"]).strip()
    if address and (len(address) > LONGEST_ADDRESS or not _ADDRESS.match(address) or "\ufffd" in address):
        raise BadArgument(f"{553 if word == 'TO' else 501} 5.1.{3 if word == 'TO' else 7} This is not an address")
    parameters = {}
    for text in found["rest"].split():
        name, _, value = text.partition("=")
        parameters[name.upper()] = value.upper()
    return Path(address, parameters)


def sender(argument: bytes, most: int) -> str:
    """Who MAIL says it is from. Raises BadArgument, also where the mail announced is too large."""
    said = path("FROM", argument)
    size = said.parameters.get("SIZE", "0")
    if not size.isdigit():
        raise BadArgument("501 5.5.4 SIZE takes a number")
    if int(size[:12]) > most:
        raise BadArgument(f"552 5.3.4 A mail of more than {most} bytes is not taken")
    if said.parameters.get("BODY", "7BIT") not in ("7BIT", "8BITMIME"):
        raise BadArgument("501 5.5.4 BODY is 7BIT or 8BITMIME")
    if unknown := set(said.parameters) - {"SIZE", "BODY", "SMTPUTF8"}:
        raise BadArgument(f"555 5.5.4 {min(unknown)[:40]} is not offered here")
    return said.address


def recipient(argument: bytes) -> str:
    """Whom RCPT names. Raises BadArgument."""
    said = path("TO", argument)
    if not said.address:
        raise BadArgument("501 5.1.3 A recipient has an address")
    if said.parameters:
        raise BadArgument(f"555 5.5.4 {min(said.parameters)[:40]} is not offered here")
    return said.address
