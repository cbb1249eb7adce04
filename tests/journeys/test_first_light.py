"""A citizen's mail becomes a ticket that an agent answers, and the conversation goes on by mail and on the citizen's page."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from grc.actions.house import House
from tests.support.arrivals import rows
from tests.support.chromium import desk, window
from tests.support.mails import mail, post
from tests.support.processes import Service
from tests.support.relay import Relay

pytestmark = [pytest.mark.browser, pytest.mark.alone]

AT_ONCE = 1.0  # seconds
CITIZEN = "jeanne@habitants.example"
PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 400


async def test_a_mail_is_answered_in_the_browser_and_the_conversation_goes_on(
    service: Service, house: House, relay: Relay, chromium: Browser, tmp_path: Path
) -> None:
    async with desk(chromium, service, "paul@sainte-mer.example") as paul, desk(chromium, service, "bea@boisvert.example") as bea:
        # a mail comes in, and is there
        raw = mail(
            "Le lampadaire de la rue des Pins est éteint.", mail_id="<question@habitants.example>", files=[("rue.jpg", "image/jpeg", PHOTO)]
        )
        sent = time.monotonic()
        assert (await post(service.lmtp_port, raw))[0] == 250
        delay = await paul.sees(paul.rows.filter(has_text="Lampadaire éteint"), sent)
        assert delay <= AT_ONCE, f"the mail was seen in the open inbox {delay:.2f} s after it was handed in"
        acknowledged = await relay.caught(lambda caught: caught.mail["Auto-Submitted"] == "auto-replied")

        # the agent answers
        await paul.open("Lampadaire éteint")
        await paul.write("Je connais bien cette rue.", note=True)
        await paul.write("L’équipe passe jeudi matin.")
        answer = await relay.caught(lambda caught: "jeudi matin" in caught.text)

        # it threads in the citizen's mail program, and knows the way back
        references = answer.mail["References"].split()
        assert references[0] == "<question@habitants.example>"
        assert answer.mail["In-Reply-To"] == references[-1]
        assert references[-1] in ("<question@habitants.example>", acknowledged.mail["Message-ID"])
        assert answer.mail["Subject"].startswith("Re: Lampadaire éteint")
        (stands,) = await rows(house, "select id, reference, tracking_token from ticket")
        back = answer.mail["Reply-To"].addresses[0].addr_spec
        assert house.signer.ticket_of_address(back) == stands["reference"]
        assert house.signer.ticket_of_mail_id(answer.mail["Message-ID"].strip("<>")) == stands["reference"]
        assert "Je connais bien cette rue" not in answer.mail.as_string(), "a note never leaves"

        # the citizen answers that mail, and the agent sees it in the open ticket
        words = "Merci, je serai là.\n\nLe 5 janvier, la mairie a écrit :\n> L’équipe passe jeudi matin.\n"
        raw = mail(words, to=back, subject=answer.mail["Subject"], answers=answer.mail)
        sent = time.monotonic()
        assert (await post(service.lmtp_port, raw, to=back))[0] == 250
        delay = await paul.sees(paul.conversation.filter(has_text="Merci, je serai là."), sent)
        assert delay <= AT_ONCE, f"the answer was seen in the open ticket {delay:.2f} s after it was handed in"
        assert len(await rows(house, "select from ticket")) == 1, "it is the same ticket"

        # the citizen reads it all on his page, and answers there with a file
        link = re.search(r"http://\S+/suivi/\S+", acknowledged.text)
        assert link is not None
        assert link[0].endswith(stands["tracking_token"])
        async with window(chromium) as citizen:
            await citizen.goto(link[0])
            for said in ("Le lampadaire de la rue des Pins est éteint.", "L’équipe passe jeudi matin.", "Merci, je serai là."):
                await expect(citizen.get_by_text(said).first).to_be_visible()
            await expect(citizen.get_by_text("Je connais bien cette rue")).to_have_count(0)
            plan = tmp_path / "plan de la rue.txt"
            plan.write_text("Le lampadaire est devant le numéro 12.")
            await citizen.fill("#message", "Voici où il se trouve.")
            await citizen.set_input_files("[name=fichiers]", plan)
            sent = time.monotonic()
            await citizen.get_by_role("button", name="Envoyer mon message").click()
            await expect(citizen.get_by_text("Votre message est bien arrivé.")).to_be_visible()

        # and the agent sees that too, file and all, in a window he never reloaded
        said_there = paul.conversation.filter(has_text="Voici où il se trouve.")
        delay = await paul.sees(said_there, sent)
        assert delay <= 2 * AT_ONCE, f"what was written on the page was seen {delay:.2f} s after the click"
        async with paul.page.expect_download() as coming:
            await said_there.get_by_text("plan de la rue.txt").click()
        assert (await (await coming.value).path()).read_text() == plan.read_text()
        assert await paul.was_never_reloaded()
        lines = await rows(house, "select direction, channel from message order by id")
        assert [(line["direction"], line["channel"]) for line in lines] == [
            ("in", "email"), ("out", "email"), ("note", "note"), ("out", "email"), ("in", "email"), ("in", "suivi"),
        ]  # fmt: skip
        await expect(bea.rows).to_have_count(0)  # the next town saw nothing of it
