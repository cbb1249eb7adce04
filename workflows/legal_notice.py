"""The notices of the law: what each is for, what it may say, and samples of it for a preview and for the check of its words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.mandatory import Lack, lacks
from workflows.notice import BadText, blocks, fill, strange
from workflows.texts import Rendered, Texts

Values = Mapping[str, Any]

# What every notice may say; `workflows/notices/README.md` tells each.
_COMMON = (
    "reference", "tracking_url", "subject", "greeting", "received_on", "received_time", "collectivity_name", "service_name",
    "service_email", "service_phone", "address", "regime", "article", "implicit_on", "appeal_until", "remedies", "remedies_html",
    "court_name", "court_address", "court_site",
)  # fmt: skip
_SIGNED = ("signer_name", "signer_capacity", "signer", "signer_html")


@dataclass(frozen=True, slots=True)
class LegalNotice:
    """One notice: how it is called, when it leaves, by which article, and what it may say beside the common words."""

    name: str
    title: str
    when: str
    article: str
    own: tuple[str, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """All that its text may say."""
        return (*self.own, *_COMMON)


NOTICES: Mapping[str, LegalNotice] = {
    notice.name: notice
    for notice in (
        LegalNotice("ack", "Accusé de réception électronique", "Part de lui-même dès qu’une demande arrive par une voie publiée.",
                    "R112-11-1", ("answer_by", "silence", "silence_html")),
        LegalNotice("aee", "Accusé d’enregistrement électronique", "Part quand l’accusé de réception ne peut pas partir aussitôt.",
                    "R112-11-2", ()),
        LegalNotice("paper_ack", "Accusé de réception par lettre", "S’imprime pour une demande reçue par courrier ou au guichet.",
                    "R112-5", ("silence", "silence_html", *_SIGNED)),
        LegalNotice("incomplete", "Demande de pièces manquantes", "Part quand un agent demande des pièces.", "L114-5, R112-11-4",
                    ("items", "items_html", "items_until", "period", "rule", "new_implicit_on", "duration", "words", "words_html",
                     *_SIGNED)),
        LegalNotice("transmission", "Transmission à l’organisme compétent", "Part quand une demande est transmise à un autre organisme.",
                    "L114-2", ("to_body", "to_address", "transmitted_on", *_SIGNED)),
        LegalNotice("decision", "Décision", "Part quand un agent décide.", "L211-2, L212-1, CJA R421-5",
                    ("outcome", "decision", "decision_html", "reasons", "reasons_html", *_SIGNED)),
        LegalNotice("attestation", "Attestation de décision implicite d’acceptation",
                    "Est prête le jour où le silence vaut acceptation, et part quand on la demande.", "L232-3",
                    ("requester", "born_on", "completed_on", *_SIGNED)),
        LegalNotice("reasons", "Motifs d’une décision implicite de rejet", "Part quand un agent donne les motifs demandés.", "L232-4",
                    ("asked_on", "reasons", "reasons_html", *_SIGNED)),
        LegalNotice("abusive", "Signalement d’une source abusive", "Part une fois, quand une source est signalée comme abusive.",
                    "L112-11, L211-2, CJA R421-5", ("source", "until_on", "reasons", "reasons_html", *_SIGNED)),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wording:
    """A notice in a collectivity's own words: three templates."""

    subject: str
    text: str
    html: str

    def render(self, values: Values) -> Rendered:
        """The notice with these values. Raises BadText."""
        told = " ".join(fill(self.subject, values).split())
        return Rendered(told, fill(self.text, values).strip() + "\n", fill(self.html, values, html=True).strip() + "\n")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a wording cannot be saved: where (`subject`, `text`, `html`), what, and the article that wants it (empty: none does)."""

    where: str
    what: str
    article: str = ""


def with_parts(values: Values, texts: Texts, settings: Values | None = None) -> dict[str, Any]:
    """The values with what is made of them: who signs, what silence is worth, and the HTML of what has several lines."""
    known = {**texts.defaults(settings), **values}
    if "signer_name" in known:
        known["signer"] = texts.part("signer", known)
    known.setdefault("silence", texts.part("silence", known))
    several = ("items", "words", "decision", "reasons", "remedies", "silence", "signer")
    return {**known, **{f"{name}_html": blocks(known[name]) for name in several if name in known}}


def refusals(notice: LegalNotice, wording: Wording, samples: Sequence[Values]) -> tuple[Refusal, ...]:
    """Why this wording cannot be saved; nothing: it can. Each sample must be written with all that the law wants of it."""
    found = list(_unreadable(notice, wording))
    if not found:
        for values in samples:
            found.extend(_lacking(notice, wording, values))
    return tuple(dict.fromkeys(found))


def _unreadable(notice: LegalNotice, wording: Wording) -> Iterator[Refusal]:
    for where, template in (("subject", wording.subject), ("text", wording.text), ("html", wording.html)):
        if not template.strip():
            yield Refusal(where, "il est vide")
            continue
        try:
            for name in strange(template, notice.variables):
                yield Refusal(where, f"la variable « {name} » n’existe pas ici")
        except BadText as error:
            yield Refusal(where, str(error))


def _lacking(notice: LegalNotice, wording: Wording, values: Values) -> Iterator[Refusal]:
    try:
        rendered = wording.render(values)
    except BadText as error:
        yield Refusal("text", str(error))
        return
    for lack in lacks(notice.name, values, rendered):
        yield _refused(lack)


def _refused(lack: Lack) -> Refusal:
    return Refusal(lack.form, f"il manque {lack.what}", lack.article)
