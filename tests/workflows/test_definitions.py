"""A definition is a document anybody may write: what is wrong in it is told with its line and its mend."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from workflows.catalogue import Entry, UnknownType, catalogue, discover
from workflows.check import check
from workflows.definition import BadDefinition, loads
from workflows.effects import MarkUnread
from workflows.engine import Happening, step
from workflows.shelves import MODULES
from workflows.texts import names

TEXT = (MODULES / "general" / "definition.yaml").read_text(encoding="utf-8")


def line_of(text: str, part: str) -> int:
    """The line on which this stands."""
    return text[: text.index(part)].count("\n") + 1


def told(text: str) -> BadDefinition:
    with pytest.raises(BadDefinition) as refused:
        loads(text)
    return refused.value


@pytest.mark.parametrize("entry", catalogue().entries.values(), ids=lambda entry: f"{entry.definition.name} {entry.definition.version}")
def test_every_definition_is_sound_and_lives_its_scenarios(entry: Entry) -> None:
    assert check(entry.definition, names(entry.folder / "texts")) == ()


@pytest.mark.parametrize(
    ("right", "wrong", "mend"),
    [
        ("label: Reçue", "lable: Reçue", "vouliez-vous « label »"),
        ("label: Reçue", "label: 12", "mettez-le entre guillemets"),
        ("phase: closed", "phase: ended", "open ou closed"),
        ("initial: received", "initial: recieved", "vouliez-vous « received »"),
        ("to: waiting\n    who", "to: wating\n    who", "vouliez-vous « waiting »"),
        ("who: [agent, chief, admin]", "who: [agent, mayor]", "choisissez agent, chief, admin"),
        ("{do: mark_read}", "{do: mark_red}", "vouliez-vous « mark_read »"),
        ("{do: meet_deadline, kind: answer}", "{do: meet_deadline, kind: anwser}", "vouliez-vous « answer »"),
        ('"deadline:are"', '"deadline:art"', "vouliez-vous « deadline:are »"),
        ('happens: "transition:close",', 'happens: "transition:shut",', "vouliez-vous"),
        ("version: 1", "version: 0", "au moins 1"),
        ("version: 1", "version: un", "un nombre entier"),
        ("months: 2", "months: 2\n  days: 60", "supprimez l’un des deux"),
        ("- name: resume", "- name: wait_citizen", "changez le nom"),
        ("phase: closed", "phase: closed\n    phase: open", "écrite deux fois"),
        ("label: Clore\n", "label: Clore : vite\n", "entre guillemets"),
        ("label: Clore\n", "label: &a Clore\n    more: *a\n", "renvois"),
    ],
)
def test_a_fault_is_told_with_its_line_and_its_mend(right: str, wrong: str, mend: str) -> None:
    text = TEXT.replace(right, wrong, 1)
    assert text != TEXT
    error = told(text)
    assert any(mend in fault.text.replace("\u00a0", " ").replace("\u202f", " ") for fault in error.faults), error
    first = line_of(TEXT, right)
    assert any(first <= fault.line <= first + wrong.count("\n") + 1 for fault in error.faults), error
    assert f"ligne {error.faults[0].line}" in str(error)


@pytest.mark.parametrize("text", ["", "[]", "a: [", "general", "\x00", "name: general"])
def test_what_is_no_definition_at_all_is_told_too(text: str) -> None:
    assert told(text).faults


def faults_of(text: str) -> str:
    return " ".join(check(loads(text))).replace("\u00a0", " ").replace("\u202f", " ")


def test_a_state_that_nothing_leads_to_is_found() -> None:
    lonely = "  closed:\n    label: Close"
    text = TEXT.replace(lonely, "  lost:\n    label: Perdue\n    citizen: Nulle part.\n    phase: open\n" + lonely)
    assert "« Perdue » (lost) n’est jamais atteint" in faults_of(text)


def test_a_state_that_nothing_leaves_is_found() -> None:
    text = TEXT.replace("from: [any_open]\n    to: closed", "from: [received, in_progress]\n    to: closed")
    text = text.replace("from: [waiting]\n    to: in_progress\n    who", "from: [received]\n    to: in_progress\n    who")
    assert "Dans l’état « En attente du demandeur » (waiting), un agent ne peut rien faire" in faults_of(text)
    trap = TEXT.replace("    phase: closed", "    phase: open")
    assert "aucun chemin ne mène à un état clos" in faults_of(trap)


def test_a_from_may_name_states_by_their_phase_and_what_a_type_on_top_adds_is_among_them() -> None:
    upper = """
name: noise
version: 1
extends: {name: general, version: 1}
title: Bruit
states:
  measured: {label: Mesuré, citizen: Le bruit a été mesuré., phase: open}
  solved: {label: Apaisé, citizen: Le bruit a cessé., phase: closed}
"""
    found = loads(upper, below=lambda name, version: catalogue().document(name, version))
    assert found.by_name["close"].from_ == ("received", "in_progress", "waiting", "measured")
    assert found.by_name["reopen"].from_ == ("closed", "solved")
    lost = told(TEXT.replace("from: [any_open]", "from: [any_opne]", 1))
    assert "vouliez-vous « any_open »" in lost.faults[0].text
    taken = TEXT.replace("  closed:\n", "  any_open:\n    label: X\n    citizen: X\n    phase: open\n  closed:\n")
    assert "désigne plusieurs états" in str(told(taken))


def test_a_reaction_that_is_also_taken_adds_its_effects_and_leads_nowhere() -> None:
    also = "reactions:\n  - on: agent_reply\n    also: true\n    effects:\n      - {do: mark_unread}\n"
    definition = loads(TEXT.replace("reactions:\n", also, 1))
    replied = step(definition, "received", Happening("agent_reply", "agent"), datetime(2026, 5, 7, 7, tzinfo=UTC))
    assert replied.state == "in_progress"
    assert replied.effects[-1] == MarkUnread()
    faults = told(TEXT.replace("reactions:\n", also + "    to: closed\n", 1))
    assert "ne mène nulle part" in str(faults)


def test_a_deadline_that_nothing_minds_is_found() -> None:
    assert "quand l’échéance « answer » est dépassée" in faults_of(TEXT.replace('- on: "deadline:answer"', "- on: note"))


def test_a_reaction_that_is_never_taken_is_found() -> None:
    text = TEXT.replace("reactions:\n", "reactions:\n  - on: agent_reply\n", 1)
    assert "« agent_reply » (received) n’est jamais prise" in faults_of(text)


def test_a_notice_without_its_text_is_found() -> None:
    assert "« farewell » n’a pas de texte" in faults_of(TEXT.replace("{do: mark_unread}", "{do: notify, text: farewell}", 1))


def test_a_scenario_that_goes_another_way_is_told_with_its_line() -> None:
    text = TEXT.replace("happens: agent_reply, by: agent, state: in_progress", "happens: agent_reply, by: agent, state: waiting", 1)
    assert f"ligne {line_of(text, 'happens: agent_reply')}" in faults_of(text)
    assert "l’état est « in_progress », le scénario dit « waiting »" in faults_of(text)


def test_a_module_is_found_by_its_folder_alone(tmp_path: Path) -> None:
    for name, version, file in (("noise", 1, "definition.1.yaml"), ("noise", 2, "definition.yaml"), ("waste", 1, "definition.yaml")):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        text = TEXT.replace("name: general", f"name: {name}", 1).replace("version: 1", f"version: {version}", 1)
        (folder / file).write_text(text, encoding="utf-8")
    found = discover(tmp_path)
    assert list(found.names()) == ["noise", "waste"]
    assert found.get("noise").version == 2
    assert found.get("noise", 1).version == 1
    with pytest.raises(UnknownType, match="noise"):
        found.get("noise", 3)


def test_the_catalogue_of_the_program_is_read_once() -> None:
    assert catalogue() is catalogue()
    assert catalogue().get("general").title == "Autre demande"


def grc_workflow(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "grc.cli.main", "workflow", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_says_what_is_sound_and_what_is_not(tmp_path: Path) -> None:
    sound = grc_workflow("check")
    assert (sound.returncode, sound.stderr) == (0, "")
    assert "general 1\u00a0:" in sound.stdout
    wrong = tmp_path / "definition.yaml"
    wrong.write_text(TEXT.replace("phase: closed", "phase: ended"), encoding="utf-8")
    refused = grc_workflow("check", str(wrong))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"{wrong}, ligne" in refused.stderr
