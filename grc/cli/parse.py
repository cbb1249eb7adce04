"""`grc parse email [FILE…]`: what the reader of mails makes of each, a JSON line per file."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson

from grc.messages.model import InboundMessage
from grc.settings import Settings

NAME = "parse"
HELP = "lit des courriels sans rien enregistrer : une ligne JSON par fichier"


Read = Callable[[bytes], InboundMessage]


def _readers() -> dict[str, Read]:
    """What can be read from a file: every channel whose `parse.py` has a function `read`, by the name of its folder."""
    package = importlib.import_module("channels")
    found = {}
    for folder in pkgutil.iter_modules(package.__path__):
        try:
            module = importlib.import_module(f"channels.{folder.name}.parse")
        except ModuleNotFoundError:
            continue
        if hasattr(module, "read"):
            found[folder.name] = module.read
    return found


def add_arguments(parser: ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="SORTE")
    for kind in _readers():
        sub = kinds.add_parser(kind, help="messages bruts, tels qu’ils arrivent par ce canal")
        sub.add_argument("files", nargs="*", type=Path, metavar="FICHIER", help="sans eux : l’entrée standard")


def run(args: Namespace, settings: Settings) -> int:
    """A line for every file, in order; 1 at the end where one of them could not be read."""
    failed = 0
    for line, ok in _lines(_readers()[args.kind], args.files):
        failed += not ok
        sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()
    return 1 if failed else 0


def _lines(read: Read, files: Iterable[Path]) -> Iterable[tuple[bytes, bool]]:
    some = list(files)
    if not some:
        yield orjson.dumps(as_json(read(sys.stdin.buffer.read()))), True
    for file in some:
        try:
            yield orjson.dumps(as_json(read(file.read_bytes()))), True
        except OSError as error:
            yield orjson.dumps({"error": f"{file}: {error.strerror}"}), False


def as_json(message: InboundMessage) -> dict[str, Any]:
    """The message under the names that operators rely on."""
    return {
        "message_id": message.message_id,
        "in_reply_to": message.in_reply_to,
        "references": list(message.references),
        "subject": message.subject,
        "from_addr": message.from_addr,
        "from_name": message.from_name,
        "to": list(message.to),
        "cc": list(message.cc),
        "date": message.date.isoformat() if message.date else None,
        "body_text": message.body_text,
        "body_html": message.body_html,
        "reply_text": message.reply_text,
        "attachments": [{"name": a.name, "type": a.type, "size": a.size, "inline": a.inline} for a in message.attachments],
        "is_auto": message.is_auto,
        "is_bounce": message.is_bounce,
        "bounce_of": message.bounce_of,
        "defects": list(message.defects),
    }
