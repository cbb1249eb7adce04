"""The stories' fixtures, here."""

from tests.support.chromium import chromium
from tests.support.stories import house, relay, service, world

__all__ = ["chromium", "house", "relay", "service", "world"]
