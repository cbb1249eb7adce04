"""A third party is asked about a ticket, an editor, and answers: found again by real bytes, and never seen by whoever asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from grc import clock
from grc.actions.escalate import escalate
from grc.actions.house import House
from grc.actions.keep_reference import keep_reference
from grc.actions.transition import transition
from grc.db.transaction import WORKER, Scope
from grc.errors import BadInput, NotFound
from grc.messages.foreign_reference import reference_in
from grc.messages.model import Attachment
from grc.tickets.model import TicketKey
from grc.web.citizen import request as citizen
from tests.makers.majors import becomes
from tests.makers.types import document, publish
from tests.support.arrivals import arrive, form, letter, opened, row, rows, send_all, ticket, told
from tests.support.mails import mail
from tests.support.relay import Caught, Relay
from tests.support.world import BOISVERT, SAINTE_MER, World

EDITOR = "support@editeur.example"
SECRET = "Entre nous, l’éditeur est lent."
LOG = Attachment("journal.txt", "text/plain", b"le journal secret du poste")

SOFTWARE = (
    document(
        """
name: software
version: 1
title: Signaler une panne de logiciel
summary: Pour les essais.
fields:
  - {name: logiciel, kind: record, of: logiciel, label: Logiciel, required: false}
  - {name: third_reference, kind: text, label: Référence chez l’éditeur, by: agent, required: false, longest: 60}
"""
    )
    + """
  - on: third_reply
    from: [received, doing]
    to: doing
    why: L’éditeur est saisi.
    effects: [{do: start_deadlines, kinds: [editor]}]
  - on: third_message
    effects: [{do: meet_deadline, kind: editor}]
deadlines:
  editor: {label: Réponse de l’éditeur, why: Délai du contrat., after: {days: 5}, owner: third}
"""
)


@pytest.fixture
async def key(house: House) -> TicketKey:
    """A ticket of the reception of Sainte-Mer, of a type that knows editors."""
    await publish(house.db, SAINTE_MER, SOFTWARE)
    await becomes(house.db, SAINTE_MER, {"lampadaire": "software"})
    return await opened(house, form())


async def ask(world: World, key: TicketKey, text: str = SECRET, *, who: str = "paul", to: str = EDITOR) -> None:
    async with world.acting(who) as (tx, agent):
        await escalate(tx, agent, key, to, text, [LOG], clock.now())


async def asked(house: House, world: World, relay: Relay, key: TicketKey, text: str = SECRET) -> Caught:
    """The mail that the editor got."""
    await ask(world, key, text)
    await send_all(house)
    return await relay.caught(lambda caught: caught.rcpt_to == EDITOR and text in caught.text)


def back(caught: Caught) -> str:
    """Where an answer to this mail goes."""
    return str(caught.mail["Reply-To"].addresses[0].addr_spec)


async def messages(house: House, key: TicketKey) -> Sequence[Any]:
    return await rows(house, "select * from message where collectivity_id = $1 and ticket_id = $2 order by id", key.collectivity_id, key.id)


async def test_the_mail_to_an_editor_carries_our_reference_and_no_way_to_the_page_of_the_request(
    house: House, world: World, relay: Relay, key: TicketKey
) -> None:
    got = await asked(house, world, relay, key)
    stands = await ticket(house, key)
    assert got.mail["Subject"] == f"Lampadaire éteint [{stands['reference']}]"
    assert "+t." in back(got)
    assert f"Notre référence\u00a0: {stands['reference']}" in got.text
    for part in ("suivi", stands["tracking_token"], "Votre demande", "jeanne"):
        assert part not in got.mail.as_string(), part
    assert [part.get_filename() for part in got.mail.iter_attachments()] == ["journal.txt"]
    assert (stands["third_addr"], stands["state"], stands["assignee_id"]) == (EDITOR, "doing", world.agents["paul"])
    assert "escalated" in await told(house, key)
    due = await row(house, "select met_at from deadline where ticket_id = $1 and kind = 'editor'", key.id)
    assert due["met_at"] is None


async def test_an_answer_to_the_signed_address_joins_its_ticket_and_is_the_third_party_s(
    house: House, world: World, relay: Relay, key: TicketKey
) -> None:
    got = await asked(house, world, relay, key)
    raw = mail("C’est corrigé en 4.2.", sender="Eva <eva@ailleurs.example>", to=back(got), subject="Votre ticket")
    became = await arrive(house, letter(raw, to=back(got)))
    assert (became["outcome"], became["ticket"]) == ("appended", (await ticket(house, key))["reference"])
    came = (await messages(house, key))[-1]
    assert (came["direction"], came["audience"]) == ("in", "third")
    assert (await ticket(house, key))["unread"]
    assert (await told(house, key))[-1] == "received_third"
    due = await row(house, "select met_at from deadline where ticket_id = $1 and kind = 'editor'", key.id)
    assert due["met_at"] is not None, "the type hears that the third party answered"


async def test_an_answer_that_only_quotes_our_message_id_is_the_third_party_s_too(
    house: House, world: World, relay: Relay, key: TicketKey
) -> None:
    got = await asked(house, world, relay, key)
    raw = mail("Pris en compte.", sender=f"Support <{EDITOR}>", subject="Accusé", answers=got.mail)
    assert (await arrive(house, letter(raw)))["outcome"] == "appended"
    assert (await messages(house, key))[-1]["audience"] == "third"


async def test_a_colleague_of_the_editor_who_quotes_the_reference_stays_out_of_sight_of_the_citizen(
    house: House, world: World, relay: Relay, key: TicketKey
) -> None:
    got = await asked(house, world, relay, key)
    reference = (await ticket(house, key))["reference"]
    colleague = "Eva <eva@ailleurs.example>"
    await arrive(house, letter(mail("Un.", sender=colleague, to=back(got)), to=back(got)))
    assert (await arrive(house, letter(mail("Deux.", sender=colleague, subject=f"Re: {reference}"))))["outcome"] == "appended"
    await ask(world, key, "À un autre éditeur.", to="aide@autre.example")
    again = mail("Trois.", sender=f"Support <{EDITOR}>", subject=f"Re: {reference}")
    assert (await arrive(house, letter(again)))["outcome"] == "appended"
    kept = [m for m in await messages(house, key) if m["direction"] == "in" and m["body_text"] in ("Un.", "Deux.", "Trois.")]
    assert [m["audience"] for m in kept] == ["third"] * 3


async def test_whoever_asked_is_never_taken_for_the_third_party(house: House, world: World, relay: Relay, key: TicketKey) -> None:
    got = await asked(house, world, relay, key)
    reference = (await ticket(house, key))["reference"]
    copied = mail("J’étais en copie.", to=back(got))  # he answered to all: what went to the editor's address stays with him
    await arrive(house, letter(copied, to=back(got)))
    assert (await messages(house, key))[-1]["audience"] == "third"
    await arrive(house, letter(mail("Et moi ?", subject=f"Re: {reference}")))
    assert (await messages(house, key))[-1]["audience"] == "public"


async def test_a_mail_to_the_editor_that_comes_back_is_not_for_the_citizen_either(
    house: House, world: World, relay: Relay, key: TicketKey
) -> None:
    got = await asked(house, world, relay, key)
    raw = (
        f"From: MAILER-DAEMON@editeur.example\r\nTo: mairie@sainte-mer.example\r\nSubject: Undelivered\r\n"
        f"Message-ID: <retour@editeur.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n'
        f"{EDITOR} does not exist\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; editeur.example\r\n\r\n"
        f"Final-Recipient: rfc822; {EDITOR}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"Message-ID: {got.mail['Message-ID']}\r\nSubject: x\r\n\r\nBonjour\r\n--b--\r\n"
    ).encode()
    assert (await arrive(house, letter(raw)))["outcome"] == "appended"
    came = (await messages(house, key))[-1]
    assert (came["direction"], came["audience"]) == ("in", "third")


async def test_nothing_between_us_and_an_editor_is_ever_seen_by_whoever_asked(
    house: House, world: World, relay: Relay, key: TicketKey
) -> None:
    before = await ticket(house, key)
    got = await asked(house, world, relay, key)
    raw = mail(SECRET, sender=f"Support <{EDITOR}>", to=back(got), files=[("correctif.zip", "application/zip", b"PK secret")])
    await arrive(house, letter(raw, to=back(got)))
    after = await ticket(house, key)
    assert (after["excerpt"], after["last_at"], after["answer_addr"]) == (before["excerpt"], before["last_at"], before["answer_addr"])
    assert len([m for m in await messages(house, key) if m["audience"] == "third"]) == 2

    async with house.db.transaction(citizen.scope(key)) as tx:
        page = await citizen.read(tx, key)
        assert SECRET not in str(page)
        assert not page.answered, "a word to an editor is no answer"
        assert await tx.conn.fetchval("select count(*) from message where audience <> 'public'") == 0
        assert await tx.conn.fetchval("select count(*) from attachment") == 0
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update ticket set on_behalf_of = $1 where id = $2", BOISVERT, key.id)
    member = Scope("grc_member", collectivities=(BOISVERT,))
    async with house.db.transaction(member) as tx:
        assert await tx.conn.fetchval("select count(*) from ticket") == 1
        assert await tx.conn.fetchval("select count(*) from message") > 0
        assert await tx.conn.fetchval("select count(*) from message where body_text like '%Entre nous%'") == 0
        assert await tx.conn.fetchval("select count(*) from attachment") == 0
    assert all(one.rcpt_to == EDITOR for one in relay.mails if SECRET in one.text)


async def test_a_third_party_is_neither_whoever_asked_nor_one_of_our_own_boxes(house: House, world: World, key: TicketKey) -> None:
    for address in ("jeanne@habitants.example", "Jeanne@Habitants.example", "mairie@sainte-mer.example", "pas une adresse", ""):
        with pytest.raises(BadInput) as refused:
            await ask(world, key, to=address)
        assert refused.value.field == "third", address
    with pytest.raises(BadInput):
        await ask(world, key, "  ")
    assert "escalated" not in await told(house, key)


@pytest.mark.parametrize("stranger", ["luc", "bea"])  # of another service; of another town
async def test_only_an_agent_of_its_service_writes_to_a_third_party(house: House, world: World, key: TicketKey, stranger: str) -> None:
    with pytest.raises(NotFound):
        await ask(world, key, who=stranger)
    assert "escalated" not in await told(house, key)


async def test_a_word_to_an_editor_is_no_answer_to_the_citizen(house: House, world: World) -> None:
    key = await opened(house, form({"objet": "Bonjour", "message": "Une question."}))
    await ask(world, key)
    async with world.acting("paul") as (tx, agent):
        await transition(tx, agent, key, "close", clock.now())
    unmet = await rows(house, "select kind from deadline where ticket_id = $1 and met_at is null", key.id)
    assert "implicit_decision" in {line["kind"] for line in unmet}, "silence keeps its effect"


async def test_the_editor_s_reference_is_kept_and_stands_in_the_next_subject(
    house: House, world: World, relay: Relay, key: TicketKey
) -> None:
    await asked(house, world, relay, key)
    async with world.acting("paul") as (tx, agent):
        await keep_reference(tx, agent, key, " SUP-48213 ", clock.now())
    assert (await ticket(house, key))["fields"]["third_reference"] == "SUP-48213"
    got = await asked(house, world, relay, key, "Où en êtes-vous ?")
    assert got.mail["Subject"].startswith("Re: Lampadaire éteint [")
    assert "SUP-48213" in got.mail["Subject"]


async def test_a_reference_is_kept_only_where_the_type_has_room_for_it(house: House, world: World, key: TicketKey) -> None:
    plain = await opened(house, form({"objet": "Bonjour", "message": "Une question."}))
    for where, reference in ((plain, "SUP-1234"), (key, "x" * 41), (key, " ")):
        with pytest.raises(BadInput):
            async with world.acting("paul") as (tx, agent):
                await keep_reference(tx, agent, where, reference, clock.now())


@pytest.mark.parametrize(
    ("subject", "body", "found"),
    [
        ("Re: Panne [K7M4-QF9] ticket #123456", "", "123456"),
        ("[#884521] Votre demande", "", "884521"),
        ("Bonjour", "Votre demande SUP-48213 est ouverte.", "SUP-48213"),
        ("Dossier n° INC0012345", "Autre 99999", "INC0012345"),
        ("", "Référence\u00a0: 2024001234, merci", "2024001234"),
        ("Ticket 12", "le 01/02/2026 à 09:15, 06 12 34 56 78", None),
        ("K7M4-QF9", "encodé en ISO-8859 et KB5034441", None),
        ("", "a" * 100_000 + " ticket #123456", None),
    ],
)
def test_what_an_editor_calls_its_ticket_is_read_in_what_it_writes(subject: str, body: str, found: str | None) -> None:
    assert reference_in(subject, body, "K7M4-QF9") == found


LEAKY = (
    document(
        """
name: leaky
version: 1
title: Signaler une panne
summary: Pour les essais.
"""
    )
    + """
  - on: third_reply
    effects: [{do: notify, text: leaky, to: third}]
texts:
  leaky:
    subject: Panne {{ reference }} {{ tracking_url }}
    body: "{{ reference }} ({{ tracking_url }})"
"""
)


async def test_a_text_of_a_type_gives_no_third_party_the_link_of_whoever_asked(house: House, world: World, relay: Relay) -> None:
    await publish(house.db, SAINTE_MER, LEAKY)
    await becomes(house.db, SAINTE_MER, {"lampadaire": "leaky"})
    key = await opened(house, form())
    await ask(world, key)
    await ask(world, key)  # of the first word on, he is the one whom the texts of the type go to
    await send_all(house)
    reference, token = (await ticket(house, key))["reference"], (await ticket(house, key))["tracking_token"]
    got = await relay.caught(lambda caught: caught.rcpt_to == EDITOR and f"Panne {reference}" in str(caught.mail["Subject"]))
    assert token not in got.mail.as_string()
    assert "suivi" not in got.mail.as_string()
