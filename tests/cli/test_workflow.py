"""`grc workflow`, as somebody who writes a type uses it: schema, faults by line, picture, a life played."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.cli.test_main import grc
from tests.makers.loans import TEXT

MONDAY = "2026-03-09T10:00:00+01:00"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "loan.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def simulated(*words: str, given: str = "") -> tuple[int, list[Any], str]:
    """Exit status, lines, errors."""
    done = grc("workflow", "simulate", *words, "--at", MONDAY, given=given)
    return done.returncode, [orjson.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.mark.parametrize("verb", [(), ("check",), ("draw",), ("simulate",), ("schema",)])
def test_each_verb_says_in_french_what_it_does(verb: tuple[str, ...]) -> None:
    done = grc("workflow", *verb, "--help")
    assert done.returncode == 0
    assert any(word in done.stdout for word in ("dessine", "cherche", "Joue", "schéma", "types de demande"))


def test_the_schema_is_json() -> None:
    done = grc("workflow", "schema")
    assert done.returncode == 0
    assert orjson.loads(done.stdout)["title"] == "Type de demande"


def test_a_sound_document_is_a_line_and_status_zero(document: Path) -> None:
    done = grc("workflow", "check", str(document))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.replace("\u00a0", " ") == "loan 1 : 5 états, 3 scénarios, sans faute\n"


@pytest.mark.parametrize(
    ("right", "wrong", "line", "told"),
    [
        ("phase: closed", "phase: ended", "lent: {label: Prêté", "open ou closed"),
        (
            "from: [waiting], to: doing, who: [agent, chief]}",
            "from: [waiting], to: doing, who: [requester]}",
            "  waiting:",
            "ne peut rien faire",
        ),
        ("{{ chaises }} chaises. Caution", "{{ chaise }}. Caution", "  accepted:\n    subject", "la variable « chaise » n’existe pas"),
        ("answer:\n    label: Réponse", "answer:\n    owner: nobody\n    label: Réponse", "  answer:\n    owner", "n’a pas de responsable"),
    ],
)
def test_a_fault_is_told_with_file_and_line_on_stderr_and_status_one(document: Path, right: str, wrong: str, line: str, told: str) -> None:
    text = TEXT.replace(right, wrong, 1)
    assert text != TEXT
    document.write_text(text, encoding="utf-8")
    done = grc("workflow", "check", str(document))
    assert (done.returncode, done.stdout) == (1, "")
    number = text[: text.index(line)].count("\n") + 1
    assert told in done.stderr.replace("\u00a0", " ")
    assert {int(fault.partition(", ligne ")[2].partition(" ")[0]) for fault in done.stderr.splitlines()} == {number}, done.stderr


def test_all_modules_are_sound_and_named() -> None:
    done = grc("workflow", "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "general 1" in done.stdout


def test_a_file_that_is_not_there_or_no_yaml_is_told(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("a: b: c", encoding="utf-8")
    for path in (wrong, tmp_path / "nothing.yaml"):
        for words in (("check", str(path)), ("draw", str(path), "--output", str(tmp_path)), ("simulate", str(path), "1")):
            done = grc("workflow", *words)
            assert done.returncode == 1, words
            assert path.name in done.stderr
            assert "Traceback" not in done.stderr


def test_a_type_is_drawn_by_its_name_a_file_as_it_stands_and_all_at_once(document: Path, tmp_path: Path) -> None:
    by_name = grc("workflow", "draw", "general", "--output", str(tmp_path / "svg"))
    assert (by_name.returncode, by_name.stdout) == (0, f"{tmp_path / 'svg' / 'general.svg'}\n")
    document.write_text(TEXT.replace("to: lent", "to: nowhere"), encoding="utf-8")
    assert grc("workflow", "draw", str(document), "--output", str(tmp_path / "svg")).returncode == 0
    drawn = (tmp_path / "svg" / "loan.svg").read_text(encoding="utf-8")
    assert drawn.startswith("<svg")
    assert "Emprunter du matériel" in drawn
    every = grc("workflow", "draw", "--output", str(tmp_path / "all"))
    assert every.returncode == 0
    assert (tmp_path / "all" / "problem.svg").is_file()


@pytest.mark.parametrize("verb", ["draw", "simulate"])
def test_a_type_that_is_not_there_is_told_with_the_nearest(verb: str) -> None:
    done = grc("workflow", verb, "generl")
    assert (done.returncode, done.stdout) == (1, "")
    assert "vouliez-vous « general »" in done.stderr.replace("\u00a0", " ")
    assert done.stderr.count("\n") == 1


def test_a_scenario_is_played_a_line_a_moment(document: Path) -> None:
    status, lines, _ = simulated(str(document), "1")
    assert status == 0
    assert [line["happens"] for line in lines][:3] == ["opened", "transition:remark", "transition:accept"]
    assert (lines[0]["state"], lines[0]["effects"]) == ("received", ["start_deadlines", "prioritise", "mark_unread"])
    assert lines[0]["fields"] == {"chaises": 20, "urgence": "basse", "prix": 40}
    assert lines[0]["deadlines"] == [
        {"kind": "answer", "due": "2026-03-11T10:00:00+01:00", "paused": None, "reminds": True},
        {"kind": "answer", "due": "2026-03-11T11:00:00+01:00", "paused": None, "reminds": False},
    ]
    asked = next(line for line in lines if line["happens"] == "transition:ask")
    assert all(one["paused"] == MONDAY for one in asked["deadlines"])
    assert (lines[-1]["state"], lines[-1]["deadlines"]) == ("lent", [])


def test_a_scenario_is_found_by_words_of_its_title_and_one_that_is_not_there_lists_the_others(document: Path) -> None:
    assert simulated(str(document), "refus")[1][-1]["state"] == "refused"
    status, lines, said = simulated(str(document), "rien de tel")
    assert (status, lines) == (1, [])
    assert "1. Un prêt sans histoire" in said


def test_a_life_on_stdin_is_played_through_time(document: Path) -> None:
    life = [
        {"happens": "opened", "by": "citizen", "fields": {"chaises": 20, "urgence": "haute"}},
        {"happens": "transition:accept", "by": "agent"},
        {"happens": "transition:ask", "by": "agent", "data": {"text": "Quel jour ?"}, "at": "2026-03-09T11:00:00+01:00"},
        {"happens": "citizen_message", "by": "citizen", "at": "2026-03-10T09:00:00+01:00"},
    ]
    status, lines, _ = simulated(str(document), given="\n".join(orjson.dumps(one).decode() for one in life) + "\n\n")
    assert status == 0
    assert [line["deadlines"][-1]["due"] for line in lines] == ["2026-03-09T12:00:00+01:00"] * 3 + ["2026-03-10T10:00:00+01:00"]
    assert lines[3]["at"] == "2026-03-10T09:00:00+01:00"


def test_what_is_not_possible_says_why_and_the_life_goes_on(document: Path) -> None:
    life = ['{"happens": "opened", "by": "citizen", "fields": {"chaises": 900, "urgence": "basse"}}',
            '{"happens": "transition:accept", "by": "agent"}', '{"happens": "transition:withdraw", "by": "citizen"}']  # fmt: skip
    status, lines, _ = simulated(str(document), given="\n".join(life))
    assert status == 1
    assert (lines[1]["state"], lines[1]["refused"]) == ("received", "La commune n’a que 500 chaises.")
    assert lines[2]["state"] == "refused"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "ligne 2"),
        ('{"happens": "opened"}', "ligne 2, by"),
        ('{"happens": "born", "by": "citizen"}', "ligne 2, happens"),
        ("[]", "ligne 2"),
    ],
)
def test_a_line_that_is_no_moment_is_told_with_its_number(document: Path, line: str, told: str) -> None:
    status, lines, said = simulated(str(document), given='{"happens": "opened", "by": "citizen"}\n' + line)
    assert (status, lines) == (1, [])
    assert told in said
