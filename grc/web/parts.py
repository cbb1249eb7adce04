"""What every handler may ask of the web process: the database, the settings, the rooms. Kept in the application, never global."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from grc.db.transaction import Database

if TYPE_CHECKING:
    from grc.messages.channel import Channel
    from grc.settings import Settings
    from grc.web.flux import Flux
    from grc.web.look import Look
    from grc.web.metrics import Metrics
    from grc.web.module import Module
    from grc.web.route import Route

DATABASE: web.AppKey[Database] = web.AppKey("database", Database)
SETTINGS: web.AppKey[Settings] = web.AppKey("settings", object)  # type: ignore[arg-type]
CHANNELS: web.AppKey[Mapping[str, Channel]] = web.AppKey("channels", dict)
MODULES: web.AppKey[Mapping[str, Module]] = web.AppKey("modules", dict)
LOOK: web.AppKey[Look] = web.AppKey("look", object)  # type: ignore[arg-type]
FLUX: web.AppKey[Flux] = web.AppKey("flux", object)  # type: ignore[arg-type]
METRICS: web.AppKey[Metrics] = web.AppKey("metrics", object)  # type: ignore[arg-type]
ROUTES: web.AppKey[tuple[Route, ...]] = web.AppKey("routes", tuple)


def db(request: web.Request) -> Database:
    """The database: public handlers open their own `async with db(request).transaction(Scope(...)) as tx`."""
    return request.app[DATABASE]


def settings(request: web.Request) -> Settings:
    """The settings of the installation."""
    return request.app[SETTINGS]


@dataclass(frozen=True, slots=True)
class ChannelFace:
    """How a channel is named and drawn on screen."""

    label: str
    icon: str


def channel_face(channels: Mapping[str, Channel], name: str) -> ChannelFace:
    """The word and the icon of a channel; of one that was removed since, its name."""
    channel = channels.get(name)
    return ChannelFace(channel.label, channel.icon) if channel is not None else ChannelFace(name or "message", "message-square")
