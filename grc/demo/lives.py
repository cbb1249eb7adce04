"""Lives told by the modules' own documents (`demo.yaml`, `lives`), lived by the real actions with the story's moments as `now`.

Nothing is made up beside them: what an action refuses, a story cannot tell. At the end, what left in the past is marked as sent then.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from grc.actions.begin import begin
from grc.actions.carry import Actor
from grc.actions.draft import Draft, excerpt
from grc.actions.end_appointment import end_appointment
from grc.actions.escalate import escalate
from grc.actions.happen import happen
from grc.actions.legal_act import Signer
from grc.actions.note import note
from grc.actions.notices import ACK
from grc.actions.opening import Opening, opened
from grc.actions.pass_back import pass_back
from grc.actions.pass_on import Order, pass_on
from grc.actions.plan_appointment import plan_appointment
from grc.actions.put_under import put_under
from grc.actions.reached import Left, reached
from grc.actions.receipt import TOLD
from grc.actions.reply import reply
from grc.actions.spend import spend
from grc.actions.transition import transition
from grc.clock import PARIS
from grc.collectivities.model import Collectivity, Service
from grc.db import sql
from grc.db.transaction import Transaction
from grc.demo.arrivals import Coming, arrived
from grc.demo.typography import french
from grc.messages.address import is_mail, kind_of, value_of
from grc.messages.model import InboundMessage
from grc.people.agents import Membership, SignedIn
from grc.people.correct import lives
from grc.people.join import By, join
from grc.people.learn import learn
from grc.tickets import reference, store
from grc.tickets.model import NewMessage, NewPerson, TicketKey
from grc.types import store as types
from workflows import shelves
from workflows.definition import Definition
from workflows.engine import Happening

_queries = sql.load(__file__, "lives.sql")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
AGENCY = "agency"


@dataclass(slots=True)
class Told:
    """A story while it is told: its ticket, who takes care of it, who asked, and the moment it has come to."""

    key: TicketKey
    agent: SignedIn
    asks: tuple[str, str]  # name and address
    account: str  # the address that answers come to
    at: datetime
    raw: Mapping[str, Any]
    others: Mapping[str, Told] = field(default_factory=dict)


Moment = tuple[datetime, Mapping[str, Any], Mapping[str, Any] | None]
Act = Callable[[Transaction, Told, Mapping[str, Any]], Awaitable[None]]


def stories(*roots: Path) -> Iterator[Mapping[str, Any]]:
    """Every life that the modules of these folders tell, in the order it began."""
    found = [life for path in shelves.demo(*roots) for life in yaml.safe_load(path.read_text(encoding="utf-8")).get("lives") or ()]
    yield from sorted(found, key=lambda life: (-int(life["days"]), str(life["hour"])))


async def tell(tx: Transaction, now: datetime, *roots: Path) -> int:
    """Tells all of them up to now, moment by moment as they happened side by side; how many."""
    told: dict[str, Told] = {}
    for at, raw, step in sorted(_moments(stories(*(roots or shelves.roots())), now), key=lambda moment: moment[0]):
        if step is None:
            told[str(raw["key"])] = await _opened(tx, raw, at, told)
        else:
            story = told[str(raw["key"])]
            story.at = at
            await ACTS[step["act"]](tx, story, step)
    await _queries.leave(tx.conn, now=now)
    return len(told)


def _moments(lives: Iterator[Mapping[str, Any]], now: datetime) -> Iterator[Moment]:
    """When each story begins, and each of its steps that has come by now."""
    for raw in lives:
        at = _moment(now, int(raw["days"]), str(raw["hour"]))
        yield at, raw, None
        for step in raw.get("life") or ():
            at += span(str(step["after"]))
            if at >= now:
                break
            yield at, raw, step


def span(text: str) -> timedelta:
    """A length of time as a story writes it: `20m`, `3h`, `2d`."""
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def _moment(now: datetime, days: int, hour: str) -> datetime:
    day = now.astimezone(PARIS).date() - timedelta(days=days)
    at = datetime.combine(day, time.fromisoformat(hour), PARIS)
    return at if at < now - timedelta(minutes=5) else at - timedelta(days=1)


async def _opened(tx: Transaction, raw: Mapping[str, Any], at: datetime, others: Mapping[str, Told]) -> Told:
    place = await _queries.place(tx.conn, code=str(raw.get("place", AGENCY)), member=str(raw.get("for", "")))
    collectivity = Collectivity(*place["collectivity"])
    here = await types.current(tx, collectivity.id, str(raw["type"]))
    services = {slug: Service(*service) for slug, service in place["services"].items()}
    service = services.get(here.definition.service or "") or next(iter(services.values()))
    agent = await _agent(tx, collectivity.id, service.id)
    fields = await _fields(tx, collectivity.id, raw.get("fields") or {}, here.definition, at)
    subject, said, channel = str(raw["subject"]), str(raw["text"]), str(raw["channel"])
    if here.definition.audience == "internal":
        begun = await begin(tx, agent, collectivity.id, here.definition.name, subject, said, fields, at)
        return Told(begun, agent, (agent.name, agent.email), collectivity.email or "", at, raw, others)
    who: Mapping[str, Any] = place["asks"] or raw["who"]
    asks = (str(who["name"]), str(who.get("address") or who["email"]))
    by_mail = is_mail(asks[1])
    identity = (kind_of(asks[1].lower()), value_of(asks[1].lower()))
    number, person = await store.next_numbers(tx)
    key = TicketKey(collectivity.id, number)
    known = await _queries.known(tx.conn, collectivity_id=collectivity.id, kind=identity[0], value=identity[1])
    opening = Opening(
        key=key, current=here, collectivity=collectivity, service=service, reference=reference.encode(number), subject=subject,
        requester_id=known["person_id"] if known else person, requester_name=asks[0], channel=channel,
        answers_by="email" if by_mail else channel,
        answer_addr=asks[1], received_at=at, tracking_token=secrets.token_urlsafe(16), excerpt=excerpt(said),
        facts={"may_answer": channel != "phone", "covered": True, "subscribed": True}, fields=fields,
        on_behalf_of=place["member_id"],
        member=place["member_name"] or "", services={s.slug: (s.id, s.name) for s in services.values()},
    )  # fmt: skip
    draft = Draft(key, at, asks[0])
    draft.tell("opened", "", channel=str(raw["channel"]))
    code = str(raw["place"]) if "place" in raw else collectivity.email or ""
    account = code if channel == "form" else service.email or collectivity.email or ""
    kind = here.definition.name if channel == "form" else ""
    coming = Coming(channel, account, asks[0], asks[1], subject, said, kind, fields if kind else {})
    came = await arrived(tx, coming, key, "opened", at)
    draft.messages.append(NewMessage("in", channel, at, asks[0], said, subject=subject, from_addr=asks[1], received_id=came))
    ticket = await opened(tx, opening, draft)
    stranger = None if known else NewPerson(person, asks[0], *identity, at, label=str(who.get("label", "")))
    await store.write(tx, draft.opening(ticket, stranger))
    await learn(tx, collectivity.id, ticket.requester_id, InboundMessage(from_addr=asks[1], from_label=str(who.get("label", ""))), at)
    if any(message.kind == ACK for message in draft.messages):
        await reached(tx, key, Left(ACK, collectivity.title, asks[1], opening.answers_by), at + timedelta(seconds=7))
    return Told(key, agent, asks, collectivity.email or "", at, raw, others)


async def _agent(tx: Transaction, collectivity_id: int, service_id: int) -> SignedIn:
    row = await _queries.agent(tx.conn, collectivity_id=collectivity_id, service_id=service_id)
    role = Membership(collectivity_id, None, "admin")  # whoever it is, the story says what he may
    return SignedIn(row["id"], row["email"], row["name"], "", {}, (role,), (collectivity_id,), (service_id,))


async def _fields(tx: Transaction, collectivity_id: int, fields: Mapping[str, Any], definition: Definition, at: datetime) -> dict[str, Any]:
    """The fields as they are kept: a line of a register is named by its key, a date is so many days from then (`+3d`, `+3d 10:00`)."""
    kept = dict(fields)
    for name, value in fields.items():
        asked = definition.by_field[name]
        if asked.kind == "record":
            line = await _queries.line(tx.conn, collectivity_id=collectivity_id, register=asked.of, key=str(value))
            kept[name] = {"id": line["id"], "title": line["title"], **line["data"]}
        elif asked.kind in ("date", "moment") and str(value).startswith(("+", "-")):
            kept[name] = _dated(str(value), at)
    return kept


def _dated(told: str, at: datetime) -> str:
    days, _, hour = told.partition(" ")
    day = (at.astimezone(PARIS).date() + span(days)).isoformat()
    return f"{day}T{hour}" if hour else day


# -- what may happen in a story


async def _transition(tx: Transaction, story: Told, step: Mapping[str, Any]) -> None:
    ticket = await store.lock(tx, story.key)
    definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    fields = await _fields(tx, story.key.collectivity_id, step.get("fields") or {}, definition, story.at)
    wanted = definition.by_name[str(step["name"])]
    fields = {**{name: ticket.fields[name] for name in wanted.asks if name in ticket.fields}, **fields}
    await transition(tx, story.agent, story.key, wanted.name, story.at, text=french(str(step.get("text", ""))), fields=fields)


async def _requester(tx: Transaction, story: Told, step: Mapping[str, Any]) -> None:
    ticket = await store.lock(tx, story.key)
    definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    draft = Draft(story.key, story.at, story.asks[0])
    await happen(tx, ticket, definition, draft, Happening(f"transition:{step['name']}", "citizen", {"text": str(step.get("text", ""))}))
    await store.write(tx, draft.amending(ticket))


async def _reply(tx: Transaction, story: Told, step: Mapping[str, Any]) -> None:
    await reply(tx, story.agent, story.key, french(str(step["text"])), (), story.at)


async def _note(tx: Transaction, story: Told, step: Mapping[str, Any]) -> None:
    await note(tx, story.agent, story.key, french(str(step["text"])), (), story.at)


async def _writes(tx: Transaction, story: Told, step: Mapping[str, Any]) -> None:
    third = step["act"] == "third_message"
    name, address = (str(step["from"]).partition("@")[0].capitalize(), str(step["from"])) if third else story.asks
    ticket = await store.lock(tx, story.key)
    definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    draft = Draft(story.key, story.at, name)
    channel = "email" if is_mail(address) else str(story.raw["channel"])
    draft.tell("received_third" if third else "received", "", channel=channel)
    subject, text = f"Re: {ticket.subject}", str(step["text"])
    came = await arrived(tx, Coming(channel, story.account, name, address, subject, text), story.key, "appended", story.at)
    audience = "third" if third else "public"
    draft.messages.append(
        NewMessage("in", channel, story.at, name, text, from_addr=address, subject=subject, audience=audience, received_id=came)
    )
    await happen(tx, ticket, definition, draft, Happening(str(step["act"]), "third" if third else "citizen", {"channel": channel}))
    if not third:
        draft.columns |= {"last_at": story.at, "excerpt": excerpt(text)}
    await store.write(tx, draft.amending(ticket))


async def _third(tx: Transaction, story: Told, step: Mapping[str, Any]) -> None:
    await escalate(tx, story.agent, story.key, str(step["to"]), french(str(step["text"])), (), story.at)


async def _under(tx: Transaction, story: Told, step: Mapping[str, Any]) -> None:
    """Below a ticket of another story, which began before."""
    await put_under(tx, story.agent, story.others[str(step["of"])].key, [story.key], story.at)


async def _spend(tx: Transaction, story: Told, step: Mapping[str, Any]) -> None:
    day = story.at.astimezone(PARIS).date()
    km, said = int(step.get("km", 0)), str(step.get("note", ""))
    await spend(tx, story.agent, story.key, int(step["minutes"]), str(step["kind"]), km, said, day, story.at)


async def _appointment(tx: Transaction, story: Told, step: Mapping[str, Any]) -> None:
    """On the hour: `in` how long from now, for so many `hours`; `done` when that has passed in the story."""
    starts = (story.at + span(str(step["in"]))).replace(minute=0, second=0, microsecond=0)
    place = str(step.get("place", ""))
    agent, ends = story.agent, starts + timedelta(hours=int(step["hours"]))
    one = await plan_appointment(tx, agent, story.key, agent.id, str(step["kind"]), starts, ends, place, story.at, tell=True)
    if step.get("done"):
        await end_appointment(tx, agent, story.key, one.id, 0, 0, "", ends)


async def _rate(tx: Transaction, story: Told, step: Mapping[str, Any]) -> None:
    ticket = await store.lock(tx, story.key)
    definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    draft = Draft(story.key, story.at, story.asks[0])
    draft.columns |= {"rating": int(step["value"]), "rating_text": str(step.get("text", ""))}
    draft.tell("rated", str(step.get("text", "")), value=int(step["value"]))
    await happen(tx, ticket, definition, draft, Happening("rated", "citizen", {"rating": int(step["value"])}))
    await store.write(tx, draft.amending(ticket))


async def _transfer(tx: Transaction, story: Told, step: Mapping[str, Any]) -> None:
    """To the body of this code; whoever serves it there goes on with the story, and its answers come to that body."""
    await _left(tx, story)
    place = await _queries.place(tx.conn, code=str(step["to"]), member="")
    number = Collectivity(*place["collectivity"]).id
    order = Order(number, french(str(step["why"])), Signer(story.agent.name, str(step["capacity"])))
    story.key = await pass_on(tx, story.key, order, Actor(story.agent.name, story.agent.id), story.at)
    await _goes_on(tx, story)


async def _refuse(tx: Transaction, story: Told, step: Mapping[str, Any]) -> None:
    """Back to the body that transmitted it."""
    await _left(tx, story)
    story.key = await pass_back(tx, story.key, french(str(step["why"])), Actor(story.agent.name, story.agent.id), story.at)
    await _goes_on(tx, story)


async def _goes_on(tx: Transaction, story: Told) -> None:
    """Whoever has it now acknowledges it, and takes care of it."""
    ticket = await store.lock(tx, story.key)
    story.agent = await _agent(tx, story.key.collectivity_id, ticket.service_id)
    await reached(tx, story.key, Left(ACK, ticket.service_name, story.asks[1], "email"), story.at + timedelta(seconds=7))


async def _receipt(tx: Transaction, story: Told, step: Mapping[str, Any]) -> None:
    """What a provider reports of the last answer."""
    await _left(tx, story)
    what = str(step["what"])
    await _queries.report(
        tx.conn, collectivity_id=story.key.collectivity_id, ticket_id=story.key.id, what=what, detail=TOLD[what], at=story.at
    )  # fmt: skip


async def _home(tx: Transaction, story: Told, step: Mapping[str, Any]) -> None:
    asked = (await store.lock(tx, story.key)).requester_id
    await lives(tx, story.key.collectivity_id, asked, str(step["address"]), By(story.agent.name, story.agent.id), story.at)


async def _same_person(tx: Transaction, story: Told, step: Mapping[str, Any]) -> None:
    """Whoever asked here and in another story, which began before, is one."""
    keep, other = [(await store.lock(tx, one.key)).requester_id for one in (story.others[str(step["as"])], story)]
    await join(tx, story.key.collectivity_id, keep, other, By(story.agent.name, story.agent.id), str(step["why"]), story.at)


async def _left(tx: Transaction, story: Told) -> None:
    """What was written before has left by then: what is on its way is told where it goes."""
    await _queries.leave(tx.conn, now=story.at)


ACTS: dict[str, Act] = {
    "transition": _transition,
    "requester": _requester,
    "reply": _reply,
    "note": _note,
    "third": _third,
    "under": _under,
    "spend": _spend,
    "appointment": _appointment,
    "rate": _rate,
    "transfer": _transfer,
    "refuse": _refuse,
    "citizen_message": _writes,
    "third_message": _writes,
    "receipt": _receipt,
    "home": _home,
    "same_person": _same_person,
}
