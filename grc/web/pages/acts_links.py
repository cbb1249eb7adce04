"""What an agent does to the tickets around one: ties them, puts them under it, unties them, makes two one."""

from __future__ import annotations

from grc.actions.link import link
from grc.actions.merge import merge
from grc.actions.put_under import put_under
from grc.actions.rejoin import rejoin
from grc.actions.unlink import unlink
from grc.actions.unmerge import unmerge
from grc.errors import BadInput, NotFound
from grc.tickets import links, store
from grc.tickets.model import TicketKey
from grc.web.desk import Desk

_BOX = "t-"  # the boxes of candidates are named t-<reference>


async def tie(desk: Desk, key: TicketKey) -> str:
    """Links each ticket whose box is ticked."""
    for other in await _chosen(desk):
        await link(desk.tx, desk.agent, key, other, desk.now)
    return "lier"


async def gather(desk: Desk, key: TicketKey) -> str:
    """Puts the ticked tickets under this one."""
    await put_under(desk.tx, desk.agent, key, await _chosen(desk), desk.now)
    return "rattacher"


async def place(desk: Desk, key: TicketKey) -> str:
    """Puts this ticket under the one that is ticked."""
    await put_under(desk.tx, desk.agent, await _one(desk), [key], desk.now)
    return "ranger"


async def untie(desk: Desk, key: TicketKey) -> str:
    """Ends a link. The other ticket is named by its number, for it may be out of his sight."""
    collectivity, other = desk.form.number("collectivite"), desk.form.number("numero")
    if collectivity is None or other is None:
        raise BadInput("numero", "Choisissez le lien à retirer.")
    await unlink(desk.tx, desk.agent, key, TicketKey(collectivity, other), desk.now)
    return "delier"


async def unite(desk: Desk, key: TicketKey) -> str:
    """Makes this ticket and the one that is ticked one; whichever came first is kept."""
    await merge(desk.tx, desk.agent, key, await _one(desk), desk.now, tell=desk.form.text("prevenir") == "1")
    return "reunir"


async def rejoin_claimed(desk: Desk, key: TicketKey) -> str:
    """Makes this ticket one with the ticket its first message named, since the same person wrote both."""
    await rejoin(desk.tx, desk.agent, key, desk.now)
    return "reunir"


async def part(desk: Desk, key: TicketKey) -> str:
    """Undoes that this ticket is a duplicate; or, named by `autre`, that another is one of this."""
    other = desk.form.text("autre", 20)
    await unmerge(desk.tx, desk.agent, await store.find(desk.tx, other) if other else key, desk.now)
    return "separer"


async def _chosen(desk: Desk) -> list[TicketKey]:
    references = [name.removeprefix(_BOX) for name, value in desk.form.fields.items() if name.startswith(_BOX) and value == "1"]
    if not references:
        raise BadInput("autre", "Cochez d’abord une demande dans la liste.")
    found = await links.named(desk.tx, references)
    if len(found) < len(references):
        raise NotFound("L’une de ces demandes n’existe pas, ou ne vous est pas accessible.")
    return list(found.values())


async def _one(desk: Desk) -> TicketKey:
    chosen = await _chosen(desk)
    if len(chosen) != 1:
        raise BadInput("autre", "Cochez une seule demande pour cela.")
    return chosen[0]
