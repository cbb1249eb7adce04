"""Whoever leads marks a source as abusive: no acknowledgement is sent to it any more, it is told so once, and it ends by itself (L112-11).

What such a source sends still opens requests. An agent who writes, decides or acknowledges by his own act is not held back.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from grc.actions.draft import Draft
from grc.actions.legal_act import MAIL, LegalAct, Signer, begin, words
from grc.actions.silence import last_day
from grc.clock import PARIS
from grc.db.transaction import Transaction
from grc.errors import BadInput, Conflict, Forbidden, NotFound
from grc.people.agents import SignedIn
from grc.tickets import abusive, store
from grc.tickets.abusive import Marked, Source
from grc.tickets.model import TicketKey

MONTHS, MOST_DAYS = 6, 366
BEFORE = timedelta(days=14)  # how long before its end whoever leads is asked
NOTICE = "abusive"
_FORBIDDEN = "Seule la personne responsable du service peut signaler une source, ou lever un signalement."


def proposed_end(now: datetime) -> date:
    """The day that is proposed: six months from today."""
    today = now.astimezone(PARIS).date()
    year, month = divmod(today.month - 1 + MONTHS, 12)
    first = date(today.year + year, month + 1, 1)
    return min(first + timedelta(days=today.day - 1), (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


async def mark_abusive(
    tx: Transaction, agent: SignedIn, key: TicketKey, kind: str, value: str, reason: str, last: date | None, signer: Signer, now: datetime
) -> None:
    """Marks what whoever asked is known by, until the end of `last`; tells him where he can be told, and the timeline.

    Forbidden to all but whoever leads; NotFound for what is no source of this request; Conflict where it is marked already.
    """
    act = await begin(tx, agent, key, now)
    if "chief" not in agent.roles(key.collectivity_id, act.case.ticket.service_id):
        raise Forbidden(_FORBIDDEN)
    source = next((one for one in await abusive.sources(tx, key, now) if (one.kind, one.value) == (kind, value)), None)
    if source is None:
        raise NotFound("Cette source n’est pas celle de cette demande.")
    if source.until is not None:
        raise Conflict(f"Cette source est déjà signalée, jusqu’au {last_day(source.until)}.")
    why = because(reason)
    until = end_of(last, now)
    told = await _tell(tx, act, source, why, until, signer)
    await abusive.put(
        tx, key.collectivity_id, source, why, act.case.ticket.reference, agent.id, until=until, review_at=review_at(until, now),
        told_at=now if told else None, now=now,
    )  # fmt: skip
    whether = "Elle en est prévenue." if told else "Elle n’a pas pu en être prévenue."
    act.case.draft.tell("marked_abusive", f"{value}, jusqu’au {last_day(until)}. {whether} {why}", kind=kind, value=value, told=told)
    await act.case.write(tx)


async def prolong(tx: Transaction, agent: SignedIn, collectivity_id: int, number: int, last: date | None, now: datetime) -> None:
    """Gives a mark another last day. Forbidden to all but whoever leads."""
    marked = await _held(tx, agent, collectivity_id, number, now)
    until = end_of(last, now)
    await abusive.prolong(tx, marked, until, review_at(until, now))
    await _note(tx, agent, marked, "abusive_prolonged", f"{marked.value}, désormais jusqu’au {last_day(until)}.", now)


async def lift(tx: Transaction, agent: SignedIn, collectivity_id: int, number: int, reason: str, now: datetime) -> None:
    """Ends a mark, and says why. Forbidden to all but whoever leads."""
    marked = await _held(tx, agent, collectivity_id, number, now)
    why = words(reason, "pourquoi", "Dites pourquoi le signalement est levé.")
    await abusive.lift(tx, marked, agent.id, why, now)
    await _note(tx, agent, marked, "abusive_lifted", f"{marked.value}. {why}", now)


async def _held(tx: Transaction, agent: SignedIn, collectivity_id: int, number: int, now: datetime) -> Marked:
    if not agent.may("chief", collectivity_id):
        raise Forbidden(_FORBIDDEN)
    return await abusive.hold(tx, collectivity_id, number, now)


def because(reason: str) -> str:
    """Why a source is marked. BadInput where nothing was written."""
    return words(reason, "pourquoi", "Dites pourquoi\N{NO-BREAK SPACE}: la raison est écrite à la personne, et relue avant la fin.")


def said(source: str, why: str, until: datetime, signed: Signer) -> dict[str, str]:
    """What the notice says of it."""
    return {
        "source": source, "until_on": last_day(until), "reasons": why, "signer_name": signed.name, "signer_capacity": signed.capacity,
    }  # fmt: skip


def end_of(last: date | None, now: datetime) -> datetime:
    """The moment after the last day of a mark. BadInput where it lies behind, or more than a year ahead."""
    today = now.astimezone(PARIS).date()
    if last is None or not today < last <= today + timedelta(days=MOST_DAYS):
        raise BadInput("jusque", "Choisissez un jour à venir, dans un an au plus\N{NO-BREAK SPACE}: un signalement a toujours une fin.")
    after = last + timedelta(days=1)
    return datetime(after.year, after.month, after.day, tzinfo=PARIS)


def review_at(until: datetime, now: datetime) -> datetime:
    """Two weeks before its end; half-way, where it is short."""
    return max(until - BEFORE, now + (until - now) / 2)


async def _tell(tx: Transaction, act: LegalAct, source: Source, why: str, until: datetime, signer: Signer) -> bool:
    """Sends the notice, where the source is the address at which this request is answered; whether it did."""
    if source.value != act.case.ticket.answer_addr.lower():
        return False
    signed = signer.checked()
    await act.send(tx, NOTICE, act.write(NOTICE, said(source.value, why, until, signed)), MAIL, signed)
    return True


async def _note(tx: Transaction, agent: SignedIn, marked: Marked, what: str, why: str, now: datetime) -> None:
    """The line of the timeline, on the request by which the source was found, where he may still see it."""
    key = await abusive.request(tx, marked)
    if key is None:
        return
    draft = Draft(key, now, agent.name, agent.id)
    draft.tell(what, why, kind=marked.kind, value=marked.value)
    draft.columns |= {"alarm": None} if (ticket := await store.lock(tx, key)).alarm == "abusive_review" else {}
    await store.write(tx, draft.amending(ticket))
