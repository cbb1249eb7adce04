"""The demonstration: a world that looks real, of plainly fictional people. `ensure` makes it, `logins` says who may sign in."""

from grc.demo.load import ensure
from grc.demo.world import PASSWORD, Login, logins

__all__ = ["PASSWORD", "Login", "ensure", "logins"]
