"""The files of a form: those of each field apart, those sent now and those that came before and wait until it is mended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from grc.db.transaction import Database
from grc.messages.model import Attachment
from grc.web.citizen import kept, limits
from grc.web.citizen.kept import Kept
from grc.web.citizen.limits import Limits
from grc.web.citizen.upload import Sent
from workflows.form import PREFIX
from workflows.parts.fields import Field

FREE = "fichiers"  # the input of files that answer no question
_MORE = 2  # files that each question may bring beyond those of a form without any


@dataclass(slots=True)
class Bundle:
    """The files of one sending, by the input they were chosen in."""

    good: dict[str, list[Attachment]] = field(default_factory=dict)
    new: dict[str, list[Attachment]] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def all(self) -> list[Attachment]:
        """Every file that goes with the request."""
        return [file for files in self.good.values() for file in files]

    def names(self) -> dict[str, Sequence[str]]:
        """The names of the files of each question, as its answer."""
        return {name: [file.name for file in files] for name, files in self.good.items() if name != FREE}


def inputs(fields: Iterable[Field] = ()) -> list[str]:
    """The inputs of a form that take files."""
    return [*(PREFIX + one.name for one in fields if one.kind == "file"), FREE]


def widened(these: Limits, fields: Iterable[Field]) -> Limits:
    """The limits of a form with these fields: questions that ask for files may be answered beside the free ones."""
    return replace(these, most=these.most + _MORE * (len(inputs(fields)) - 1))


async def gathered(db: Database, collectivity_id: int, number: str, sent: Sent, names: Sequence[str], these: Limits) -> Bundle:
    """The files of this sending that can be taken: those kept before and still ticked, then those sent now; what is wrong with the rest."""
    ticked = {int(text) for text in sent.fields.get("garder", ()) if text.isascii() and text.isdigit() and len(text) < 19}
    bundle = Bundle()
    for name in names:
        waiting = [one.file for one in await kept.kept(db, collectivity_id, _bucket(number, name), ticked)]
        good, wrong = limits.check([*waiting, *sent.named.get(name, ())], these, bundle.all)
        bundle.good[name], bundle.new[name] = good, [file for file in good if file not in waiting]
        bundle.faults += [(name, text) for text in wrong]
    return bundle


async def keep(db: Database, collectivity_id: int, number: str, bundle: Bundle, now: datetime) -> bool:
    """Keeps what was sent now until the form is mended; False where not all of it could be kept."""
    done = [await kept.keep(db, collectivity_id, _bucket(number, name), files, now) for name, files in bundle.new.items()]
    return all(done)


async def waiting(db: Database, collectivity_id: int, number: str, names: Sequence[str]) -> Mapping[str, Sequence[Kept]]:
    """The files that wait, by the input they came by."""
    return {name: await kept.kept(db, collectivity_id, _bucket(number, name)) for name in names}


async def forget(db: Database, collectivity_id: int, number: str, names: Sequence[str]) -> None:
    """The sending was taken: what was kept for it goes."""
    for name in names:
        await kept.forget(db, collectivity_id, _bucket(number, name))


def _bucket(number: str, name: str) -> str:
    """Under what the files of an input wait: the number of the sending, with the input where it is one of a question."""
    return number if name == FREE else f"{number} {name}"
