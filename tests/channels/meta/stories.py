"""What the stories of this channel have in common."""

from __future__ import annotations

from datetime import timedelta

from grc import clock
from grc.actions import reply
from grc.messages.model import Attachment
from grc.tickets.model import NewDelivery, TicketKey
from tests.channels.meta.conftest import Story
from tests.support.arrivals import row, rows
from tests.support.world import World

MINUTE = timedelta(minutes=2)  # after which a first failure is tried again
PDF = Attachment("arrêté.pdf", "application/pdf", b"%PDF-1.4 un essai")


async def the_request(story: Story) -> TicketKey:
    """The latest request there is."""
    found = await row(story.house, "select collectivity_id, id from ticket order by id desc limit 1")
    return TicketKey(found["collectivity_id"], found["id"])


async def answered(story: Story, world: World, key: TicketKey, text: str, *files: Attachment, way: NewDelivery | None = None) -> None:
    """Claire answers."""
    async with world.acting("claire") as (tx, claire):
        await reply.reply(tx, claire, key, text, files, clock.now(), way=way)


async def why(story: Story) -> list[str]:
    """The reasons of the ledger, in the order of what came."""
    return [line["reason"] for line in await rows(story.house, "select reason from received where channel = 'meta' order by id")]
