"""What reading paper may cost at most: a file is kept whatever it is, but nobody waits for the one that is too much."""

from __future__ import annotations

from datetime import timedelta

MOST_BYTES = 200 * 1024 * 1024  # of one file
MOST_PAGES = 300  # of one file that is cut; of a longer one, the first pages are shown
SHOWN_PAGES = 20  # of a file that is not cut
MOST_READ = 30  # pages of one letter that are read; the others are in its PDF, without their text
MOST_PIXELS = 40_000_000  # of one page: A3 at 300 dpi has 17
LONGEST_SIDE = 30_000  # pixels of one page; a JPEG has 65 535
MOST_TEXT = 200_000  # characters of one letter

MEMORY = 3 * 1024**3  # bytes of address space of a process that opens what somebody sent
CPU_SECONDS = 1800  # of such a process, and of what it starts
FILE_BYTES = 1024**3  # of what it writes
NICE = 15  # everything else comes first

LOOK_SECONDS = 900.0  # for all the pages of a file
READ_SECONDS = 90.0  # to begin with, and for each page
JOIN_SECONDS = 60.0  # for the letters of a day
LEASE = timedelta(minutes=3)  # renewed while the process works: what a killed worker held waits no longer
MOST_TRIES = 3  # after so many, the letter goes to the desk without its text

SEEN_DPI, CODE_DPI, READ_DPI = 100, 200, 300
"""What a person sees on the desk; what finds a code; what characters are read from."""
