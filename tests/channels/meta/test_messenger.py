"""Whole stories on Messenger: somebody writes to the page, is answered there, and what became of the answer is known."""

from __future__ import annotations

from datetime import timedelta

from grc.tickets.model import TicketKey
from tests.channels.meta.conftest import Story
from tests.channels.meta.stories import MINUTE, PDF, answered, the_request, why
from tests.makers import meta as says
from tests.makers.meta import JPEG, PAGE
from tests.makers.troubles import Trouble
from tests.support.arrivals import row, rows
from tests.support.world import World

JEANNE, PAUL = "6101112223334445", "6109998887776665"
RETRIED = timedelta(minutes=5)


async def asked(story: Story, text: str = "Le lampadaire de la rue des Pins est éteint.", mid: str = "m_1", who: str = JEANNE) -> TicketKey:
    """The request of somebody who has written to the page."""
    await story.came(says.messaging(says.said(who, text, mid)))
    return await the_request(story)


async def test_somebody_writes_to_the_page_and_it_is_a_request(story: Story) -> None:
    story.meta.names[JEANNE] = {"first_name": "Jeanne", "last_name": "Duport"}
    await asked(story, "Bonjour, le lampadaire de la rue des Pins est éteint 💡")
    ticket = await row(story.house, "select * from ticket")
    assert (ticket["channel"], ticket["answer_channel"], ticket["answer_addr"], ticket["answer_account"]) == (
        "meta", "meta", f"messenger:{JEANNE}", PAGE,
    )  # fmt: skip
    assert ticket["requester_name"] == "Jeanne Duport"
    message = await row(story.house, "select * from message where direction = 'in'")
    assert message["body_text"] == "Bonjour, le lampadaire de la rue des Pins est éteint 💡"
    assert message["post"] == {"account": PAGE, "mid": "m_1"}


async def test_what_the_person_writes_next_joins_the_request_whatever_the_order_and_how_often_it_is_told(story: Story) -> None:
    one, two, three = (says.said(JEANNE, text, mid) for text, mid in (("Bonjour", "m_1"), ("Un lampadaire", "m_2"), ("Merci", "m_3")))
    await story.came(says.messaging(one, says.said(PAUL, "Une benne, s’il vous plaît", "m_p")))
    assert await story.told(says.messaging(three)) == 200
    assert await story.told(says.messaging(two, one, three)) == 200, "told again with what was lost on the way"
    await story.decided()
    assert await story.outcomes() == ["opened", "opened", "appended", "appended"]
    query = "select array_agg(body_text order by id) as said from message where direction = 'in' group by ticket_id order by ticket_id"
    said = await rows(story.house, query)
    assert [line["said"] for line in said] == [["Bonjour", "Merci", "Un lampadaire"], ["Une benne, s’il vous plaît"]]


async def test_an_answer_leaves_on_messenger_and_is_known_delivered_and_read(story: Story, world: World) -> None:
    await answered(story, world, await asked(story), "Une équipe passera jeudi.")
    assert await story.left() == ["sent"]
    (taken,) = story.meta.taken
    ticket = await row(story.house, "select tracking_token from ticket")
    assert (taken.network, taken.to, taken.body["messaging_type"]) == ("messenger", JEANNE, "RESPONSE")
    assert taken.text == f"Une équipe passera jeudi.\n\nVotre demande\u00a0: https://grc.example/suivi/{ticket['tracking_token']}"
    await story.came(says.messaging(says.echo(JEANNE, taken.text, taken.id, taken.body["message"]["metadata"])))
    delivery = {"sender": {"id": JEANNE}, "recipient": {"id": PAGE}, "timestamp": says.now_ms()}
    await story.came(says.messaging({**delivery, "delivery": {"mids": [taken.id], "watermark": says.now_ms()}}))
    await story.came(says.messaging({**delivery, "read": {"watermark": says.now_ms()}}))
    sent = await row(story.house, "select state, provider_ids from outgoing where channel = 'meta'")
    assert (sent["state"], sent["provider_ids"]) == ("delivered", [taken.id])
    evidence = await rows(story.house, "select state from delivery_attempt order by at, id")
    assert [line["state"] for line in evidence] == ["sent", "delivered"]
    assert await story.outcomes() == ["opened", "filtered", "filtered", "filtered"]
    assert len(await rows(story.house, "select from message")) == 2, "an echo of ours is no message more"


async def test_no_token_stands_in_an_address_we_call(story: Story, world: World) -> None:
    await answered(story, world, await asked(story), "Bonjour.")
    await story.left()
    assert story.meta.calls
    for _, path, headers in story.meta.calls:
        assert story.meta.token not in path
        assert headers["Authorization"] == f"Bearer {story.meta.token}"
        assert path.startswith("/v26.0/")


async def test_a_long_answer_leaves_in_parts_and_none_leaves_twice_when_one_is_refused_for_a_while(story: Story, world: World) -> None:
    text = "\n\n".join(f"Paragraphe {number}. " + "Nous avons bien noté votre demande. " * 20 for number in range(6))
    await answered(story, world, await asked(story), text, PDF)
    story.meta.troubles.add("POST", "/messages", Trouble(), Trouble(status=503))
    assert await story.left() == ["temporary-failure"]
    assert len(story.meta.taken) == 1
    assert await story.left(MINUTE) == ["sent"]
    *texts, file = story.meta.taken
    assert all(len(part.text) <= 2000 for part in texts)
    whole = " ".join(" ".join(part.text for part in texts).split())
    assert whole.startswith(" ".join(text.split()))
    assert whole.count("Paragraphe 0.") == 1
    assert (file.file, file.file_name, file.body["message"]["attachment"]["type"]) == (PDF.content, "arrêté.pdf", "file")
    sent = await row(story.house, "select provider_ids from outgoing where channel = 'meta'")
    assert sent["provider_ids"] == [part.id for part in story.meta.taken]


async def test_where_meta_asks_for_patience_nothing_is_sent_before(story: Story, world: World) -> None:
    await answered(story, world, await asked(story), "Bonjour.")
    story.meta.troubles.add("POST", "/messages", Trouble(status=429, headers={"Retry-After": "300"}, body='{"error":{"code":613}}'))
    assert await story.left() == ["temporary-failure"]
    assert await story.left(MINUTE) == ["temporary-failure"], "not asked again: it said in five minutes"
    assert [call for call in story.meta.calls if call[0] == "POST"] == story.meta.calls[-1:]
    details = await rows(story.house, "select detail from delivery_attempt order by at, id")
    assert "613" in details[0]["detail"]
    assert "attendre" in details[1]["detail"]
    (due,) = await rows(story.house, "select due - created_at as wait from outgoing where channel = 'meta'")
    assert due["wait"] >= timedelta(seconds=295), "and it is due when Meta said"


async def test_an_answer_whose_own_answer_was_lost_is_known_by_its_echo_and_does_not_leave_again(story: Story, world: World) -> None:
    await answered(story, world, await asked(story), "Une équipe passera jeudi.")
    story.meta.troubles.add("POST", "/messages", Trouble(cut="after"))
    assert await story.left() == ["temporary-failure"]
    (taken,) = story.meta.taken
    await story.came(says.messaging(says.echo(JEANNE, taken.text, taken.id, taken.body["message"]["metadata"])))
    assert await story.left(MINUTE) == ["sent"]
    assert len(story.meta.taken) == 1
    assert (await row(story.house, "select provider_ids from outgoing where channel = 'meta'"))["provider_ids"] == [taken.id]
    assert len(await rows(story.house, "select from message where direction = 'note'")) == 0, "nobody takes it for a colleague's"


async def test_a_connection_cut_before_anything_was_done_is_tried_again(story: Story, world: World) -> None:
    await answered(story, world, await asked(story), "Bonjour.")
    story.meta.troubles.add("POST", "/messages", Trouble(cut="before"), Trouble(status=500))
    assert await story.left() == ["temporary-failure"]
    assert await story.left(MINUTE) == ["temporary-failure"]
    assert await story.left(MINUTE + RETRIED) == ["sent"]
    assert len(story.meta.taken) == 1


async def test_what_meta_refuses_says_why_and_alarms_whoever_deals_with_the_request(story: Story, world: World) -> None:
    key = await asked(story)
    refusals = (
        ((400, 551, 1545041), "permanent-failure", "ne peut pas recevoir"),
        ((400, 10, 2018278), "permanent-failure", "fenêtre de réponse"),
        ((401, 190, 463), "technical-failure", "jeton"),
    )
    for refusal, state, told in refusals:
        story.meta.refuses[JEANNE] = refusal
        await answered(story, world, key, "Bonjour.")
        assert await story.left() == [state]
        (*_, attempt) = await rows(story.house, "select detail from delivery_attempt order by at, id")
        assert told in attempt["detail"]
        assert story.meta.token not in attempt["detail"]
    assert (await row(story.house, "select alarm from ticket"))["alarm"] == "delivery_failed"


async def test_after_a_day_a_person_still_answers_where_meta_lets_people_of_the_app_and_a_machine_does_not(
    story: Story, world: World
) -> None:
    key = await asked(story)
    await rows(story.house, "update conversation set last_in_at = last_in_at - interval '2 days' returning 1")
    await rows(story.house, 'update account set settings = settings || \'{"human_agent": "yes"}\' returning 1')
    await answered(story, world, key, "Bonjour.")
    assert await story.left() == ["sent"]
    assert (story.meta.taken[0].body["messaging_type"], story.meta.taken[0].body["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")


async def test_files_are_fetched_and_one_that_lies_elsewhere_is_not(story: Story) -> None:
    story.meta.media["photo"] = (JPEG, "image/jpeg")
    pictures = [
        {"type": "image", "payload": {"url": url}}
        for url in (f"{story.meta.url}/cdn/photo?oh=1&oe=2", "https://169.254.169.254/latest/", f"{story.meta.url}/cdn/expired")
    ]
    place = {"type": "location", "title": "Place", "payload": {"coordinates": {"lat": 43.9, "long": -0.5}}}
    await story.came(says.messaging(says.attached(JEANNE, "m_1", *pictures, place)))
    message = await row(story.house, "select body_text, defects from message where direction = 'in'")
    file = await row(story.house, "select name, type, size from attachment")
    assert (file["name"], file["type"], file["size"]) == ("photo 1.jpg", "image/jpeg", len(JPEG))
    assert "43.9, -0.5" in message["body_text"]
    assert any("pas chez Meta" in defect for defect in message["defects"])
    assert any("HTTP 403" in defect for defect in message["defects"])


async def test_a_file_that_is_late_is_waited_for(story: Story) -> None:
    story.meta.media["photo"] = (JPEG, "image/jpeg")
    story.meta.troubles.add("GET", "/cdn/", Trouble(status=503))
    photo = {"type": "image", "payload": {"url": f"{story.meta.url}/cdn/photo"}}
    assert await story.told(says.messaging(says.attached(JEANNE, "m_1", photo))) == 200
    await story.decided()
    assert await story.outcomes() == ["opened"]
    assert len(await rows(story.house, "select from attachment")) == 1


async def test_what_a_colleague_writes_in_the_inbox_of_meta_is_noted_with_the_request(story: Story) -> None:
    await asked(story)
    await story.came(says.messaging(says.echo(JEANNE, "Bonjour, c’est noté.", "m_colleague")))
    note = await row(story.house, "select body_text, author_name from message where direction = 'note'")
    assert (note["body_text"], note["author_name"]) == ("Bonjour, c’est noté.", "Boîte de réception de Meta")
    assert await story.outcomes() == ["opened", "appended"]
    await story.came(says.messaging(says.echo(PAUL, "Bonjour", "m_other")))
    assert (await story.outcomes())[-1] == "filtered"


async def test_a_message_changed_or_taken_back_keeps_what_it_said_first(story: Story) -> None:
    edit = {"sender": {"id": JEANNE}, "recipient": {"id": PAGE}, "timestamp": says.now_ms()}
    assert await story.told(says.messaging({**edit, "message_edit": {"mid": "m_1", "text": "Le lampadaire du 12", "num_edit": 1}})) == 200
    await asked(story, "Le lampadaire du 21")
    message = await row(story.house, "select body_text, first_text from message where direction = 'in'")
    assert tuple(message) == ("Le lampadaire du 12", "Le lampadaire du 21"), "told before the message it changes"
    await story.came(says.messaging({**edit, "message": {"mid": "m_1", "is_deleted": True}}))
    assert (await row(story.house, "select body_text from message where direction = 'in'"))["body_text"] == "Le lampadaire du 12"
    assert "message_retracted" in [line["what"] for line in await rows(story.house, "select what from event")]
    await story.came(says.messaging({**edit, "sender": {"id": PAUL}, "message": {"mid": "m_1", "is_deleted": True}}))
    assert (await story.outcomes())[0] == "appended"


async def test_reactions_and_what_is_unknown_are_set_aside_with_a_reason(story: Story) -> None:
    head = {"sender": {"id": JEANNE}, "recipient": {"id": PAGE}, "timestamp": says.now_ms()}
    reaction = {"mid": "m_9", "action": "react", "reaction": "love", "emoji": "❤"}
    postback = {"mid": "m_8", "title": "Démarrer", "payload": "GET_STARTED"}
    strange: list[dict[str, object]] = [{"reaction": reaction}, {"optin": {"type": "x"}}, {"a_thing_of_2031": [1, {"x": None}]}]
    await story.came(says.messaging(*({**head, **one} for one in strange)))
    assert await story.outcomes() == ["filtered"] * 3
    assert "Réaction ❤" in (await why(story))[0]
    await story.came(says.messaging({**head, "postback": postback}))
    assert (await row(story.house, "select body_text from message where direction = 'in'"))["body_text"] == "Démarrer"
