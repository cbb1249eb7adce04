"""What somebody may choose among by buttons: communes, and what one may ask there. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from channels.telegram import words
from grc.fold import fold, slug

MOST_BUTTONS = 12  # of one question; with more it is first asked for a category
LONGEST_DATA = 64  # bytes that a button may tell: core.telegram.org/bots/api#inlinekeyboardbutton


@dataclass(frozen=True, slots=True)
class Button:
    """A button: it tells `data` when pressed, opens `url`, or asks Telegram for the number or the place of whoever presses it."""

    text: str
    data: str = ""
    url: str = ""
    ask: Literal["", "contact", "location"] = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A collectivity one may write to; `active`: it uses the service. `to`: « à la mairie de Dax »."""

    code: str
    title: str
    to: str
    active: bool
    email: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of request that is offered; `asks`: its form wants more than a text."""

    GENERAL: ClassVar[str] = "general"

    name: str
    title: str
    category: str = ""
    asks: bool = False

    @classmethod
    def general(cls) -> Kind:
        """What has no type of its own."""
        return cls(cls.GENERAL, words.OTHER)

    @property
    def data(self) -> str:
        """What its button tells."""
        return f"t:{self.name}"[:LONGEST_DATA]


def choices(offered: Sequence[Kind], category: str = "", asked: str = "") -> list[list[Button]]:
    """The types as buttons, one a row, those that `asked` may mean first; of many only the categories, until one is chosen."""
    named = [one for one in offered if one.name != Kind.GENERAL]
    if category:
        within = [one for one in named if _category(one) == f"g:{category}"]
        return [*_rows(within), [Button(words.BACK, "g:")]]
    if len(named) <= MOST_BUTTONS:
        return [*_rows(named), [Button(words.OTHER, Kind.general().data)]]
    likely = [one for one in named if _means(asked, one)][:4]
    categories = dict.fromkeys((one.category, _category(one)) for one in named)
    return [*_rows(likely), *([Button(label, data)] for label, data in categories), [Button(words.OTHER, Kind.general().data)]]


def _rows(kinds: Iterable[Kind]) -> list[list[Button]]:
    return [[Button(one.title, one.data)] for one in kinds]


def _category(kind: Kind) -> str:
    return f"g:{kind.category}".encode()[:LONGEST_DATA].decode(errors="ignore")


def _means(asked: str, kind: Kind) -> bool:
    """Whether a word of four letters or more of the title was written."""
    told = set(slug(asked).split("-"))
    return any(len(word) > 3 and word in told for word in slug(kind.title).split("-"))


def chosen(offered: Sequence[Kind], given: str) -> Kind | None:
    """The type that a button or the words of one name, or None."""
    plain = fold(given).strip()
    for one in (*offered, Kind.general()):
        if given == one.data or plain == fold(one.title):
            return one
    return None


def place_buttons(places: Sequence[Place]) -> list[list[Button]]:
    """Communes as buttons."""
    return [[Button(one.title, f"p:{one.code}")] for one in places[:MOST_BUTTONS]]
