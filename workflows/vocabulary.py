"""What the words of a definition document are called in French, for whoever writes one without knowing the document. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

NBSP = "\u00a0"

AUDIENCES = {
    "citizen": "Les habitants, associations et entreprises",
    "member": "Les collectivités membres, auprès de l’agence",
    "internal": "Nos propres services",
}
REGIMES = {
    "svr": "Le silence vaut rejet",
    "sva": "Le silence vaut acceptation",
    "none": "Aucun délai légal ne court",
}
FIELD_KINDS = {
    "text": "Texte d’une ligne",
    "long_text": "Texte long",
    "number": "Nombre",
    "date": "Date",
    "moment": "Date et heure",
    "choice": "Choix dans une liste",
    "check": "Oui ou non",
    "email": "Adresse électronique",
    "phone": "Téléphone",
    "file": "Fichier",
    "person": "Personne",
    "place": "Lieu",
    "collectivity": "Collectivité",
    "record": "Ligne d’un registre",
    "group": "Plusieurs lignes de champs",
    "computed": "Valeur calculée",
}
FILLED_BY = {"requester": "le demandeur, sur le formulaire", "agent": "un agent, dans la demande"}
PHASES = {"open": "ouvert", "closed": "clos"}
ACTORS = {"agent": "les agents", "chief": "les responsables", "admin": "les administrateurs", "requester": "le demandeur"}
AUTHORS = {"citizen": "le demandeur", "agent": "un agent", "system": "le service lui-même", "third": "un tiers"}
ANY_STATE = {"any_open": "tout état ouvert", "any_closed": "tout état clos"}
HAPPENINGS = {
    "opened": "la demande s’ouvre",
    "citizen_message": "le demandeur écrit",
    "automatic_message": "un message automatique arrive",
    "bounce": "un de nos messages n’a pas pu être remis",
    "agent_reply": "un agent répond au demandeur",
    "note": "un agent ajoute une note",
    "acknowledged": "l’accusé de réception est parti",
    "third_reply": "un agent écrit à un tiers",
    "third_message": "un tiers écrit",
    "linked_closed": "les demandes liées sont closes",
    "rated": "le demandeur donne son avis",
}
FAMILIES = {"deadline": "l’échéance passe", "reminder": "un rappel avant l’échéance", "transition": "l’acte"}
EFFECTS = {
    "acknowledge": "Accuser réception",
    "notify": "Envoyer un texte",
    "start_deadlines": "Faire courir des échéances",
    "meet_deadline": "Tenir une échéance",
    "alarm": "Signaler à un agent",
    "record": "Noter dans l’historique",
    "mark_unread": "Montrer comme nouvelle",
    "mark_read": "Ne plus montrer comme nouvelle",
    "assign": "Confier la demande",
    "set": "Remplir un champ",
    "prioritise": "Fixer la priorité",
    "create": "Ouvrir une demande liée",
    "tell_linked": "Prévenir les demandes liées",
    "produce": "Établir un document",
    "enter": "Inscrire dans un registre",
    "call": "Appeler un autre logiciel",
}
# The engine's own effects, as scenarios name them.
CONSEQUENCES = {
    **EFFECTS,
    "close_ticket": "Clore la demande",
    "reopen_ticket": "Rouvrir la demande",
    "pause_deadlines": "Suspendre des échéances",
    "resume_deadlines": "Reprendre des échéances",
    "assign_service": "Confier à un service",
    "assign_to": "Confier à un agent",
    "set_field": "Remplir un champ",
    "create_linked": "Ouvrir une demande liée",
    "call_hook": "Appeler un autre logiciel",
}
NOTIFIED = {"requester": "au demandeur", "third": "au tiers", "agents": "aux agents, en note"}
PRODUCED = {"ticket": "gardé dans la demande", "requester": "envoyé au demandeur"}
LEGAL_DEADLINES = {"are": "Accusé de réception", "notify": "Notifier une décision", "implicit_decision": "Décision implicite"}
OWNERS = {
    "service": "le service",
    "assignee": "l’agent qui a la demande",
    "chief": "le responsable",
    "requester": "le demandeur",
    "third": "le tiers",
    "nobody": "personne",
}
SHOWN = {"agents": "les agents", "everybody": "les agents et le demandeur", "nobody": "personne (minuterie)"}
UNITS = {
    "working_days": "jours ouvrés",
    "working_hours": "heures ouvrées",
    "days": "jours",
    "hours": "heures",
    "minutes": "minutes",
    "months": "mois",
}
FACTS = {
    "answered": "un agent a déjà répondu",
    "assigned": "un agent a la demande",
    "priority": "la priorité (1 urgente à 4)",
    "channel": "le canal",
    "member": "demandé par une collectivité membre",
    "may_answer": "l’adresse accepte une réponse",
    "automatic": "le message est automatique",
    "rating": "la note donnée (1 à 5)",
    "subscribed": "la collectivité est abonnée",
    "covered": "la demande est couverte",
}
CHANNELS = {
    "email": "courriel",
    "form": "formulaire",
    "suivi": "page de suivi",
    "phone": "téléphone",
    "letter": "courrier",
    "desk": "guichet",
    "telegram": "Telegram",
    "sms": "SMS",
    "mastodon": "Mastodon",
    "meta": "Messenger, Instagram ou WhatsApp",
    "paper": "lettre",
}
TESTS = {"is": "est", "not": "n’est pas", "min": "est au moins", "max": "est au plus", "filled": "est renseigné", "empty": "est vide"}
MEASURES = {"count": "nombre", "sum": "somme", "mean": "moyenne", "median": "médiane", "share": "part"}
MEASURED = {
    "rating": "la note",
    "minutes": "le temps passé, en minutes",
    "hours_to_close": "le temps jusqu’à la clôture, en heures",
    "hours_to_answer": "le temps jusqu’à la réponse, en heures",
}
COUNTED_BY = {"state": "par état", "service": "par service", "member": "par collectivité membre", "month": "par mois"}
PARTS = {
    "general": "Général",
    "fields": "Champs",
    "checks": "Vérifications",
    "items": "Pièces",
    "states": "États",
    "transitions": "Actes",
    "reactions": "Réactions",
    "deadlines": "Échéances",
    "texts": "Textes",
    "documents": "Documents",
    "figures": "Chiffres",
    "scenarios": "Scénarios",
    "moves": "Passages",
}
KEYS = {
    "title": "titre", "summary": "résumé", "category": "rubrique", "icon": "icône", "audience": "public", "keywords": "mots-clés",
    "service": "service", "open": "ouverture", "needs": "à préparer", "initial": "premier état", "legal": "régime légal",
    "regime": "régime", "months": "mois", "days": "jours", "article": "article", "why": "pourquoi", "channels": "canaux",
    "remedies": "recours", "label": "libellé", "citizen": "ce que lit le demandeur", "phase": "ouvert ou clos", "from": "depuis",
    "to": "vers", "who": "qui", "when": "condition", "otherwise": "sinon", "asks": "champs demandés", "text": "texte",
    "effects": "effets", "on": "quand", "by": "qui remplit", "also": "en plus", "name": "nom", "kind": "genre", "help": "aide",
    "required": "obligatoire", "longest": "longueur", "min": "minimum", "max": "maximum", "unit": "unité", "choices": "réponses",
    "many": "plusieurs réponses", "of": "registre", "most": "lignes au plus", "formula": "formule", "shown": "montré", "after": "délai",
    "cases": "cas particuliers", "owner": "responsable", "pauses": "suspendue dans", "reminders": "rappels", "subject": "objet",
    "body": "texte", "file": "nom du fichier", "facts": "champs repris", "signed": "signature", "measure": "mesure",
    "life": "déroulement", "happens": "ce qui arrive", "state": "état", "message": "message", "field": "champ",
    "extends": "type de départ", "opens": "ouvre le", "closes": "ferme le", "version": "version", "states": "états", "fields": "champs",
    "covered_by": "couverture", "value": "valeur", "data": "circonstances", "do": "effet", "before": "avant l’échéance",
    "kinds": "échéances", "word": "signal", "sentence": "phrase", "what": "événement",
}  # fmt: skip


def happening(name: str, labels: Mapping[str, str] | None = None) -> str:
    """What happens, in words: « le demandeur écrit », « l’échéance « Réponse » passe ». `labels` names deadlines and transitions."""
    family, colon, rest = name.partition(":")
    if not colon:
        return HAPPENINGS.get(name, name)
    label = f"«{NBSP}{(labels or {}).get(rest) or LEGAL_DEADLINES.get(rest, rest)}{NBSP}»"
    return {"deadline": f"l’échéance {label} passe", "reminder": f"un rappel de {label} vient", "transition": label}.get(family, name)


_SAID = {
    "une transition": "un acte",
    **{f"« {name} »": f"« {words} »" for name, words in HAPPENINGS.items()},
    "meet_deadline": "« Tenir une échéance »",
    "start_deadlines": "« Faire courir des échéances »",
    "effet notify": "effet « Envoyer un texte »",
    "(effet set)": "(effet « Remplir un champ »)",
    "(owner)": "",
    "(shown: nobody)": "(visible de personne)",
    " ; écrivez-le sous « texts »": " ; écrivez-le dans les textes",
    "« are »": "« Accusé de réception »",
    "« notify »": "« Notifier une décision »",
    "« implicit_decision »": "« Décision implicite »",
}
_SCENE = re.compile(r"^Scénario « .*? », ligne [0-9]+, ([a-z_:0-9]+) : ")
_FAMILY = re.compile(r"« (deadline|reminder|transition):([a-z][a-z0-9_]*) »")
_TECHNICAL = re.compile(r" \((?:[a-z][a-z0-9_]*(?:, [a-z_0-9]+)*)?\)")
_LISTED = re.compile(r"\[([a-z_]*(?:, [a-z_]+)*)\]")


def plain(sentence: str, labels: Mapping[str, str] | None = None) -> str:
    """A fault as somebody reads it who has never seen the document: without its technical words."""
    known = labels or {}
    told = _SCENE.sub(lambda found: f"Quand {happening(found[1], known)} : ", sentence)
    told = _LISTED.sub(lambda found: _listed(found[1]), told)
    told = _FAMILY.sub(lambda found: happening(f"{found[1]}:{found[2]}", known), told)
    for technical, said in _SAID.items():
        told = told.replace(technical, said)
    told = _TECHNICAL.sub("", told)
    for name, label in known.items():
        told = told.replace(f"« {name} »", f"« {label} »")
    return typeset(told)


def _listed(names: str) -> str:
    return ", ".join(CONSEQUENCES.get(name, name).lower() for name in names.split(", ")) if names else "aucun"


def typeset(sentence: str) -> str:
    """The sentence with the no-break spaces of French."""
    spaced = re.sub(r" ([;!?])", "\u202f\\1", sentence)
    return re.sub(r"« | »| :", lambda found: found[0].replace(" ", NBSP), spaced)
