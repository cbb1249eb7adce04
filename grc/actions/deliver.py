"""The outbox leaves: claimed by lease, sent with no connection to the database held, its evidence written before anything else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from grc import files
from grc.actions import digest, reached
from grc.actions.draft import Draft
from grc.actions.house import House
from grc.actions.letter import letter, link
from grc.actions.retry import next_try
from grc.actions.turns import Turns
from grc.collectivities.naming import title
from grc.db import sql
from grc.db.transaction import WORKER, Transaction
from grc.errors import Raced, Unavailable
from grc.messages import prompts
from grc.messages.gist import gist
from grc.messages.model import NO_TICKET, Attachment, OutboundMessage, Sent
from grc.tickets import store, transfers
from grc.tickets.model import TicketKey
from workflows.legal_notice import NOTICES

log = structlog.get_logger()
_queries = sql.load(__file__, "deliver.sql")

LEASE = timedelta(minutes=10)
PATIENCE = timedelta(hours=1)  # how long what is written to an address of a network lets nothing overtake it
LONGEST_ATTEMPT = timedelta(minutes=5)  # none begins with less of its lease left, so that nobody takes it while it is tried
RECORD_SECONDS = 60.0  # how long the evidence of an attempt waits for a database that is away
LONGEST_THREAD = 20  # Message-IDs in References: the first and the last ones


@dataclass(frozen=True, slots=True)
class Leaving:
    """A claimed delivery, ready for its channel."""

    message: OutboundMessage
    kind: str
    tries: int
    created_at: datetime
    until: datetime  # when its lease ends
    by: int  # the collectivity that wrote it
    trouble: str = ""  # why it cannot be written at this moment: its file is away


async def claim(house: House, now: datetime, most: int, turns: Turns | None = None) -> list[Leaving]:
    """Leases about `most` deliveries that are due, with all that sending them needs. One commit, before any network."""
    turns = turns or Turns()
    async with house.db.transaction(WORKER) as tx:
        given = {"held": files.HELD[tx.site.scans], "after": turns.after, "resting": turns.tired(now), "patience": now - PATIENCE}
        rows = [row async for row in _queries.claim(tx.conn, now=now, until=now + LEASE, most=most, **given)]
        if not rows:
            return []
        turns.served([row["collectivity_id"] for row in rows])
        spoken = [row for row in rows if row["message_id"] is not None]
        places = [r["collectivity_id"] for r in spoken]
        said = _queries.letters(tx.conn, collectivities=places, deliveries=[r["id"] for r in spoken])
        letters = {(m["collectivity_id"], m["id"]): m async for m in said}
        leaving = [await _leaving(house, tx, row, letters[row["collectivity_id"], row["id"]], now + LEASE) for row in spoken]
        messages = [r["message_id"] for r in spoken]
        await _queries.name_mails(tx.conn, collectivities=places, messages=messages, mail_ids=[one.message.mail_id for one in leaving])
        leaving += await _digests(tx, [row for row in rows if row["digest_id"] is not None], now + LEASE)
        return leaving + await _prompts(tx, [row for row in rows if row["prompt_id"] is not None], now + LEASE)


async def _digests(tx: Transaction, rows: Sequence[Any], until: datetime) -> list[Leaving]:
    """The mails to agents among what was claimed."""
    if not rows:
        return []
    keys = {"collectivities": [r["collectivity_id"] for r in rows], "digests": [r["digest_id"] for r in rows]}
    said = {(d["collectivity_id"], d["id"]): d async for d in _queries.digests(tx.conn, **keys)}
    return [
        Leaving(digest.as_sent(row, said[row["collectivity_id"], row["digest_id"]]), digest.KIND, row["tries"], row["created_at"], until,
                row["collectivity_id"])
        for row in rows
    ]  # fmt: skip


async def _prompts(tx: Transaction, rows: Sequence[Any], until: datetime) -> list[Leaving]:
    """What dialogues say among what was claimed."""
    if not rows:
        return []
    keys = {"collectivities": [r["collectivity_id"] for r in rows], "prompts": [r["prompt_id"] for r in rows]}
    said = {(p["collectivity_id"], p["id"]): p async for p in _queries.prompts(tx.conn, **keys)}
    return [
        Leaving(_prompt(row, said[row["collectivity_id"], row["prompt_id"]]), prompts.KIND, row["tries"], row["created_at"], until,
                row["collectivity_id"])
        for row in rows
    ]  # fmt: skip


def _prompt(row: Any, said: Any) -> OutboundMessage:
    """What a dialogue says, as its channel sends it; a part of it may leave by mail."""
    sender = said["collectivity_email"] or ""
    return OutboundMessage(
        outgoing_id=row["id"], collectivity_id=row["collectivity_id"], ticket_id=NO_TICKET, reference=prompts.KIND, channel=row["channel"],
        to_addr=row["to_addr"], subject=said["subject"], body_text=said["body_text"], body_html=None,
        sender_name=title(said["collectivity_kind"], said["collectivity_name"]), sender_addr=sender, reply_to="",
        mail_id=f"grc.{prompts.KIND}.{said['collectivity_id']}.{said['id']}@{sender.rpartition('@')[2] or 'localhost'}", references=(),
        automatic=False, at=said["made_at"], account=row["account"], said=said["body_text"], kind=prompts.KIND, buttons=said["buttons"],
    )  # fmt: skip


async def _leaving(house: House, tx: Transaction, row: Any, about: Any, until: datetime) -> Leaving:
    sender = about["service_email"] or about["collectivity_email"] or ""
    domain = sender.rpartition("@")[2] or "localhost"
    carried = [a async for a in _queries.attachments(tx.conn, collectivity_id=row["collectivity_id"], message_id=row["message_id"])]
    text, html, attached, trouble = "", None, [], ""
    try:
        text, html = letter(about, house.public_url)
        attached = [
            Attachment(a["name"], a["type"], a["data"] if a["data"] is not None else await files.content(tx.store, a["digest"]),
                       a["inline"], a["content_id"])
            for a in carried
        ]  # fmt: skip
    except Exception as error:  # told as a failed attempt of this one; those claimed with it leave all the same
        log.exception("deliver.not_written", outgoing=row["id"])
        trouble = f"{type(error).__name__}: {error}"
    message = OutboundMessage(
        outgoing_id=row["id"],
        collectivity_id=row["collectivity_id"],
        ticket_id=row["ticket_id"],
        reference=about["reference"],
        channel=row["channel"],
        to_addr=row["to_addr"],
        subject=about["subject"],
        body_text=text,
        body_html=html,
        sender_name=title(about["collectivity_kind"], about["collectivity_name"]),
        sender_addr=sender,
        reply_to=house.signer.reply_address(sender, about["reference"], third=about["audience"] == "third") if sender else "",
        mail_id=about["mail_id"] or house.signer.mail_id(about["reference"], domain),
        references=_thread(about["mail_references"]),
        automatic=row["automatic"],
        at=about["at"],
        attachments=attached,
        proof=about["kind"] in NOTICES,
        account=row["account"],
        said=about["body_text"],
        link=link(about, house.public_url),
        kind=about["kind"],
        answers=about["answers"] or {},
        public=row["public"],
    )
    by = about["written_for"] or row["collectivity_id"]
    return Leaving(message, about["kind"], row["tries"], row["created_at"], until, by, trouble)


def _thread(ids: Sequence[str]) -> tuple[str, ...]:
    """The conversation's Message-IDs, short enough for a header: where it began, and its last ones (RFC 5322, 3.6.4)."""
    return tuple(ids) if len(ids) <= LONGEST_THREAD else (ids[0], *ids[1 - LONGEST_THREAD :])


async def deliver(house: House, leaving: Leaving, clock: Callable[[], datetime], turns: Turns | None = None) -> str:
    """One attempt, then its evidence. Gives the state of the delivery after it; `not-yet` where it was no attempt."""
    if clock() > leaving.until - LONGEST_ATTEMPT:  # it waited too long behind slow ones: whoever claims it next sends it
        log.warning("deliver.lease_too_short", outgoing=leaving.message.outgoing_id)
        return "sending"
    channel = house.channels.get(leaving.message.channel)
    if leaving.trouble:
        sent = Sent("temporary-failure", leaving.trouble)
    elif channel is None:
        sent = Sent("technical-failure", f"no channel « {leaving.message.channel} » on this machine")
    else:
        sent = await channel.send(leaving.message)
    if sent.state == "not-yet" and sent.again is not None:
        if turns is not None:
            turns.resting[leaving.message.collectivity_id] = sent.again
        return await _put_off(house, leaving, sent.again)
    return await _recorded(house, leaving, sent, clock)


async def _put_off(house: House, leaving: Leaving, again: datetime) -> str:
    async with house.db.transaction(WORKER) as tx:
        given = {"collectivity_id": leaving.message.collectivity_id, "id": leaving.message.outgoing_id, "tries": leaving.tries}
        await _queries.put_off(tx.conn, **given, again=again)
    return "not-yet"


async def _recorded(house: House, leaving: Leaving, sent: Sent, clock: Callable[[], datetime]) -> str:
    """Writes the evidence despite races and a database that restarts: without it, what has left would leave again."""
    give_up = asyncio.get_running_loop().time() + RECORD_SECONDS
    while True:
        try:
            return await record(house, leaving, sent, clock())
        except (Raced, Unavailable) as error:
            if asyncio.get_running_loop().time() > give_up:
                raise
            log.warning("deliver.evidence_put_off", outgoing=leaving.message.outgoing_id, error=str(error))
            await asyncio.sleep(0.5)


async def record(house: House, leaving: Leaving, sent: Sent, now: datetime) -> str:
    """Writes what became of an attempt, once; a failure for good, or an acknowledgement gone, is told to the ticket as well."""
    state, due = sent.state, now
    if state == "temporary-failure":
        again = next_try(leaving.tries, leaving.created_at, now)
        state, due = ("permanent-failure", now) if again is None else (state, max(again, sent.again or again))
    message = leaving.message
    async with house.db.transaction(WORKER) as tx:
        said = {
            "id": message.outgoing_id, "tries": leaving.tries, "state": state, "detail": sent.detail[:2000],
            "answer": "" if state in ("sent", "delivered") else gist(sent.detail), "due": due, "now": now,
            "provider_ids": list(sent.provider_ids),
        }  # fmt: skip
        key = TicketKey(message.collectivity_id, message.ticket_id)
        written = await _queries.record(tx.conn, collectivity_id=key.collectivity_id, **said)
        # its request may have passed to another body while it was on its way, and it with it
        if written is None and message.ticket_id != NO_TICKET:
            key = await transfers.here(tx, key)
            written = await _queries.record(tx.conn, collectivity_id=key.collectivity_id, **said)
        if written is None:  # it was written before, or the lease had ended and another has it
            return "overtaken"
        await _tell(tx, key, leaving, state, sent.detail, now)
    return state


async def _tell(tx: Transaction, key: TicketKey, leaving: Leaving, state: str, detail: str, now: datetime) -> None:
    if leaving.message.ticket_id == NO_TICKET:
        if state in ("permanent-failure", "technical-failure"):  # seen on the screen all the same
            log.warning("deliver.not_delivered", kind=leaving.kind, outgoing=leaving.message.outgoing_id, detail=detail[:200])
    elif state in ("permanent-failure", "technical-failure"):
        ticket = await store.lock(tx, key)
        draft = Draft(key, now, "Envoi")
        draft.tell("delivery_failed", f"Le message à {leaving.message.to_addr} n’a pas pu être remis.", detail=detail[:500])
        # what the law owes is owed all the same: it must leave by the post
        draft.columns["alarm"] = "notice_failed" if leaving.kind in NOTICES else "delivery_failed"
        await store.write(tx, draft.amending(ticket))
    elif reached.counts(leaving.kind) and state in ("sent", "delivered"):
        message = leaving.message
        left = reached.Left(leaving.kind, message.sender_name, message.to_addr, message.channel, leaving.by == key.collectivity_id)
        await reached.reached(tx, key, left, now)
    else:
        tx.wake("ticket", f"{key.collectivity_id}:{key.id}:delivery")
