"""The stories' fixtures, and signed-in agents."""

from tests.support.stories import house, relay, world
from tests.web.conftest import claire, door

__all__ = ["claire", "door", "house", "relay", "world"]
