"""The stories' fixtures, here."""

from tests.support.stories import house, relay, service, world

__all__ = ["house", "relay", "service", "world"]
