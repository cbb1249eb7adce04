"""A notice of the law as a letter on paper: the very words of the notice, with a letterhead, an address and a place to sign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from grc.actions.situation import Situation
from grc.clock import PARIS
from grc.paper.blocks import blocks_of
from grc.paper.model import Block, Letterhead, Party, Sheet, Signature
from workflows.dates import in_words
from workflows.texts import Rendered

if TYPE_CHECKING:
    from grc.actions.legal_act import Signer

_ADDRESS_FIELDS = ("postal_address", "address", "adresse")
MOST_LINES = 6  # of an address below the name (NF Z 10-011)


def letter_sheet(about: Situation, notice: Rendered, signer: Signer | None, now: datetime) -> Sheet:
    """The letter, before it is a PDF. With a signer it ends with his name, his capacity and the room for his hand."""
    collectivity, service = about.collectivity, about.service
    lines = [line for line in (collectivity.postal_address or "").splitlines() if line.strip() not in ("", collectivity.title)]
    reach = (service.phone or collectivity.phone, service.email or collectivity.email)
    head = Letterhead(collectivity.title, (*lines, *(way for way in reach if way)))
    return _sheet(notice, signer, head, Party((about.requester_name, *address_of(about))), collectivity.name, about.reference, now)


def sample_sheet(said: Mapping[str, Any], notice: Rendered, signer: Signer | None, now: datetime) -> Sheet:
    """The letter of an invented request (`workflows/notice_samples.py`), written with these values: what a preview shows."""
    head = Letterhead(said["collectivity_name"], (*said["service_address"], said["service_phone"], said["service_email"]))
    town = said["service_address"][-1].partition(" ")[2]
    return _sheet(notice, signer, head, Party((said["requester"], *said["service_address"])), town, said["reference"], now)


def _sheet(notice: Rendered, signer: Signer | None, head: Letterhead, to: Party, town: str, reference: str, now: datetime) -> Sheet:
    blocks: list[Block] = list(blocks_of("\n".join(_headed(_unsigned(notice.text, signer)))))
    if signer is not None:
        blocks.append(Signature(place=town, name=signer.name, capacity=signer.capacity))
    day = in_words(now.astimezone(PARIS).date())
    return Sheet(
        title=notice.subject, letterhead=head, party=to, place_and_date=f"{town}, le {day}", reference=reference, blocks=tuple(blocks),
    )  # fmt: skip


def _headed(text: str) -> Iterator[str]:
    """The lines of a text, those that are all capitals as headings."""
    for line in text.splitlines():
        plain = line.strip()
        yield f"# {plain.capitalize()}" if len(plain) > 3 and plain == plain.upper() and plain[0].isalpha() else line


def _unsigned(text: str, signer: Signer | None) -> str:
    """The text without the lines that name the signer, which the letter has at its end."""
    if signer is None:
        return text
    signed = f"{signer.name}\n{signer.capacity}\n"
    return text.replace(signed, "", 1)


def address_of(about: Situation) -> tuple[str, ...]:
    """Where whoever asked lives, as far as he said."""
    return lines_of(about.fields)


def lines_of(fields: Mapping[str, Any], known: str = "") -> tuple[str, ...]:
    """The lines of an address: as the fields of a request say it, else as it is known otherwise; none where neither does. Pure."""
    said = (fields.get(name) for name in _ADDRESS_FIELDS)
    persons = (value.get("address") for value in fields.values() if isinstance(value, dict))
    texts = (text for text in (*said, *persons, known) if isinstance(text, str) and text.strip())
    return tuple(line.strip() for line in next(texts, "").replace(", ", "\n").splitlines() if line.strip())[:MOST_LINES]
