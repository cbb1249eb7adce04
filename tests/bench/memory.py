"""What processes weigh: their proportional share of memory (PSS), so that what they share counts once."""

from __future__ import annotations

from pathlib import Path

MIB = 1024


def mebibytes(pids: list[int]) -> float:
    """The sum of the PSS of these processes, in MiB. One that ended meanwhile weighs nothing."""
    return round(sum(_pss_kib(pid) for pid in pids) / MIB, 1)


def _pss_kib(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(next(line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:")))


def descendants(pid: int) -> dict[int, str]:
    """The processes below this one, each with its command line."""
    found: dict[int, str] = {}
    waiting = [pid]
    while waiting:
        parent = waiting.pop()
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            for child in (int(word) for word in task.read_text().split()):
                found[child] = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                waiting.append(child)
    return found
