"""What processes weigh and work: their proportional share of memory (PSS), so that what they share counts once."""

from __future__ import annotations

import os
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


def cpu_seconds(pid: int) -> float:
    """The processor time a process has used, on all cores: what it costs whatever else the machine does."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
