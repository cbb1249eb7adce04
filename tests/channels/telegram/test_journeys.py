"""Whole stories: a citizen writes to the bot, the request opens, the agent's answer comes back to the chat."""

from __future__ import annotations

import re

from grc import clock
from grc.db.transaction import WORKER
from tests.channels.telegram.talk import PATIENCE, Talk
from tests.makers.telegram import Citizen
from tests.support.arrivals import row, rows
from tests.support.processes import until
from tests.support.relay import Relay
from tests.support.world import BOISVERT

PAUL = Citizen(40_002, "Paul", "Castets", "")


async def opened(talk: Talk, words: str = "Le lampadaire de la rue des Pins est éteint.") -> str:
    """A request opened at the bot of a commune; its reference."""
    await talk.says("/start")
    await talk.presses("Autre demande")
    ack = await talk.says(words)
    found = await row(talk.house, "select reference from ticket order by id desc limit 1")
    assert found["reference"] in ack.text
    return str(found["reference"])


async def answers(talk: Talk, words: str) -> None:
    """What an agent writes leaves, as his page has it leave."""
    async with talk.house.db.transaction(WORKER) as tx:
        await tx.conn.execute(
            "with said as (insert into message (collectivity_id, id, ticket_id, direction, kind, channel, at, author_name, to_addrs,"
            " body_text, subject) select collectivity_id, 900 + id, id, 'out', 'message', 'telegram', $1, 'Claire', array[answer_addr], $2,"
            " '' from ticket returning collectivity_id, id, ticket_id, to_addrs[1] as to_addr)"
            " insert into outgoing (collectivity_id, ticket_id, message_id, channel, account, to_addr, automatic, state, due, created_at)"
            " select s.collectivity_id, s.ticket_id, s.id, 'telegram', t.answer_account, s.to_addr, false, 'created', $1, $1"
            " from said s join ticket t on t.collectivity_id = s.collectivity_id and t.id = s.ticket_id",
            clock.now(), words,
        )  # fmt: skip
        tx.wake("outgoing")


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
    assert len(ack.text) < 500, ack.text
    assert "délai légal, utilisez le formulaire de notre site ou écrivez à mairie@sainte-mer.example." in ack.text
    assert await rows(town.house, "select 1 from legal_event") == [], "on a network an agent starts the clock, nobody else"
    found = await rows(town.house, "select outcome from received order by id")
    assert [one["outcome"] for one in found] == ["filtered", "filtered", "opened"]

    there = await town.after(lambda: town.there.says("/suivi"))
    assert stands["tracking_token"] in there.text
    assert "Ajouté" in (await town.says("Il fait très noir.")).text
    before = len(town.there.sent())
    await answers(town, "C’est réparé.")

    async def answered() -> str | None:
        return town.there.sent()[before].text if len(town.there.sent()) > before else None

    said = await until(answered, PATIENCE, lambda: "the agent's answer")
    assert said.startswith("C’est réparé.")
    assert "Bonjour" not in said, "its bare words, without the dress of a mail"
    evidence = await rows(town.house, "select state from delivery_attempt")
    assert {one["state"] for one in evidence} == {"sent"}


async def test_the_bot_of_the_agency_asks_for_the_commune_and_keeps_what_was_said_before(shared: Talk) -> None:
    first = await shared.says("Bonjour, il y a un trou dans la route devant l’école, c’est dangereux.")
    assert "gardé" in first.text
    assert "request_location" in first.given["reply_markup"]
    assert "Je ne trouve pas" in (await shared.says("Atlantide")).text
    asked = await shared.says("40300")
    assert "à la mairie de Boisvert" in asked.text
    await shared.presses("Autre demande")
    stands = await row(shared.house, "select collectivity_id, subject, answer_account from ticket")
    assert (stands["collectivity_id"], stands["answer_account"]) == (BOISVERT, "7000000001")
    (message,) = await shared.messages()
    assert "trou dans la route" in message["body_text"]


async def test_a_link_of_a_commune_leads_there_and_one_request_is_open_until_it_is_ended(shared: Talk) -> None:
    assert "à la mairie de Sainte-Mer" in (await shared.says("/start 40902")).text
    await shared.presses("Autre demande")
    await shared.says("Une première chose.")
    assert "en cours" in (await shared.says("/start 40902")).text
    await shared.says("Et ceci encore.")
    assert "terminée" in (await shared.says("/fin")).text
    assert "Votre message est gardé" in (await shared.says("Une autre chose, sans rapport.")).text
    await shared.presses("Autre demande")
    found = await rows(shared.house, "select ticket_id, body_text from message where direction = 'in' order by id")
    assert [one["body_text"] for one in found] == ["Une première chose.", "Et ceci encore.", "Une autre chose, sans rapport."]
    assert len({one["ticket_id"] for one in found}) == 2
    persons = await rows(shared.house, "select distinct requester_id from ticket")
    assert len(persons) == 1, "he is known again by his account"


async def test_an_album_is_one_message_and_a_document_and_a_voice_come_whole(town: Talk) -> None:
    await opened(town)
    for number in range(3):
        town.there.photo(f"image {number}".encode() * 10, media_group_id="77", caption="" if number else "Voyez.")
    town.there.document("plan.pdf", b"%PDF-1.4 plan")
    town.there.voice(b"OggS parole")
    found = await town.settled(8)
    assert [one["outcome"] for one in found[2:]] == ["opened", *["appended"] * 5]
    sent = await rows(
        town.house,
        "select m.id, m.body_text, array_agg(a.name order by a.position) as names, array_agg(a.size order by a.position) as sizes"
        " from message m join attachment a on a.message_id = m.id group by m.id, m.body_text order by m.id",
    )
    assert [(one["body_text"], len(one["names"])) for one in sent] == [("Voyez.", 3), ("", 1), ("", 1)]
    assert sent[0]["sizes"] == [70, 70, 70], "the largest of the sizes that Telegram made"
    assert sent[1]["names"] == ["plan.pdf"]
    assert sent[2]["names"][0].endswith(".ogg")


async def test_a_photo_sent_before_anything_was_asked_goes_with_the_request(town: Talk) -> None:
    asked = await town.after(lambda: town.there.photo(b"trou" * 10, caption="Un trou."))
    assert "gardé" in asked.text
    await town.presses("Autre demande")
    (message,) = await town.messages()
    assert message["body_text"] == "Un trou."
    assert len(await rows(town.house, "select 1 from attachment where message_id = $1", message["id"])) == 1


async def test_an_edit_changes_the_message_and_keeps_the_first_text(town: Talk) -> None:
    await opened(town)
    said = town.there.says("Au 12 rue des Pins.")
    await town.settled(4)
    town.there.edits(said, "Au 14 rue des Pins.")
    await town.settled(5)
    found = await row(town.house, "select body_text, first_text from message where first_text is not null")
    assert tuple(found) == ("Au 14 rue des Pins.", "Au 12 rue des Pins.")


async def test_an_address_is_proved_by_a_code_and_a_number_by_the_card_of_its_owner(town: Talk, relay: Relay) -> None:
    await opened(town)
    assert "adresse électronique" in (await town.says("/courriel")).text
    assert "pas complète" in (await town.says("jeanne")).text
    assert "code à six chiffres" in (await town.says("jeanne@habitants.example")).text

    async def mailed() -> str | None:
        found = await rows(town.house, "select body_text from prompt where subject <> ''")
        return re.findall(r"[0-9]{6}", found[0]["body_text"])[0] if found else None

    code = await until(mailed, PATIENCE, lambda: "a code")
    kept = await row(town.house, "select state from conversation")
    assert code not in str(kept["state"]), "only its digest is kept"
    wrong = "000000" if code != "000000" else "111111"
    assert "Encore 4 essais" in (await town.says(wrong)).text
    assert "confirmée" in (await town.says(f"{code[:3]} {code[3:]}")).text
    theirs = await town.after(lambda: town.there.message(contact={"phone_number": "+33600000001", "user_id": 9, "first_name": "X"}))
    assert "pas le vôtre" in theirs.text
    own = await town.after(lambda: town.there.message(contact={"phone_number": "33612345678", "user_id": 40001, "first_name": "J"}))
    assert "06 12 34 56 78" in own.text
    known = await rows(town.house, "select kind, value from identity where person_id = (select requester_id from ticket) order by kind")
    assert [tuple(one) for one in known] == [
        ("email", "jeanne@habitants.example"), ("tel", "+33612345678"), ("telegram", "40001"),
    ]  # fmt: skip


async def test_what_is_too_heavy_is_refused_with_a_word_and_where_to_put_it(town: Talk) -> None:
    await opened(town)
    told = await town.after(
        lambda: town.there.message(document={"file_id": "F9", "file_unique_id": "u", "file_size": 30 * 2**20, "file_name": "film.mp4"})
    )
    assert "film.mp4" in told.text
    assert "/suivi/" in told.text


async def test_what_the_bot_keeps_is_forgotten_on_demand_and_what_remains_is_said(town: Talk) -> None:
    reference = await opened(town)
    told = await town.says("/supprimer")
    assert reference in told.text
    assert "mairie@sainte-mer.example" in told.text
    assert await rows(town.house, "select 1 from conversation") == []
    prompts = await rows(town.house, "select body_text from prompt order by id")
    assert [bool(one["body_text"]) for one in prompts] == [False] * (len(prompts) - 1) + [True]
    assert len(await rows(town.house, "select 1 from ticket")) == 1


async def test_groups_channels_and_other_bots_are_not_taken(town: Talk) -> None:
    group = {"id": -100_5, "type": "supergroup", "title": "Quartier"}
    before = {"message_id": 5, "date": 1_790_000_000}
    town.there.update("message", {**before, "chat": group, "from": PAUL.sender, "text": "/start@mairie_essai_bot"})
    town.there.update("message", {**before, "chat": group, "from": PAUL.sender, "text": "Salut à tous"})
    town.there.update("message", {**before, "chat": PAUL.chat, "from": {**PAUL.sender, "is_bot": True}, "text": "bip"})
    town.there.update("callback_query", {"id": "1"})
    found = await town.settled(4)
    assert {one["outcome"] for one in found} == {"filtered"}
    (word,) = await town.there.heard("sendMessage")
    assert word.given["chat_id"] == "-1005"
    assert "conversation privée" in word.text
    assert await rows(town.house, "select 1 from ticket") == []


async def test_an_account_without_a_name_is_called_by_its_own(town: Talk) -> None:
    await town.says("/start", PAUL)
    await town.presses("Autre demande", PAUL)
    await town.says("Bonjour.", PAUL)
    assert (await row(town.house, "select requester_name from ticket"))["requester_name"] == "Paul Castets"
