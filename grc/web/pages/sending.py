"""The box of answers is sent: to whoever asked, to a third party, or as a note. For some seconds it can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from grc import clock
from grc.actions import hold, redirect
from grc.actions.hold import Held, Sending
from grc.actions.note import note
from grc.actions.ways import way_id, ways
from grc.db.transaction import Transaction
from grc.errors import BadInput
from grc.messages.model import Attachment
from grc.people.agents import SignedIn
from grc.tickets.model import NewAttachment, NewDelivery, TicketKey
from grc.web import words
from grc.web.desk import Desk
from grc.web.pages.frame import initials
from grc.web.parts import CHANNELS, settings


@dataclass(frozen=True, slots=True)
class Chosen:
    """The way that stands chosen in the box, empty for the one that is proposed, and whether the answer is public."""

    way: str = ""
    public: bool = False


THIRD = "tiers"  # beside `reponse` and `note`
DONE = {
    "tenu": "Votre message part dans quelques secondes\u00a0: vous pouvez encore annuler l’envoi.",
    "repris": "Envoi annulé. Votre texte est de nouveau dans l’éditeur, rien n’est parti.",
    "parti": "Trop tard pour annuler\u00a0: ce message est déjà parti.",
    "jete": "Brouillon jeté.",
    "renvoye": "Message renvoyé par une autre voie.",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that is about to leave, as the conversation shows it."""

    id: int
    mine: bool
    author: str
    initials: str
    head: str
    text: str
    files: Sequence[NewAttachment]
    seconds: int
    at: datetime
    clock: str


async def send(desk: Desk, key: TicketKey) -> str:
    """Sends what was typed, with the files of a draft that were kept; the word for what was done."""
    kind, text = desk.form.text("genre"), desk.form.text("texte")
    files: list[Attachment | NewAttachment] = [f for f in desk.form.files.get("fichiers", ()) if f.content]
    files += await _kept(desk, key)
    if kind == "note":
        await note(desk.tx, desk.agent, key, text, files, desk.now)
        if desk.form.text("brouillon"):
            await hold.discard(desk.tx, desk.agent, key)
        return "noter"
    closes = kind != THIRD and desk.form.text("clore") == "1"
    way = None if kind == THIRD else await _way(desk, key)
    what = Sending("third" if kind == THIRD else "reply", text, desk.form.text(THIRD, 300), closes, files, way)
    wait = hold.undo_time(desk.agent.preferences, settings(desk.request).undo_seconds)
    if await hold.send(desk.tx, desk.agent, key, what, desk.now, wait):
        return "tenu"
    return THIRD if kind == THIRD else "clore" if closes else "repondre"


async def _way(desk: Desk, key: TicketKey) -> NewDelivery | None:
    """The way that was chosen in the box; None where it offers none. BadInput where nothing can leave by it any more."""
    chosen = desk.form.text("voie", 500)
    if not chosen:
        return None
    way = next((one for one in await ways(desk.tx, desk.request.app[CHANNELS], key, desk.now) if one.id == chosen), None)
    if way is None:
        raise BadInput("voie", "Cette voie n’existe plus pour cette demande\u00a0: choisissez-en une autre, puis envoyez de nouveau.")
    if not way.open:
        raise BadInput("voie", f"{way.why_not} Choisissez une autre voie, puis envoyez de nouveau.")
    public = way.may_be_public and chosen in desk.form.every.get("public", ())  # a tick beside another way says nothing of this one
    return NewDelivery(way.channel, way.address, automatic=False, account=way.account, public=public)


async def send_again(desk: Desk, key: TicketKey) -> str:
    """Sends what could not be delivered by another way."""
    way = await _way(desk, key)
    number = desk.form.number("envoi_manque")
    if way is None or number is None:
        raise BadInput("voie", "Choisissez la voie par laquelle renvoyer ce message.")
    await redirect.send_again(desk.tx, desk.agent, key, number, way, desk.now)
    return "renvoye"


async def _kept(desk: Desk, key: TicketKey) -> list[NewAttachment]:
    """The files of his draft that he left ticked."""
    chosen = desk.form.every.get("repris", ())
    mine = await draft(desk.tx, desk.agent, key) if chosen else None
    return [f for f in mine.files if f.digest.hex() in chosen] if mine else []


async def take_back(desk: Desk, key: TicketKey) -> str:
    """Takes back what he sent, where it has not left."""
    return "repris" if await hold.undo(desk.tx, desk.agent, key, desk.form.number("tenu") or 0) else "parti"


async def throw_away(desk: Desk, key: TicketKey) -> str:
    """Forgets his draft."""
    await hold.discard(desk.tx, desk.agent, key)
    return "jete"


async def draft(tx: Transaction, agent: SignedIn, key: TicketKey) -> Held | None:
    """What he took back last, or what was refused, on this ticket."""
    return _latest(await hold.held(tx, key), agent)


def _latest(held: Sequence[Held], agent: SignedIn) -> Held | None:
    return next((h for h in reversed(held) if h.agent_id == agent.id and h.state != "waiting"), None)


async def values(desk: Desk, key: TicketKey) -> dict[str, object]:
    """The values of `_thread.html` and `_compose.html`: what is about to leave, and his draft."""
    held = await hold.held(desk.tx, key)
    back = await ways(desk.tx, desk.request.app[CHANNELS], key, desk.now)
    return {
        "back_ways": back,
        "can_answer": any(one.open for one in back),
        "waiting": [_waiting(h, desk) for h in held if h.state == "waiting"],
        "draft": (mine := _latest(held, desk.agent)),
        "chosen": _chosen(desk, mine),
    }


def _chosen(desk: Desk, mine: Held | None) -> Chosen:
    """What he chose in the box before it came back to him; else what he chose for the draft he took back."""
    if "voie" in desk.form.fields:
        chosen = desk.form.text("voie", 500)
        return Chosen(chosen, chosen in desk.form.every.get("public", ()))
    way = mine.sending.way if mine else None
    return Chosen(way_id(way.channel, way.account, way.to_addr), way.public) if way else Chosen()


def _waiting(held: Held, desk: Desk) -> Waiting:
    head = f"à un tiers, {held.sending.to}" if held.sending.kind == "third" else "réponse"
    if held.sending.closes:
        head += ", puis la demande sera close"
    local = held.due.astimezone(clock.PARIS)
    left = max(0, round((held.due - desk.now).total_seconds()))
    return Waiting(
        held.id, held.agent_id == desk.agent.id, held.who, initials(held.who), head, held.sending.text, held.files, left,
        held.due, f"{words.hour(local)} et {local.second}{words.NBSP}s",
    )  # fmt: skip
