"""The fixtures of citizens' pages, here."""

from tests.support.citizens import settings, working
from tests.support.stories import house, relay, world

__all__ = ["house", "relay", "settings", "working", "world"]
