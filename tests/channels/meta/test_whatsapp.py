"""Whole stories on WhatsApp: words and files in, answers out, what became of them, and the window that closes."""

from __future__ import annotations

from datetime import timedelta

from grc import clock
from grc.actions.ways import ways
from tests.channels.meta.conftest import Story
from tests.channels.meta.stories import PDF, answered, the_request, why
from tests.makers import meta as says
from tests.makers.meta import JPEG, PAGE, PHONE
from tests.support.arrivals import row, rows
from tests.support.world import World

NUMBER, OTHER = "33611223344", "33655667788"
ALONE = "FR.13491208655302741918"


async def test_somebody_writes_to_the_number_and_is_answered_there(story: Story, world: World) -> None:
    await story.came(says.whatsapp(says.wrote(NUMBER, "wamid.1", "text", body="Quand passe la benne ?"), username="jeanne.d"))
    ticket = await row(story.house, "select answer_addr, requester_name from ticket")
    assert tuple(ticket) == (f"whatsapp:+{NUMBER}", "Jeanne Duport")
    assert {line["label"] for line in await rows(story.house, "select label from identity where kind = 'whatsapp'")} == {"@jeanne.d"}
    await answered(story, world, await the_request(story), "Jeudi.", PDF)
    assert await story.left() == ["sent"]
    text, file = story.meta.taken
    assert (text.network, text.to, text.body["type"], text.text.splitlines()[0]) == ("whatsapp", NUMBER, "text", "Jeudi.")
    assert (file.body["type"], file.file, file.file_name) == ("document", PDF.content, PDF.name)
    paths = [path.partition("?")[0] for method, path, _ in story.meta.calls if method == "POST"]
    assert paths == [f"/v26.0/{PHONE}/messages", f"/v26.0/{PHONE}/media", f"/v26.0/{PHONE}/messages"]


async def test_a_number_that_whatsapp_vouches_for_is_the_same_person_by_telephone(story: Story) -> None:
    await story.came(says.whatsapp(says.wrote(NUMBER, "wamid.1", "text", body="Bonjour")))
    found = await rows(story.house, "select kind, value, person_id, verified_at from identity order by kind")
    assert [(line["kind"], line["value"]) for line in found] == [("tel", f"+{NUMBER}"), ("whatsapp", f"+{NUMBER}")]
    assert len({line["person_id"] for line in found}) == 1
    assert found[0]["verified_at"] is not None


async def test_whoever_keeps_his_number_to_himself_is_answered_all_the_same(story: Story, world: World) -> None:
    message = says.wrote(NUMBER, "wamid.1", "text", body="Bonjour")
    del message["from"]
    await story.came(says.whatsapp(message | {"from_user_id": ALONE}, username="jeanne"))
    await answered(story, world, await the_request(story), "Bonjour Jeanne.")
    assert await story.left() == ["sent"]
    (taken,) = story.meta.taken
    assert (taken.body["recipient"], "to" in taken.body) == (ALONE, False)


async def test_what_became_of_an_answer_is_known_and_a_failure_says_why(story: Story, world: World) -> None:
    await story.came(says.whatsapp(says.wrote(NUMBER, "wamid.1", "text", body="Bonjour")))
    await answered(story, world, await the_request(story), "Bonjour.")
    await story.left()
    number = story.meta.taken[0].id
    await story.came(says.statuses(says.status(number, "read", NUMBER), says.status(number, "sent", NUMBER)))
    await story.came(says.statuses(says.status(number, "delivered", NUMBER)))
    assert (await row(story.house, "select state from outgoing where channel = 'meta'"))["state"] == "delivered"
    told = {line["state"] for line in await rows(story.house, "select state from delivery_attempt")}
    assert told == {"sent", "read", "delivered"}
    undeliverable = {"code": 131026, "title": "Message undeliverable", "error_data": {"details": "Message Undeliverable."}}
    await story.came(says.statuses(says.status(number, "failed", NUMBER, errors=[undeliverable])))
    assert (await row(story.house, "select alarm from ticket"))["alarm"] == "delivery_failed"
    failed = await row(story.house, "select detail from delivery_attempt where state = 'failed'")
    assert "131026" in failed["detail"]


async def test_an_answer_whose_own_answer_was_lost_is_known_by_what_became_of_it(story: Story, world: World) -> None:
    await story.came(says.whatsapp(says.wrote(NUMBER, "wamid.1", "text", body="Bonjour")))
    await answered(story, world, await the_request(story), "Bonjour.")
    story.meta.troubles.add("POST", "/messages", says.CUT)
    assert await story.left() == ["temporary-failure"]
    (taken,) = story.meta.taken
    status = says.status(taken.id, "delivered", NUMBER, taken.body["biz_opaque_callback_data"])
    assert await story.told(says.statuses(status)) == 200
    await story.decided()
    assert "ne partira pas de nouveau" in (await why(story))[-1], "known at once, before it would be tried again"
    assert await story.left(timedelta(minutes=2)) == ["sent"]
    assert len(story.meta.taken) == 1


async def test_photographs_are_fetched_with_the_token_and_places_are_words(story: Story) -> None:
    story.meta.media["770001"] = (JPEG, "image/jpeg")
    photo = says.wrote(NUMBER, "wamid.1", "image", id="770001", mime_type="image/jpeg", sha256="x", caption="Le trou")
    place = says.wrote(NUMBER, "wamid.2", "location", latitude=43.89, longitude=-0.5, name="Mairie")
    file = says.wrote(NUMBER, "wamid.3", "document", id="../../debug_token", filename="../plan.pdf", mime_type="application/pdf")
    await story.came(says.whatsapp(photo, place, file))
    said = [line["body_text"] for line in await rows(story.house, "select body_text from message where direction = 'in' order by id")]
    assert said[:2] == ["Le trou", "Position partagée\u00a0: 43.89, -0.5 Mairie"]
    kept = await row(story.house, "select name, type, size from attachment")
    assert tuple(kept) == ("photo.jpg", "image/jpeg", len(JPEG))
    assert not any("debug_token" in path for _, path, _ in story.meta.calls)


async def test_once_the_window_is_closed_an_agent_knows_it_before_and_a_model_tells_where_to_read(story: Story, world: World) -> None:
    await story.came(says.whatsapp(says.wrote(NUMBER, "wamid.1", "text", body="Bonjour")))
    key, now = await the_request(story), clock.now()
    async with world.acting("claire") as (tx, _):
        open_now, *_ = await ways(tx, story.house.channels, key, now)
        shut = next(way for way in await ways(tx, story.house.channels, key, now + timedelta(hours=25)) if way.channel == "meta")
    assert (open_now.channel, open_now.open, open_now.until is not None) == ("meta", True, True)
    assert "fenêtre de réponse" in shut.why_not

    await rows(story.house, 'update account set settings = settings || \'{"whatsapp_template": "suite"}\' returning 1')
    await rows(story.house, "update conversation set last_in_at = last_in_at - interval '2 days' returning 1")
    await answered(story, world, key, "Votre dossier est complet, il contient des données personnelles.")
    assert await story.left() == ["sent"]
    (taken,) = story.meta.taken
    ticket = await row(story.house, "select reference, tracking_token from ticket")
    (body,) = taken.body["template"]["components"]
    assert (taken.body["type"], taken.body["template"]["name"], taken.body["template"]["language"]) == ("template", "suite", {"code": "fr"})
    assert [one["text"] for one in body["parameters"]] == [ticket["reference"], f"https://grc.example/suivi/{ticket['tracking_token']}"]
    assert "données personnelles" not in str(taken.body)


async def test_reactions_notices_and_what_the_business_app_writes(story: Story) -> None:
    await story.came(says.whatsapp(says.wrote(NUMBER, "wamid.1", "text", body="Bonjour")))
    await story.came(says.whatsapp(says.wrote(NUMBER, "wamid.2", "reaction", message_id="wamid.0", emoji="👍")))
    revoked = says.wrote(NUMBER, "wamid.3", "revoke", original_message_id="wamid.1")
    await story.came(says.whatsapp(revoked))
    body = says.whatsapp()
    value = body["entry"][0]["changes"][0]["value"]
    value |= {"message_echoes": [{"from": says.DISPLAY, "to": NUMBER, "id": "wamid.4", "timestamp": "1750000000", "type": "text",
                                  "text": {"body": "On s’en occupe."}}]}  # fmt: skip
    body["entry"][0]["changes"][0]["field"] = "smb_message_echoes"
    await story.came(body)
    await story.came({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "account_update", "value": {}}]}]})
    assert await story.outcomes() == ["opened", "filtered", "appended", "appended", "filtered"]
    assert (await row(story.house, "select body_text from message where direction = 'note'"))["body_text"] == "On s’en occupe."
    assert "Réaction 👍" in (await why(story))[1]


async def test_what_whatsapp_does_not_pass_on_is_seen_all_the_same(story: Story) -> None:
    unsupported = says.wrote(OTHER, "wamid.1", "unsupported") | {"errors": [{"code": 131051, "title": "Message type unknown"}]}
    await story.came(says.whatsapp(unsupported))
    message = await row(story.house, "select defects from message where direction = 'in'")
    assert "unsupported" in message["defects"][0]
    assert story.account.name == PAGE
