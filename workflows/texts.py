"""The notices of a module as subject, text and HTML: its own where it has them, else those every module shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

SHARED = Path(__file__).parent / "notices"
_PARTS = ("subject.txt", "body.txt", "body.html")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A notice ready to leave. `subject` is one line; `html` is a fragment."""

    subject: str
    text: str
    html: str


class Texts:
    """The notices of one module, compiled once."""

    def __init__(self, folder: Path) -> None:
        # Sandboxed, since a collectivity will write its own: a text can neither reach the program nor change what it is given.
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader([folder, SHARED]),
            autoescape=lambda name: name is not None and name.endswith(".html"),
            undefined=StrictUndefined,
            auto_reload=False,
        )
        self._own = frozenset(part.parent.name for part in folder.glob(f"*/{_PARTS[0]}"))
        self._defaults: dict[str, Any] = {}
        for place in (SHARED, folder):
            values = place / "values.yaml"
            if values.is_file():
                self._defaults |= yaml.safe_load(values.read_text(encoding="utf-8"))

    def render(self, notice: str, values: Mapping[str, Any], settings: Mapping[str, Any] | None = None) -> Rendered:
        """The notice with these values. A variable that nobody gave is an error, never a blank.

        Of the settings of a collectivity, those are taken that `values.yaml` names: they replace a default, never a fact.
        """
        known = self._known(values, settings)
        subject, text, html = (self._environment.get_template(f"{notice}/{part}").render(known) for part in _PARTS)
        return Rendered(" ".join(subject.split()), text.strip() + "\n", html.strip() + "\n")

    def part(self, name: str, values: Mapping[str, Any], settings: Mapping[str, Any] | None = None) -> str:
        """A few lines that many notices end with (`signature`, `appeal`), as plain text."""
        return self._environment.get_template(f"parts/{name}.txt").render(self._known(values, settings)).strip()

    def has_own(self, notice: str) -> bool:
        """Whether the module says this notice its own way."""
        return notice in self._own

    def source(self, notice: str) -> tuple[str, str, str]:
        """The templates of a notice as they are written: subject, text, HTML."""
        loader = self._environment.loader
        assert loader is not None  # given above
        subject, text, html = (loader.get_source(self._environment, f"{notice}/{part}")[0] for part in _PARTS)
        return subject, text, html

    def defaults(self, settings: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What `values.yaml` says, and the settings of a collectivity that replace it."""
        own = {key: settings[key] for key in self._defaults if key in settings} if settings else {}
        return {**self._defaults, **own}

    def _known(self, values: Mapping[str, Any], settings: Mapping[str, Any] | None) -> dict[str, Any]:
        return {**self.defaults(settings), **values}


@cache
def texts_of(folder: Path) -> Texts:
    """The notices of the module in this folder."""
    return Texts(folder / "texts")


@cache
def shared() -> Texts:
    """The notices as every module shares them."""
    return Texts(SHARED)


def names(folder: Path) -> frozenset[str]:
    """The notices that a module with this folder of texts can write."""
    return frozenset(part.parent.name for place in (SHARED, folder) for part in place.glob(f"*/{_PARTS[0]}"))
