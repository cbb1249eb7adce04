"""One thing that arrived is one thing in a ticket, however often it is offered and however many workers have it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from grc import clock
from grc.actions import intake
from grc.actions.accept import accept
from grc.actions.house import House
from grc.messages.model import Accepted, Arrival
from tests.support.arrivals import arrive, form, key_of, letter, opened, rows, send_all
from tests.support.mails import mail
from tests.support.relay import Relay


async def test_a_worker_that_slept_past_its_lease_opens_no_second_ticket(house: House) -> None:
    await accept(house.db, form(), clock.now())
    (slow,) = await intake.claim(house, clock.now(), 1)
    (fast,) = await intake.claim_suspect(house, clock.now() + intake.LEASE + timedelta(seconds=1))
    assert await intake.take_in(house, fast, clock.now) == "opened"
    await intake.take_in(house, slow, clock.now)

    assert len(await rows(house, "select from ticket")) == 1
    assert len(await rows(house, "select from outgoing")) == 1, "and one acknowledgement"


async def test_two_workers_with_the_same_arrival_at_the_same_instant_open_one_ticket(house: House) -> None:
    for number in range(10):
        await accept(house.db, form({"objet": f"Demande {number}"}), clock.now())
    first = await intake.claim(house, clock.now(), 10)
    later = clock.now() + intake.LEASE + timedelta(seconds=1)
    again = [suspect for _ in first for suspect in await intake.claim_suspect(house, later)]
    assert len(first) == len(again) == 10
    await asyncio.gather(*(intake.take_in(house, one, clock.now) for one in (*first, *again)))

    assert len(await rows(house, "select from ticket")) == 10
    assert {line["outcome"] for line in await rows(house, "select outcome from received")} == {"opened"}


async def test_what_its_source_offers_again_is_the_same_row(house: House) -> None:
    arrival = form(number="un-numéro")
    first, second = await accept(house.db, arrival, clock.now()), await accept(house.db, arrival, clock.now())
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert (first.new, second.new, first.received_id) == (True, False, second.received_id)


async def test_one_mail_sent_to_two_of_our_mailboxes_is_one_ticket(house: House) -> None:
    raw = mail("Bonjour.", mail_id="<une-fois@habitants.example>")
    became = await asyncio.gather(
        arrive(house, letter(raw, "mairie@sainte-mer.example")), arrive(house, letter(raw, "voirie@sainte-mer.example"))
    )
    assert sorted(one["outcome"] for one in became) == ["duplicate", "opened"]
    assert len({one["ticket"] for one in became}) == 1, "both point to the same ticket"


async def test_a_mail_without_a_message_id_sent_to_two_of_our_mailboxes_is_one_ticket(house: House) -> None:
    def copy(to: str, text: str = "Bonjour.", plan: bytes = b"un plan") -> Arrival:
        raw = mail(text, mail_id="<x@y.example>", files=[("plan.pdf", "application/pdf", plan)])
        assert b"Message-ID: <x@y.example>\n" in raw
        return letter(f"Delivered-To: {to}\n".encode() + raw.replace(b"Message-ID: <x@y.example>\n", b""), to)

    became = await asyncio.gather(arrive(house, copy("mairie@sainte-mer.example")), arrive(house, copy("voirie@sainte-mer.example")))
    assert sorted(one["outcome"] for one in became) == ["duplicate", "opened"]
    others = (copy("voirie@sainte-mer.example", "Bonsoir."), copy("voirie@sainte-mer.example", plan=b"un autre"))
    assert [(await arrive(house, one))["outcome"] for one in others] == ["opened", "opened"], "other words and other files are others"


async def test_a_message_id_used_by_another_person_swallows_nothing(house: House) -> None:
    await opened(house, letter(mail("Ma demande.", mail_id="<partout@imprimante.example>")))
    became = await arrive(
        house, letter(mail("Une tout autre demande.", sender="marc@habitants.example", mail_id="<partout@imprimante.example>"))
    )
    assert became["outcome"] == "opened", became


async def test_an_answer_offered_together_with_what_it_answers_joins_it(house: House, relay: Relay) -> None:
    key = await opened(house, letter(mail("Première question.")))
    await send_all(house)
    ours = relay.mails[0].mail
    answers = [letter(mail(f"Précision {number}.", answers=ours)) for number in range(6)]
    became = await asyncio.gather(*(arrive(house, one) for one in answers))
    assert {one["outcome"] for one in became} == {"appended"}
    assert {await key_of(house, one["ticket"]) for one in became} == {key}
    said = await rows(house, "select body_text from message where ticket_id = $1 and direction = 'in'", key.id)
    assert len(said) == 7


async def test_a_stranger_who_quotes_a_reference_gets_a_ticket_of_his_own_linked_for_review(house: House, relay: Relay) -> None:
    key = await opened(house, letter(mail("Ma demande.")))
    await send_all(house)
    reference = (await rows(house, "select reference from ticket where id = $1", key.id))[0]["reference"]
    became = await arrive(
        house, letter(mail("Donnez-moi son dossier.", sender="curieux@ailleurs.example", subject=f"Re: Lampadaire [{reference}]"))
    )
    assert became["outcome"] == "opened"
    own = await key_of(house, became["ticket"])
    assert own != key
    stands = await rows(house, "select alarm from ticket where id = $1", own.id)
    assert stands[0]["alarm"] == "review_link"


async def test_a_citizen_who_writes_from_another_address_to_the_signed_one_joins_his_ticket(house: House, relay: Relay) -> None:
    key = await opened(house, letter(mail("Ma demande.")))
    await send_all(house)
    signed = relay.mails[0].mail["Reply-To"].addresses[0].addr_spec
    became = await arrive(house, letter(mail("De mon bureau.", sender="jeanne@travail.example", to=signed), to=signed))
    assert (became["outcome"], await key_of(house, became["ticket"])) == ("appended", key)
