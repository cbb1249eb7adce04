"""An arrival is weighed before it is decided: a turn of the dialogue, part of an album, a change of what was said, or a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from channels.telegram import words
from channels.telegram.choices import Button
from channels.telegram.client import MOST_IN
from channels.telegram.dialogue import KEPT, Mail, Said, Say, Take, Turn, turn
from channels.telegram.known import known, queries
from channels.telegram.parse import remote
from channels.telegram.proof import MOST_MAILED, WITHIN
from channels.telegram.settings import CHANNEL
from channels.telegram.state import Spot, State, dump, load
from channels.telegram.take import message_key
from channels.telegram.update import Message, Update, read
from grc.db.transaction import Transaction
from grc.errors import Unavailable
from grc.messages import conversations, prompts
from grc.messages.address import address
from grc.messages.conversations import Conversation
from grc.messages.model import InboundMessage, Received, Settled
from grc.people.phone import number
from grc.types import store as types
from grc.web.citizen import place as places

_LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class Scales:
    """Weighs arrivals. `key` is that of the codes of this installation."""

    key: bytes = field(repr=False)

    async def weigh(self, tx: Transaction, received: Received, message: InboundMessage, now: datetime) -> InboundMessage | Settled:
        """The message for a request, or what became of it."""
        update = read(received.raw)
        if update is None or not message.from_addr or message.is_auto or update.chat is None:
            return await _not_taken(tx, received, update, now)
        talk = await conversations.get(tx, received.collectivity_id, CHANNEL, received.account, message.from_addr)
        state = load(talk.state)
        if update.edited_message is not None:
            return await _changed(tx, received, message, update.edited_message, now)
        if update.message and received.source_id in state.albums.get(update.message.media_group_id, ()):
            return Settled("appended", "Fait partie de l’envoi groupé qui est déjà dans la demande.", talk.ticket)
        said = _said(update, message)
        facts = await known(tx, received.collectivity_id, talk, state, said, self.key, now)
        done = turn(state, said, facts)
        if done.mail is not None:
            done = await _mailed(tx, received, done, done.mail, state, now)
        await _keep(tx, received, message, talk, _with_album(done, update, message), now)
        for say in done.says:
            await _say(tx, received, message.from_addr, say, now)
        if done.take is None:
            return Settled("filtered", done.why, talk.ticket if facts.ticket and not done.leaves else None)
        return await _taken(tx, message, talk, done.take, done.state)


async def _not_taken(tx: Transaction, received: Received, update: Update | None, now: datetime) -> Settled:
    """Groups, channels, other bots, and what is no message: never a request. Who calls us by a command in a group is told where to go."""
    if update is None or update.chat is None:
        return Settled("filtered", "Ce n’est pas un message\u00a0: rien n’est à prendre.")
    if update.sender is None or update.sender.is_bot:
        return Settled("filtered", "Écrit par un robot ou par une chaîne, non par une personne.")
    if update.message is not None and update.message.text.startswith("/") and update.chat.type in ("group", "supergroup"):
        await _say(tx, received, address(CHANNEL, str(update.chat.id)), Say(words.PRIVATE), now)
    return Settled("filtered", "Écrit dans un groupe ou une chaîne\u00a0: seules les conversations privées sont lues.")


async def _changed(
    tx: Transaction, received: Received, message: InboundMessage, edited: Message, now: datetime
) -> InboundMessage | Settled:
    """The new text of what a request has already; what was only said to the bot stays as it was taken."""
    key = message_key(edited.chat.id, edited.message_id)
    row = await queries.first_said(tx.conn, collectivity_id=received.collectivity_id, account=received.account, key=key)
    if row is not None and row["outcome"] in ("opened", "appended"):
        return replace(message, edits=row["source_id"], remote=())
    if row is not None and row["reason"] == KEPT:
        await _say(tx, received, message.from_addr, Say(words.EDIT_TOO_LATE), now)
    return Settled("filtered", "Modification d’un message qui n’est dans aucune demande.")


def _said(update: Update, message: InboundMessage) -> Said:
    """What somebody did, in the words of the dialogue."""
    if update.callback_query is not None:
        return Said(pressed=update.callback_query.data)
    sent = update.message
    assert sent is not None
    if sent.contact is not None:
        sender = sent.from_
        own = sender is not None and sent.contact.user_id == sender.id
        return Said(phone=number(sent.contact.phone_number), own=own)
    if sent.text.startswith("/"):
        command, _, argument = sent.text[1:].partition(" ")
        return Said(command=command.partition("@")[0].lower() or "?", argument=argument.strip()[:64])
    found = sent.file
    light = found is not None and found[1].file_size <= MOST_IN
    heavy = [remote(*found, sent.message_id).name] if found is not None and not light else []
    files = [remote(*found, sent.message_id)] if found is not None and light else []
    return Said(words=_words(sent, message), files=files, heavy=heavy, spot=_spot(sent, message.post))


def _words(sent: Message, message: InboundMessage) -> str:
    """What it says; a place shared with the address that is there."""
    there = str(message.post.get("place", {}).get("text", "")) if sent.location else ""
    return f"{there}\n{message.reply_text}".strip()


def _spot(sent: Message, post: Mapping[str, Any]) -> Spot | None:
    if sent.location is None:
        return None
    there = post.get("place", {})
    return Spot(sent.location.latitude, sent.location.longitude, str(there.get("text", "")), str(there.get("insee", "")))


def _with_album(done: Turn, update: Update, message: InboundMessage) -> Turn:
    """The arrivals that went into one message with this one are known again when their turn comes."""
    others = message.post.get("album", ())
    if done.take is None or not others or update.message is None:
        return done
    return replace(done, state=done.state.with_album(update.message.media_group_id, others))


async def _keep(tx: Transaction, received: Received, message: InboundMessage, talk: Conversation, done: Turn, now: datetime) -> None:
    """How the conversation stands after this turn."""
    place, account = received.collectivity_id, received.account
    kept = dump(done.state)
    if done.forgets:
        await queries.hush(tx.conn, collectivity_id=place, account=account, address=message.from_addr)
        await conversations.forget(tx, place, CHANNEL, account, message.from_addr)
        if not kept:
            return
    after = Conversation(None if done.leaves else talk.ticket, kept, None if done.forgets else now)
    await conversations.put(tx, place, CHANNEL, account, message.from_addr, after)


async def _say(tx: Transaction, received: Received, to: str, say: Say, now: datetime) -> None:
    buttons = [[_button(one) for one in row] for row in say.buttons]
    await prompts.say(tx, received.collectivity_id, CHANNEL, received.account, to, say.text, now, buttons)


def _button(one: Button) -> dict[str, str]:
    return {name: value for name in ("text", "data", "url", "ask") if (value := getattr(one, name))}


async def _mailed(tx: Transaction, received: Received, done: Turn, mail: Mail, before: State, now: datetime) -> Turn:
    """A code leaves by mail, unless too many went to that address already: nobody is written to again and again in our name."""
    if await queries.mailed(tx.conn, collectivity_id=received.collectivity_id, address=mail.to, since=now - WITHIN) >= MOST_MAILED:
        return Turn(replace(before, waits=before.before, before="", code=None), [Say(words.TOO_MANY_CODES)])
    owner = await places.by_id(tx, received.collectivity_id)
    letter = words.letter(mail.code, owner.title)
    await prompts.say(tx, received.collectivity_id, "email", "", mail.to, letter, now, subject=words.CODE_SUBJECT)
    return done


async def _taken(tx: Transaction, message: InboundMessage, talk: Conversation, take: Take, state: State) -> InboundMessage:
    """The message for the request under way, or for a new one."""
    if take.files and message.remote:  # it was not known that they were wanted when there was time to fetch them
        raise Unavailable("les fichiers de ce message ne sont pas encore là")
    attached = message.attachments if take.files else ()
    whole = replace(message, body_text=take.words, reply_text=take.words, attachments=attached, remote=(), proves=tuple(state.proved))
    if not take.place:
        return replace(whole, collectivity_id=talk.ticket[0] if talk.ticket else None)
    place = await places.by_code(tx, take.place)
    assert place is not None  # the dialogue takes nothing for a place that is not there
    made = (await types.current(tx, place.id, take.kind)).definition
    asked = next((one.name for one in made.fields if one.kind == "place" and one.by == "requester"), "")
    fields = {asked: _place_value(take.spot)} if take.spot and asked else {}
    return replace(whole, collectivity_id=place.id, type=take.kind, subject=_subject(made.title, take), fields=fields)


def _place_value(at: Spot) -> dict[str, Any]:
    """A place as a field keeps it."""
    found: dict[str, Any] = {"text": at.text or f"{at.lat:.6f}, {at.lon:.6f}", "lat": at.lat, "lon": at.lon}
    return found | ({"insee": at.insee} if at.insee else {})


def _subject(name: str, take: Take) -> str:
    """The title of the type with the first words."""
    first = " ".join(take.words.split())
    general = take.kind == "general"
    whole = first if general and first else f"{name}\u00a0: {first}" if first else name
    return whole if len(whole) <= _LONGEST_SUBJECT else whole[: _LONGEST_SUBJECT - 1].rsplit(" ", 1)[0] + "…"
