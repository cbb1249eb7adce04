"""What people write under the posts of the page: a request, answered in private, or where all can read it when an agent says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from grc import clock
from grc.actions.ways import ways
from grc.tickets.model import NewDelivery
from tests.channels.meta.conftest import Story
from tests.channels.meta.stories import MINUTE, PDF, answered, the_request, why
from tests.makers import meta as says
from tests.makers.meta import INSTAGRAM, PAGE
from tests.support.arrivals import row, rows
from tests.support.world import World

PAUL, NUMBER = "7001112223334445", f"{PAGE}_42"
BACK = NewDelivery("meta", f"facebook:{PAUL}", automatic=False, account=PAGE)


async def test_a_comment_is_a_request_that_says_it_was_public(story: Story) -> None:
    await story.came(says.feed(says.comment(PAUL, "Paul Dubos", "Et la piscine, elle rouvre quand ?", NUMBER)))
    ticket = await row(story.house, "select answer_addr, requester_name, subject from ticket")
    assert tuple(ticket) == (f"facebook:{PAUL}", "Paul Dubos", "Et la piscine, elle rouvre quand ?")
    message = await row(story.house, "select body_text, quoted_text, post from message where direction = 'in'")
    assert message["body_text"] == "Et la piscine, elle rouvre quand ?"
    assert "https://www.facebook.com/sainte-mer/posts/1" in message["quoted_text"]
    assert (message["post"]["comment_id"], message["post"]["public"]) == (NUMBER, True)


async def test_it_is_answered_in_private_once_and_what_the_person_answers_there_joins_it(story: Story, world: World) -> None:
    await story.came(says.feed(says.comment(PAUL, "Paul Dubos", "Et la piscine ?", NUMBER)))
    key = await the_request(story)
    await answered(story, world, key, "Elle rouvre lundi. " * 200, PDF)
    assert await story.left() == ["sent"]
    (taken,) = story.meta.taken
    assert (taken.network, taken.to) == ("private_reply", NUMBER)
    assert len(taken.text) <= 2000
    assert "arrêté.pdf" in taken.text
    assert "https://grc.example/suivi/" in taken.text
    await story.came(says.messaging(says.said("942", "Merci !", "m_1")))
    assert await story.outcomes() == ["opened", "appended"]
    await answered(story, world, key, "Encore un mot.", way=BACK)
    assert await story.left() == ["permanent-failure"]
    assert "une seule" not in (await row(story.house, "select answer_addr from ticket"))["answer_addr"]
    assert "n’en admet qu’une" in (await rows(story.house, "select detail from delivery_attempt order by at, id"))[-1]["detail"]


async def test_a_private_reply_whose_answer_was_lost_is_known_by_its_echo(story: Story, world: World) -> None:
    await story.came(says.feed(says.comment(PAUL, "Paul Dubos", "Et la piscine ?", NUMBER)))
    await answered(story, world, await the_request(story), "Elle rouvre lundi.")
    story.meta.troubles.add("POST", "/messages", says.CUT)
    assert await story.left() == ["temporary-failure"]
    (taken,) = story.meta.taken
    await story.came(says.messaging(says.echo("942", taken.text, taken.id, taken.body["message"]["metadata"])))
    assert await story.left(MINUTE) == ["sent"]
    await story.came(says.messaging(says.said("942", "Merci !", "m_1")))
    assert await story.outcomes() == ["opened", "filtered", "appended"]


async def test_an_agent_may_choose_to_answer_where_all_can_read_it_and_nothing_private_goes_there(story: Story, world: World) -> None:
    await story.came(says.feed(says.comment(PAUL, "Paul Dubos", "Et la piscine ?", NUMBER)))
    key = await the_request(story)
    await answered(story, world, key, "Elle rouvre lundi.", way=replace(BACK, public=True))
    assert await story.left() == ["sent"]
    (taken,) = story.meta.taken
    assert (taken.network, taken.to, taken.text) == ("public", NUMBER, "Elle rouvre lundi."), "not the page of the request"
    await story.came(says.feed(says.comment(PAGE, "Commune de Sainte-Mer", "Elle rouvre lundi.", taken.id)))
    assert await story.outcomes() == ["opened", "filtered"]
    await answered(story, world, key, "Voici l’arrêté.", PDF, way=replace(BACK, public=True))
    assert await story.left() == ["permanent-failure"]
    assert len(story.meta.taken) == 1


async def test_the_agent_knows_how_long_a_private_answer_is_possible(story: Story, world: World) -> None:
    await story.came(says.feed(says.comment(PAUL, "Paul Dubos", "Et la piscine ?", NUMBER)))
    key, now = await the_request(story), clock.now()
    async with world.acting("claire") as (tx, _):
        (way, *_), (late, *_) = [await ways(tx, story.house.channels, key, at) for at in (now, now + timedelta(days=8))]
    assert (way.may_be_public, way.until is not None, "privé" in way.label) == (True, True, True)
    assert (late.may_be_public, "public seulement" in late.label) == (True, True)


async def test_a_comment_changed_removed_or_hidden(story: Story) -> None:
    add = says.comment(PAUL, "Paul Dubos", "Et la piscine ?", NUMBER)
    await story.came(says.feed({**add, "message": "Et la piscine couverte ?", "verb": "edited"}))
    await story.came(says.feed(add))
    await story.came(says.feed({**add, "verb": "hide"}))
    await story.came(says.feed({**add, "verb": "remove"}))
    assert await story.outcomes() == ["filtered", "opened", "filtered", "appended"]
    await story.came(says.feed({**add, "message": "Et la piscine couverte ?", "verb": "edited", "created_time": 1}))
    message = await row(story.house, "select body_text, first_text from message where direction = 'in'")
    assert tuple(message) == ("Et la piscine couverte ?", "Et la piscine ?")


async def test_a_visitor_posts_on_the_page_and_a_comment_whose_author_meta_does_not_tell_can_be_answered(
    story: Story, world: World
) -> None:
    post = {"item": "status", "verb": "add", "post_id": f"{PAGE}_77", "message": "Il y a un trou rue du Port", "created_time": 1}
    await story.came(says.feed({**post, "from": {"id": PAUL, "name": "Paul Dubos"}}))
    await answered(story, world, await the_request(story), "Merci, une équipe passera.")
    nameless = says.comment("", "", "Et la piscine ?", NUMBER)
    del nameless["from"]
    await story.came(says.feed(nameless))
    await answered(story, world, await the_request(story), "Lundi.")
    assert await story.left() == ["sent", "sent"]
    assert [taken.body["recipient"] for taken in story.meta.taken] == [{"post_id": f"{PAGE}_77"}, {"comment_id": NUMBER}]


async def test_what_else_happens_on_the_page_is_set_aside_with_a_reason(story: Story) -> None:
    for value in ({"item": "like", "verb": "add"}, {"item": "status", "verb": "add", "from": {"id": PAGE}}):
        await story.came(says.feed(value))
    assert await story.outcomes() == ["filtered", "filtered"]
    assert "like" in (await why(story))[0]


async def test_a_comment_on_instagram_is_a_request_too_and_a_message_there_is_answered_there(story: Story, world: World) -> None:
    value = {"id": "1789", "from": {"id": "88", "username": "jeanne.d"}, "text": "Quelle heure ?", "media": {"id": "1"}}
    entry = {"id": INSTAGRAM, "time": 1, "changes": [{"field": "comments", "value": value}]}
    own = {**entry, "changes": [{"field": "comments", "value": {**value, "id": "1790", "from": {"id": INSTAGRAM}}}]}
    await story.came({"object": "instagram", "entry": [entry, own]})
    assert sorted(await story.outcomes()) == ["filtered", "opened"]
    await answered(story, world, await the_request(story), "À 18 h.")
    assert await story.left() == ["sent"]
    assert (story.meta.taken[0].network, story.meta.taken[0].to) == ("private_reply", "1789")

    story.meta.names["88"] = {"name": "Jeanne Duport", "username": "jeanne.d"}
    await story.came(says.messaging(says.said("88", "Merci", "ig_1", INSTAGRAM), page=INSTAGRAM, object="instagram"))
    await answered(story, world, await the_request(story), "é" * 900)
    assert await story.left() == ["sent"]
    *_, one, two = story.meta.taken
    assert (one.to, two.to) == ("88", "88")
    assert all(len(part.text.encode()) <= 1000 for part in (one, two))
    assert "metadata" not in one.body["message"]
    seen = {"sender": {"id": "88"}, "recipient": {"id": INSTAGRAM}, "timestamp": says.now_ms(), "read": {"mid": two.id}}
    await story.came(says.messaging(seen, page=INSTAGRAM, object="instagram"))
    states = [line["state"] for line in await rows(story.house, "select state from outgoing where channel = 'meta' order by id")]
    assert states == ["sent", "delivered"]
