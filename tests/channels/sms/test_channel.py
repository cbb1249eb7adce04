"""Text messages through the pages and the pipeline: each once, whoever tells of it; answers short, reports as evidence, refusals heard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from channels.sms import Sms as Channel
from channels.sms.parts import cost
from channels.sms.receive import Collector, Pace
from channels.sms.send import Sender
from channels.sms.settings import gateway, read_account
from grc import clock
from grc.actions import deliver, intake
from grc.actions.accept import accept
from grc.actions.house import House
from grc.actions.reply import reply
from grc.errors import BadInput, Unavailable
from grc.messages.accounts import Account
from grc.messages.channel import HasAccounts, Says
from grc.messages.model import Accepted, Arrival, Attachment, OutboundMessage, TryLater
from grc.messages.provider import Limits
from grc.messages.seal import Seal
from grc.settings import Settings
from grc.tickets.model import TicketKey
from tests.channels.sms.conftest import KEYS, PUBLIC, number_of
from tests.makers.sms import JEANNE, NUMBER, OVH_KEYS, Provider, Sms, texts
from tests.makers.troubles import Trouble
from tests.support.arrivals import row, rows, send_all, without_receipts
from tests.support.passing import let_pass
from tests.support.world import SAINTE_MER, World

TO_JEANNE = f"tel:{JEANNE}"
TWILIO, OVH = (pytest.mark.parametrize("line", [name], indirect=True) for name in ("twilio", "ovh"))


@dataclass(frozen=True, slots=True)
class Line:
    """A number of Sainte-Mer at one provider, with all that a test does about it."""

    name: str
    sms: Sms
    house: House
    settings: Settings
    account: Account
    world: World
    receipts: bool = False

    @property
    def provider(self) -> Provider:
        return self.sms.ovh if self.name == "ovh" else self.sms.twilio

    @property
    def hook(self) -> str:
        channel = self.house.channels["sms"]
        assert isinstance(channel, HasAccounts)
        return PUBLIC + str(channel.hook(self.account))

    async def calls(self, text: str, sender: str = JEANNE, times: int = 1) -> list[int]:
        """A citizen writes and the provider calls, once or more often; what it is answered."""
        came = self.sms.writes(self.provider, text, sender)
        call = self.sms.calls_of_ovh if self.name == "ovh" else self.sms.calls_of_twilio
        return [await call(self.hook, came) for _ in range(times)]

    async def reports(self, at: int, delivered: bool) -> int:
        """The provider reports of a text of ours."""
        left = self.provider.left[at]
        if self.name == "ovh":
            return await self.sms.reports_of_ovh(self.hook, left, 4 if delivered else 23, "Success" if delivered else "Failed")
        return await self.sms.reports_of_twilio(left, "delivered" if delivered else "undelivered", None if delivered else 30003)

    async def look(self) -> None:
        """What the worker does between two pauses."""

        async def take(arrival: Arrival) -> Accepted | TryLater:
            return await accept(self.house.db, arrival, clock.now())

        collector = Collector(self.house.db, self.settings, take, clock.now, Pace())
        way = gateway(self.account, Seal.of(self.settings), self.settings, Limits(5, 5))
        await collector.texts(self.account, way)
        await collector.reports(self.account, way)

    async def decide(self) -> list[str]:
        """Takes all that waits through the pipeline; the outcomes, in order."""
        while claimed := await intake.claim(self.house, clock.now(), 50):
            for one in claimed:
                await intake.take_in(self.house, one, clock.now)
        if not self.receipts:
            await without_receipts(self.house)
        found = await rows(self.house, "select outcome from received where channel = 'sms' order by id")
        return [one["outcome"] for one in found]

    async def answer(self, text: str, **more: object) -> str:
        """An answer as the outbox would have it leave; the state after it."""
        message = await self.message(text)
        return (await Sender(self.house.db, self.settings).send(replace(message, **more))).state  # type: ignore[arg-type]

    async def replies(self, text: str) -> None:
        """An agent answers the only request there is."""
        key = await row(self.house, "select collectivity_id, id from ticket order by id limit 1")
        async with self.world.acting("claire") as (tx, agent):
            await reply(tx, agent, TicketKey(*key), text, (), clock.now())

    async def last_post(self) -> Mapping[str, object]:
        """What answering the last text takes."""
        found: Mapping[str, object] = (await row(self.house, "select post from message where direction = 'in' order by id desc limit 1"))[
            "post"
        ]
        return found

    async def message(self, text: str) -> OutboundMessage:
        return OutboundMessage(
            outgoing_id=900, collectivity_id=SAINTE_MER, ticket_id=1, reference="4F7K-9QW", channel="sms", to_addr=TO_JEANNE, subject="",
            body_text=text, body_html=None, sender_name="Mairie de Sainte-Mer", sender_addr="", reply_to="", mail_id="", references=(),
            automatic=False, at=clock.now(), account=self.account.name, said=text, link=f"{PUBLIC}/suivi/abc",
        )  # fmt: skip


@pytest.fixture(params=["ovh", "twilio"])
async def line(
    request: pytest.FixtureRequest, sms: Sms, house: House, settings: Settings, site: TestClient[web.Request, web.Application], world: World
) -> Line:
    """A number of Sainte-Mer, at each provider in turn."""
    sms.public = (PUBLIC, str(site.make_url("")).rstrip("/"))
    return Line(request.param, sms, house, settings, await number_of(house, settings, request.param), world)


async def test_a_text_opens_a_request_is_answered_and_reported_of_each_once_however_often_it_is_told(line: Line) -> None:
    assert await line.calls("Bonjour, le lampadaire du 12 rue du Tuc est éteint", times=3) == [200] * 3
    assert line.sms.told == ["<Response></Response>"] * 3, "plain words would be sent to the person by Twilio"
    await line.calls("C’est devant l’école")
    await line.look()
    assert await line.decide() == ["opened", "appended"]
    made = await row(line.house, "select * from ticket")
    assert (made["subject"], made["answer_addr"]) == ("Bonjour, le lampadaire du 12 rue du Tuc est éteint", TO_JEANNE)
    person = await row(line.house, "select kind, value, label from identity")
    assert tuple(person) == ("tel", JEANNE, "06 12 34 56 78")

    await line.replies("Nous passons jeudi.")
    assert await send_all(line.house) == ["sent"]
    (left,) = line.provider.left
    assert (left.to, left.text) == (JEANNE, "Mairie de Sainte-Mer : Nous passons jeudi.")

    assert [await line.reports(0, delivered=True) for _ in range(2)] == [200, 200]
    await line.decide()
    assert (await row(line.house, "select state from outgoing"))["state"] == "delivered"
    told = await rows(line.house, "select state, detail from delivery_attempt order by id")
    assert [one["state"] for one in told] == ["sent", "delivered"]
    assert "remis" in told[1]["detail"]

    await line.replies("C’est réparé. " * 60)
    assert await send_all(line.house) == ["sent"]
    assert "...\nLa suite : https://grc.example/suivi/" in line.provider.left[1].text
    await line.reports(1, delivered=False)
    await line.decide()
    assert (await row(line.house, "select state from outgoing order by id desc limit 1"))["state"] == "permanent-failure"
    assert (await row(line.house, "select alarm from ticket"))["alarm"] == "delivery_failed"


async def test_a_text_that_no_call_told_of_is_asked_for_and_one_told_of_wrongly_is_not_taken(line: Line) -> None:
    came = line.sms.writes(line.provider, "Le lampadaire est éteint")
    wrong = line.hook[:-4] + "AAAA"
    if line.name == "ovh":
        assert await line.sms.calls_of_ovh(wrong, came) == 404
        assert await line.sms.calls_of_ovh(line.hook, replace(came, id="999")) == 200, "no such text there: nothing is believed"
        line.sms.troubles.add("GET", "/incoming/", Trouble(503))
        assert await line.sms.calls_of_ovh(line.hook, came) == 503, "its content cannot be asked for: to be called again"
    else:
        assert await line.sms.calls_of_twilio(wrong, came) == 404
        assert await line.sms.calls_of_twilio(line.hook, came, token="un autre jeton") == 403
    assert await line.decide() == []
    line.sms.troubles.add("GET", "/incoming" if line.name == "ovh" else "/Messages.json", Trouble(503))
    with pytest.raises(Unavailable):
        await line.look()
    await line.look()
    await line.look()
    assert await line.decide() == ["opened"]
    await line.calls("Un autre", sender="+33698765432")
    await line.look()
    assert await line.decide() == ["opened", "opened"]


async def test_what_cannot_leave_now_leaves_once_when_the_provider_wants(line: Line) -> None:
    await line.calls("Le lampadaire est éteint")
    await line.decide()
    await line.replies("Nous passons jeudi.")
    where = "/jobs" if line.name == "ovh" else "/Messages.json"
    line.sms.troubles.add("POST", where, Trouble(429, {"Retry-After": "1800"}), Trouble(500), Trouble(cut="after"))
    before = clock.now()
    assert await send_all(line.house) == ["temporary-failure"]
    due = (await row(line.house, "select due from outgoing"))["due"]
    assert due >= before + timedelta(seconds=1790), "not before the provider wants"
    for expected in ("temporary-failure", "temporary-failure", "sent"):
        await let_pass(line.house.db, timedelta(hours=1))
        assert await send_all(line.house) == [expected]
    assert len(line.provider.left) == 1, "what it took before the line was cut is found there, and not given again"
    known = (await row(line.house, "select provider_ids from outgoing"))["provider_ids"]
    assert known == [line.provider.left[0].id]

    await line.replies("C’est réparé.")
    (leaving,) = await deliver.claim(line.house, clock.now(), 5)
    assert (await line.house.channels["sms"].send(leaving.message)).state == "sent"  # and here the process dies
    await let_pass(line.house.db, timedelta(hours=1))
    assert await send_all(line.house) == ["sent"]
    assert len(line.provider.left) == 2


async def test_a_courtesy_receipt_of_two_parts_says_the_regular_ways_and_no_clock_of_the_law_runs(line: Line) -> None:
    line = replace(line, receipts=True)
    await line.calls("Le lampadaire est éteint")
    await line.decide()
    assert await send_all(line.house) == ["sent"]
    (left,) = line.provider.left
    made = await row(line.house, "select reference, tracking_token from ticket")
    assert f"Demande {made['reference']} enregistrée." in left.text
    assert f"{PUBLIC}/suivi/{made['tracking_token']}" in left.text
    assert "délai légal, utilisez le formulaire de notre site ou écrivez à mairie@sainte-mer.example." in left.text
    assert cost(left.text).parts <= 2, left.text
    assert await rows(line.house, "select 1 from legal_event") == []
    assert {one["kind"] for one in await rows(line.house, "select kind from deadline")} == {"answer"}
    await line.calls("Il clignote")
    await line.decide()
    assert await send_all(line.house) == [], "once for a request"


@TWILIO
async def test_whoever_sends_stop_gets_no_more_and_the_agent_sees_why(line: Line) -> None:
    await line.calls("Le lampadaire est éteint")
    await line.calls("STOP au 36180")
    await line.calls("Arrêt", sender="+33698765432")
    assert await line.decide() == ["opened", "appended", "filtered"], "from a stranger it opens nothing"
    await line.replies("C’est réparé.")
    assert await send_all(line.house) == ["permanent-failure"]
    told = await row(line.house, "select detail from delivery_attempt")
    assert "ne veut plus recevoir de SMS" in told["detail"]
    channel = line.house.channels["sms"]
    assert isinstance(channel, Says)
    assert "ne veut plus recevoir de SMS" in channel.way(TO_JEANNE, await line.last_post(), None, clock.now()).why_not

    await line.calls("Il clignote de nouveau")
    await line.decide()
    assert "refuses" in await line.last_post(), "he has not taken it back"
    await line.calls("Reprendre")
    await line.decide()
    assert channel.way(TO_JEANNE, await line.last_post(), None, clock.now()).why_not == ""
    assert await line.answer("C’est réparé.") == "sent"

    line.sms.twilio.refusing.add(JEANNE)  # what Twilio heard, and we did not
    assert [await line.answer("Encore.") for _ in range(2)] == ["permanent-failure"] * 2
    assert len([one for one in line.sms.asked if one.startswith("POST") and one.endswith("/Messages.json")]) == 2


@OVH
async def test_short_numbers_and_names_are_never_answered(line: Line) -> None:
    for sender in ("36180", "LaPoste"):
        await line.calls("Votre colis arrive", sender=sender)
        refused = replace(await line.message("Merci"), to_addr=f"tel:{sender}")
        assert (await Sender(line.house.db, line.settings).send(refused)).state == "permanent-failure"
    await line.decide()
    assert {one["is_auto"] for one in await rows(line.house, "select is_auto from message")} == {True}
    assert line.provider.left == []


@OVH
async def test_files_are_on_the_page_that_the_text_leads_to(line: Line) -> None:
    files = (Attachment("arrete.pdf", "application/pdf", b"%PDF-"),)
    assert await line.answer("Voici l’arrêté.", attachments=files) == "sent"
    assert texts(line.provider.left)[0].endswith(f"Voici l'arrêté.\n1 document à lire : {PUBLIC}/suivi/abc")
    assert await line.answer("Voici l’arrêté.", attachments=files, link="") == "permanent-failure"
    channel = line.house.channels["sms"]
    assert isinstance(channel, Channel)
    assert [health.ok for health in await channel.check()] == [False, True], "nobody listens here; the provider answers"
    assert (await channel.test_account(line.account))[0].ok


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"gateway": "free"}, "gateway"),
        ({**OVH_KEYS, "number": "0"}, "number"),
        ({**OVH_KEYS, "number": "+33644600000", "secret": ""}, "secret"),
        ({**KEYS["twilio"], "number": "MAIRIE"}, "number"),
        ({**KEYS["twilio"], "number": "+33644600000", "sid": "AC1"}, "sid"),
        ({**OVH_KEYS, "number": "court", "couleur": "vert"}, "couleur"),
    ],
)
def test_an_account_that_is_wrong_says_which_key(values: dict[str, str], key: str) -> None:
    with pytest.raises(BadInput) as told:
        read_account(values)
    assert told.value.field == key


def test_an_account_is_named_by_what_texts_come_to_and_hides_its_keys() -> None:
    made = read_account({**OVH_KEYS, "number": "06 44 60 00 00"})
    assert (made.name, made.settings["number"]) == ("sms-ab12345-1", NUMBER)
    assert not set(made.settings.values()) & set(made.secrets.values())
    assert made.secrets["hook"] == read_account({**OVH_KEYS, "number": "court"}).secrets["hook"], (
        "added again, it is called at the same place"
    )
    assert read_account({**KEYS["twilio"], "number": "06 44 60 00 00"}).name == NUMBER
