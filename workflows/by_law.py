"""Where a type speaks in the place of the law: its texts that are notices of the law, and what the law tells already. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflows.definition import LEGAL_KINDS, Definition, Reaction
from workflows.effects import Acknowledge, Alarm, MarkUnread, Notify, Record
from workflows.mandatory import lacks
from workflows.notice import BadText, written
from workflows.notice_samples import samples_of
from workflows.texts import shared
from workflows.yaml_lines import Path

# Which notice of the law a text of a type is, by its name; `workflows/mandatory.py` tells what each must say.
NOTICES: Mapping[str, str] = {"ack": "ack", "refused": "refusal", "derogated": "refusal", "transmitted": "passed_on"}
# What the passing of a deadline of the law does for every type: a line, an alarm, a request that is new again.
_DONE_BY_LAW = (Record, Alarm, MarkUnread, Notify)


def lacking(definition: Definition) -> Iterator[tuple[Path, str]]:
    """The texts of a type that are notices of the law and do not say all it wants, each with the article."""
    for name in sorted(NOTICES.keys() & definition.texts.keys()):
        text = definition.texts[name]
        found: dict[str, None] = {}
        for values in samples_of(definition, shared()):
            try:
                rendered = written(text.subject, text.body, values)
            except BadText:
                break  # told where templates are looked at
            for lack in lacks(NOTICES[name], values, rendered):
                article = lack.article if lack.article.startswith("CJA") else f"article {lack.article}"
                found[f"il ne dit pas {lack.what} ({article})"] = None
        yield from ((("texts", name), f"Texte « {name} » : {what} ; ajoutez-le, la loi le veut.") for what in found)


def twice(definition: Definition) -> Iterator[tuple[Path, str]]:
    """The reactions that tell once more what the law tells of every request: a deadline of its own that passes, an acknowledgement."""
    acknowledges = [
        (n, one) for n, one in enumerate(definition.reactions) if one.on == "opened" and "citizen" in one.by and _does(one, Acknowledge)
    ]
    if len(acknowledges) > 1:
        told = "L’accusé de réception partirait deux fois, une autre réaction à « opened » l’envoie déjà ; supprimez cet effet acknowledge."
        yield from ((("reactions", n), told) for n, one in acknowledges if one.also)
    for n, one in enumerate(definition.reactions):
        kind = one.on.partition(":")[2]
        if one.on.startswith(("deadline:", "reminder:")) and kind in LEGAL_KINDS and _does(one, *_DONE_BY_LAW):
            told = (
                f"La réaction à « {one.on} » redirait ce qui se fait déjà pour tous les types, l’historique et l’alerte ; "
                "supprimez ses effets record, alarm, notify et mark_unread."
            )
            yield ("reactions", n), told


def _does(reaction: Reaction, *kinds: type) -> bool:
    return any(isinstance(consequence.effect, kinds) for consequence in reaction.consequences)
