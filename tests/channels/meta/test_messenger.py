"""Whole stories on Messenger: somebody writes to the page, is answered there, and what became of the answer is known."""

from __future__ import annotations

from grc.actions import reply
from grc.tickets.model import TicketKey
from tests.channels.meta.conftest import Story
from tests.makers import meta as says
from tests.makers.meta import JPEG
from tests.support.arrivals import row, rows
from tests.support.world import SAINTE_MER, World

JEANNE = "6101112223334445"


async def test_somebody_writes_to_the_page_and_it_is_a_request(story: Story) -> None:
    story.meta.names[JEANNE] = {"first_name": "Jeanne", "last_name": "Duport"}
    await story.came(says.messaging(says.said(JEANNE, "Bonjour, le lampadaire de la rue des Pins est éteint 💡", "m_1")))
    ticket = await row(story.house, "select * from ticket")
    assert (ticket["channel"], ticket["answer_channel"], ticket["answer_addr"], ticket["answer_account"]) == (
        "meta", "meta", f"messenger:{JEANNE}", says.PAGE,
    )  # fmt: skip
    assert ticket["requester_name"] == "Jeanne Duport"
    message = await row(story.house, "select * from message where direction = 'in'")
    assert message["body_text"] == "Bonjour, le lampadaire de la rue des Pins est éteint 💡"
    assert message["post"]["mid"] == "m_1"
