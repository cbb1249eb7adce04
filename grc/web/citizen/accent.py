"""A collectivity's own colour, made readable: on our pages and under our text, by day and by night."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# The grounds it must be read on, the palest and the darkest of tokens.css; WCAG 1.4.3 for text.
LIGHT_GROUNDS = ("#fffdf9", "#f8f4ec", "#f1ebdf")
DARK_GROUNDS = ("#141816", "#1b201d", "#242a26")
READABLE = 4.5
# What is written on a ground of another web site, the palest and the darkest texts of tokens.css with the contrast each must keep.
_INK: Mapping[str, Mapping[str, float]] = {
    "light": {"#1d1c18": 7, "#5d584c": READABLE, "#835000": READABLE, "#47662f": READABLE, "#8d8675": 3},
    "dark": {"#ece8de": 7, "#aeab9e": READABLE, "#f49c87": READABLE, "#8fc6ec": READABLE, "#7c8279": 3},
}
_ON_PAPER = "--dune:#fff;--surface:#fff;--encre:#000;--muted:#333"
_STEP = 0.02
_HEX = re.compile(r"#[0-9a-fA-F]{6}")

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Accent:
    """The colour as it is used on one ground: for lines and links, stronger when pressed, and the text written on it."""

    colour: str
    strong: str
    text: str


def is_colour(text: str) -> bool:
    """Whether this is a colour as we store them: `#1c5a45`."""
    return _HEX.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def light(colour: str) -> Accent:
    """The colour on pale grounds: as given where it can be read, else darkened just enough."""
    readable = _until(colour, LIGHT_GROUNDS, towards=(0.0, 0.0, 0.0))
    return Accent(readable, _hex(_mix(_rgb(readable), (0.0, 0.0, 0.0), 0.2)), "#ffffff")


def dark(colour: str) -> Accent:
    """The colour on dark grounds: lightened just enough, with dark text on it."""
    readable = _until(colour, DARK_GROUNDS, towards=(1.0, 1.0, 1.0))
    return Accent(readable, _hex(_mix(_rgb(readable), (1.0, 1.0, 1.0), 0.25)), "#0b0e0c")


def stylesheet(colour: str | None) -> str:
    """The style sheet that gives our pages this accent; empty where the collectivity has none, or no valid one."""
    if colour is None or not is_colour(colour):
        return ""
    day, night = (_variables(accent) for accent in (light(colour), dark(colour)))
    return (
        f":root{{{day}}}\n"
        f'@media (prefers-color-scheme: dark){{:root:not([data-theme="light"]){{{night}}}}}\n'
        f':root[data-theme="dark"]{{{night}}}\n'
        f"@media print{{:root{{{day}}}}}\n"
    )


def given(text: str) -> str:
    """The colour of a query, with or without its #, as we keep it; empty where it is none."""
    found = f"#{text.removeprefix('#').lower()}"
    return found if is_colour(found) else ""


def theme(ground: str) -> Literal["light", "dark"]:
    """Whether dark or pale text reads better on this ground."""
    return "light" if contrast(ground, "#000000") >= contrast(ground, "#ffffff") else "dark"


def ground(colour: str) -> str:
    """The ground of another web site, made so pale, or so dark, that all our texts can be read on it."""
    by = theme(colour)
    towards = (1.0, 1.0, 1.0) if by == "light" else (0.0, 0.0, 0.0)
    made, share = colour.lower(), 0.0
    while share < 1 and any(contrast(face, ink) < least for face in (made, _sunken(made, by)) for ink, least in _INK[by].items()):
        share += _STEP
        made = _hex(_mix(_rgb(colour), towards, min(share, 1.0)))
    return made


def around(colour: str, under: str) -> str:
    """The style sheet of a page that stands within another: the accent and the ground of that one, each made readable; empty for none.

    Where the ground is known the accent is made readable on it, and the page is pale or dark as it is, whatever the system prefers.
    """
    if not under:
        return stylesheet(colour or None)
    by, made = theme(under), ground(under)
    grounds, towards = (LIGHT_GROUNDS, (0.0, 0.0, 0.0)) if by == "light" else (DARK_GROUNDS, (1.0, 1.0, 1.0))
    sunken = _sunken(made, by)
    rules = f"--dune:{made};--surface:{made};--sunken:{sunken}"
    if colour:
        readable = _until(colour, (*grounds, made, sunken), towards)
        strong = _hex(_mix(_rgb(readable), towards, 0.2))
        rules += f";{_variables(Accent(readable, strong, '#ffffff' if by == 'light' else '#0b0e0c'))}"
    return f':root[data-theme="{by}"]{{{rules}}}\n@media print{{:root[data-theme]{{{_ON_PAPER}}}}}\n'


def mark(colour: str | None) -> str:
    """What stands after the `?` in the address of the style sheet, so that it may be kept until the colour changes."""
    return hashlib.sha256(stylesheet(colour).encode()).hexdigest()[:10]


def _sunken(made: str, by: Literal["light", "dark"]) -> str:
    return _hex(_mix(_rgb(made), (0.0, 0.0, 0.0) if by == "light" else (1.0, 1.0, 1.0), 0.05))


def _variables(accent: Accent) -> str:
    return f"--accent:{accent.colour};--accent-strong:{accent.strong};--accent-text:{accent.text}"


def _until(colour: str, grounds: tuple[str, ...], towards: Rgb) -> str:
    mixed, share = colour.lower(), 0.0
    while min(contrast(mixed, ground) for ground in grounds) < READABLE:
        share += _STEP
        mixed = _hex(_mix(_rgb(colour), towards, min(share, 1.0)))
    return mixed


def _rgb(colour: str) -> Rgb:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))  # type: ignore[return-value]


def _hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in rgb)


def _mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    return tuple(a + (b - a) * share for a, b in zip(one, other, strict=True))  # type: ignore[return-value]


def _luminance(rgb: Rgb) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
