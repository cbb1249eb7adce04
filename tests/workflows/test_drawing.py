"""The picture of a workflow: nothing lies over anything else, whatever the workflow, and everybody can read it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from itertools import combinations, pairwise
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import grc.web
from workflows.drawing import Edge, Graph, Node, arrange, draw, style
from workflows.drawing.graph import EdgeKind, bundled
from workflows.drawing.plan import Box, Plan

CSS = Path(grc.web.__file__).parent / "static" / "css"
KINDS: tuple[EdgeKind, ...] = ("act", "reaction", "deadline")
SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "desc", "style", "rect", "text", "tspan", "g", "path", "circle"}
SENTENCE = "Attendre que le demandeur nous ait envoyé la pièce qui manque encore"

GENERAL = Graph(
    "Demande générale",
    (
        Node("received", "Reçue", "open", 12),
        Node("in_progress", "En cours", "open", 34),
        Node("waiting", "En attente du demandeur", "open", 7, "pause : réponse"),
        Node("closed", "Close", "closed", 1250),
    ),
    (
        Edge("", "received", "Un habitant écrit", "reaction"),
        Edge("", "waiting", "Le service a écrit le premier", "reaction"),
        Edge("received", "in_progress", "Une première réponse a été envoyée", "reaction"),
        Edge("received", "waiting", "Attendre la réponse du demandeur", "act"),
        Edge("in_progress", "waiting", "Attendre la réponse du demandeur", "act"),
        Edge("waiting", "in_progress", "Reprendre", "act"),
        Edge("waiting", "in_progress", "Le demandeur a répondu", "reaction"),
        Edge("waiting", "waiting", "Relance après 15 jours", "deadline"),
        Edge("in_progress", "closed", "Clore", "act"),
        Edge("in_progress", "closed", "Clore sans réponse", "act"),
        Edge("closed", "in_progress", "Rouvrir", "act"),
    ),
)
STEPS = ("devis", "validation", "commande", "location", "rendue")
LEASE = Graph(
    "Location",
    tuple(Node(name, name.capitalize(), "closed" if name == STEPS[-1] else "open") for name in STEPS),
    (
        *(Edge(one, other, SENTENCE, "act") for one, other in pairwise(("", *STEPS))),
        Edge("validation", "devis", "Modifier", "act"),
        Edge("validation", "rendue", "Refuser", "act"),
    ),
)
ALONE = Graph("Seul", (Node("only", "Seul", "closed"),), ())
APART = Graph("À part", tuple(Node(name, name * 9, "open") for name in "abcdef"), (Edge("a", "b", "", "act"), Edge("d", "c", "x", "act")))
NARCISSUS = Graph("Boucles", (Node("a", "A", "open"),), tuple(Edge("a", "a", f"{SENTENCE} {n}", KINDS[n % 3]) for n in range(9)))


def tangle(states: int, edges: int, seed: int) -> Graph:
    """A workflow that nobody would write."""
    chance = Random(seed)
    names = [f"e{n}" for n in range(states)]
    nodes = tuple(Node(name, f"État {name}", "closed" if n % 5 == 4 else "open", n, SENTENCE[: n % 9]) for n, name in enumerate(names))
    return Graph(
        "Enchevêtrement",
        nodes,
        tuple(
            Edge(chance.choice(["", *names]), chance.choice(names), SENTENCE[: chance.randrange(len(SENTENCE))], chance.choice(KINDS))
            for _ in range(edges)
        ),
    )


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Any workflow of some size, with any text in it."""
    names = [f"e{n}" for n in range(draw(st.integers(1, 10)))]
    text = st.text(max_size=60)
    nodes = st.tuples(
        *(st.builds(Node, st.just(name), text, st.sampled_from(["open", "closed"]), st.none() | st.integers(0), text) for name in names)
    )
    edge = st.builds(Edge, st.sampled_from(["", *names]), st.sampled_from(names), text, st.sampled_from(KINDS))
    return Graph(draw(text), draw(nodes), tuple(draw(st.lists(edge, max_size=25))))


def labels(plan: Plan) -> list[Box]:
    """The rooms of all that is said on lines."""
    return [line.label_box for line in plan.lines if line.label_box]


def check(plan: Plan) -> None:
    """Nothing lies over anything else, nothing outside the picture."""
    states = [placed.box for placed in plan.nodes] + ([plan.start] if plan.start else [])
    for one, other in combinations([*states, *labels(plan)], 2):
        assert not one.overlaps(other)
    for box in [*states, *labels(plan)]:
        assert box.x >= 0
        assert box.y >= 0
        assert box.right <= plan.width
        assert box.bottom <= plan.height
    for placed in plan.nodes:
        if placed.badge:
            assert placed.box.x < placed.badge.x
            assert placed.badge.right < placed.box.right
    for line in plan.lines:
        if not line.is_loop:
            for (x, y), (to_x, to_y) in pairwise(line.points):
                assert x == to_x or y == to_y  # straight down, up or aside
                leg = Box(min(x, to_x), min(y, to_y), abs(x - to_x), abs(y - to_y))
                assert not any(leg.overlaps(box) for box in states)
                assert not any(leg.overlaps(box) for box in labels(plan) if box is not line.label_box)


@pytest.mark.parametrize(
    "graph", [GENERAL, LEASE, ALONE, APART, NARCISSUS, tangle(12, 40, 1), tangle(20, 90, 2)], ids=lambda graph: graph.title
)
def test_no_state_no_label_and_no_line_lies_over_another(graph: Graph) -> None:
    check(arrange(graph))


@given(graphs())
@settings(max_examples=80, deadline=None)
def test_any_workflow_with_any_text_is_drawn(graph: Graph) -> None:
    check(arrange(graph))
    for standalone in (True, False):
        root = ElementTree.fromstring(draw(graph, standalone=standalone))
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ELEMENTS


def test_a_workflow_without_states_is_an_empty_picture() -> None:
    assert arrange(Graph("Rien", (), ())).nodes == ()
    ElementTree.fromstring(draw(Graph("", (), ())))


def test_a_line_runs_from_the_border_of_its_state_to_that_of_the_other() -> None:
    plan = arrange(GENERAL)
    boxes = {placed.node.name: placed.box for placed in plan.nodes}
    assert plan.start
    boxes[""] = plan.start
    for line in plan.lines:
        for name, (x, y) in ((line.bundle.source, line.points[0]), (line.bundle.target, line.points[-1])):
            assert boxes[name].x <= x <= boxes[name].right
            assert line.is_loop or y in (boxes[name].y, boxes[name].bottom)


def test_the_usual_life_is_one_straight_line_from_top_to_bottom() -> None:
    plan = arrange(LEASE)
    straight = {(line.bundle.source, line.bundle.target) for line in plan.lines if len(line.points) == 2}
    assert straight >= set(pairwise(("", *STEPS)))
    assert [placed.node.name for placed in sorted(plan.nodes, key=lambda placed: placed.box.y)] == [node.name for node in LEASE.nodes]
    assert len({placed.box.middle[0] for placed in plan.nodes}) == 1


def test_a_life_begins_at_the_top_though_a_state_that_nothing_reaches_stands_there_too() -> None:
    plan = arrange(tangle(12, 40, 2))
    assert plan.start
    assert all(plan.start.middle[1] <= placed.box.middle[1] for placed in plan.nodes)


def test_what_reopens_a_request_goes_up_though_it_is_told_first() -> None:
    nodes = (Node("closed", "Close", "closed"), Node("open", "Ouverte", "open"))
    plan = arrange(Graph("", nodes, (Edge("", "closed", "Archivée", "act"), Edge("closed", "open", "Rouvrir", "act"))))
    closed, opened = (placed.box for placed in plan.nodes)
    assert opened.bottom < closed.y


def test_edges_of_one_kind_between_two_states_are_one_line_with_all_their_labels() -> None:
    lines = [line for line in arrange(GENERAL).lines if (line.bundle.source, line.bundle.target) == ("in_progress", "closed")]
    assert [line.labels for line in lines] == [(("Clore",), ("Clore sans réponse",))]
    assert [line.bundle.kind for line in arrange(GENERAL).lines if line.bundle.source == "waiting"].count("act") == 1


def test_acts_reactions_and_deadlines_are_told_apart_without_colour() -> None:
    root = ElementTree.fromstring(draw(GENERAL))
    classes = [element.get("class") for element in root.iter(f"{SVG}g")]
    kinds = [bundle.kind for bundle in bundled(GENERAL.edges)]
    assert classes.count("wf-edge") == kinds.count("act")
    assert classes.count("wf-edge wf-edge-reaction") == kinds.count("reaction")
    assert classes.count("wf-edge wf-edge-deadline") == kinds.count("deadline")
    assert classes.count("wf-node") == 3
    assert classes.count("wf-node wf-node-closed") == 1
    assert classes.count("wf-start") == 1
    assert re.search(r"\.wf-edge-reaction \.wf-line.*stroke-dasharray", style.RULES)
    assert re.search(r"\.wf-edge-deadline \.wf-line.*stroke-dasharray", style.RULES)


def test_counts_are_badges_even_of_none() -> None:
    graph = Graph("", (Node("a", "A", "open", 0), Node("b", "B", "open"), Node("c", "C", "open", 12_345_678)), ())
    badges = re.findall(r'<g class="wf-count">.*?<tspan[^>]*>(\d+)<', draw(graph))
    assert badges == ["0", "12345678"]


def test_who_does_not_see_the_picture_is_told_the_whole_life() -> None:
    root = ElementTree.fromstring(draw(GENERAL))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Demande générale"
    told = root.findtext(f"{SVG}desc")
    assert told
    assert told.startswith("4 états, dont 1 clos. Au départ, une réaction mène à «\u00a0Reçue\u00a0» (Un habitant écrit)\u202f; ")
    assert (
        "«\u00a0En attente du demandeur\u00a0» (7 demandes, pause : réponse)\u00a0: un acte mène à «\u00a0En cours\u00a0» (Reprendre)"
        in told
    )
    assert "une échéance y laisse (Relance après 15 jours)" in told
    assert "«\u00a0Close\u00a0» (état clos, 1250 demandes)\u00a0: un acte mène à «\u00a0En cours\u00a0» (Rouvrir)." in told
    for edge in GENERAL.edges:
        assert edge.label in told


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><style>*{}</style>',
        "]]>&amp;&bogus;",
        "a\x00b\x0bc\ud800\uffff",
        "\u202eenvers\u2066",
        "é" * 5000,
        " \n\t ",
    ],
)
def test_hostile_text_is_only_text(text: str) -> None:
    graph = Graph(
        text,
        (Node("a", text, "open", 1, text), Node(text + "b", "B", "closed")),
        (Edge("a", text + "b", text, "act"), Edge("a", "a", text, "act")),
    )
    check(arrange(graph))
    for standalone in (True, False):
        root = ElementTree.fromstring(draw(graph, standalone=standalone).encode())
        tags = [element.tag.removeprefix(SVG) for element in root.iter()]
        assert "script" not in tags
        assert tags.count("style") == standalone
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", "".join(root.itertext()))
    if text.startswith("<"):
        assert text in (root.findtext("desc") or "")


def test_a_long_label_is_broken_into_lines_and_a_no_break_space_is_kept() -> None:
    (line,) = arrange(Graph("", (Node("a", "A", "open"),), (Edge("", "a", f"Clore\u00a0: {SENTENCE}", "act"),))).lines
    (text,) = line.labels
    assert len(text) == 4
    assert all(len(part) <= 24 for part in text)
    assert text[0].startswith("Clore\u00a0: ")
    (line,) = arrange(Graph("", (Node("a", "A", "open"),), (Edge("", "a", "mot " * 100, "act"),))).lines
    assert line.labels[0][-1].endswith("…")


def test_a_picture_in_a_page_brings_no_style_and_uses_only_what_its_style_sheet_knows() -> None:
    inlined = draw(GENERAL, standalone=False)
    assert "<style" not in inlined
    assert "style=" not in inlined
    assert "xmlns" not in inlined
    known = set(re.findall(r"\.(wf[\w-]*)", (CSS / "workflow.css").read_text(encoding="utf-8")))
    used = {name for names in re.findall(r'class="([^"]*)"', draw(GENERAL) + inlined) for name in names.split()}
    assert used - known == {"wf-legend"} - known


def test_a_page_and_a_file_follow_the_same_rules_in_the_same_colours() -> None:
    assert style.RULES in (CSS / "workflow.css").read_text(encoding="utf-8")
    light, dark = (CSS / "tokens.css").read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")[:2]
    for sheet, colours in ((light, style.LIGHT), (dark, style.DARK)):
        tokens = dict(re.findall(r"--([\w-]+):\s*(#\w+)", sheet.split(':root[data-theme="dark"]')[0]))
        assert colours == {name: tokens[name] for name in colours}
    assert set(re.findall(r"var\(--([\w-]+)\)", style.RULES)) == {*style.LIGHT, "font"}


def test_the_same_workflow_gives_the_same_picture_in_every_process() -> None:
    asked = "from tests.workflows.test_drawing import *; print(hash(draw(tangle(9, 30, 3)).encode()) and draw(tangle(9, 30, 3)))"
    seen = [
        subprocess.run(
            [sys.executable, "-c", asked], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True, timeout=60
        )
        for seed in ("1", "2")
    ]
    assert seen[0].stdout == seen[1].stdout
    assert seen[0].stdout.decode().strip() == draw(tangle(9, 30, 3)).strip()


def test_an_unknown_state_is_named_in_the_error() -> None:
    with pytest.raises(ValueError, match="« ailleurs »"):
        Graph("", (Node("a", "A", "open"),), (Edge("a", "ailleurs", "Partir", "act"),))
    with pytest.raises(ValueError, match="« nulle part »"):
        Graph("", (Node("a", "A", "open"),), (Edge("nulle part", "a", "Venir", "act"),))
    with pytest.raises(ValueError, match="« a »"):
        Graph("", (Node("a", "A", "open"), Node("a", "B", "open")), ())


def test_a_usual_workflow_is_drawn_at_once_and_a_huge_one_soon() -> None:
    draw(GENERAL)
    for graph, most in ((tangle(12, 40, 5), 0.25), (tangle(60, 400, 6), 15.0)):
        began = time.process_time()  # of this process alone: others may share the machine
        draw(graph)
        assert time.process_time() - began < most
