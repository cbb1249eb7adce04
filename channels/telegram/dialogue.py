"""The dialogue: how far it is and what somebody does give how far it is then, what to say, and what goes to a request. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from channels.telegram import proof, words
from channels.telegram.choices import Button, Kind, Place, choices, chosen, place_buttons
from channels.telegram.state import MOST_PROVED, Spot, State
from grc.messages.model import Remote
from grc.people.phone import spoken

KEPT = "Gardé jusqu’à ce que l’on sache pour qui, et de quoi il s’agit."
ADDED_AGAIN = timedelta(minutes=10)  # between two words that what was written was added
LONG = 60  # characters: what is longer is no name of a commune


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody did: a command with its argument, a button (`pressed`), or content. `phone` is the number of a card that he shared,
    `own` whether it is his; `heavy` are files that Telegram does not hand over; `spot`: he shared a place."""

    command: str = ""
    argument: str = ""
    pressed: str = ""
    words: str = ""
    files: Sequence[Remote] = ()
    heavy: Sequence[str] = ()
    phone: str | None = None
    own: bool = False
    spot: Spot | None = None

    @property
    def content(self) -> bool:
        return bool(self.words or self.files)


@dataclass(frozen=True, slots=True)
class Open:
    """The request that the conversation is about, while it is open."""

    reference: str
    title: str
    link: str
    place: str  # code of its collectivity


@dataclass(frozen=True, slots=True)
class Facts:
    """What the dialogue must know: what words or a position may mean (`found`), to whom it is written and what is offered there, the
    request under way, a new code of six digits and the key under which it is kept."""

    now: datetime
    found: Sequence[Place] = ()
    place: Place | None = None
    offered: Sequence[Kind] = ()
    ticket: Open | None = None
    code: str = ""
    key: bytes = field(default=b"", repr=False)
    public_url: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """Something to say, with the buttons under it."""

    text: str
    buttons: Sequence[Sequence[Button]] = ()


@dataclass(frozen=True, slots=True)
class Take:
    """What goes to a request: the one under way, or a new one of this type there."""

    words: str
    files: Sequence[Remote] = ()
    place: str = ""
    kind: str = ""
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A code to be mailed."""

    to: str
    code: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What follows. `why` says so in the ledger where nothing is taken; `leaves`: the request under way is let go; `forgets`: so is all."""

    state: State
    says: Sequence[Say] = ()
    take: Take | None = None
    mail: Mail | None = None
    why: str = "Dialogue avec le robot."
    leaves: bool = False
    forgets: bool = False


def turn(state: State, said: Said, facts: Facts) -> Turn:
    """The whole dialogue, step by step."""
    if said.command:
        return _command(state, said, facts)
    if said.pressed:
        return _pressed(state, said.pressed, facts)
    if said.phone is not None:
        return _card(state, said, facts)
    if said.heavy:
        heavy = Say(words.too_heavy(said.heavy, facts.ticket.link if facts.ticket else ""))
        rest = _content(state, said, facts) if said.content else Turn(state, why="Fichier trop lourd.")
        return replace(rest, says=(heavy, *rest.says))
    if not said.content:
        return Turn(state, [Say(words.NOTHING_READ)], why="Message d’un genre qui n’est pas lu.")
    if state.waits == "address":
        return _address(state, said.words, facts)
    if state.waits == "code" and state.code is not None:
        return _code(state, said.words, facts)
    return _content(state, said, facts)


def _command(state: State, said: Said, facts: Facts) -> Turn:
    match said.command:
        case "start":
            return _start(state, said, facts)
        case "suivi":
            return Turn(state, [Say(words.follow(facts.ticket.reference, facts.ticket.link) if facts.ticket else words.NOTHING_OPEN)])
        case "fin":
            after = State(place=state.place, proved=state.proved, mailed=state.mailed)
            return Turn(after, [Say(words.ENDED)], leaves=True)
        case "supprimer":
            ticket, place = facts.ticket, facts.place
            told = words.forgotten(ticket.reference if ticket else "", place.to if place else "", place.email if place else "")
            return Turn(State(mailed=state.mailed), [Say(told)], leaves=True, forgets=True)
        case "courriel":
            if not proof.may_mail(state.mailed, facts.now):
                return Turn(state, [Say(words.TOO_MANY_CODES)])
            before = state.before if state.waits in ("address", "code") else state.waits
            return Turn(replace(state, waits="address", before=before, code=None), [Say(words.WHICH_ADDRESS)])
        case "telephone":
            return Turn(state, [Say(words.WHICH_NUMBER, [[Button(words.CARD, ask="contact")]])])
        case "annuler":
            return Turn(_resumed(state), [Say(words.CANCELLED)])
        case "aide":
            return Turn(state, [Say(words.HELP)])
        case _:
            return Turn(state, [Say(words.UNKNOWN)])


def _start(state: State, said: Said, facts: Facts) -> Turn:
    """A beginning: with a commune where the link names one. A request under way there goes on; one elsewhere is let go."""
    ticket = facts.ticket
    if ticket is not None and (facts.place is None or not said.argument or ticket.place == facts.place.code):
        return Turn(state, [Say(words.goes_on(ticket.reference, ticket.title))])
    afresh = State(proved=state.proved, mailed=state.mailed, words=state.words, files=state.files, spot=state.spot)
    if facts.place is None:
        missing = [Say(words.not_here(facts.found[0].title))] if facts.found else []
        return Turn(replace(afresh, waits="place"), [*missing, _ask_place(words.WELCOME)], leaves=ticket is not None)
    return replace(_placed(afresh, facts.place, facts), leaves=ticket is not None)


def _ask_place(text: str) -> Say:
    return Say(text, [[Button(words.SPOT, ask="location")]])


def _placed(state: State, place: Place, facts: Facts) -> Turn:
    """It is known to whom he writes: what about? Where nothing is offered but to write, he writes at once."""
    state = replace(state, place=place.code, kind="", waits="kind")
    if not [one for one in facts.offered if one.name != Kind.GENERAL]:
        return _kinded(state, Kind.general(), facts)
    return Turn(state, [Say(words.which_kind(place.to, kept=state.holds), choices(facts.offered))])


def _kinded(state: State, kind: Kind, facts: Facts) -> Turn:
    """It is known what it is about: what was kept goes there, or he writes now."""
    if state.holds:
        take = Take("\n\n".join(state.words), state.files, state.place, kind.name, state.spot)
        return Turn(state.emptied(), take=take)
    form = f"{facts.public_url}/{state.place}/demarches/{kind.name}" if kind.asks else ""
    return Turn(replace(state, kind=kind.name, waits="words"), [Say(words.write_now(kind.title, form))])


def _pressed(state: State, data: str, facts: Facts) -> Turn:
    what, _, name = data.partition(":")
    if what == "p":
        if facts.place is None:
            return Turn(replace(state, waits="place"), [_ask_place(words.WHICH_PLACE)])
        return _placed(state, facts.place, facts)
    if facts.ticket is not None:
        return Turn(state, [Say(words.goes_on(facts.ticket.reference, facts.ticket.title))])
    if facts.place is None:
        return Turn(replace(state, waits="place"), [_ask_place(words.WHICH_PLACE)])
    if what == "g":
        return Turn(state, [Say(words.in_category(name), choices(facts.offered, name))] if name else _again(facts, words.BACK))
    found = chosen(facts.offered, data)
    return _kinded(state, found, facts) if found else Turn(replace(state, waits="kind"), _again(facts, words.NO_SUCH))


def _again(facts: Facts, text: str) -> list[Say]:
    return [Say(text, choices(facts.offered))]


def _content(state: State, said: Said, facts: Facts) -> Turn:
    if facts.ticket is not None:
        tell = state.told_at is None or facts.now - state.told_at >= ADDED_AGAIN
        says = [Say(words.added(facts.ticket.reference))] if tell else []
        return Turn(replace(state, told_at=facts.now) if tell else state, says, Take(said.words, said.files))
    if facts.place is None or state.waits == "place":
        return _place_of(state, said, facts)
    if state.waits == "words" and state.kind:
        return Turn(state.emptied(), take=Take(said.words, said.files, facts.place.code, state.kind, said.spot))
    kept = state.keeping(said.words, said.files, said.spot)
    if state.waits != "kind":
        return replace(_placed(kept, facts.place, facts), why=KEPT)
    found = chosen(facts.offered, said.words) if not said.files else None
    if found is not None:
        return _kinded(state, found, facts)
    return Turn(kept, [Say(words.KEPT_KIND, choices(facts.offered, "", said.words))], why=KEPT)


def _place_of(state: State, said: Said, facts: Facts) -> Turn:
    """Words or a position before it is known to whom: a commune they name, or a request that has to wait for that."""
    here = [one for one in facts.found if one.active]
    asked = replace(state, waits="place")
    if facts.place is not None:
        return _placed(state, facts.place, facts)
    if said.spot is not None:
        return Turn(asked, [Say(words.not_here(facts.found[0].title)) if facts.found else _ask_place(words.NO_SPOT)])
    if here:
        return Turn(asked, [Say(words.SEVERAL, place_buttons(here))])
    if facts.found and not said.files:
        return Turn(asked, [Say(words.not_here(facts.found[0].title))])
    if state.waits == "place" and said.words and not said.files and not _is_long(said.words):
        return Turn(asked, [_ask_place(words.no_place(said.words))])
    return Turn(asked.keeping(said.words, said.files, None), [_ask_place(words.KEPT_PLACE)], why=KEPT)


def _is_long(text: str) -> bool:
    return len(text) > LONG or "\n" in text


def _card(state: State, said: Said, facts: Facts) -> Turn:
    if not said.own:
        return Turn(state, [Say(words.NOT_YOURS)])
    if not said.phone:
        return Turn(state, [Say(words.NO_NUMBER)])
    number = spoken(said.phone)
    told = Say(words.number_noted(number))
    return _proved(state, f"tel:{said.phone}", f"Mon numéro de téléphone, confirmé par Telegram\u00a0: {number}", told, facts)


def _address(state: State, text: str, facts: Facts) -> Turn:
    to = proof.address(text)
    if not to:
        return Turn(state, [Say(words.NO_ADDRESS)])
    if not proof.may_mail(state.mailed, facts.now):
        return Turn(_resumed(state), [Say(words.TOO_MANY_CODES)])
    recent = [at for at in state.mailed if at > facts.now - proof.WITHIN]
    after = replace(state, waits="code", code=proof.begun(to, facts.code, facts.key, facts.now), mailed=[*recent, facts.now])
    return Turn(after, [Say(words.code_sent(to))], mail=Mail(to, facts.code))


def _code(state: State, text: str, facts: Facts) -> Turn:
    assert state.code is not None
    outcome, after = proof.tried(state.code, text, facts.key, facts.now)
    match outcome:
        case "proved":
            to = state.code.address
            told = Say(words.address_proved(to))
            return _proved(_resumed(state), to, f"Mon adresse électronique, confirmée par un code\u00a0: {to}", told, facts)
        case "wrong":
            return Turn(replace(state, code=after), [Say(words.code_wrong(proof.MOST_TRIES - after.tries))])
        case "spent":
            return Turn(_resumed(state), [Say(words.CODE_SPENT)])
        case "expired":
            return Turn(_resumed(state), [Say(words.CODE_EXPIRED)])


def _resumed(state: State) -> State:
    """The dialogue where it was before the address was asked for."""
    return replace(state, waits=state.before if state.waits in ("address", "code") else state.waits, before="", code=None)


def _proved(state: State, address: str, line: str, told: Say, facts: Facts) -> Turn:
    """It goes with all he writes from now on; the request under way hears of it at once."""
    after = replace(state, proved=tuple(dict.fromkeys([*state.proved, address]))[-MOST_PROVED:])
    return Turn(after, [told], Take(line) if facts.ticket is not None else None, why="Adresse confirmée.")
