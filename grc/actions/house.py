"""What actions of the worker need of the house, composed once in `grc/app.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grc.clamav import Clamav
from grc.db.transaction import Database
from grc.messages.channel import Channel, Overhears
from grc.messages.signature import Signer


@dataclass(frozen=True, slots=True)
class House:
    """The parts: `daily_cap` is how many automatic mails an address may get in a day, `public_url` where links lead."""

    db: Database
    channels: Mapping[str, Channel]
    signer: Signer
    public_url: str
    daily_cap: int
    clamav: Clamav | None = None  # where files are looked at; None: they are not, and none waits
    overhearing: tuple[Overhears, ...] = field(init=False)  # the channels that may claim what came by another

    def __post_init__(self) -> None:
        object.__setattr__(self, "overhearing", tuple(one for one in self.channels.values() if isinstance(one, Overhears)))
