"""`grc` with one more folder of channels: how a test adds a channel without touching the program."""

from __future__ import annotations

import sys
from pathlib import Path

import channels
from grc.cli.main import main

channels.__path__.append(str(Path(__file__).parent / "more_channels"))

if __name__ == "__main__":
    sys.exit(main())
