"""Whole stories: a citizen writes to the bot, the request opens, the agent's answer comes back to the chat."""

from __future__ import annotations

from tests.channels.telegram.talk import Talk
from tests.support.arrivals import row, rows


async def test_a_citizen_writes_to_the_bot_of_his_commune_and_is_answered_there(town: Talk) -> None:
    hello = await town.says("/start")
    assert "à la mairie de Sainte-Mer" in hello.text
    asked = await town.presses("Autre demande")
    assert "décrivez votre demande" in asked.text
    ack = await town.says("Le lampadaire de la rue des Pins est éteint.")
    stands = await row(town.house, "select * from ticket")
    assert (stands["channel"], stands["answer_channel"], stands["answer_addr"]) == ("telegram", "telegram", "telegram:40001")
    assert stands["reference"] in ack.text
    assert stands["tracking_token"] in ack.text
    assert len(ack.text) < 700, ack.text
    found = await rows(town.house, "select outcome, reason from received order by id")
    assert [one["outcome"] for one in found] == ["filtered", "filtered", "opened"], found
