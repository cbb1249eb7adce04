"""What the picture of a type shows: each way from state to state, by whom or by what, and where time stands still."""

from __future__ import annotations

from typing import Any

from tests.makers.loans import TEXT
from workflows import yaml_lines
from workflows.drawing import Edge, Graph, draw
from workflows.picture import graph


def picture(*changes: tuple[str, str]) -> Graph:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    data: Any = yaml_lines.read(text).data
    return graph(data)


def test_acts_reactions_and_deadlines_lead_from_state_to_state() -> None:
    found = picture(('{on: "deadline:answer", effects', '{on: "deadline:answer", from: [received], to: refused, effects'))
    edges = {(edge.source, edge.target, edge.kind): edge.label for edge in found.edges}
    assert ("", "received", "reaction") in edges
    assert edges["received", "doing", "act"] == "Accepter"
    assert edges["waiting", "doing", "reaction"] == "le demandeur écrit"
    assert "Réponse" in edges["received", "refused", "deadline"]


def test_an_act_that_stays_in_its_state_is_shown_and_a_reaction_that_stays_is_not() -> None:
    found = picture()
    loops = [edge for edge in found.edges if edge.source == edge.target]
    assert loops == [Edge("received", "received", "Ajouter une remarque", "act"), Edge("doing", "doing", "Ajouter une remarque", "act")]


def test_where_a_deadline_stands_still_its_state_says_so() -> None:
    notes = {node.name: node.note for node in picture().nodes}
    assert notes["waiting"].replace("\u00a0", " ") == "à l’arrêt : Réponse"
    assert not notes["doing"]


def test_how_many_are_in_a_state_is_shown_where_it_is_known() -> None:
    data: Any = yaml_lines.read(TEXT).data
    counts = {node.name: node.count for node in graph(data, {"doing": 7}).nodes}
    assert (counts["doing"], counts["waiting"]) == (7, None)


def test_what_points_nowhere_is_left_out_and_the_rest_is_drawn() -> None:
    assert draw(picture(("to: lent", "to: nowhere"))).startswith("<svg")
