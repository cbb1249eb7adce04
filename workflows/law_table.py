"""The law of every type on one page of Markdown, in French, for a jurist to read over: `grc workflow law`. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from workflows import vocabulary, when_in_words
from workflows.deadline import in_words
from workflows.definition import Definition

_HEAD = """# Les types de demande et leur droit

Page écrite par `grc workflow law`, à faire relire par un juriste. Les articles cités sans code sont ceux du code des relations entre le
public et l’administration. Une collectivité change ce qui lui est propre (délais, textes, documents) dans ses réglages, sans toucher au
programme.

«\u00a0Le silence vaut\u00a0» dit ce que vaut l’absence de réponse\u00a0: un rejet (L231-4), une acceptation (L231-1), ou rien, quand
aucune décision n’est demandée. L’accusé de réception est dû dans tous les cas aux demandes électroniques, sous dix jours ouvrés
(R112-11-2)."""
_WORTH = {"svr": "rejet", "sva": "acceptation", "none": "rien"}


def page(definitions: Iterable[Definition]) -> str:
    """Of the types that people, associations and firms ask, those that the law on requests speaks of (L100-3, L110-1): the regime of
    each, what the acknowledgement says in place of the usual appeals, the service's aims, the documents wanted."""
    asked = (definition for definition in definitions if definition.audience == "citizen")
    types = sorted(asked, key=lambda definition: (definition.category, definition.title))
    parts = [
        _HEAD,
        "## Ce que vaut le silence",
        _table(("Demande", "Le silence vaut", "Au bout de", "Article", "Pourquoi"), (_law(one) for one in types)),
        "## Ce que l’accusé de réception dit à la place des recours habituels",
        *(f"### {one.title}\n\n{_quoted(one.legal.remedies)}" for one in types if one.legal.remedies),
        "## Les délais que le service se donne",
        _table(("Demande", "Échéance", "Délai", "À qui d’agir", "Pourquoi"), (row for one in types for row in _aims(one))),
        "## Les documents demandés",
        _table(("Demande", "Document", "Texte qui le veut", "Nécessaire", "Quand"), (row for one in types for row in _items(one))),
    ]
    return "\n\n".join(parts) + "\n"


def _law(definition: Definition) -> Sequence[str]:
    law = definition.legal
    named = f"{definition.title} (`{definition.name}`)"
    return named, _WORTH[law.regime], "—" if law.regime == "none" else str(law.duration), law.article, law.why


def _aims(definition: Definition) -> Iterator[Sequence[str]]:
    for rule in definition.deadlines.values():
        cases = (f"{in_words(case.after)} si {when_in_words.in_words(definition, case.when)}" for case in rule.cases)
        after = "\u202f; ".join((in_words(rule.after), *cases))
        yield definition.title, rule.label, after, vocabulary.OWNERS[rule.owner], rule.why


def _items(definition: Definition) -> Iterator[Sequence[str]]:
    for item in definition.items:
        when = when_in_words.in_words(definition, item.when) or "toujours"
        yield definition.title, item.label, item.article or "—", "oui" if item.required else "non", when


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())
