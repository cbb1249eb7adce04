"""What an agent does to a ticket: each a form that works without script, then a look at what became of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from aiohttp import web

from grc.actions.assign import assign
from grc.actions.move import move
from grc.actions.prioritise import prioritise
from grc.actions.release import release
from grc.actions.settle import settle
from grc.actions.transition import transition
from grc.actions.unmute import unmute
from grc.errors import BadInput, NotFound
from grc.tickets import page, store
from grc.tickets.inbox import View
from grc.tickets.model import TicketKey
from grc.web.desk import Desk
from grc.web.page import is_partial, see_other
from grc.web.pages import acts_links, acts_third, appointments, sending, spent
from grc.web.pages import ticket as ticket_page
from grc.web.pages.fields import Tried, asked_on_the_way

Act = Callable[[Desk, TicketKey], Awaitable[str]]


async def _assign(desk: Desk, key: TicketKey) -> str:
    await assign(desk.tx, desk.agent, key, desk.form.number("agent"), desk.now)
    return "confier"


async def _move(desk: Desk, key: TicketKey) -> str:
    service = desk.form.number("service")
    if service is None:
        raise BadInput("service", "Choisissez un service dans la liste.")
    await move(desk.tx, desk.agent, key, service, desk.now)
    return "deplacer"


async def _prioritise(desk: Desk, key: TicketKey) -> str:
    await prioritise(desk.tx, desk.agent, key, desk.form.number("priorite") or 0, desk.now)
    return "priorite"


async def _unmute(desk: Desk, key: TicketKey) -> str:
    await unmute(desk.tx, desk.agent, key, desk.now)
    return "permettre"


class _ToMend(Exception):
    """A transition whose fields must be mended first."""

    def __init__(self, tried: Tried) -> None:
        super().__init__(tried.error)
        self.tried = tried


async def _step(desk: Desk, key: TicketKey) -> str:
    name, text = desk.form.text("etape", 100), desk.form.text("texte")
    asked = await asked_on_the_way(desk, await page.read(desk.tx, desk.request.match_info["reference"]), name)
    if isinstance(asked, Tried):
        raise _ToMend(asked)
    try:
        await transition(desk.tx, desk.agent, key, name, desk.now, text=text, fields=asked)
    except BadInput as error:
        raise _ToMend(Tried(name, desk.form.every, None, desk.form.fields.get("texte", ""), str(error))) from error
    return "etape"


async def _settle(desk: Desk, key: TicketKey) -> str:
    await settle(desk.tx, desk.agent, key, desk.now)
    return "regler"


async def _release(desk: Desk, key: TicketKey) -> str:
    await release(desk.tx, desk.agent, key, desk.now)
    return "liberer"


_ACTS: dict[str, Act] = {
    "repondre": sending.send,
    "reprendre": sending.take_back,
    "jeter": sending.throw_away,
    "renvoyer": sending.send_again,
    "confier": _assign,
    "deplacer": _move,
    "priorite": _prioritise,
    "etape": _step,
    "regler": _settle,
    "liberer": _release,
    "reference": acts_third.keep,
    "lier": acts_links.tie,
    "rattacher": acts_links.gather,
    "ranger": acts_links.place,
    "delier": acts_links.untie,
    "reunir": acts_links.unite,
    "rapprocher": acts_links.rejoin_claimed,
    "permettre": _unmute,
    "separer": acts_links.part,
    "temps": spent.add,
    "retirer": spent.remove,
    "rendezvous": appointments.plan,
    "reporter": appointments.move,
    "annuler": appointments.cancel,
    "tenir": appointments.end,
}


async def act(desk: Desk) -> web.StreamResponse:
    """Does what the form asks and shows the ticket again; what was typed stays where it could not be taken."""
    name, reference = desk.request.match_info["act"], desk.request.match_info["reference"]
    doing = _ACTS.get(name)
    if doing is None:
        raise NotFound("Cette page n’existe pas, ou ne vous est pas accessible.")
    key = await store.find(desk.tx, reference)
    try:
        done = await doing(desk, key)
    except _ToMend as mend:
        status = 422 if mend.tried.error or (mend.tried.filled and mend.tried.filled.faults) else 200
        return await ticket_page.answer(desk, reference, tried=mend.tried, status=status)
    except BadInput as error:
        if name != "repondre" or is_partial(desk.request):
            raise  # the page is still open behind: a notice is enough, nothing typed is lost
        return await ticket_page.answer(
            desk, reference, error=str(error), text=desk.form.fields.get("texte", ""), kind=desk.form.text("genre"), status=error.status
        )  # fmt: skip
    view = desk.form.text("vue")
    if view not in set(View):
        view = View.ALL.value
    if name == "deplacer" and not _still_his(desk):
        return see_other(f"/agent?vue={view}")
    return see_other(f"/agent/demandes/{quote(reference)}?vue={view}&fait={done}")


def _still_his(desk: Desk) -> bool:
    """Whether the service he gave the ticket to is one he reaches himself."""
    return desk.form.number("service") in desk.agent.services
