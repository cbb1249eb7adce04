"""The same conversation through a real mailbox, read by IMAP with IDLE, whose server is restarted in the midst of it."""

from __future__ import annotations

import time

import orjson
import pytest
from playwright.async_api import Browser

from grc.actions.house import House
from tests.makers.dovecot import BINARY, Dovecot
from tests.support.arrivals import rows
from tests.support.chromium import desk
from tests.support.mails import MAIRIE, mail
from tests.support.processes import Service, until
from tests.support.relay import Relay

pytestmark = [pytest.mark.browser, pytest.mark.dovecot, pytest.mark.alone]

AT_ONCE = 1.0  # seconds; Dovecot itself waits half a second before it tells of new mail
BACK = 10.0  # seconds for the mailbox to be read again once its server is back


async def test_a_mailbox_is_followed_through_a_restart_of_its_server(
    service: Service, house: House, relay: Relay, chromium: Browser
) -> None:
    if BINARY is None:
        pytest.skip("no Dovecot on this machine: apt install dovecot-imapd")

    async def connected() -> str | None:
        ((state,),) = await rows(house, "select state from account")
        since: str | None = state.get("connected_since")
        return since

    async with Dovecot() as dovecot, desk(chromium, service, "paul@sainte-mer.example") as paul:
        url = dovecot.add("mairie")
        code, printed = await service.command("account", "add", "email", "--collectivity", "40902", f"address={MAIRIE}", f"imap_url={url}")
        assert code == 0, printed
        first = await until(connected, 10, lambda: f"the mailbox is followed; {service.told('worker')}")

        dovecot.deliver("mairie", mail("Le lampadaire de la rue des Pins est éteint.", mail_id="<question@habitants.example>"))
        delay = await paul.sees(paul.rows.filter(has_text="Lampadaire éteint"), time.monotonic())
        assert delay <= 2 * AT_ONCE, f"the mail was seen {delay:.2f} s after it lay in the mailbox"
        await paul.open("Lampadaire éteint")
        await paul.write("L’équipe passe jeudi matin.")
        answer = await relay.caught(lambda caught: "jeudi matin" in caught.text)

        # the server falls; the citizen's provider keeps his answer and another citizen's question
        await dovecot.stop()

        async def noticed() -> bool | None:
            ((state,),) = await rows(house, "select state from account")
            return state.get("connected_since") is None or None

        await until(noticed, 10, lambda: f"the operator is told that the mailbox is away; {service.told('worker')}")
        back = answer.mail["Reply-To"].addresses[0].addr_spec
        dovecot.deliver("mairie", mail("Merci, je serai là.", to=back, subject=answer.mail["Subject"], answers=answer.mail))
        dovecot.deliver("mairie", mail("Où voter dimanche ?", sender="marc@habitants.example", subject="Bureau de vote"))
        began = time.monotonic()
        await dovecot.start()
        delay = await paul.sees(paul.conversation.filter(has_text="Merci, je serai là."), began)
        assert delay <= BACK, f"the answer was seen {delay:.2f} s after the server was back"
        await paul.sees(paul.rows.filter(has_text="Bureau de vote"), began)
        assert await until(connected, 10, lambda: "it is followed again") != first

        # and IDLE works again
        dovecot.deliver("mairie", mail("Encore un mot.", to=back, subject=answer.mail["Subject"], answers=answer.mail))
        delay = await paul.sees(paul.conversation.filter(has_text="Encore un mot."), time.monotonic())
        assert delay <= 2 * AT_ONCE, f"the next one was seen {delay:.2f} s after it lay in the mailbox"

        assert await paul.was_never_reloaded()
        counted = await rows(house, "select t.subject, count(m.*) filter (where m.direction = 'in') as n from ticket t "
                                    "join message m on m.ticket_id = t.id group by t.id, t.subject order by t.id")  # fmt: skip
        assert [(line["subject"], line["n"]) for line in counted] == [("Lampadaire éteint", 3), ("Bureau de vote", 1)]
        code, printed = await service.command("ledger")
        assert orjson.loads(printed)["outcomes"] | {"opened": 2, "appended": 2} == orjson.loads(printed)["outcomes"], printed
