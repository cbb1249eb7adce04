"""The core of the citizen relation service. Start reading at `docs/tour.md`."""

__version__ = "0.1.0"
