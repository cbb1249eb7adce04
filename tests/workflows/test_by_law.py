"""A type may say a notice of the law its own way: never with less than the law wants, and never what the law tells already."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from workflows.catalogue import catalogue
from workflows.check import check
from workflows.definition import loads
from workflows.examine import examine
from workflows.shelves import MODULES

TEXT = (MODULES / "noise" / "definition.yaml").read_text(encoding="utf-8")
ACK = """
  ack:
    subject: "Reçue ({{ reference }})"
    body: |
      Votre réclamation du {{ received_on }} est arrivée au service {{ service_name }} de la {{ collectivity_name }}.
      {{ service_email }}, {{ service_phone }}

      {{ silence }}
"""
LATE = """
  - on: "deadline:implicit_decision"
    effects:
      - {do: record, what: implicit_decision, why: La décision implicite est née.}
      - {do: alarm, word: implicit_decision}
"""


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def faults(text: str) -> str:
    """What `check` finds in this document, on one line."""
    definition = loads(text, below=lambda name, version: catalogue().document(name, version))
    return plain(" ".join(check(definition)))


def with_ack(body: str) -> str:
    return TEXT.replace("\ntexts:", "\ntexts:" + body.rstrip(), 1)


def test_an_acknowledgement_of_a_type_that_says_all_is_sound() -> None:
    assert faults(with_ack(ACK)) == ""


@pytest.mark.parametrize(
    ("gone", "what"),
    [
        ("{{ received_on }}", "il ne dit pas la date de réception (article R112-11-1, 1°)"),
        ("{{ service_phone }}", "il ne dit pas son numéro de téléphone (article R112-11-1, 2°)"),
        ("{{ silence }}", "il ne dit pas les voies de recours (article R112-11-1)"),
        ("{{ silence }}", "la date à laquelle elle naîtra, faute de décision expresse (article R112-11-1)"),
    ],
)
def test_an_acknowledgement_of_a_type_that_lacks_something_is_refused_with_the_article(gone: str, what: str) -> None:
    assert what in faults(with_ack(ACK.replace(gone, "bientôt")))


def test_a_date_typed_by_hand_is_not_the_date_of_the_next_request() -> None:
    assert "la date de réception" in faults(with_ack(ACK.replace("{{ received_on }}", "jeudi 7 mai 2026")))


@pytest.mark.parametrize(
    ("gone", "what"),
    [
        ("{{ appeal }}", "il ne dit pas les voies de recours (CJA R421-5)"),
        ("{{ suite }}", "les raisons de droit et de fait, écrites par l’agent (article L211-2, L211-5)"),
        ("{{ signature }}", "il ne dit pas qui signe (article L212-1)"),
    ],
)
def test_a_refusal_of_a_type_says_its_reasons_the_ways_of_appeal_and_who_signs(gone: str, what: str) -> None:
    before, _, refused = TEXT.rpartition("  refused:\n    subject")
    assert what in faults(before + "  refused:\n    subject" + refused.replace(f"      {gone}\n", "      …\n", 1))


def test_a_transmission_of_a_type_says_to_whom_when_and_who_will_acknowledge_it() -> None:
    text = (MODULES / "road_damage" / "definition.yaml").read_text(encoding="utf-8")
    for gone, what in (("      {{ transmis_a }}\n", "(article L114-2)"),
                       (", le {{ today }},", "la date de la transmission (article L114-2)"),
                       ("l’accusé de réception", "que l’accusé de réception viendra de lui (article L114-4)")):  # fmt: skip
        head, _, rest = text.rpartition("  transmitted:\n    subject")
        assert what in faults(head + "  transmitted:\n    subject" + rest.replace(gone, "      …\n" if gone[0] == " " else "", 1)), gone


def test_what_the_law_does_when_its_deadlines_pass_is_not_done_once_more_by_a_type() -> None:
    for kind in ("are", "notify", "implicit_decision"):
        told = faults(TEXT.replace("\nreactions:", "\nreactions:" + LATE.replace('implicit_decision"', f'{kind}"').rstrip(), 1))
        assert f"La réaction à « deadline:{kind} » redirait ce qui se fait déjà pour tous les types" in told


def test_a_type_may_still_go_to_a_state_when_silence_has_decided() -> None:
    moved = LATE.partition("    effects:")[0] + "    from: [received]\n    to: calm\n"
    assert "redirait" not in faults(TEXT.replace("\nreactions:", "\nreactions:" + moved.rstrip(), 1))


def test_an_acknowledgement_does_not_leave_twice() -> None:
    twice = "\n  - on: opened\n    by: [citizen]\n    also: true\n    effects:\n      - {do: acknowledge, when: {channel: [form]}}"
    assert "L’accusé de réception partirait deux fois" in faults(TEXT.replace("\nreactions:", "\nreactions:" + twice, 1))


def test_the_builder_tells_it_beside_the_text_and_nothing_can_be_published() -> None:
    text = with_ack(ACK.replace("{{ silence }}", ""))
    found = examine(text, catalogue().document("general", 1))
    told = [one for one in found.faults if one.path == ("texts", "ack")]
    assert not found.sound
    assert any("les voies de recours (article R112-11-1)" in plain(one.text) for one in told)
    assert all(one.where.startswith("Texte") for one in told)


def test_the_command_names_the_article_and_the_line(tmp_path: Path) -> None:
    file = tmp_path / "noise" / "definition.yaml"
    file.parent.mkdir()
    file.write_text(with_ack(ACK.replace("{{ received_on }}", "ce jour")), encoding="utf-8")
    command = [sys.executable, "-m", "grc.cli.main", "workflow", "check", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    line = file.read_text(encoding="utf-8").partition("\n  ack:")[0].count("\n") + 2
    assert done.returncode == 1
    assert f"ligne {line} : Texte « ack »" in plain(done.stderr)
    assert "R112-11-1" in done.stderr
