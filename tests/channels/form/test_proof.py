"""A proof of work holds for the form it was given with, once; nothing else is one."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta

import altcha
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.form.proof import Prover
from grc import clock

PROVER = Prover(b"k" * 32, 1)


def _solved(number: str, now: datetime, prover: Prover = PROVER) -> str:
    challenge = altcha.Challenge.from_dict(json.loads(prover.challenge(number, now)))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return altcha.Payload(challenge, solution).to_base64()


def test_a_solution_holds_for_its_own_form_only() -> None:
    payload = _solved("aaa", clock.now())
    assert PROVER.holds(payload, "aaa")
    assert not PROVER.holds(payload, "bbb")


def test_a_solution_of_a_challenge_we_did_not_give_holds_nowhere() -> None:
    assert not PROVER.holds(_solved("aaa", clock.now(), Prover(b"j" * 32, 1)), "aaa")


def test_an_old_solution_no_longer_holds() -> None:
    assert not PROVER.holds(_solved("aaa", clock.now() - timedelta(days=1)), "aaa")


def test_a_solution_cannot_be_made_cheaper() -> None:
    payload = json.loads(base64.b64decode(_solved("aaa", clock.now(), Prover(b"k" * 32, 2))))
    payload["challenge"]["parameters"]["cost"] = 1
    assert not PROVER.holds(base64.b64encode(json.dumps(payload).encode()).decode(), "aaa")


@given(st.text(max_size=100))
def test_no_text_is_a_proof(text: str) -> None:
    assert not PROVER.holds(text, "aaa")


@pytest.mark.parametrize("value", [None, [], 7, {"challenge": None}, {"challenge": {"parameters": {"data": {"form": "aaa"}}}}])
def test_no_json_breaks_it(value: object) -> None:
    assert not PROVER.holds(base64.b64encode(json.dumps(value).encode()).decode(), "aaa")
