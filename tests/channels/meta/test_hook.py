"""What Meta calls: proved on both sides, taken whole or not at all, and whose it is."""

from __future__ import annotations

import json

from aiohttp.test_utils import TestServer

from channels.meta import channel
from grc import clock
from grc.actions.accept import accept
from grc.actions.house import House
from grc.messages.channel import Room
from grc.messages.model import Accepted, Arrival, TryLater
from grc.queue.wake import Wake
from grc.settings import Settings
from grc.web.app import make_app
from tests.channels.meta.conftest import MEASURES, Story, page_of
from tests.makers import meta as says
from tests.makers.meta import PAGE, VERIFY_TOKEN
from tests.support.arrivals import row, rows

JEANNE = "6101112223334445"
OTHER_PAGE = "104700000000002"


async def test_meta_asks_whether_the_address_is_ours_and_is_told_its_own_word(story: Story) -> None:
    asks = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}
    answer = await story.site.get(story.hook().removeprefix(str(story.site.make_url("")).rstrip("/")), params=asks)
    assert (answer.status, await answer.text(), answer.content_type) == (200, "1158201444", "text/plain")


async def test_whoever_does_not_know_the_word_is_refused(story: Story) -> None:
    for change in ({"hub.verify_token": "autre"}, {"hub.mode": "unsubscribe"}, {"hub.verify_token": ""}):
        asks = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"} | change
        answer = await story.site.get(story.hook().removeprefix(str(story.site.make_url("")).rstrip("/")), params=asks)
        assert answer.status == 403
        assert "1158201444" not in await answer.text()


async def test_what_meta_has_not_signed_is_refused_counted_and_never_in_the_ledger(story: Story) -> None:
    wrong = ("", "sha256=" + "0" * 64, "sha1=" + "0" * 40, "sha256=\u00e9", "rien")
    for signature in wrong:
        assert await story.told(says.messaging(says.said(JEANNE, "Bonjour", "m_1")), signature) == 401
    assert await rows(story.house, "select from received") == []
    measured = await (await story.site.get("/metrics", headers={"Authorization": f"Bearer {MEASURES}"})).text()
    assert f'grc_http_answers_total{{route="meta_hook",status="401"}} {len(wrong)}.0' in measured


async def test_the_signature_is_of_the_very_bytes(story: Story) -> None:
    body = json.dumps(says.messaging(says.said(JEANNE, "Été à l’école 🌲", "m_1")), ensure_ascii=False, indent=2).encode()
    assert await story.told(body) == 200
    assert await story.told(body.replace(b"m_1", b"m_2"), None) == 200
    right = await rows(story.house, "select source_id from received order by id")
    assert [line["source_id"] for line in right] == ["m_1", "m_2"]


async def test_an_address_with_another_token_or_another_account_opens_nothing(story: Story) -> None:
    hook = story.hook()
    for wrong in (hook[:-1] + ("A" if hook[-1] != "A" else "B"), hook.replace(f"/{story.account.id}/", "/999/")):
        assert await story.meta.tell(wrong, says.messaging(says.said(JEANNE, "Bonjour", "m_1"))) == 404
    assert await rows(story.house, "select from received") == []


async def test_a_call_without_end_is_refused(story: Story) -> None:
    assert await story.told(b'{"entry":"' + b"x" * (8 * 2**20) + b'"}') == 413


async def test_a_signed_call_that_cannot_be_read_is_kept_as_it_is(story: Story) -> None:
    bodies = [b"", b"[]", b"{", b'{"object":"page"}', b"[" * 100_000, b'{"entry":7}', b"\xff\xfe"]
    for body in bodies:
        assert await story.told(body) == 200
    await story.decided()
    lines = await rows(story.house, "select outcome, raw, reason from received order by id")
    assert [(line["outcome"], line["raw"]) for line in lines] == [("filtered", body) for body in bodies]
    assert all(line["reason"] for line in lines)


async def test_every_event_of_a_call_is_an_arrival_of_its_own(story: Story) -> None:
    body = says.messaging(says.said(JEANNE, "Bonjour", "m_1"), says.said("77", "Salut", "m_2"))
    body["entry"] += says.feed(says.comment("88", "Paul", "Et la piscine ?", f"{PAGE}_5"))["entry"]
    body["entry"] += [{"id": PAGE, "time": 1, "changes": [{"field": "feed", "value": {"item": "reaction", "verb": "add"}}]}, {"odd": True}]
    await story.came(body)
    assert sorted(await story.outcomes()) == ["filtered", "opened", "opened", "opened"]
    assert await story.told(body) == 200, "told once more"
    assert len(await story.outcomes()) == 4


async def test_while_not_all_of_a_call_is_in_the_ledger_meta_is_asked_to_call_again(
    story: Story, house: House, settings: Settings, wake: Wake
) -> None:
    async def full(arrival: Arrival) -> Accepted | TryLater:
        return TryLater("le disque est plein") if arrival.source_id == "m_2" else await accept(house.db, arrival, clock.now())

    body = says.messaging(says.said(JEANNE, "Bonjour", "m_1"), says.said(JEANNE, "Un lampadaire", "m_2"))
    reception = channel(Room(settings, house.db, full))
    web_app = make_app(settings, house.db, {"meta": reception}, {}, wake)
    async with TestServer(web_app) as server:
        assert await story.meta.tell(str(server.make_url(reception.hook(story.account) or "")), body) == 503
    await story.came(body)
    assert await story.outcomes() == ["opened", "appended"]


async def test_one_app_calls_one_address_for_the_pages_of_several_towns(story: Story, house: House, settings: Settings) -> None:
    await page_of(house, settings, "40903", page_id=OTHER_PAGE, page_token="un-autre-jeton", instagram_id="", whatsapp_phone_id="")
    body = says.messaging(says.said(JEANNE, "À Sainte-Mer", "m_1"))
    body["entry"] += says.messaging(says.said(JEANNE, "À Boisvert", "m_2", OTHER_PAGE), page=OTHER_PAGE)["entry"]
    await story.came(body)
    found = await rows(story.house, "select t.collectivity_id, m.body_text from ticket t join message m on m.ticket_id = t.id"
                       " where m.direction = 'in' order by t.collectivity_id")  # fmt: skip
    assert [tuple(line) for line in found] == [(2, "À Sainte-Mer"), (3, "À Boisvert")]


async def test_what_happens_to_a_page_that_no_account_names_or_another_app_speaks_for_is_kept_and_not_acted_upon(
    story: Story, house: House, settings: Settings
) -> None:
    await page_of(house, settings, "40903", page_id=OTHER_PAGE, app_secret="la-cle-d-une-autre-app", instagram_id="", whatsapp_phone_id="")
    for number, page in (("m_1", OTHER_PAGE), ("m_2", "104700000000009")):
        await story.came(says.messaging(says.said(JEANNE, "Bonjour", number, page), page=page))
    assert await story.outcomes() == ["filtered", "filtered"]
    assert await rows(story.house, "select from ticket") == []
    assert OTHER_PAGE in (await row(story.house, "select reason from received where source_id = 'm_1'"))["reason"]


async def test_an_account_that_names_no_number_takes_what_comes_by_its_address(house: House, settings: Settings, story: Story) -> None:
    story.account = await page_of(house, settings, instagram_id="", whatsapp_phone_id="")
    await story.came(says.whatsapp(says.wrote("33611223344", "wamid.1", "text", body="Bonjour"), phone_id="999"))
    await story.came(says.messaging(says.said("55", "Bonjour", "ig_1", "17"), page="17", object="instagram"))
    assert await story.outcomes() == ["opened", "opened"]
