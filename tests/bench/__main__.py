"""`script/bench [NAME...]`: runs the benchmarks that are named, or all, and prints one JSON object on stdout."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from typing import Any

from tests.bench import intake, leaving, lives, mailboxes, pages, start, telegram
from tests.bench.installation import say

NAMES = (
    "intake", "inbox", "law", "ticket", "start_s", "memory_mib", "transitions_per_second", "effects_per_second", "timers_per_second",
    "deliveries_per_second", "mailboxes", "telegram",
)  # fmt: skip
QUICK_SIZES = {"1k": 1_000, "10k": 10_000}
QUICK_MAILS, QUICK_REQUESTS = 400, 120
QUICK_DELIVERIES = 300
QUICK_BOXES, QUICK_SINGLES = 20, 5
QUICK_CITIZENS, QUICK_ANSWERS = 20, 10
QUICK_STEPS, QUICK_ACTS, QUICK_TIMERS = 5_000, 200, 2_000


async def run(names: Sequence[str], *, quick: bool = False) -> dict[str, Any]:
    """What each of these benchmarks found, under the keys they promise."""
    found: dict[str, Any] = {}
    if "intake" in names:
        found |= await intake.intake(QUICK_MAILS if quick else intake.MAILS)
    shown = [name for name in ("inbox", "law", "ticket") if name in names]
    if shown:
        found |= await pages.pages(shown, *((QUICK_SIZES, QUICK_REQUESTS) if quick else (pages.SIZES, pages.REQUESTS)))
    if "start_s" in names:
        found |= await start.start_s()
    if "memory_mib" in names:
        found |= await start.memory_mib()
    if "transitions_per_second" in names:
        found |= lives.transitions_per_second(QUICK_STEPS if quick else lives.STEPS)
    if "effects_per_second" in names:
        found |= await lives.effects_per_second(QUICK_ACTS if quick else lives.ACTS)
    if "timers_per_second" in names:
        found |= await lives.timers_per_second(QUICK_TIMERS if quick else lives.TIMERS)
    if "deliveries_per_second" in names:
        found |= await leaving.deliveries_per_second(QUICK_DELIVERIES if quick else leaving.MAILS)
    if "mailboxes" in names:
        found |= await mailboxes.measured(*((QUICK_BOXES, QUICK_SINGLES) if quick else ()))
    if "telegram" in names:
        found |= await telegram.telegram(*((QUICK_CITIZENS, QUICK_ANSWERS) if quick else ()))
    return found


def main() -> int:
    """Reads the command line; 0 when all that was asked for was measured."""
    parser = argparse.ArgumentParser(prog="script/bench", description="Benchmarks; one JSON object on stdout, progress on stderr.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; all when none is given")
    parser.add_argument("--quick", action="store_true", help="fewer mails, 1k and 10k tickets: to see that it works, no figures to quote")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in NAMES]
    if unknown:
        parser.error(f"unknown benchmark {', '.join(unknown)}: {', '.join(NAMES)}")
    found = asyncio.run(run(given.names or NAMES, quick=given.quick))
    say("done")
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
