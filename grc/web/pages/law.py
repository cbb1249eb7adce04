"""The block « Ce que la loi attend » of a ticket: its deadline in words and colour, every step of the clock, the act that comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from grc.actions import law
from grc.actions.correct import NAMES
from grc.clock import PARIS
from grc.tickets import legal, transfers
from grc.tickets.legal import Fact, Proof
from grc.tickets.model import LegalFact
from grc.tickets.page import Deadline, TicketPage
from grc.tickets.transfers import Hop
from grc.web import telling, words
from grc.web.desk import Desk
from workflows.definition import Definition
from workflows.expected import Act, expected
from workflows.legal_clock import Clock
from workflows.legal_due import KINDS, PRESSING, Reckoned, missing
from workflows.legal_notice import NOTICES


@dataclass(frozen=True, slots=True)
class Button:
    """An act as the block offers it: its word in addresses, its label, its icon."""

    slug: str
    label: str
    icon: str


TRANSFER = Button("transmettre", "Transmettre à la collectivité compétente", "forward")
REFUSE = Button("refuser", "Refuser la transmission", "undo-2")
RETURNED = Button("revenue", "L’organisme l’a refusée", "undo-2")

BUTTONS: Mapping[Act, Button] = {
    "start": Button("lancer", "Faire courir le délai", "calendar-clock"),
    "acknowledge": Button("accuser", "Accuser réception", "mail-check"),
    "ask_missing": Button("pieces", "Demander des pièces", "file-clock"),
    "complete": Button("completee", "Les pièces sont arrivées", "file-check"),
    "decide": Button("decider", "Décider", "stamp"),
    "notify": Button("notifier", "La décision est notifiée", "mail-check"),
    "withdraw": Button("retirer", "La demande est retirée", "undo-2"),
    "ask_reasons": Button("demande-motifs", "Les motifs sont demandés", "message-circle-question-mark"),
    "give_reasons": Button("motifs", "Communiquer les motifs", "message-square-text"),
    "attest": Button("attester", "Envoyer l’attestation", "file-badge"),
    "correct": Button("corriger", "Corriger une date", "calendar-cog"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A deadline, a fact or a step in words, and how pressing it is: `late`, `soon`, `calm`, `done`."""

    text: str
    pressing: str = "calm"
    article: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """A fact of the request's life: its name, its day, what else is known of it; `gone` where it was corrected since."""

    name: str
    day: str
    more: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice with its proof: what became of it in words, and whether a letter should leave in its place."""

    title: str
    message_id: int
    day: str
    state: str
    pressing: str
    read: str
    failed: bool
    ours: bool


@dataclass(frozen=True, slots=True)
class Block:
    """All that the block says. `first` is the act that the law expects now."""

    head: Line
    also: Sequence[Line]
    steps: Sequence[Line]
    first: Button | None
    others: Sequence[Button]
    past: Sequence[Past]
    sent: Sequence[Sent]
    held: bool = False
    moves: Sequence[Line] = ()  # where the request went


async def block(desk: Desk, ticket: TicketPage, definition: Definition | None) -> Block | None:
    """The block of this ticket; None where the law has nothing to say of it."""
    if definition is None or definition.audience != "citizen" or ticket.on_behalf_of is not None:
        return None
    hops = await transfers.way(desk.tx, ticket.key.id)
    told = await _told(desk, ticket, definition)
    return replace(told, others=(*told.others, *_bodies(ticket, hops)), moves=moves(hops))


async def _told(desk: Desk, ticket: TicketPage, definition: Definition) -> Block:
    known = await legal.facts(desk.tx, ticket.key)
    told = [fact for fact in known if fact.stands]
    proofs = await legal.proofs(desk.tx, ticket.key, tuple(NOTICES))
    sent = [_sent(proof, desk.now) for proof in proofs]
    if not any(fact.kind == "received" for fact in told):
        head = Line("Aucun délai légal ne court\u00a0: cette demande n’est pas arrivée par une voie qui l’engage d’elle-même.")
        return Block(head, (), (), None, (BUTTONS["start"],), (), sent)
    events = law.events(law.facts(_facts(told)))
    found = law.reckoned(definition, await legal.region(desk.tx, ticket.key.collectivity_id), events)
    standing = frozenset(d.kind for d in ticket.deadlines if d.met_at is None and d.kind in KINDS)
    next_acts = expected(found, events, standing, definition.legal.regime, desk.now)
    held = any(proof.kind == "ack" and proof.state == "held" for proof in proofs)
    leaving = any(proof.kind == "ack" and proof.state in ("created", "sending", "temporary-failure") for proof in proofs)
    first = None if next_acts.first is None or (next_acts.first == "acknowledge" and (held or leaving)) else BUTTONS[next_acts.first]
    return Block(
        _head(ticket, found, definition, desk.now), tuple(_also(ticket, found, events, desk.now)), _steps(found.clock), first,
        [BUTTONS[act] for act in next_acts.others], [_past(fact) for fact in known], sent, held,
    )  # fmt: skip


def _bodies(ticket: TicketPage, hops: Sequence[Hop]) -> tuple[Button, ...]:
    """What may be done about who is competent."""
    if ticket.phase != "open":
        return (RETURNED,) if transfers.outside(hops) is not None else ()
    given = transfers.came_from(hops)
    return (TRANSFER, REFUSE) if given is not None and given.to_id == ticket.key.collectivity_id else (TRANSFER,)


_MOVED = {
    transfers.PASSED: "{from_} → {to}, {day}.",
    transfers.REFUSED: "{from_} l’a refusée\u00a0: revenue à {to}, {day}.",
    transfers.SENT: "{from_} → {to}, hors du service, {day}.",
    transfers.RETURNED: "{to} l’a refusée\u00a0: revenue à {from_}, {day}.",
}
MANY_MOVES = 3


def moves(hops: Sequence[Hop]) -> tuple[Line, ...]:
    """Where a request went, in words, a warning first where it went to and fro."""
    said = [Line(_MOVED[h.kind].format(from_=h.from_title, to=h.body, day=words.day(h.at)), "calm", h.why) for h in hops]
    if len(hops) >= MANY_MOVES:
        text = f"Cette demande a changé de mains {len(hops)}\u00a0fois\u00a0: entendez-vous avec l’autre organisme avant de la renvoyer."
        said.insert(0, Line(text, "late"))
    return tuple(said)


def _facts(told: Sequence[Fact]) -> list[LegalFact]:
    return [LegalFact(f.id, f.kind, f.at, f.days, f.indispensable, f.decision, f.items) for f in told]


_DO = {
    "aee": "Accuser l’enregistrement, faute d’accusé de réception,", "are": "Accuser réception", "notify": "Notifier une décision",
    "reasons": "Communiquer les motifs",
}  # fmt: skip


def _head(ticket: TicketPage, found: Reckoned, definition: Definition, now: datetime) -> Line:
    """The one line that counts now."""
    presses = [d for d in ticket.deadlines if d.met_at is None and d.kind in PRESSING]
    if presses:
        due = min(presses, key=lambda d: d.due_at)
        when, pressing = words.delay(due.due_at, now, "")
        return Line(words.sentence(f"{_DO[due.kind]} {when}"), pressing, due.article)
    clock = found.clock
    if clock.ended is not None:
        did = "Décision notifiée" if clock.ended.kind == "notified" else "Demande retirée"
        return Line(f"{did} le {words.day(clock.ended.day)}.", "done")
    if clock.born_at is not None and clock.born_at <= now:
        worth = "d’acceptation" if definition.legal.regime == "sva" else "de rejet"
        return Line(f"Décision implicite {worth} née le {words.day(clock.born_at)}.", "late", definition.legal.article)
    if definition.legal.regime == "none":
        return Line("Le silence ne décide rien pour ce type de demande.", "calm")
    if clock.born_at is None:
        return Line("Le délai ne court pas\u00a0: des pièces manquent.", "calm", "L114-5")
    return Line(f"Silence gardé jusqu’au {words.day(clock.implicit_decision_on or now)}.", "calm", definition.legal.article)


def _also(ticket: TicketPage, found: Reckoned, events: Sequence[Any], now: datetime) -> Sequence[Line]:
    """What comes to pass besides: items awaited, the implicit decision to come, the end of the appeal period."""
    said = []
    due: Mapping[str, Deadline] = {d.kind: d for d in ticket.deadlines if d.met_at is None and d.kind in KINDS}
    if "complete" in due and missing(found.clock, events):
        last = due["complete"].due_at
        text = "Pièces attendues jusqu’au" if last > now else "Pièces non reçues le"
        said.append(Line(f"{text} {words.day(last)}.", "calm" if last > now else "late", due["complete"].article))
    if "implicit_decision" in due and due["implicit_decision"].due_at > now:
        born = due["implicit_decision"]
        said.append(Line(f"Sans décision, le silence décide le {words.day(born.due_at)}.", "calm", born.article))
    if "appeal" in due:
        last = due["appeal"].due_at
        said.append(Line(f"Recours possible jusqu’au {words.day(last)}." if last > now else f"Recours clos le {words.day(last)}."))
    return said


def _steps(clock: Clock) -> list[Line]:
    return [Line(step.text, "calm", step.article) for step in clock.steps]


def _past(fact: Fact) -> Past:
    more = [
        fact.way,
        f"{fact.days}\u00a0jours" if fact.days else "",
        {"rejection": "refus", "acceptance": "accord"}.get(fact.decision or "", ""),
    ]
    if fact.kind == "incomplete" and not fact.indispensable:
        more.append("non indispensables")
    if fact.void:
        more.append("n’a pas eu lieu")
    if fact.why and not fact.stands:
        more.append(fact.why)
    return Past(NAMES[fact.kind], words.day(fact.at), ", ".join(part for part in more if part), not fact.stands)


def _sent(proof: Proof, now: datetime) -> Sent:
    said, pressing, _ = telling.delivery(proof.state) if proof.state else ("imprimé", "calm", "")
    if proof.direction == "note":
        said = "prête"
    if proof.tried_at and proof.state in ("sent", "delivered"):
        said = f"{said} {words.spoken(proof.tried_at, now)}"
    read = f"lu sur la page de suivi {words.spoken(proof.read_at, now)}" if proof.read_at else ""
    failed = proof.state in ("permanent-failure", "technical-failure") and not proof.settled
    return Sent(NOTICES[proof.kind].title, proof.message_id, words.day(proof.at), said, pressing, read, failed, proof.direction == "out")


def today(now: datetime) -> str:
    """The day as a field of a form has it."""
    return now.astimezone(PARIS).date().isoformat()
