"""The stories' fixtures, here."""

from tests.support.stories import house, relay, world

__all__ = ["house", "relay", "world"]
