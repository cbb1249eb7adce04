"""Mentions and private messages through the pipeline: each once, answered to their writer, never more publicly; changes are noted."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from channels.mastodon import Mastodon
from channels.mastodon.receive import Pace, Reader
from channels.mastodon.send import Sender
from grc import clock
from grc.actions import deliver, intake
from grc.actions.accept import accept
from grc.actions.house import House
from grc.actions.reply import reply
from grc.errors import Misconfigured, Unavailable
from grc.messages.accounts import Account
from grc.messages.listening import Failures
from grc.messages.model import Accepted, Arrival, Attachment, OutboundMessage, TryLater
from grc.messages.provider import Limits
from grc.queue.wake import Wake
from grc.settings import Settings
from grc.tickets.model import NewDelivery, TicketKey
from tests.makers.mastodon import HOST, JEANNE, MAIRIE, PAUL, PNG, ROBOT, Instance
from tests.makers.troubles import Trouble
from tests.support.arrivals import row, rows, send_all, without_receipts
from tests.support.passing import let_pass
from tests.support.processes import until
from tests.support.world import SAINTE_MER, World

TO_JEANNE = f"mastodon:jeanne@{HOST}"
LINK = "https://grc.example/suivi/abc"
_numbers = itertools.count(900)


@dataclass(frozen=True, slots=True)
class Desk:
    """The account of Sainte-Mer, with all that a test does about it."""

    mastodon: Instance
    house: House
    settings: Settings
    account: Account
    world: World
    receipts: bool = False

    def reader(self, pace: Pace | None = None) -> Reader:
        async def take(arrival: Arrival) -> Accepted | TryLater:
            return await accept(self.house.db, arrival, clock.now())

        return Reader(self.house.db, self.settings, take, clock.now, pace or Pace(), Limits(5, 5))

    async def look(self) -> None:
        """What the worker does between two pauses."""
        reader = self.reader()
        api = reader.api(self.account)
        us = await reader.us(api, self.account)
        await reader.mentions(self.account, api, us)
        await reader.review(self.account, api, us)

    async def decide(self) -> list[str]:
        """Takes all that waits through the pipeline; the outcomes, in order."""
        while claimed := await intake.claim(self.house, clock.now(), 50):
            for one in claimed:
                await intake.take_in(self.house, one, clock.now)
        if not self.receipts:
            await without_receipts(self.house)
        return [one["outcome"] for one in await rows(self.house, "select outcome from received where channel = 'mastodon' order by id")]

    async def take(self) -> list[str]:
        await self.look()
        return await self.decide()

    async def replies(self, text: str, *, public: bool = False, files: tuple[Attachment, ...] = ()) -> None:
        """An agent answers the last request."""
        found = await row(self.house, "select collectivity_id, id, answer_addr, answer_account from ticket order by id desc limit 1")
        way = NewDelivery("mastodon", found["answer_addr"], automatic=False, account=found["answer_account"], public=public)
        async with self.world.acting("claire") as (tx, agent):
            await reply(tx, agent, TicketKey(found["collectivity_id"], found["id"]), text, files, clock.now(), way=way)

    async def says(self, text: str, *, more: Mapping[str, Any] | None = None, to: str = TO_JEANNE) -> str:
        """A message as the outbox would have it leave; the state after it."""
        message = OutboundMessage(
            outgoing_id=next(_numbers), collectivity_id=SAINTE_MER, ticket_id=1, reference="4F7K-9QW", channel="mastodon", to_addr=to,
            subject="", body_text=text, body_html=None, sender_name="Mairie", sender_addr="", reply_to="", mail_id="", references=(),
            automatic=False, at=clock.now(), account=self.account.name, said=text, link=LINK, answers={"visibility": "direct"},
        )  # fmt: skip
        return (await Sender(self.house.db, self.settings, look=0.01).send(replace(message, **(more or {})))).state


@pytest.fixture
def desk(mastodon: Instance, house: House, settings: Settings, account: Account, world: World) -> Desk:
    """The account of Sainte-Mer."""
    return Desk(mastodon, house, settings, account, world)


async def test_a_courtesy_receipt_in_private_says_the_regular_ways_and_no_clock_of_the_law_runs(desk: Desk) -> None:
    desk = replace(desk, receipts=True)
    desk.mastodon.says("Le lampadaire est éteint", visibility="public")
    await desk.take()
    assert await send_all(desk.house) == ["sent"]
    (posted,) = desk.mastodon.posted
    made = await row(desk.house, "select reference, tracking_token from ticket")
    assert posted["visibility"] == "direct"
    assert f"Demande {made['reference']} enregistrée." in posted["status"]
    assert posted["status"].count(made["tracking_token"]) == 1
    assert "délai légal, utilisez le formulaire de notre site ou écrivez à mairie@sainte-mer.example." in posted["status"]
    assert await rows(desk.house, "select 1 from legal_event") == []


async def test_a_private_message_is_one_request_answered_in_private_however_often_it_is_told(desk: Desk) -> None:
    asked = desk.mastodon.says("Bonjour, le lampadaire est éteint", files=["rue.png"], spoiler_text="Éclairage")
    desk.mastodon.notifies(asked)
    assert await desk.take() == ["opened"]
    assert await desk.take() == ["opened"]
    made = await row(desk.house, "select * from ticket")
    assert (made["subject"], made["answer_addr"], made["requester_name"]) == ("Éclairage", TO_JEANNE, "Jeanne Duport")
    kept = await row(desk.house, "select a.name, a.size from attachment a")
    assert kept["size"] == len(PNG)
    person = await row(desk.house, "select kind, value, label from identity")
    assert tuple(person) == ("mastodon", f"jeanne@{HOST}", f"@jeanne@{HOST}")

    desk.mastodon.says("C’est au 12 rue du Tuc", in_reply_to_id=asked["id"])
    assert await desk.take() == ["opened", "appended"]
    await desk.replies("Nous passons jeudi.")
    assert await send_all(desk.house) == ["sent"]
    (left,) = desk.mastodon.posted
    assert (left["status"], left["visibility"]) == (f"@jeanne@{HOST} Nous passons jeudi.", "direct")
    last = list(desk.mastodon.statuses.values())[1]
    assert left["in_reply_to_id"] == last["id"]
    assert (await row(desk.house, "select provider_ids from outgoing"))["provider_ids"] == [left["id"]]
    assert await desk.take() == ["opened", "appended"], "what we wrote is no arrival"


async def test_what_all_may_read_is_answered_in_private_unless_an_agent_chose_otherwise(desk: Desk) -> None:
    desk.mastodon.says("Le lampadaire est éteint", PAUL, "public")
    await desk.take()
    await desk.replies("Nous passons jeudi.")
    await desk.replies("Nous passons jeudi, merci à tous.", public=True)
    assert await send_all(desk.house) == ["sent", "sent"]
    assert [one["visibility"] for one in desk.mastodon.posted] == ["direct", "unlisted"]
    channel = desk.house.channels["mastodon"]
    assert isinstance(channel, Mastodon)
    post = (await row(desk.house, "select post from message where direction = 'in'"))["post"]
    assert channel.way("mastodon:paul@ailleurs.example", post, None, clock.now()).public

    public = {"visibility": "public"}
    for more, seen in (
        ({"answers": {"visibility": "private"}, "public": True}, "private"),
        ({"answers": {"visibility": "direct"}, "public": True}, "direct"),
        ({"answers": public, "public": True, "automatic": True}, "direct"),
        ({"answers": {}}, "direct"),
        ({"answers": {"visibility": "limited"}, "public": True}, "direct"),
    ):
        assert await desk.says("Bonjour", more=more) == "sent"
        assert desk.mastodon.posted[-1]["visibility"] == seen, more
    assert await desk.says("a" * 6000, more={"answers": public, "public": True}) == "sent"
    assert all(LINK not in one["status"] for one in desk.mastodon.posted if one["visibility"] != "direct"), "the page is its writer's own"
    assert "4F7K-9QW" in desk.mastodon.posted[-1]["status"]


async def test_a_status_that_is_edited_says_what_it_says_now_and_one_taken_back_says_so(desk: Desk) -> None:
    asked = desk.mastodon.says("Le lampadaire est éteint")
    await desk.take()
    desk.mastodon.edits(asked, "Le lampadaire clignote")
    assert await desk.take() == ["opened", "appended"]
    said = await row(desk.house, "select body_text, first_text from message where direction = 'in'")
    assert tuple(said) == ("Le lampadaire clignote", "Le lampadaire est éteint")
    desk.mastodon.deletes(asked)
    assert await desk.take() == ["opened", "appended", "appended"]
    said = await row(desk.house, "select body_text, first_text from message where direction = 'in'")
    assert tuple(said) == ("[Ce message a été supprimé par son auteur.]", "Le lampadaire est éteint")
    assert await desk.take() == ["opened", "appended", "appended"], "once"


async def test_robots_shares_and_ourselves_ask_nothing(desk: Desk) -> None:
    desk.mastodon.says("Pluie demain", ROBOT)
    desk.mastodon.says("Nous", MAIRIE)
    desk.mastodon.says("Lu chez vous", PAUL, reblog={"id": "1", "content": "x"})
    desk.mastodon.says("J’aime", PAUL, kind="favourite")
    assert await desk.take() == ["opened"]
    assert (await row(desk.house, "select is_auto from message"))["is_auto"]
    assert await send_all(desk.house) == []


async def test_many_pages_of_mentions_are_each_taken_once_through_all_that_goes_wrong(desk: Desk) -> None:
    desk.mastodon.says("avant")
    await desk.look()
    for number in range(95):
        desk.mastodon.says(f"question {number}", PAUL, "public" if number % 2 else "direct")
    desk.mastodon.troubles.add(
        "GET", "/api/v1/notifications", Trouble(503), Trouble(429, {"X-RateLimit-Reset": "2099-01-01T00:00:00Z"}), Trouble(cut="before"),
        Trouble(cut="before"), Trouble(body="<html>", status=200),
    )  # fmt: skip
    for _ in range(3):
        with pytest.raises(Unavailable):
            await desk.look()
    await desk.look()
    await desk.look()
    kept = await rows(desk.house, "select source_id from received order by id")
    assert [one["source_id"] for one in kept] == sorted(desk.mastodon.statuses)


async def test_when_an_account_is_added_old_mentions_stay_where_they_are(desk: Desk) -> None:
    desk.mastodon.says("il y a longtemps", created_at="2020-01-01T00:00:00.000Z")
    desk.mastodon.says("hier soir", PAUL)
    await desk.look()
    assert len(await rows(desk.house, "select from received")) == 1
    again = replace(desk, account=replace(desk.account, reading=1))
    await again.look()
    assert len(await rows(desk.house, "select from received")) == 2, "read from its beginning where that is asked for"


async def test_accounts_of_an_instance_end_as_the_instance_says(desk: Desk) -> None:
    desk.mastodon.domain = "numerique.example"
    desk.mastodon.says("Le lampadaire est éteint")
    await desk.take()
    assert (await row(desk.house, "select answer_addr from ticket"))["answer_addr"] == "mastodon:jeanne@numerique.example"


async def test_a_token_that_is_withdrawn_is_the_operators_business(desk: Desk) -> None:
    desk.mastodon.token = "un autre"
    with pytest.raises(Misconfigured):
        await desk.look()
    assert await desk.says("Bonjour") == "technical-failure"
    channel = desk.house.channels["mastodon"]
    assert isinstance(channel, Mastodon)
    assert not (await channel.test_account(desk.account))[0].ok
    desk.mastodon.token = "jeton-de-l-application"
    assert (await channel.test_account(desk.account))[0].detail == f"compte @mairie@{HOST}"
    assert [health.ok for health in await channel.check()] == [False], "nobody listens here"


async def test_what_cannot_leave_now_leaves_once_when_the_instance_wants(desk: Desk) -> None:
    desk.mastodon.says("Le lampadaire est éteint")
    await desk.take()
    await desk.replies("Nous passons jeudi matin. " * 40)
    reset = (clock.now() + timedelta(minutes=40)).isoformat()
    late = asyncio.Event()
    desk.mastodon.troubles.add(
        "POST", "/api/v1/statuses", Trouble(429, {"X-RateLimit-Reset": reset}), Trouble(503), Trouble(cut="after"), Trouble(cut="after")
    )
    assert await send_all(desk.house) == ["temporary-failure"]
    assert (await row(desk.house, "select due from outgoing"))["due"] >= clock.now() + timedelta(minutes=38)
    for expected in ("temporary-failure", "temporary-failure", "temporary-failure", "sent"):
        await let_pass(desk.house.db, timedelta(hours=1))
        desk.mastodon.forgets_keys = True  # an hour passed: the keys of what was posted are forgotten there
        assert await send_all(desk.house) == [expected]
    assert [one["status"][-5:] for one in desk.mastodon.posted] == ["(1/3)", "(2/3)", "(3/3)"], "each once, in order"
    first, second, third = desk.mastodon.posted
    assert (second["in_reply_to_id"], third["in_reply_to_id"]) == (first["id"], second["id"])

    await desk.replies("C’est réparé.")
    (leaving,) = await deliver.claim(desk.house, clock.now(), 5)
    assert (await desk.house.channels["mastodon"].send(leaving.message)).state == "sent"  # and here the process dies
    await let_pass(desk.house.db, timedelta(hours=1))
    assert await send_all(desk.house) == ["sent"]
    assert len(desk.mastodon.posted) == 4
    late.set()


async def test_files_are_shown_where_the_instance_takes_them_and_else_led_to(desk: Desk) -> None:
    desk.mastodon.processing = 2
    pictures = tuple(Attachment(f"plan {number}.png", "image/png", PNG) for number in range(5))
    assert await desk.says("Voici", more={"attachments": pictures}) == "sent"
    assert [len(one["media_attachments"]) for one in desk.mastodon.posted] == [4, 1]
    assert [one.name for one in desk.mastodon.uploads.values()] == [f"plan {number}.png" for number in range(5)]
    letter = (Attachment("arrete.pdf", "application/pdf", b"%PDF-"),)
    assert await desk.says("Voici", more={"attachments": letter}) == "sent"
    assert f"1 document à lire\u00a0: {LINK}" in desk.mastodon.posted[-1]["status"]
    shown_to_all = {"attachments": letter, "answers": {"visibility": "public"}, "public": True}
    assert await desk.says("Voici", more=shown_to_all) == "permanent-failure"


async def test_what_the_instance_refuses_is_refused_and_what_it_answers_may_be_gone(desk: Desk) -> None:
    assert await desk.says("Bonjour", more={"answers": {"visibility": "direct", "status": "999"}}) == "sent", "alone, to the person"
    assert "in_reply_to_id" not in desk.mastodon.posted[-1] or desk.mastodon.posted[-1]["in_reply_to_id"] is None
    desk.mastodon.troubles.add("POST", "/api/v1/statuses", Trouble(422), Trouble(410), Trouble(403))
    assert [await desk.says("Bonjour", more={"outgoing_id": number}) for number in (1, 2, 3)] == [
        "permanent-failure", "permanent-failure", "technical-failure",
    ]  # fmt: skip
    assert await desk.says("Bonjour", to="mastodon:jeanne") == "permanent-failure"
    assert await desk.says("Bonjour", to="jeanne@social.example") == "permanent-failure"
    assert await desk.says("Bonjour", more={"account": "2/autre.example"}) == "technical-failure"


async def test_a_file_that_lies_elsewhere_or_is_gone_is_left_out_and_said(desk: Desk) -> None:
    status = desk.mastodon.says("Voici", files=["a.png", "b.png", "c.png"])
    status["media_attachments"][0]["url"] = "http://127.0.0.1:9/etc/passwd"
    status["media_attachments"][1]["url"] = None
    del desk.mastodon.files["c.png"]
    assert await desk.take() == ["opened"]
    defects = (await row(desk.house, "select defects from message where direction = 'in'"))["defects"]
    assert len([one for one in defects if one.startswith("file_not_fetched:")]) == 3


async def test_the_bell_of_the_stream_has_us_look_at_once_and_a_poll_stands_behind(desk: Desk, wake: Wake) -> None:
    pace = Pace(with_bell=60.0, without=60.0, review=60.0, bell_again=0.01)
    listening = asyncio.create_task(desk.reader(pace).listen(desk.account, Failures()))

    async def came(count: int) -> bool | None:
        return len(await rows(desk.house, "select from received")) == count or None

    try:
        await asyncio.wait_for(desk.mastodon.heard(), 20)
        asked = desk.mastodon.says("Le lampadaire est éteint")
        await until(lambda: came(1), 20, lambda: "the mention is taken long before the next look")
        desk.mastodon.edits(asked, "Il clignote")
        await until(lambda: came(2), 20, lambda: "the edit is taken")
        desk.mastodon.hangs_up()
        await asyncio.wait_for(desk.mastodon.heard(), 20)
        desk.mastodon.says("Un autre", JEANNE, "public")
        await until(lambda: came(3), 20, lambda: "the stream is followed again")
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
