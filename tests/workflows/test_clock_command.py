"""`grc clock`, as an operator types it: JSON lines in, JSON lines out."""

from __future__ import annotations

import json
import subprocess
import sys
from time import perf_counter
from typing import Any

import pytest

KEYS = {"aee_due", "are_due", "implicit_decision_on", "notify_by", "born_at", "appeal_until", "suspended_days", "steps"}


def grc_clock(*lines: str | bytes) -> tuple[int, list[dict[str, Any]], str]:
    """The exit status, the lines out and what was said on stderr."""
    sent = b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
    done = subprocess.run([sys.executable, "-m", "grc.cli.main", "clock"], input=sent, capture_output=True, timeout=60, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def case(*events: dict[str, Any], regime: str = "svr", **more: Any) -> str:
    return json.dumps({"regime": regime, "events": events, **more})


RECEIVED = {"at": "2026-01-10T09:00:00+01:00", "kind": "received"}
ASKED = {"at": "2026-01-20T09:00:00+01:00", "kind": "incomplete", "days": 30}
COMPLETED = {"at": "2026-02-05T09:00:00+01:00", "kind": "completed"}


def test_a_case_gives_every_date_with_its_reasoning() -> None:
    status, (found,), _ = grc_clock(case(RECEIVED, ASKED, COMPLETED, duration={"months": 2}, region="metropole"))
    assert status == 0
    assert found.keys() == KEYS
    assert {key: found[key] for key in KEYS - {"steps"}} == {
        "aee_due": "2026-01-12",
        "are_due": "2026-01-23",
        "implicit_decision_on": "2026-03-26",
        "notify_by": "2026-03-25",
        "born_at": "2026-03-27T00:00:00+01:00",
        "appeal_until": "2026-05-27",
        "suspended_days": 16,
    }
    assert all(step.keys() == {"rule", "article", "from", "to", "text"} for step in found["steps"])


def test_a_wrong_line_is_told_in_its_place_and_the_others_are_computed() -> None:
    good = case(RECEIVED)
    status, found, said = grc_clock(good, "{not json", b"\xff\xfe", case({**RECEIVED, "kind": "lost"}), "", good)
    assert status == 1
    assert ["error" in line for line in found] == [False, True, True, True, True, False]
    assert found[0] == found[-1]
    assert said.strip()


def test_a_line_of_a_hundred_megabytes_is_an_error_and_costs_no_memory() -> None:
    good = case(RECEIVED).encode() + b"\n"
    command = [sys.executable, "-c", "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_DATA, (80 << 20, 80 << 20));"
               "sys.argv = ['grc', 'clock']; runpy.run_module('grc.cli.main', run_name='__main__')"]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(good)
        for _ in range(100):
            process.stdin.write(b"[" * (1 << 20))
        out, _ = process.communicate(b"\n" + good, timeout=60)
    first, wrong, last = (json.loads(line) for line in out.splitlines())
    assert (first == last, wrong.keys(), process.returncode) == (True, {"error"}, 1)


def test_a_line_full_of_events_takes_no_longer_than_it_is_long() -> None:
    """Fifteen thousand of them: what looks through all of them for each would take minutes."""
    from workflows.legal_case import LONGEST, answer

    asked = [{"at": f"2026-01-{10 + n % 20}T09:00:00Z", "kind": ("incomplete", "completed")[n % 2], "days": 3} for n in range(14_000)]
    line = case(RECEIVED, *asked).encode()
    assert len(line) < LONGEST
    began = perf_counter()
    assert answer(line)[1]
    assert perf_counter() - began < 10


def test_of_very_many_faults_only_the_first_are_told() -> None:
    from workflows.legal_case import answer

    found, computed = answer(case(*[{"at": "x", "kind": "y"}] * 5_000).encode())
    assert not computed
    assert len(found["error"]) < 2_000
    assert "de plus" in found["error"]


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "null",
        case(RECEIVED, regime="other"),
        case(RECEIVED, region="corse"),
        case(RECEIVED, duration={}),
        case(RECEIVED, duration={"months": 2, "days": 3}),
        case(RECEIVED, duration={"months": 0}),
        case(RECEIVED, duration={"weeks": 2}),
        case({"at": "2026-01-10T09:00:00", "kind": "received"}),
        case({"at": "yesterday", "kind": "received"}),
        case({"at": 1767600000, "kind": "received"}),
        case({"at": "1767600000", "kind": "received"}),
        case({"at": "2026-01-10", "kind": "received"}),
        case(RECEIVED, {**ASKED, "days": 10**30}),
        case(RECEIVED, {**ASKED, "days": -1}),
        case(RECEIVED, {**ASKED, "days": True}),
        case(RECEIVED, {**ASKED, "days": float("nan")}),
        case(RECEIVED, note=float("inf")),
        case(RECEIVED, duration={"months": "2"}),
        case(RECEIVED, region=None),
        case(RECEIVED, {**RECEIVED, "kind": "lost"}),
        case(RECEIVED) + case(RECEIVED),
        "",
        "[" * 100_000,
        '{"regime": "\\ud800"}',
        '{"events": [1, null, {}], "regime": "svr"}',
        case(),
        case(ASKED),
        case(RECEIVED, {"at": "2026-01-20T09:00:00+01:00", "kind": "incomplete"}),
        case({"at": "9999-12-30T09:00:00+01:00", "kind": "received"}),
        case({"at": "0001-01-01T00:00:00+14:00", "kind": "received"}),
        case({"at": "0001-06-01T00:00:00+00:00", "kind": "received"}),
        case({"at": "9999-06-01T00:00:00+00:00", "kind": "received"}),
        json.dumps({"events": [RECEIVED]}),
        json.dumps({"regime": "svr"}),
    ],
)
def test_what_cannot_be_computed_is_an_error(line: str) -> None:
    from workflows.legal_case import answer

    found, computed = answer(line.encode())
    assert not computed
    assert found.keys() == {"error"}
    assert found["error"]
