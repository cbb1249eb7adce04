"""Invented requests to write a notice with: what an editor is shown, and what the words of a notice are checked against. Pure.

Two of each kind, so that a date or a name typed by hand in place of a variable is right for one of them at most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from workflows.acknowledgement import Acknowledgement
from workflows.definition import Definition
from workflows.legal_notice import LegalNotice, with_parts
from workflows.notice import PARTS
from workflows.texts import Texts

_LAMP = Acknowledgement(
    reference="K7M4-QF9", tracking_url="https://citoyens.example/suivi/Zk3pQ", subject="Lampadaire en panne rue des Pins",
    requester_name="Anne Dupuy", received_at=datetime(2026, 5, 7, 7, 2, tzinfo=UTC), collectivity_name="Mairie de Dax",
    service_name="Éclairage public", service_email="eclairage@dax.example", service_phone="05 58 00 00 00",
    service_address="Rue Saint-Pierre\n40100 Dax", regime="svr", article="L231-4", implicit_on=date(2026, 7, 7),
    appeal_until=date(2026, 9, 8), answer_by=date(2026, 5, 29),
)  # fmt: skip
_STALL = Acknowledgement(
    reference="3RX8-T2C", tracking_url="https://citoyens.example/suivi/m8Wc1", subject="Étal au marché du samedi",
    requester_name="Marc Lesbats", received_at=datetime(2026, 10, 12, 14, 40, tzinfo=UTC), collectivity_name="Mairie de Sabres",
    service_name="Occupation du domaine public", service_email="mairie@sabres.example", service_phone="05 58 11 22 33",
    service_address="2 place de la Mairie\n40630 Sabres", regime="svr", article="L231-4", implicit_on=date(2026, 12, 12),
    appeal_until=date(2027, 2, 15), answer_by=None,
)  # fmt: skip
_WORDS: Sequence[Mapping[str, str]] = (
    {
        "signer_name": "Aurore Lapinède", "signer_capacity": "Responsable du service Éclairage public",
        "items": "- une photo du lampadaire\n- le numéro inscrit sur le mât", "items_until": "samedi 20\u00a0juin\u00a02026",
        "period": "30\u00a0jours", "new_implicit_on": "jeudi 6\u00a0août\u00a02026", "duration": "deux mois", "words": "",
        "to_body": "Communauté d’agglomération du Grand Dax", "to_address": "20 avenue de la Gare, 40100 Dax",
        "transmitted_on": "lundi 11\u00a0mai\u00a02026", "decision": "Le lampadaire sera remplacé avant la fin du mois de juin.",
        "refusal": "Nous n’interviendrons pas sur ce lampadaire.",
        "reasons": "Le mât est sur une parcelle privée\u00a0: la commune ne peut pas y intervenir (article L2213-1 du code général des "
                   "collectivités territoriales).",
        "requester": "Anne Dupuy", "born_on": "mercredi 8\u00a0juillet\u00a02026", "completed_on": "",
        "asked_on": "vendredi 10\u00a0juillet\u00a02026", "source": "lettres@publicite.example",
        "until_on": "samedi 7\u00a0novembre\u00a02026",
    },
    {
        "signer_name": "Basile Courlis", "signer_capacity": "Secrétaire de mairie",
        "items": "- un extrait Kbis de moins de trois mois\n- une attestation d’assurance",
        "items_until": "mardi 10\u00a0novembre\u00a02026",
        "period": "15\u00a0jours", "new_implicit_on": "dimanche 27\u00a0décembre\u00a02026", "duration": "deux mois",
        "words": "Une copie suffit, envoyée par courriel.", "to_body": "Communauté de communes Cœur Haute Lande",
        "to_address": "14 place Gambetta, 40630 Sabres", "transmitted_on": "mercredi 14\u00a0octobre\u00a02026",
        "decision": "Un emplacement de six mètres vous est attribué\u00a0:\n\n- le samedi matin\n- jusqu’au 31 décembre",
        "refusal": "Aucun emplacement ne peut vous être attribué cette année.",
        "reasons": "Le marché est complet jusqu’à la fin de l’année, et le règlement du 3 mars 2024 réserve les places libres aux "
                   "producteurs.",
        "requester": "Marc Lesbats", "born_on": "dimanche 13\u00a0décembre\u00a02026", "completed_on": "lundi 19\u00a0octobre\u00a02026",
        "asked_on": "mercredi 16\u00a0décembre\u00a02026", "source": "marc.lesbats@courriel.example",
        "until_on": "lundi 12\u00a0avril\u00a02027",
    },
)  # fmt: skip


def samples_of(definition: Definition, texts: Texts) -> list[dict[str, Any]]:
    """What the texts of this type are written with, twice: every field filled in, by an agent who signs and says a word."""
    law = definition.legal
    made = []
    for request, words in zip((_LAMP, _STALL), _WORDS, strict=True):
        asked = replace(request, regime=law.regime, article=law.article, remedies=law.remedies)
        if law.regime != "svr":
            asked = replace(asked, appeal_until=None, implicit_on=request.implicit_on if law.regime == "sva" else None)
        who = words["signer_name"]
        filled = {one.name: f"[{one.label}, {request.reference}]" for one in definition.fields}
        facts = {
            **asked.variables(), "state": "", "agent_name": who, "member": "", "words": f"[{who}, {request.reference}]",
            "type_title": definition.title, "today": words["transmitted_on"], "reasons": "",
        }  # fmt: skip
        own = [filled[name] for name, one in definition.by_field.items() if one.by == "agent"]
        parts = {name: texts.part(name, facts) for name in PARTS}
        made.append({**filled, **facts, **parts, "reasons": [*own, facts["words"]]})
    return made


def samples(notice: LegalNotice, texts: Texts, settings: Mapping[str, Any] | None = None) -> list[tuple[str, dict[str, Any]]]:
    """The cases in which this notice is written, each twice: how the case is called, and its values."""
    made = []
    for request, words in zip((_LAMP, _STALL), _WORDS, strict=True):
        for title, facts, more in _cases(notice.name, request, words):
            values = {**facts.variables(), **words, **more}
            made.append((title, with_parts(values, texts, settings)))
    return made


def _cases(name: str, request: Acknowledgement, words: Mapping[str, str]) -> list[tuple[str, Acknowledgement, Mapping[str, str]]]:
    svr = ("le silence vaut rejet", request)
    sva = ("le silence vaut acceptation", replace(request, regime="sva", article="L231-1", appeal_until=None))
    silent = ("le silence ne décide rien", replace(request, regime="none", article="", implicit_on=None, appeal_until=None))
    match name:
        case "ack" | "paper_ack":
            return [(*svr, {}), (*sva, {}), (*silent, {})]
        case "transmission":
            return [(*svr, {}), (*sva, {})]
        case "incomplete":
            suspended = ("le délai est suspendu", svr[1], {"rule": "suspension"})
            restarted = ("le délai recommence", sva[1], {"rule": "restart"})
            return [suspended, restarted, ("le délai continue", svr[1], {"rule": "none"})]
        case "decision":
            accepted = ("accord", svr[1], {"outcome": "acceptance", "reasons": ""})
            return [("refus", svr[1], {"outcome": "rejection", "decision": words["refusal"]}), accepted]
        case "attestation":
            return [(*sva, {})]
        case _:
            return [(*svr, {})]
