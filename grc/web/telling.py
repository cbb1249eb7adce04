"""What happened to a ticket, in the words of its page: timeline, alarms, deadlines, deliveries. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grc.actions.ways import shown
from grc.messages.address import TELEPHONE, address
from workflows.values import phone

PRIORITIES = {1: "urgente", 2: "normale", 3: "basse"}


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the timeline: its icon and its sentence."""

    icon: str
    text: str


_PLAIN = Told("circle-dot", "")
_EVENTS: Mapping[str, Told] = {
    "opened": Told("inbox", "Demande ouverte"),
    "came_from": Told("app-window", "Écrite depuis la page {page}"),
    "type_unknown": Told("circle-help", "Type de demande inconnu"),
    "routed": Told("route", "Orientée"),
    "received": Told("mail-open", "Nouveau message du demandeur"),
    "message_edited": Told("pencil", "Message modifié par son auteur"),
    "message_retracted": Told("mail-x", "Message supprimé par son auteur"),
    "replied": Told("reply", "Réponse envoyée à {to}"),
    "begun": Told("inbox", "Demande ouverte par un agent"),
    "reminded": Told("bell", "Rappel envoyé"),
    "written": Told("send", "Premier message envoyé à {to}"),
    "person_joined": Told("users", "Demandeur réuni avec la fiche de {name}"),
    "person_parted": Told("unlink", "Demandeur séparé de la fiche de {name}"),
    "filled": Told("list-checks", "Renseignements modifiés"),
    "rated": Told("smile", "Le demandeur a donné son avis : {word}"),
    "noted": Told("sticky-note", "Note interne ajoutée"),
    "assigned": Told("user-check", "Confiée à {to}"),
    "unassigned": Told("user-minus", "Remise à prendre"),
    "moved": Told("arrow-right-left", "Passée du service {from} au service {to}"),
    "priority": Told("flag", "Priorité {to}"),
    "state": Told("git-commit-horizontal", "{from_label} → {to_label}"),
    "ack_sent": Told("check", "Accusé de réception envoyé"),
    "aee_sent": Told("check", "Accusé d’enregistrement envoyé"),
    "decision_sent": Told("stamp", "Décision notifiée"),
    "ack_held": Told("triangle-alert", "Accusé de réception retenu"),
    "ack_released": Told("check", "Envoi de l’accusé de réception décidé"),
    "oversize": Told("mail-warning", "Trop volumineux pour être relevé"),
    "no_ack": Told("mail-x", "Sans accusé de réception"),
    "delivery_failed": Told("mail-warning", "Message non remis"),
    "letter_posted": Told("mail-check", "Lettre postée"),
    "letter_followed": Told("mail-check", "Lettre recommandée suivie"),
    "letter_returned": Told("mail-x", "Lettre revenue"),
    "reported": Told("server", "Avis d’un serveur de messagerie"),
    "delivery_delayed": Told("clock", "Remise retardée"),
    "complained": Told("mail-x", "Message signalé comme indésirable"),
    "unmuted": Told("mail-check", "Messages automatiques de nouveau permis à {to}"),
    "not_written": Told("mail-x", "Sans réponse automatique"),
    "not_sent": Told("mail-warning", "Réponse non partie"),
    "redirected": Told("mail-plus", "Message renvoyé à une autre adresse : {to}"),
    "file_infected": Told("shield-alert", "Fichier nuisible tenu à l’écart"),
    "late": Told("clock-alert", "Échéance passée"),
    "receipt_sent": Told("receipt-text", "Récépissé envoyé à {to}"),
    "clock_started": Told("calendar-clock", "Délai légal engagé"),
    "ack_written": Told("mail-check", "Accusé de réception écrit"),
    "aee_written": Told("mail-check", "Accusé d’enregistrement écrit"),
    "ack_letter": Told("mail-check", "Accusé de réception imprimé"),
    "ack_given": Told("check", "Accusé de réception remis"),
    "asked_missing": Told("file-clock", "Pièces demandées"),
    "completed": Told("file-check", "Pièces reçues"),
    "decided": Told("stamp", "Décision prise : {outcome}"),
    "notified": Told("mail-check", "Décision notifiée"),
    "withdrawn": Told("undo-2", "Demande retirée"),
    "reasons_asked": Told("message-circle-question-mark", "Motifs demandés"),
    "reasons_given": Told("message-square-text", "Motifs communiqués"),
    "attestation_ready": Told("file-badge", "Attestation prête"),
    "attested": Told("file-badge", "Attestation envoyée"),
    "corrected": Told("calendar-cog", "Date corrigée"),
    "legal_reminder": Told("bell", "Échéance légale proche"),
    "told_above": Told("megaphone", "Signalée à la tête du service"),
    "items_missing": Told("file-clock", "Pièces non reçues"),
    "appeal_over": Told("gavel", "Fin du délai de recours"),
    "reckoned": Told("calendar-sync", "Échéances légales recalculées"),
    "implicit_decision": Told("gavel", "Décision implicite"),
    "settled": Told("check", "Signalement réglé"),
    "act": Told("circle-check", "{label}"),
    "on_behalf": Told("landmark", "Demande faite pour {member}"),
    "handed": Told("arrow-right-left", "Confiée au service {to}"),
    "unmoved": Told("triangle-alert", "Restée dans son service"),
    "produced": Told("file-text", "Document établi : {document}"),
    "called": Told("plug", "Un autre programme a été prévenu : {hook}"),
    "marked_abusive": Told("shield-ban", "Source signalée abusive"),
    "abusive_prolonged": Told("shield-ban", "Signalement prolongé"),
    "abusive_lifted": Told("shield-check", "Signalement levé"),
    "abusive_review": Told("shield-question", "Signalement à revoir"),
    "errand_failed": Told("triangle-alert", "Une suite n’a pas pu être donnée"),
    "escalated": Told("forward", "Message envoyé à un tiers, {to}"),
    "received_third": Told("mail-question-mark", "Message d’un tiers"),
    "third_reference": Told("hash", "Référence chez le tiers : {reference}"),
    "entered": Told("book-marked", "Inscrite dans {register}"),
    "covered": Told("badge-check", "Comprise dans {title}"),
    "not_covered": Told("badge-x", "Sans abonnement ({register})"),
    "linked": Told("link", "Liée à la demande {reference}"),
    "remapped": Told("git-branch", "Passée de la version {from} à la version {to} de son type"),
    "unlinked": Told("unlink", "Lien retiré avec la demande {reference}"),
    "linked_closed": Told("check", "Demande liée close : {reference}"),
    "linked_reopened": Told("rotate-ccw", "Demande liée rouverte : {reference}"),
    "put_under": Told("corner-left-up", "Rattachée à la demande {reference}"),
    "gathered": Told("network", "Demandes rattachées : {count}"),
    "told_below": Told("megaphone", "Demandes rattachées à prévenir : {count}"),
    "merged": Told("merge", "Doublon, réunie à la demande {reference}"),
    "merged_here": Told("merge", "Le doublon {reference} est réuni à cette demande"),
    "unmerged": Told("split", "N’est plus le doublon de la demande {reference}"),
    "unmerged_here": Told("split", "La demande {reference} n’est plus réunie à celle-ci"),
    "spent": Told("timer", "Temps passé : {minutes} min, {km} km"),
    "unspent": Told("timer-off", "Temps passé retiré : {minutes} min"),
    "transfer_asked": Told("forward", "Transmission demandée"),
    "transferred": Told("forward", "Transmise à {to}"),
    "transferred_here": Told("inbox", "Transmise par {from}"),
    "refusal_asked": Told("undo-2", "Refus de la transmission demandé"),
    "transfer_refused": Told("undo-2", "Refusée par {by}"),
    "errands_given_up": Told("triangle-alert", "Suites abandonnées : {count}"),
    "appointment": Told("calendar-plus", "Rendez-vous fixé : {when}"),
    "appointment_moved": Told("calendar-sync", "Rendez-vous déplacé : {when}"),
    "appointment_cancelled": Told("calendar-x", "Rendez-vous annulé : {when}"),
    "appointment_done": Told("calendar-check", "Rendez-vous tenu : {when}"),
}
ICONS = frozenset({told.icon for told in _EVENTS.values()} | {_PLAIN.icon})


class _Gaps(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def event(what: str, data: Mapping[str, Any]) -> Told:
    """The line of the timeline for an event; of one that a type names by itself its reason says the rest."""
    told = _EVENTS.get(what)
    if told is None:
        return Told(_PLAIN.icon, "Suite prévue par le type de la demande")
    if ":" in str(data.get("to", "")):
        data = {**data, "to": shown(str(data["to"]))}
    return Told(told.icon, told.text.format_map(_Gaps(data))) if "{" in told.text else told


_ALARMS = {
    "ack_held": "Accusé de réception retenu : cette adresse a déjà reçu le nombre maximal de messages automatiques aujourd’hui.",
    "ack_late": "L’accusé de réception n’est pas parti dans les dix jours ouvrés.",
    "delivery_failed": "Notre dernier message n’a pas pu être remis.",
    "not_sent": "Une réponse n’est pas partie : son auteur la retrouve dans l’éditeur, l’historique dit pourquoi.",
    "notice_failed": "Un avis que la loi impose n’a pas pu être remis\u00a0: imprimez la lettre et postez-la.",
    "complained": "Le destinataire a signalé un de nos messages comme indésirable : plus aucun message automatique ne lui part. "
    "Appelez-le, ou écrivez-lui vous-même.",
    "review_link": "Ce message cite une autre demande, mais rien ne prouve qu’il vient de la même personne : à vérifier.",
    "implicit_decision": "Le silence a décidé\u00a0: une décision implicite est née.",
    "decision_late": "Le dernier jour pour notifier une décision est passé\u00a0: la décision implicite est proche.",
    "reasons_late": "Les motifs de la décision implicite n’ont pas été communiqués dans le mois.",
    "items_missing": "Les pièces demandées ne sont pas arrivées à temps.",
    "legal_soon": "Une échéance légale est proche.",
    "legal_above": "Une échéance légale est passée depuis plus d’un jour ouvré\u00a0: la tête du service est prévenue.",
    "transfer_refused": "L’organisme à qui cette demande avait été transmise l’a refusée\u00a0: elle est de nouveau à vous.",
    "abusive_review": "Le signalement de cette source comme abusive prend bientôt fin\u00a0: le prolonger, ou le laisser finir\u202f?",
    "errand_failed": "Une suite de cette demande n’a pas pu être donnée : l’historique dit laquelle et pourquoi.",
}
_ALARM_WORDS = {
    "ack_held": "accusé retenu",
    "ack_late": "accusé en retard",
    "delivery_failed": "non remis",
    "not_sent": "réponse non partie",
    "notice_failed": "avis non remis",
    "complained": "signalé indésirable",
    "review_link": "lien à vérifier",
    "implicit_decision": "décision implicite",
    "decision_late": "décision en retard",
    "reasons_late": "motifs en retard",
    "items_missing": "pièces non reçues",
    "legal_soon": "échéance légale proche",
    "legal_above": "retard signalé",
    "transfer_refused": "transmission refusée",
    "abusive_review": "signalement à revoir",
    "errand_failed": "suite non donnée",
}


def alarm(word: str) -> str:
    """What an alarm means, in a sentence."""
    return _ALARMS.get(word, "Cette demande a besoin d’un regard.")


def alarm_word(word: str) -> str:
    """An alarm in two words, for a row."""
    return _ALARM_WORDS.get(word, "à regarder")


_DEADLINES = {
    "aee": "Accusé d’enregistrement",
    "are": "Accusé de réception",
    "complete": "Envoi des pièces",
    "reasons": "Communication des motifs",
    "appeal": "Fin du délai de recours",
    "answer": "Objectif de réponse",
    "notify": "Notifier une décision",
    "implicit_decision": "Décision implicite",
}


def deadline(kind: str) -> str:
    """The name of a deadline."""
    return _DEADLINES.get(kind, kind.replace("_", " ").capitalize())


# The state of a delivery: its word, how serious it is, its icon.
_DELIVERIES = {
    "held": ("retenu", "late", "pause"),
    "created": ("à envoyer", "calm", "clock"),
    "sending": ("envoi en cours", "calm", "clock"),
    "to-print": ("lettre à imprimer", "soon", "printer"),
    "sent": ("envoyé", "done", "check"),
    "delivered": ("remis", "done", "check-check"),
    "temporary-failure": ("nouvel essai prévu", "soon", "rotate-cw"),
    "permanent-failure": ("refusé", "late", "circle-x"),
    "technical-failure": ("échec technique", "late", "circle-x"),
}
DELIVERY_ICONS = frozenset(icon for _, _, icon in _DELIVERIES.values())
# the icons that no template names itself
ICONS = ICONS | DELIVERY_ICONS | {"user", "hand", "clock-alert", "inbox", "archive", "calendar-clock", "calendar-days"}


def delivery(state: str) -> tuple[str, str, str]:
    """The state of a delivery: its word, `done` `calm` `soon` or `late`, and its icon."""
    return _DELIVERIES.get(state, (state, "calm", "clock"))


OUTCOMES = {
    "pending": "en attente",
    "opened": "nouvelles demandes",
    "appended": "suites",
    "duplicate": "doublons",
    "filtered": "écartés",
    "quarantined": "en quarantaine",
}

_OUTCOME = {
    "pending": ("en attente", "soon"),
    "opened": ("demande ouverte", "done"),
    "appended": ("suite d’une demande", "done"),
    "duplicate": ("doublon", "calm"),
    "filtered": ("écartée", "calm"),
    "quarantined": ("en quarantaine", "late"),
}


def outcome(word: str) -> tuple[str, str]:
    """What became of one arrival, and how much it presses."""
    return _OUTCOME.get(word, (word, "calm"))


_IDENTITIES = {"email": ("mail", "Adresse électronique"), "tel": ("phone", "Téléphone"),
               "siret": ("building-2", "SIRET"), "rna": ("users", "RNA")}  # fmt: skip
ICONS = ICONS | {icon for icon, _ in _IDENTITIES.values()}


_FIELDS = {"postal_address": "Adresse postale", "phone": "Téléphone", "place": "Lieu", "organisation": "Organisme"}


def field(name: str) -> str:
    """The name of a field as a person would say it."""
    return _FIELDS.get(name, name.replace("_", " ").capitalize())


def value(kind: str, of: str, label: str = "") -> str:
    """An address at which somebody is known, as one would write it by hand: `06 39 98 21 99`, « @jeanne »."""
    if kind in ("siret", "rna"):
        return of
    return phone(of) if kind in ("phone", TELEPHONE) else shown(address(kind, of), label)


def identity(kind: str) -> tuple[str, str]:
    """The icon and the name of a kind of identity."""
    return _IDENTITIES.get(kind, ("at-sign", kind.capitalize()))
