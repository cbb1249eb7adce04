"""The picture in words, for those who do not see it: each state, and what leads from it."""

from __future__ import annotations

from workflows.drawing.graph import Bundle, EdgeKind, Graph, Node, bundled
from workflows.drawing.text import printable

CAUSES: dict[EdgeKind, str] = {"act": "un acte", "reaction": "une réaction", "deadline": "une échéance"}
_AND_THEN = "\u202f; "


def in_words(graph: Graph) -> str:
    """The whole life in French sentences, in the order of the states; the text is not escaped."""
    bundles = bundled(graph.edges)
    labels = {node.name: f"«\u00a0{printable(node.label)}\u00a0»" for node in graph.nodes}
    closed = sum(node.kind == "closed" for node in graph.nodes)
    sentences = [f"{_counted(len(graph.nodes), 'état')}, dont {_counted(closed, 'clos', plural='clos')}."]
    first = [_leads(bundle, labels) for bundle in bundles if bundle.source == ""]
    if first:
        sentences.append(f"Au départ, {_AND_THEN.join(first)}.")
    for node in graph.nodes:
        ways = [_leads(bundle, labels) for bundle in bundles if bundle.source == node.name]
        sentences.append(f"{labels[node.name]}{_about(node)}\u00a0: {_AND_THEN.join(ways) or 'rien n’en part'}.")
    return " ".join(sentences)


def _about(node: Node) -> str:
    said = [
        "état clos" if node.kind == "closed" else "",
        _counted(node.count, "demande") if node.count is not None else "",
        printable(node.note),
    ]
    return f" ({', '.join(filter(None, said))})" if any(said) else ""


def _leads(bundle: Bundle, labels: dict[str, str]) -> str:
    said = ", ".join(filter(None, map(printable, bundle.labels)))
    where = "y laisse" if bundle.source == bundle.target else f"mène à {labels[bundle.target]}"
    return f"{CAUSES[bundle.kind]} {where}" + (f" ({said})" if said else "")


def _counted(count: int, word: str, plural: str = "") -> str:
    return f"{count} {word if count < 2 else plural or word + 's'}"
