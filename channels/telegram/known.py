"""What the dialogue must know, read from the database: the commune that is meant, what is offered there, the request under way."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from channels.telegram.choices import MOST_BUTTONS, Kind, Place
from channels.telegram.dialogue import Facts, Open, Said
from channels.telegram.state import State
from grc.clock import PARIS
from grc.db import sql
from grc.db.transaction import Transaction
from grc.fold import slug
from grc.messages.conversations import Conversation
from grc.tickets import transfers
from grc.tickets.model import TicketKey
from grc.types import store as types
from grc.web.citizen import place as places

queries = sql.load(__file__, "weigh.sql")
AGENCY = "agency"


async def known(tx: Transaction, owner: int, talk: Conversation, state: State, said: Said, key: bytes, now: datetime) -> Facts:
    """The facts for one turn, and no more of them than it can need. `owner` is the collectivity of the account."""
    row = await queries.owner(tx.conn, id=owner)
    ticket = await open_ticket(tx, talk)
    own = await _place(tx, row["code"]) if row["kind"] != AGENCY else None
    facts = Facts(now, ticket=ticket, code=f"{secrets.randbelow(10**6):06d}", key=key, public_url=tx.site.public_url)
    facts = replace(facts, place=own) if own else await _meant(tx, facts, state, said)
    if facts.place is None or not facts.place.active or (ticket is not None and said.content):
        return facts
    return replace(facts, offered=await _offered(tx, facts.place, now))


async def open_ticket(tx: Transaction, talk: Conversation) -> Open | None:
    """The request of a conversation, wherever it is followed now; None where there is none, or it is closed."""
    if talk.ticket is None:
        return None
    key = await transfers.here(tx, TicketKey(*talk.ticket))
    row = await queries.ticket(tx.conn, collectivity_id=key.collectivity_id, id=key.id)
    if row is None or row["phase"] != "open":
        return None
    link = f"{tx.site.public_url}/suivi/{row['tracking_token']}" if row["tracking_token"] else ""
    return Open(row["reference"], row["subject"], link, row["code"])


async def _meant(tx: Transaction, facts: Facts, state: State, said: Said) -> Facts:
    """The same with the commune that is meant, where the bot serves several."""
    if said.command == "start":
        found = await _named(tx, said.argument)
    elif said.pressed.startswith("p:"):
        found = await _named(tx, said.pressed[2:])
    elif said.command or said.pressed or (state.place and state.waits != "place") or not said.content:
        found = await _named(tx, state.place)
    elif said.spot is not None:
        found = await _named(tx, said.spot.insee)
    else:
        found = await _asked(tx, said.words)
    sole = found[0] if len(found) == 1 and found[0].active else None
    return replace(facts, found=found, place=sole)


async def _asked(tx: Transaction, words: str) -> Sequence[Place]:
    """The communes that words may mean; only one where it has exactly this name."""
    found = await places.search(tx, words)
    exact = [one for one in found if slug(one.name) == slug(words)]
    chosen = exact if len(exact) == 1 else found
    active = [one for one in chosen if one.active] or chosen
    return [place for one in active[:MOST_BUTTONS] if (place := await _place(tx, one.code, one.name))]


async def _named(tx: Transaction, code: str) -> Sequence[Place]:
    place = await _place(tx, code) if code else None
    return [place] if place else []


async def _place(tx: Transaction, code: str, name: str = "") -> Place | None:
    """A collectivity by its code; a commune that is none of ours by its name alone."""
    found = await places.by_code(tx, code)
    if found is None:
        return Place(code, name, "", active=False) if name else None
    return Place(found.code, found.title, found.to, found.active, found.email)


async def _offered(tx: Transaction, place: Place, now: datetime) -> Sequence[Kind]:
    """What citizens may ask there today."""
    here = await places.by_code(tx, place.code)
    if here is None:
        return ()
    offered = await types.offered(tx, here.id, on=now.astimezone(PARIS).date())
    return [
        Kind(
            one.definition.name,
            one.definition.title,
            one.definition.category,
            any(field.by == "requester" and field.required for field in one.definition.fields),
        )
        for one in offered
    ]
