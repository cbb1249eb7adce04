"""How pages are made: templates compiled once, static files with the hash of their content, icons as one sprite."""

from __future__ import annotations

import hashlib
import mimetypes
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from grc.actions.ways import shown
from grc.messages.channel import Channel
from grc.web import submission, telling, words
from grc.web.citizen.rgaa import evaluation
from grc.web.compiled import compiled
from grc.web.module import Module
from grc.web.pages.types_icons import ICONS
from grc.web.ways import OWN
from workflows.catalogue import catalogue

HERE = Path(__file__).parent
STATIC = HERE / "static"
_ICONS = STATIC / "vendor" / "lucide" / "icons"
_ANY_ICON = "message-square"
_ICON_CALL = re.compile(r"""icon\(\s*["']([a-z0-9-]+)["']""")
_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@dataclass(slots=True)
class StaticFiles:
    """The files under `static/`, each served under an address that changes when its content does."""

    root: Path = STATIC
    _known: dict[str, str] = field(default_factory=dict)
    sprite: bytes = b""

    def url(self, path: str) -> str:
        """The address of a file, with the hash of its content: it may be kept for ever."""
        if path == "icons.svg":
            return f"/static/icons.svg?{self._digest(self.sprite)}"
        known = self._known.get(path)
        if known is None:
            file = self.root / path
            known = self._known[path] = self._digest(file.read_bytes()) if file.is_file() else "0"
        return f"/static/{path}?{known}"

    @staticmethod
    def _digest(content: bytes) -> str:
        return hashlib.sha256(content).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Look:
    """The templates and the static files of one application."""

    templates: Environment
    files: StaticFiles
    icon: Callable[[str], Markup]


def _sprite(names: Iterable[str]) -> bytes:
    """These icons as one SVG of symbols, so that a page names an icon instead of carrying it."""
    symbols = []
    for name in sorted(set(names)):
        file = _ICONS / f"{name}.svg"
        found = _SHAPES.search(file.read_text(encoding="utf-8")) if file.is_file() else None
        if found:
            symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{found[1].strip()}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'.encode()


def _drawn(name: str) -> Markup:
    """The shapes of an icon that no template names: one that a type made in the browser has chosen; another where there is no such."""
    file = _ICONS / f"{name}.svg"
    found = _SHAPES.search(file.read_text(encoding="utf-8")) if file.is_file() else None
    return Markup(found[1].strip()) if found else _drawn(_ANY_ICON)  # noqa: S704 - a file of ours


def _icons_of(folders: Iterable[Path]) -> set[str]:
    """The icons that templates name."""
    return {name for folder in folders for file in folder.rglob("*.html") for name in _ICON_CALL.findall(file.read_text(encoding="utf-8"))}


def _types_and_registers() -> Iterator[str]:
    """The icons that documents of modules name."""
    found = catalogue()
    yield from (entry.definition.icon for entry in found.entries.values())
    yield from (register.icon for register in found.registers.values())


def room_templates(rooms: Iterable[Channel | Module]) -> Mapping[str, Path]:
    """The `templates/` folder of each room that has one, by the room's name."""
    folders = {}
    for room in rooms:
        source = sys.modules[type(room).__module__].__file__
        folder = Path(source or "").parent / "templates"
        if folder.is_dir():
            folders[room.name] = folder
    return folders


def make_look(channels: Iterable[Channel], modules: Iterable[Module], cache: Path) -> Look:
    """Every template of the core and of the rooms (addressed as `form/contact.html`), compiled, or as it was when last compiled."""
    channels, modules = tuple(channels), tuple(modules)
    folders = room_templates((*channels, *modules))
    named = _icons_of((HERE / "templates", *folders.values())) | {channel.icon for channel in channels} | telling.ICONS
    named |= {way.icon for way in (*OWN, *(way for module in modules for way in module.ways()))} | set(_types_and_registers()) | set(ICONS)
    files = StaticFiles(sprite=_sprite(named))
    rooms = {name: FileSystemLoader(folder) for name, folder in folders.items()}
    templates = Environment(
        loader=ChoiceLoader([FileSystemLoader(HERE / "templates"), PrefixLoader(rooms)]),
        autoescape=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=compiled(cache),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sheet = files.url("icons.svg")
    icons: dict[str, Markup] = {}

    def icon(name: str) -> Markup:
        made = icons.get(name)
        if made is None:
            drawn = Markup('<use href="{}#{}"></use>').format(sheet, name) if name in named else _drawn(name)
            made = icons[name] = Markup('<svg class="icon" aria-hidden="true"{}>{}</svg>').format(
                Markup("") if name in named else Markup(' viewBox="0 0 24 24"'), drawn
            )
        return made

    templates.globals |= {"static": files.url, "icon": icon, "accessibility": lambda: evaluation().state, "sending": submission.number}
    templates.filters |= {"day": words.day, "moment": words.moment, "size": words.size, "spoken": words.spoken, "address": shown}
    for name in templates.list_templates(extensions=["html", "txt"]):
        templates.get_template(name)
    return Look(templates, files, icon)


def content_type(path: Path) -> str:
    """The type a static file is served with."""
    ours = {".woff2": "font/woff2", ".js": "text/javascript"}
    return ours.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
