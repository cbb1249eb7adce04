"""The legal life of a request in an agent's hands: what he does counts, the deadlines follow, and the timeline keeps what was before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from grc.actions import deliver, fire
from grc.actions.acknowledge import BY_HAND, REGISTERED, acknowledge
from grc.actions.ask_missing import Missing, ask_missing
from grc.actions.ask_reasons import ask_reasons
from grc.actions.attest import attest
from grc.actions.complete import complete
from grc.actions.correct import correct
from grc.actions.decide import Decision, decide
from grc.actions.give_reasons import give_reasons
from grc.actions.house import House
from grc.actions.legal_act import LETTER, MAIL, Signer
from grc.actions.notify import notify
from grc.actions.release import release
from grc.actions.reply import reply
from grc.actions.start_clock import start_clock
from grc.actions.transition import transition
from grc.actions.withdraw import withdraw
from grc.clock import PARIS
from grc.db.transaction import WORKER
from grc.errors import BadInput, Conflict
from grc.tickets.model import TicketKey
from tests.makers.requests import STALL, request
from tests.makers.types import publish
from tests.support.arrivals import row, rows, ticket, told
from tests.support.relay import Relay
from tests.support.world import AGENCY, World

SIGNER = Signer("Paul Dubos", "Agent du service Accueil")
PHOTO = Missing(["une photo du lampadaire", "le numéro du mât"], 30)
REFUSAL = Decision("rejection", "Nous n’interviendrons pas.", "Le mât est sur une parcelle privée.")


@dataclass(slots=True)
class Life:
    """A request through time: whatever happens to it happens at a moment that the story names."""

    house: House
    world: World
    key: TicketKey

    async def at(self, day: str, act: Callable[..., Awaitable[Any]], *given: Any, hour: int = 10, by: str = "paul", **named: Any) -> Any:
        """An agent does something that day; what then must leave, leaves."""
        now = moment(day, hour)
        async with self.world.acting(by, now) as (tx, agent):
            done = await act(tx, agent, self.key, *given, now, **named)
        await leave(self.house, now + timedelta(seconds=5))
        return done

    async def passes(self, day: str, hour: int = 10) -> int:
        """The worker comes by that day."""
        return await fire.fire(self.house.db, moment(day, hour))

    async def due(self) -> dict[str, str]:
        """The deadlines that stand, by kind, each by its day in Paris."""
        query = "select kind, due_at from deadline where ticket_id = $1 and met_at is null and reminds is null and kind <> 'answer'"
        return {line["kind"]: line["due_at"].astimezone(PARIS).date().isoformat() for line in await rows(self.house, query, self.key.id)}

    async def met(self) -> set[str]:
        """The deadlines that were kept."""
        query = "select kind from deadline where ticket_id = $1 and met_at is not null and reminds is null and kind <> 'answer'"
        return {line["kind"] for line in await rows(self.house, query, self.key.id)}

    async def told(self, what: str) -> list[str]:
        """What the timeline says of such events."""
        return [
            e["why"]
            for e in await rows(self.house, "select why from event where ticket_id = $1 and what = $2 order by id", self.key.id, what)
        ]

    async def said(self, kind: str) -> Any:
        """The notice of this kind in the conversation."""
        return await row(self.house, "select * from message where ticket_id = $1 and kind = $2", self.key.id, kind)


def moment(day: str, hour: int = 9) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=PARIS)


async def leave(house: House, now: datetime) -> None:
    """Lets leave all that is due by then."""
    while leaving := await deliver.claim(house, now, 50):
        for one in leaving:
            await deliver.deliver(house, one, lambda: now)


async def begun(house: House, world: World, day: str = "2026-01-10", **how: Any) -> Life:
    """A request received that morning; its acknowledgement leaves at once."""
    at = moment(day)
    async with house.db.transaction(WORKER) as tx:
        key = await request(tx, at, **how)
    await leave(house, at + timedelta(seconds=5))
    return Life(house, world, key)


@pytest.fixture
async def life(house: House, world: World) -> Life:
    return await begun(house, world)


async def test_a_request_begins_with_its_receipt_and_is_acknowledged_at_once(life: Life) -> None:
    assert await life.due() == {"notify": "2026-03-09", "implicit_decision": "2026-03-11"}
    assert await life.met() == {"are"}
    assert await told(life.house, life.key) == ["ack_sent"]
    assert (await ticket(life.house, life.key))["legal_due_at"] == moment("2026-03-09", 23).replace(minute=59, second=59)


async def test_missing_items_suspend_the_clock_and_the_timeline_keeps_both_dates_with_their_reasoning(life: Life) -> None:
    await life.at("2026-01-20", ask_missing, PHOTO, MAIL, SIGNER)
    assert await life.due() == {"notify": "2026-04-08", "implicit_decision": "2026-04-10", "complete": "2026-02-19"}
    await life.at("2026-02-05", complete, None)
    assert await life.due() == {"notify": "2026-03-25", "implicit_decision": "2026-03-27"}
    query = "select why, data from event where ticket_id = $1 and what = 'reckoned' order by id"
    first, second = await rows(life.house, query, life.key.id)
    assert "mardi 10\u00a0mars\u00a02026" not in first["why"], "what is told is the day it is born, and the last day to notify"
    assert "lundi 9\u00a0mars\u00a02026 → mercredi 8\u00a0avril\u00a02026" in first["why"]
    assert second["data"]["before"]["notify"]["due"].startswith("2026-04-08")
    assert any("30\u00a0jours de suspension" in text for text in second["data"]["before"]["notify"]["reasons"])
    assert any("16\u00a0jours de suspension" in text for text in second["data"]["after"]["notify"]["reasons"])


async def test_the_notice_says_what_is_missing_until_when_and_the_new_date(life: Life, relay: Relay) -> None:
    await life.at("2026-01-20", ask_missing, PHOTO, MAIL, SIGNER)
    said = await life.said("incomplete")
    for text in (said["body_text"], said["body_html"]):
        for part in ("une photo du lampadaire", "le numéro du mât", "30\u00a0jours", "suspendu", "Paul Dubos", "Agent du service Accueil"):
            assert part in text, part
        assert "jeudi 19\u00a0février\u00a02026" in text
        assert "jeudi 9\u00a0avril\u00a02026" in text
    mail = await relay.caught(lambda caught: "Il manque des pièces" in caught.mail["Subject"])
    assert mail.rcpt_to == "jeanne@habitants.example"


async def test_items_one_can_do_without_change_no_date(life: Life) -> None:
    await life.at("2026-01-20", ask_missing, Missing(["une photo"], 15, indispensable=False), MAIL, SIGNER)
    assert await life.due() == {"notify": "2026-03-09", "implicit_decision": "2026-03-11", "complete": "2026-02-04"}
    assert "continue de courir" in (await life.said("incomplete"))["body_text"]
    assert await life.told("reckoned") == []


async def test_items_that_never_come_are_told_on_the_day_and_the_clock_runs_on(life: Life) -> None:
    await life.at("2026-01-20", ask_missing, PHOTO, MAIL, SIGNER)
    await life.passes("2026-02-20")
    assert await life.told("items_missing") == ["Les pièces demandées ne sont pas arrivées avant la fin du 19\u00a0février\u00a02026."]
    assert (await ticket(life.house, life.key))["alarm"] == "items_missing"
    assert (await life.due())["implicit_decision"] == "2026-04-10"


async def test_a_decision_by_mail_is_notified_once_it_has_left_and_ends_the_clock(life: Life, relay: Relay) -> None:
    await life.at("2026-02-02", decide, REFUSAL, MAIL, SIGNER)
    assert await life.due() == {"appeal": "2026-04-03"}
    assert await life.met() == {"are", "notify"}
    query = "select kind, decision from legal_event where ticket_id = $1 and kind in ('decided', 'notified') order by id"
    assert [tuple(fact) for fact in await rows(life.house, query, life.key.id)] == [("decided", "rejection"), ("notified", "rejection")]
    mail = await relay.caught(lambda caught: "Notre décision" in caught.mail["Subject"])
    (letter,) = [part for part in mail.mail.walk() if part.get_content_type() == "application/pdf"]
    assert letter.get_content().startswith(b"%PDF")
    for part in ("Nous n’interviendrons pas", "parcelle privée", "deux mois", "tribunal administratif", "Paul Dubos"):
        assert part in (await life.said("decision"))["body_text"]


async def test_a_refusal_without_its_reasons_is_refused_at_its_field(life: Life) -> None:
    for decision, signer, field in (
        (Decision("rejection", "Non."), SIGNER, "motifs"),
        (Decision("acceptance", " "), SIGNER, "decision"),
        (REFUSAL, Signer("Paul Dubos", ""), "qualite"),
        (REFUSAL, Signer("", "Maire"), "signataire"),
    ):
        with pytest.raises(BadInput) as refused:
            await life.at("2026-02-02", decide, decision, MAIL, signer)
        assert refused.value.field == field
    assert await life.due() == {"notify": "2026-03-09", "implicit_decision": "2026-03-11"}


async def test_a_decision_on_paper_counts_from_the_day_it_was_given(life: Life) -> None:
    await life.at("2026-02-02", decide, REFUSAL, LETTER, SIGNER)
    assert (await life.due())["notify"] == "2026-03-09", "it is not notified yet"
    assert (await row(life.house, "select count(*) as n from attachment where ticket_id = $1", life.key.id))["n"] == 1
    with pytest.raises(BadInput):
        await life.at("2026-02-06", notify, date(2026, 2, 1), "recommande")
    await life.at("2026-02-06", notify, date(2026, 2, 5), "recommande")
    assert await life.due() == {"appeal": "2026-04-07"}
    assert "lettre recommandée" in (await life.told("notified"))[0]
    with pytest.raises(Conflict):
        await life.at("2026-02-07", notify, None, "main")


async def test_a_request_taken_back_has_no_more_deadlines(life: Life) -> None:
    await life.at("2026-01-20", withdraw, None, "Il a appelé : le lampadaire remarche.")
    assert await life.due() == {}
    with pytest.raises(Conflict):
        await life.at("2026-01-21", decide, REFUSAL, MAIL, SIGNER)


async def test_closing_after_an_answer_ends_the_clock_and_reopening_does_not_begin_it_anew(life: Life) -> None:
    await life.at("2026-01-20", reply, "Réparé ce matin.", (), close=True)
    assert await life.due() == {}
    await life.at("2026-01-21", transition, "reopen")
    assert await life.due() == {}


async def test_closing_without_an_answer_asks_nothing_of_anybody_and_leaves_silence_its_effect(life: Life) -> None:
    await life.at("2026-01-20", transition, "close_without_answer", text="Publicité.")
    assert await life.due() == {"implicit_decision": "2026-03-11"}
    await life.at("2026-01-21", transition, "reopen")
    assert await life.due() == {"notify": "2026-03-09", "implicit_decision": "2026-03-11"}


async def test_silence_refuses_on_its_day_and_its_reasons_are_owed_within_a_month(life: Life) -> None:
    await life.passes("2026-03-10")
    assert (await life.told("late"))[-1] == "Le dernier jour pour notifier une décision avant la décision implicite est passé."
    await life.passes("2026-03-11", hour=0)
    assert await life.told("implicit_decision") == [
        "Faute de décision notifiée, une décision implicite de rejet est née le 11\u00a0mars\u00a02026 (L231-4)."
    ]
    assert await life.due() == {"implicit_decision": "2026-03-11", "appeal": "2026-05-11"}
    with pytest.raises(BadInput):
        await life.at("2026-06-01", ask_reasons, date(2026, 5, 20))
    await life.at("2026-03-20", ask_reasons, None)
    assert await life.due() == {"implicit_decision": "2026-03-11", "reasons": "2026-04-20"}
    await life.at("2026-04-10", give_reasons, "Le mât est privé.", MAIL, SIGNER)
    assert await life.due() == {"implicit_decision": "2026-03-11", "appeal": "2026-06-11"}
    assert "Le mât est privé." in (await life.said("reasons"))["body_text"]


async def test_an_express_refusal_while_the_silence_may_be_appealed_opens_the_period_anew(life: Life) -> None:
    await life.passes("2026-03-11")
    await life.at("2026-05-11", decide, REFUSAL, MAIL, SIGNER)
    assert (await life.due())["appeal"] == "2026-07-13"


async def test_reminders_go_to_the_agent_before_and_to_the_head_of_the_service_after(life: Life) -> None:
    await life.passes("2026-03-01")
    assert await life.passes("2026-03-02", hour=9) == 1
    assert await life.told("legal_reminder") == ["Rappel\u00a0: dernier jour pour notifier une décision, le lundi 9\u00a0mars\u00a02026."]
    stands = await ticket(life.house, life.key)
    assert (stands["alarm"], stands["unread"]) == ("legal_soon", True)
    await life.passes("2026-03-10", hour=12)
    assert (await ticket(life.house, life.key))["alarm"] == "decision_late"
    assert await life.told("told_above") == [], "the head is told after one working day"


async def test_a_late_acknowledgement_is_told_to_the_head_after_a_working_day(house: House, world: World) -> None:
    life = await begun(house, world, held=True)
    assert (await life.due())["are"] == "2026-01-23"
    await life.passes("2026-01-24", hour=1)
    assert (await ticket(house, life.key))["alarm"] == "ack_late"
    await life.passes("2026-01-27", hour=1)
    assert await life.told("told_above") == ["Échéance légale passée depuis le 23\u00a0janvier\u00a02026. Signalée à Claire Lartigue."]
    with pytest.raises(Conflict):
        await life.at("2026-01-27", acknowledge, MAIL, None, SIGNER)
    await life.at("2026-01-27", release)
    assert await life.met() == {"aee", "are"}


async def test_a_call_owes_nothing_until_an_agent_starts_the_clock(house: House, world: World) -> None:
    life = await begun(house, world, channel="phone", address="")
    assert await life.due() == {}
    await life.at("2026-01-12", start_clock, date(2026, 1, 10), "Au guichet, samedi matin.")
    assert await life.due() == {"are": "2026-01-23", "notify": "2026-03-09", "implicit_decision": "2026-03-11"}
    await life.at("2026-01-13", acknowledge, LETTER, None, SIGNER)
    assert "R112-5" in (await life.said("paper_ack"))["body_text"]
    assert await life.met() == {"are"}
    with pytest.raises(Conflict):
        await life.at("2026-01-14", acknowledge, BY_HAND, None, SIGNER)


async def test_an_acknowledgement_that_waits_makes_the_registration_due_the_next_working_day(house: House, world: World) -> None:
    life = await begun(house, world, held=True)
    assert (await life.due())["aee"] == "2026-01-12"
    await life.at("2026-01-12", acknowledge, REGISTERED, None, SIGNER)
    assert await life.met() == {"aee"}
    assert "samedi 10\u00a0janvier\u00a02026" in (await life.said("aee"))["body_text"]
    assert (await life.due())["are"] == "2026-01-23"
    await life.at("2026-01-15", acknowledge, BY_HAND, None, SIGNER)
    assert await life.met() == {"aee", "are"}


async def test_a_corrected_date_moves_everything_and_both_rows_stay(life: Life) -> None:
    number = (await row(life.house, "select id from legal_event where ticket_id = $1 and kind = 'received'", life.key.id))["id"]
    await life.at("2026-01-20", correct, number, date(2026, 1, 5), "Le tampon du courrier dit le 5.")
    assert await life.due() == {"notify": "2026-03-04", "implicit_decision": "2026-03-06"}
    query = "select supersedes is not null as corrects, why from legal_event where ticket_id = $1 and kind = 'received' order by id"
    assert [tuple(line) for line in await rows(life.house, query, life.key.id)] == [(False, ""), (True, "Le tampon du courrier dit le 5.")]
    with pytest.raises(Conflict):
        await life.at("2026-01-20", correct, number, date(2026, 1, 6), "Encore.")
    with pytest.raises(BadInput):
        await life.at("2026-01-20", correct, number, date(2026, 1, 6), " ")


async def test_what_did_not_happen_is_taken_back(life: Life) -> None:
    await life.at("2026-01-20", withdraw, None, "Il a appelé.")
    number = (await row(life.house, "select id from legal_event where kind = 'withdrawn'"))["id"]
    await life.at("2026-01-21", correct, number, None, "C’était une autre demande.", void=True)
    assert await life.due() == {"notify": "2026-03-09", "implicit_decision": "2026-03-11"}


async def test_nothing_that_counts_in_law_can_be_changed_or_erased(life: Life) -> None:
    for statement in ("update legal_event set at = now()", "delete from legal_event"):
        with pytest.raises(Exception, match=r"append-only|permission denied"):
            async with life.house.db.transaction(WORKER) as tx:
                await tx.conn.execute(statement)


async def test_silence_accepts_and_its_attestation_is_ready_the_same_day(house: House, world: World) -> None:
    await publish(house.db, AGENCY, STALL)
    life = await begun(house, world, kind="etal_essai")
    assert await life.due() == {"notify": "2026-03-09", "implicit_decision": "2026-03-11"}
    await life.at("2026-01-20", ask_missing, PHOTO, MAIL, SIGNER)
    assert await life.due() == {"complete": "2026-02-19"}, "no date while items are missing"
    await life.at("2026-02-05", complete, date(2026, 2, 4))
    assert await life.due() == {"notify": "2026-04-03", "implicit_decision": "2026-04-05"}
    with pytest.raises(Conflict):
        await life.at("2026-04-04", attest, MAIL, SIGNER)
    await life.passes("2026-04-05", hour=0)
    assert "d’acceptation est née le 5\u00a0avril\u00a02026 (L231-1)" in (await life.told("implicit_decision"))[0]
    ready = await life.said("attestation")
    assert ready["direction"] == "note"
    assert await life.due() == {"implicit_decision": "2026-04-05"}
    await life.at("2026-04-10", attest, MAIL, SIGNER)
    sent = await row(house, "select * from message where ticket_id = $1 and kind = 'attestation' and direction = 'out'", life.key.id)
    assert "dimanche 5\u00a0avril\u00a02026" in sent["body_text"]
    with pytest.raises(Conflict):
        await life.at("2026-04-11", decide, REFUSAL, MAIL, SIGNER)


async def test_a_notice_of_the_law_that_cannot_be_delivered_alarms_and_asks_for_the_post(life: Life, relay: Relay) -> None:
    await life.at("2026-02-02", decide, REFUSAL, LETTER, SIGNER)
    async with life.house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update ticket set answer_channel = 'nowhere' where id = $1", life.key.id)
    await life.at("2026-02-03", ask_missing, PHOTO, MAIL, SIGNER)
    assert (await ticket(life.house, life.key))["alarm"] == "notice_failed"
