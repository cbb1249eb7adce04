"""A draft tried out: a request that is nowhere is filled in, then lives by buttons, and each step says in French what would happen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from grc.actions import trial
from grc.actions.trial import Life, Moment, Place
from grc.clock import PARIS
from grc.collectivities.model import Collectivity, Service
from grc.db import sql
from grc.errors import BadInput, Conflict
from grc.types import drafts
from grc.types.options import options
from grc.web.asked import by_input, draw
from grc.web.desk import Desk
from grc.web.page import is_partial, render, see_other
from grc.web.pages.frame import frame
from grc.web.pages.types_bench import Bench, address, bench, picture
from grc.web.pages.types_edit import keep
from grc.web.pages.types_told import Step, due_words, told_of
from grc.web.parts import settings
from grc.web.places import places
from workflows import edit, yaml_lines
from workflows.definition import Definition, Transition
from workflows.engine import guarded
from workflows.form import Filled, Raw, documents, fill, read
from workflows.parts.fields import Field as Asked
from workflows.vocabulary import ACTORS, CHANNELS
from workflows.yaml_write import write

_queries = sql.load(__file__, "types.sql")
LONGEST = 60_000  # characters of a life in the page
REQUESTER, ADDRESS = "Camille Essai", "camille.essai@exemple.fr"
# What the world may do, by whom, and what its button says. The first three are always there, the others where the type minds them.
_WORLD = (
    ("citizen_message", "citizen", "Le demandeur écrit"),
    ("agent_reply", "agent", "Un agent répond"),
    ("acknowledged", "system", "L’accusé de réception part"),
    ("note", "agent", "Un agent note"),
    ("automatic_message", "citizen", "Un message automatique arrive"),
    ("bounce", "system", "Un message n’est pas remis"),
    ("third_reply", "agent", "Un agent écrit à un tiers"),
    ("third_message", "third", "Le tiers écrit"),
    ("linked_closed", "system", "Les demandes liées sont closes"),
    ("rated", "citizen", "Le demandeur donne son avis"),
)
_ALWAYS = ("citizen_message", "agent_reply")


class _Moment(BaseModel):
    model_config = ConfigDict(extra="forbid")

    happens: str = Field(max_length=60)
    by: Literal["citizen", "agent", "system", "third"]
    data: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    at: AwareDatetime | None = None


class _Kept(BaseModel):
    """What the page keeps of a life: when it began, as whom one acts, its moments."""

    model_config = ConfigDict(extra="forbid")

    begins: AwareDatetime
    role: Literal["agent", "chief", "admin", "requester"] = "agent"
    moments: list[_Moment] = Field(default=[], max_length=trial.MOST)


@dataclass(frozen=True, slots=True)
class Act:
    """A button of the trial: `refused` says why it cannot be pressed now, `asks` that it wants words or fields first."""

    name: str
    label: str
    asks: bool = False
    refused: str = ""


async def show(desk: Desk) -> web.StreamResponse:
    """The form of the draft, to begin with."""
    here = await bench(desk)
    return await _page(desk, here, _Kept(begins=desk.now), {}, None)


async def act(desk: Desk) -> web.StreamResponse:
    """One moment more, one less, or the life kept as a scenario of the draft."""
    here = await bench(desk)
    definition = here.examined.definition
    if definition is None:
        return see_other(f"{address(here.name)}/brouillon/essai")
    kept = _kept(desk)
    kept.role = desk.form.text("role", 20) if desk.form.text("role", 20) in ACTORS else kept.role  # type: ignore[assignment]
    doing = desk.form.text("acte", 60)
    raw = desk.form.every
    if doing == "reculer":
        kept.moments = kept.moments[:-1]
    elif doing == "recommencer":
        kept = _Kept(begins=desk.now, role=kept.role)
    elif doing == "garder":
        return await _keep_as_scenario(desk, here, definition, kept)
    elif doing and len(kept.moments) < trial.MOST:
        life = await _life(desk, here, definition, kept)
        moment, faults = await _moment(desk, here, definition, life, doing, raw)
        if moment is None:
            return await _page(desk, here, kept, raw, faults, asking=doing)
        kept.moments.append(moment)
    return await _page(desk, here, kept, {}, None)


def _kept(desk: Desk) -> _Kept:
    text = desk.form.fields.get("vie", "")
    try:
        if len(text) > LONGEST:
            raise BadInput("vie", "Cet essai est devenu trop long : recommencez-le.")
        return _Kept.model_validate_json(text)
    except ValidationError:
        raise BadInput("vie", "Cet essai ne peut pas être repris : recommencez-le.") from None


async def _moment(
    desk: Desk, here: Bench, definition: Definition, life: Life, doing: str, raw: Raw
) -> tuple[_Moment | None, Sequence[tuple[str, str]] | None]:
    """What happens by this button; or nothing yet, with what must be mended (None: it was not asked yet)."""
    today = life.now.astimezone(PARIS).date()
    if doing == "opened":
        filled = await _filled(desk, here, definition, raw, today)
        if filled.faults:
            return None, [(fault.name, fault.text) for fault in filled.faults]
        channel = desk.form.text("canal", 20)
        data = {"channel": channel if channel in CHANNELS else "form"}
        return _Moment(happens="opened", by="citizen", data=data, fields=dict(filled.values)), None
    if doing == "echeance":
        due = life.next_due()
        if due is None:
            return None, None
        return _Moment(happens=f"{'reminder' if due.reminds else 'deadline'}:{due.kind}", by="system", at=due.due_at), None
    family, _, name = doing.partition(":")
    transition = definition.by_name.get(name) if family == "transition" else None
    if transition is not None:
        return await _transition(desk, here, definition, life, transition, raw)
    known = next(((kind, by) for kind, by, _ in _WORLD if kind == doing), None)
    if known is None:
        return None, None
    rated = {"rating": min(max(desk.form.number("note") or 5, 1), 5), "text": ""}
    return _Moment(happens=known[0], by=known[1], data=rated if doing == "rated" else {}), None  # type: ignore[arg-type]


async def _transition(
    desk: Desk, here: Bench, definition: Definition, life: Life, transition: Transition, raw: Raw
) -> tuple[_Moment | None, Sequence[tuple[str, str]] | None]:
    if _asks(transition) and desk.form.text("confirme") != "1":
        return None, None
    fields = [definition.by_field[name] for name in transition.asks if definition.by_field[name].kind != "file"]
    today = life.now.astimezone(PARIS).date()
    before = life.ticket.fields if life.ticket else {}
    known = await options(desk.tx, here.author.id, fields, raw, today)
    filled = read(fields, raw, today, known.find, before)
    if filled.faults:
        return None, [(fault.name, fault.text) for fault in filled.faults]
    text = desk.form.text("texte", 5_000)
    data = {"text": text} if text else {}
    by = "citizen" if desk.form.text("role", 20) == "requester" else "agent"
    return _Moment(happens=f"transition:{transition.name}", by=by, data=data, fields=dict(filled.values)), None  # type: ignore[arg-type]


def _asks(transition: Transition) -> bool:
    return bool(transition.asks) or transition.text is not None


async def _filled(desk: Desk, here: Bench, definition: Definition, raw: Raw, today: date) -> Filled:
    """What the form says; files are taken as given."""
    fields = form_fields(definition)
    given = {**raw, **{f"c.{one.name}": ["piece.pdf"] for one in fields if one.kind == "file" and one.required}}
    known = await options(desk.tx, here.author.id, fields, given, today)
    return fill(definition, fields, given, today, known.find)


def form_fields(definition: Definition) -> tuple[Asked, ...]:
    """What whoever asks is asked: his fields, and the documents that go with them."""
    return (*(one for one in definition.fields if one.by == "requester"), *documents(definition))


async def _life(desk: Desk, here: Bench, definition: Definition, kept: _Kept) -> Life:
    moments = [Moment(one.happens, one.by, one.data, one.fields, one.at) for one in kept.moments]
    return trial.live(definition, await place_of(desk, here, definition), moments, kept.begins, REQUESTER, ADDRESS)


async def place_of(desk: Desk, here: Bench, definition: Definition) -> Place:
    """Who would answer a request of this draft. Conflict where the collectivity has no service yet."""
    row = await _queries.place(desk.tx.conn, collectivity_id=here.author.id, slug=definition.service or "")
    if row is None or row["service"] is None:
        raise Conflict("Cette collectivité n’a pas encore de service : créez-en un, puis essayez.")
    services = {slug: (number, name) for slug, number, name in row["services"]}
    return Place(Collectivity(*row["collectivity"]), Service(*row["service"]), services, desk.tx.site.public_url)


async def _keep_as_scenario(desk: Desk, here: Bench, definition: Definition, kept: _Kept) -> web.StreamResponse:
    life = await _life(desk, here, definition, kept)
    title = desk.form.text("titre", 200)
    if not life.ticket or not title:
        return await _page(desk, here, kept, {}, None, error="Donnez un titre à ce scénario : ce qu’il raconte, en quelques mots.")
    draft = await drafts.draft(desk.tx, here.author.id, here.name, hold=True)
    if draft is None or draft.document != here.draft.document:
        raise Conflict("Le brouillon vient de changer : rejouez l’essai, puis gardez-le.")
    own = yaml_lines.read(draft.document).data
    taken = [part.get("title") for part in here.examined.whole.get("scenarios") or []]
    scenario = trial.as_scenario(definition, edit.free_name(title, taken), life)
    await keep(desk, draft, write(edit.add(own, here.examined.below, ("scenarios",), scenario), draft.document))
    return see_other(f"{address(here.name)}/brouillon/scenarios?fait=garder")


async def _page(
    desk: Desk, here: Bench, kept: _Kept, raw: Raw, faults: Sequence[tuple[str, str]] | None, *, asking: str = "", error: str = ""
) -> web.StreamResponse:
    definition = here.examined.definition
    values: dict[str, Any] = {
        "bench": here, "csrf": desk.agent.csrf, "definition": definition, "asking": asking, "error": error, "kept": kept, "steps": (),
        "life": kept.model_dump_json(exclude_defaults=True), "actors": list(ACTORS.items()), "channels": list(CHANNELS.items()),
    }  # fmt: skip
    if definition is not None:
        life = await _life(desk, here, definition, kept)
        values |= await _shown(desk, here, definition, life, kept, raw, faults, asking)
    if is_partial(desk.request):
        return render(desk.request, "agent/types/_trial.html", **values)
    return render(desk.request, "agent/types/trial.html", **{**await frame(desk), **values})


async def _shown(
    desk: Desk,
    here: Bench,
    definition: Definition,
    life: Life,
    kept: _Kept,
    raw: Raw,
    faults: Sequence[tuple[str, str]] | None,
    asking: str,
) -> Mapping[str, Any]:
    steps: Sequence[Step] = [told_of(definition, one) for one in life.lived]
    today = life.now.astimezone(PARIS).date()
    state = life.ticket.state if life.ticket else ""
    transition = definition.by_name.get(asking.removeprefix("transition:")) if asking.startswith("transition:") else None
    fields: Sequence[Any] = ()
    if not life.ticket:
        fields = [one for one in form_fields(definition) if one.kind != "file"]
    elif transition is not None:
        fields = [definition.by_field[name] for name in transition.asks if definition.by_field[name].kind != "file"]
    known = await options(desk.tx, here.author.id, fields, raw, today)
    filled = read(fields, raw, today, known.find, life.ticket.fields if life.ticket else {})
    due = life.next_due()
    return {
        "steps": steps,
        "state": definition.states.get(state),
        "acts": [_act(definition, life, one) for one in definition.allowed(state, [kept.role])] if life.ticket else (),
        "world": [(kind, label) for kind, _, label in _WORLD if kind in _ALWAYS or kind in definition.by_happening],
        "due": due_words(definition, due) if due else "",
        "transition": transition,
        "asked": draw(fields, raw, filled, known, by_input(faults or ())),
        "places": places(settings(desk.request)),
        "faulty": bool(faults),
        "picture": picture(here.examined.whole, {0: {state: 1}} if state else {}),
        "files": [one.label for one in form_fields(definition) if one.kind == "file"] if not life.ticket else (),
    }


def _act(definition: Definition, life: Life, transition: Transition) -> Act:
    assert life.ticket is not None
    asks = _asks(transition)
    refused = "" if asks else guarded(definition, transition, life.ticket.fields, {**life.ticket.facts(), "text": ""})
    return Act(f"transition:{transition.name}", transition.label, asks, refused)
