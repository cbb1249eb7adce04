"""Which collectivity a message reached, and which service the address names."""

from __future__ import annotations

from dataclasses import dataclass

from grc.collectivities.naming import of_collectivity
from grc.messages.signature import without_tag
from routing.model import Facts, Reason, RecipientMatch, ServiceFact


@dataclass(frozen=True, slots=True)
class Reached:
    """The collectivity, the service its address or plus-tag names (None: it names none), and why."""

    collectivity_id: int
    service: ServiceFact | None
    reasons: tuple[Reason, ...]


def recipient(facts: Facts) -> Reached:
    """Where the message arrived: at the address of its account if that is known, else at the first known one, else at its account."""
    account, _ = without_tag(facts.received_account)
    matches = sorted(facts.recipients, key=lambda match: match.address != account)  # stable: the order of the envelope
    if not matches:
        return Reached(facts.fallback_collectivity_id, None, (_by_account(facts),))
    collectivity_id = matches[0].collectivity_id
    here = [match for match in matches if match.collectivity_id == collectivity_id]
    return _by_tag(facts, here) or _by_address(facts, here)


def service_by_slug(facts: Facts, collectivity_id: int, slug: str) -> ServiceFact | None:
    """The service of the collectivity with this short name."""
    return next((s for s in facts.services if s.collectivity_id == collectivity_id and s.slug == slug), None)


def of(facts: Facts, collectivity_id: int) -> str:
    """« de la commune de Dax », or as little as is known of it."""
    found = next((c for c in facts.collectivities if c.id == collectivity_id), None)
    return of_collectivity(found.kind, found.name) if found else "de la collectivité"


def _by_tag(facts: Facts, here: list[RecipientMatch]) -> Reached | None:
    for match in here:
        service = service_by_slug(facts, match.collectivity_id, match.tag) if match.tag else None
        if service is not None:
            local, _, domain = match.address.rpartition("@")
            where = f"{local}+{match.tag}@{domain} {of(facts, match.collectivity_id)}"
            text = f"Le message est arrivé à l’adresse {where}, qui nomme le service « {service.name} »."
            return Reached(match.collectivity_id, service, (Reason("address_tag", text),))
    return None


def _by_address(facts: Facts, here: list[RecipientMatch]) -> Reached:
    for match in here:
        service = next((s for s in facts.services if s.collectivity_id == match.collectivity_id and s.id == match.service_id), None)
        if service is not None:
            where = f"{match.address} {of(facts, match.collectivity_id)}"
            text = f"Le message est arrivé à l’adresse {where}, celle du service « {service.name} »."
            return Reached(match.collectivity_id, service, (Reason("address_service", text),))
    match = here[0]
    text = f"Le message est arrivé à l’adresse {match.address} {of(facts, match.collectivity_id)}."
    return Reached(match.collectivity_id, None, (Reason("address", text),))


def _by_account(facts: Facts) -> Reason:
    where = of(facts, facts.fallback_collectivity_id)
    if "@" in facts.received_account:
        return Reason("account", f"Aucune adresse du message n’est connue ; il est arrivé par la boîte {facts.received_account} {where}.")
    return Reason("account", f"Le message est arrivé par une voie {where}.")
