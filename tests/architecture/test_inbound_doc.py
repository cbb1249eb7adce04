"""`docs/inbound.md` tells the way of a message as it is: the files of the design, in its order, and each one there."""

from __future__ import annotations

import re

import pytest

from tests.architecture.places import ROOT

WAY = [
    "channels/email/receive.py",
    "grc/actions/accept.py",
    "grc/actions/receive.py",
    "channels/email/parse.py",
    "routing/decide.py",
    "grc/tickets/store.py",
    "workflows/engine.py",
    "workflows/legal_clock.py",
    "grc/actions/effects.py",
    "grc/actions/deliver.py",
    "channels/email/send.py",
]


def test_the_way_of_a_message_is_the_files_of_the_table_in_order() -> None:
    table = re.findall(r"^\|\s*\d+\s*\|\s*`([^`]+)`", (ROOT / "docs/inbound.md").read_text(), re.MULTILINE)
    assert table == WAY


@pytest.mark.parametrize("file", WAY)
def test_each_step_is_a_file_whose_first_line_says_what_it_does(file: str) -> None:
    first = (ROOT / file).read_text().split("\n", 1)[0]
    assert first.startswith('"""')
    assert len(first) > 40
