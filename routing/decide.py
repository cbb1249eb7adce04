"""What becomes of a message, and why: the same facts always give the same decision. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from grc.errors import Misconfigured
from grc.messages.model import InboundMessage
from grc.tickets.model import TicketKey
from routing.duplicate import DUPLICATE, duplicate
from routing.loop import loop
from routing.model import AgentFact, Decision, Facts, Reason, ServiceFact, ThreadFact
from routing.recipient import Reached, recipient, service_by_slug
from routing.rules import Unreadable, matching
from routing.thread import PROVEN, Answered, Claimed, Joined, thread

_NORMAL = 2


def decide(message: InboundMessage, facts: Facts) -> Decision:
    """Duplicate, our own voice, a ticket it continues, or a new one for the service that address, form, type or a rule names.

    What a machine reports of a mail of ours concerns the ticket only by a proof; without one it is set aside.
    """
    reached = recipient(facts)
    here = reached.collectivity_id
    same = duplicate(facts, here)
    if same is not None:
        return Decision(outcome="duplicate", collectivity_id=here, ticket=TicketKey(here, same.ticket_id), reasons=(DUPLICATE,))
    ours = loop(message, facts)
    if ours is not None:
        return Decision(outcome="filter", collectivity_id=here, reasons=(*reached.reasons, ours))
    link = thread(message, facts, here)
    if message.reports and not (isinstance(link, Joined) and link.thread.how in PROVEN):
        return Decision(outcome="filter", collectivity_id=here, reasons=(*reached.reasons, _STRAY_REPORT))
    match link:
        case Joined(found, reason) if found.collectivity_id == here and _closed_long_ago(message, found, facts):
            told = Reason("closed_long_ago", _FOLLOWS.format(found.reference))
            decision = _open(message, facts, reached)
            follows = TicketKey(found.collectivity_id, found.ticket_id)
            return replace(decision, follows=follows, reasons=(*decision.reasons, reason, told))
        case Joined():
            return _append(message, link)
        case Answered(agent=agent) if message.is_auto:
            return Decision(outcome="filter", collectivity_id=here, reasons=(*reached.reasons, _automatic_of(agent)))
        case Answered():
            return _answer(link)
        case Claimed(ticket_id, reason):
            decision = _open(message, facts, reached)
            return replace(decision, linked_ticket_id=ticket_id, alarm="review_link", reasons=(*decision.reasons, reason))
        case None:
            return _open(message, facts, reached)


_STRAY_REPORT = Reason(
    "report_unknown", "C’est l’avis d’un serveur sur un courriel que nous n’avons pas envoyé, ou que nous ne reconnaissons pas."
)
_FOLLOWS = "La demande {} est close depuis longtemps : une nouvelle demande est ouverte, et liée à elle."
_APPENDED_AUTOMATIC = Reason("automatic", "C’est un message automatique : il est gardé avec la demande, sans la rouvrir.")
_APPENDED_BOUNCE = Reason("bounce", "C’est un avis de non-remise d’un de nos courriels pour cette demande.")


def _closed_long_ago(message: InboundMessage, found: ThreadFact, facts: Facts) -> bool:
    """Whether a person replies to what was over long ago. On the page of the request he sees that himself; a third party asks nothing."""
    if message.is_auto or message.is_bounce or found.how == "portal" or found.third or found.phase != "closed" or found.closed_at is None:
        return False
    here = next((one for one in facts.collectivities if one.id == found.collectivity_id), None)
    return here is not None and facts.now - found.closed_at > timedelta(days=here.reply_days)


def _automatic_of(agent: AgentFact) -> Reason:
    return Reason("agent_automatic", f"C’est un message automatique de la messagerie de {agent.name}, agent du service.")


def _answer(link: Answered) -> Decision:
    found = link.thread
    return Decision(
        outcome="append",
        collectivity_id=found.collectivity_id,
        service_id=found.service_id,
        ticket=TicketKey(found.collectivity_id, found.ticket_id),
        by_agent=link.agent,
        public=link.public,
        direct=link.direct,
        reasons=(link.reason,),
    )


def _append(message: InboundMessage, link: Joined) -> Decision:
    found = link.thread
    more = (_APPENDED_BOUNCE,) if message.is_bounce else (_APPENDED_AUTOMATIC,) if message.is_auto else ()
    if found.merged:
        more = (Reason("merged", f"La demande {found.merged} est réunie à la demande {found.reference}, qui reçoit la suite."), *more)
    if found.via not in (None, found.collectivity_id):
        more = (Reason("transferred", f"La demande {found.reference} a été transmise à un autre organisme, qui reçoit la suite."), *more)
    return Decision(
        outcome="append",
        collectivity_id=found.collectivity_id,
        service_id=found.service_id,
        ticket=TicketKey(found.collectivity_id, found.ticket_id),
        third=found.third,
        proven=found.how in PROVEN,
        reasons=(link.reason, *more),
    )


@dataclass(slots=True)
class _Draft:
    """A decision while it is being made: what is already settled is not decided again."""

    service: ServiceFact | None
    type: str
    priority: int | None
    reasons: list[Reason]


def _open(message: InboundMessage, facts: Facts, reached: Reached) -> Decision:
    draft = _Draft(reached.service, message.type, None, list(reached.reasons))
    _by_form(message, facts, reached.collectivity_id, draft)
    _by_type(message, facts, reached.collectivity_id, draft)
    _by_rules(message, facts, reached.collectivity_id, draft)
    return Decision(
        outcome="open",
        collectivity_id=reached.collectivity_id,
        service_id=(draft.service or _by_default(facts, reached.collectivity_id, draft)).id,
        type=draft.type or "general",
        priority=draft.priority or _NORMAL,
        reasons=tuple(draft.reasons),
    )


def _by_form(message: InboundMessage, facts: Facts, here: int, draft: _Draft) -> None:
    """A person who chose the service himself is right."""
    if not message.service_slug:
        return
    chosen = service_by_slug(facts, here, message.service_slug)
    if chosen is None:
        draft.reasons.append(Reason("form_unknown", "Le service choisi dans le formulaire n’existe plus ; un autre a été cherché."))
    else:
        draft.service = chosen
        draft.reasons.append(Reason("form", f"Le service « {chosen.name} » a été choisi dans le formulaire."))


def _by_type(message: InboundMessage, facts: Facts, here: int, draft: _Draft) -> None:
    """A type has a service of its own, unless the person chose another; one that is no longer there makes a general request."""
    if not message.type:
        return
    found = next((one for one in facts.types if one.name == message.type and one.collectivity_id == here), None)
    if found is None:
        draft.type = ""
        draft.reasons.append(Reason("type_unknown", "Le type de demande du formulaire n’existe plus ; la demande est générale."))
        return
    if draft.service is not None or found.service is None:
        return
    draft.service = service_by_slug(facts, here, found.service)
    if draft.service is None:
        told = f"Le service « {found.service} », que le type « {found.title} » désigne, n’existe pas ici ; un autre a été cherché."
        draft.reasons.append(Reason("type_service_unknown", told))
    else:
        told = f"Le type de demande « {found.title} » est confié au service « {draft.service.name} »."
        draft.reasons.append(Reason("type", told))


def _by_rules(message: InboundMessage, facts: Facts, here: int, draft: _Draft) -> None:
    """The first rule that settles a thing settles it."""
    for match in matching(facts.rules, here, message, facts.now):
        if isinstance(match, Unreadable):
            draft.reasons.append(Reason("rule_unreadable", match.why))
            continue
        told: list[str] = []
        wanted = match.outcome
        if wanted.service is not None and draft.service is None:
            draft.service = service_by_slug(facts, here, wanted.service)
            told.append(f"service « {draft.service.name} »" if draft.service else f"le service « {wanted.service} » n’existe pas")
        if wanted.type is not None and not draft.type:
            draft.type = wanted.type
            told.append("type de demande")
        if wanted.priority is not None and draft.priority is None:
            draft.priority = wanted.priority
            told.append(f"priorité {_PRIORITIES[wanted.priority]}")
        if told:
            draft.reasons.append(Reason("rule", f"La règle « {match.name} » s’applique, car {match.found} : {', '.join(told)}."))


_PRIORITIES = {1: "urgente", 2: "normale", 3: "basse", 4: "sans urgence"}


def _by_default(facts: Facts, here: int, draft: _Draft) -> ServiceFact:
    services = [service for service in facts.services if service.collectivity_id == here]
    if not services:
        raise Misconfigured(f"the collectivity {here} has no service: add one, or its mail cannot be given to anybody")
    default = next((service for service in services if service.is_default), services[0])
    draft.reasons.append(Reason("default", f"Rien ne désigne un autre service : « {default.name} » reçoit la demande."))
    return default
