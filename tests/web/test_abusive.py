"""A source held to be abusive: told once, sent no acknowledgement, never lost, reviewed before its end, and bound to one collectivity."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from grc import clock
from grc.actions.house import House
from grc.actions.mark_abusive import prolong, proposed_end
from grc.actions.review_abusive import review
from grc.clock import PARIS
from grc.db.transaction import WORKER
from grc.errors import NotFound
from tests.makers.agents import Browser, Door
from tests.support.arrivals import arrive, form, letter, row, rows, send_all
from tests.support.mails import mail
from tests.support.tickets import run_errands
from tests.support.world import BOISVERT, SAINTE_MER, World

JEANNE = "jeanne@habitants.example"
WHY = "Quarante formulaires identiques en deux jours."


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def filled(**more: str) -> dict[str, str]:
    """The form of a mark, until the day that is proposed."""
    return {
        "source": f"email:{JEANNE}", "pourquoi": WHY, "jusque": proposed_end(clock.now()).isoformat(), "signataire": "Claire Lartigue",
        "qualite": "Directrice", **more,
    }  # fmt: skip


async def marked(house: House, claire: Browser) -> str:
    """The reference of a request of Jeanne, whose address is marked then."""
    reference = str((await arrive(house, form()))["ticket"])
    done = await claire.post(f"/agent/demandes/{reference}/loi/signaler", **filled())
    assert done.status == 303, words(done.text)
    return reference


async def notices(house: House, reference: str) -> list[Any]:
    query = "select m.kind, m.body_text from message m join ticket t on t.id = m.ticket_id where t.reference = $1 and m.direction = 'out'"
    return await rows(house, f"{query} order by m.id", reference)


async def test_whoever_leads_marks_a_source_which_is_told_why_until_when_and_how_to_contest(claire: Browser, house: House) -> None:
    asked = str((await arrive(house, form()))["ticket"])
    page = (await claire.get(f"/agent/demandes/{asked}/loi/signaler")).text
    assert f'value="email:{JEANNE}" checked' in page, "the one source there is, is proposed"
    seen = words((await claire.post(f"/agent/demandes/{asked}/loi/signaler", **filled(apercu="1"))).text)
    assert "L’avis tel qu’il partira" in seen
    assert await rows(house, "select from abusive_source") == [], "a preview does nothing"
    assert (await claire.post(f"/agent/demandes/{asked}/loi/signaler", **filled())).status == 303
    *_, told = await notices(house, asked)
    assert told["kind"] == "abusive"
    for said in (JEANNE, WHY, "L112-11", "recours gracieux", "deux mois", "Claire Lartigue", "Directrice"):
        assert said in told["body_text"]
    line = await row(house, "select e.why, e.who from event e where e.what = 'marked_abusive'")
    assert (line["who"], JEANNE in line["why"], "Elle en est prévenue." in line["why"]) == ("Claire Lartigue", True, True)
    again = await claire.post(f"/agent/demandes/{asked}/loi/signaler", **filled())
    assert (again.status, [n["kind"] for n in await notices(house, asked)].count("abusive")) == (409, 1)


async def test_what_an_abusive_source_sends_opens_a_request_without_any_acknowledgement_and_the_agent_reads_why(
    claire: Browser, house: House
) -> None:
    await marked(house, claire)
    for arrival in (form(), letter(f"From: {JEANNE}\nTo: mairie@sainte-mer.example\nSubject: Encore\n\nEncore.\n".encode())):
        became = await arrive(house, arrival)
        assert became["outcome"] == "opened"
        assert await notices(house, became["ticket"]) == []
        due = await rows(
            house, "select d.kind from deadline d join ticket t on t.id = d.ticket_id where t.reference = $1", became["ticket"]
        )
        assert {"are", "aee"} & {d["kind"] for d in due} == set(), "none is owed"
        assert "implicit_decision" in {d["kind"] for d in due}, "silence decides all the same"
        page = words((await claire.get(f"/agent/demandes/{became['ticket']}")).text)
        assert "Pas d’accusé de réception : source signalée abusive (L112-11) jusqu’au" in page
        assert "Sans accusé de réception" in page


async def test_the_same_address_is_acknowledged_elsewhere_and_every_other_one_here(claire: Browser, house: House, door: Door) -> None:
    await marked(house, claire)
    other = await arrive(house, form({"courriel": "paul.dune@habitants.example", "nom": "Paul Dune"}))
    assert [n["kind"] for n in await notices(house, other["ticket"])] == ["ack"]
    mail = f"From: {JEANNE}\nTo: mairie@boisvert.example\nSubject: Bonjour\n\nBonjour.\n".encode()
    there = await arrive(house, letter(mail, "mairie@boisvert.example", BOISVERT))
    assert [n["kind"] for n in await notices(house, there["ticket"])] == ["ack"]
    bea = await door("bea")
    assert "abusive (L112-11)" not in (await bea.get(f"/agent/demandes/{there['ticket']}")).text
    assert JEANNE not in (await bea.get("/admin/sources-abusives")).text
    assert (await bea.get(f"/admin/sources-abusives?collectivite={SAINTE_MER}")).status == 404


async def test_another_reply_address_does_not_bring_the_acknowledgement_back(claire: Browser, house: House) -> None:
    await marked(house, claire)
    mail = f"From: {JEANNE}\nReply-To: autre@habitants.example\nTo: mairie@sainte-mer.example\nSubject: Encore\n\nEncore.\n".encode()
    assert await notices(house, (await arrive(house, letter(mail)))["ticket"]) == []


async def test_a_request_transmitted_here_is_acknowledged_or_not_by_what_this_collectivity_says(
    claire: Browser, door: Door, house: House
) -> None:
    bea, theirs = await door("bea"), "mairie@boisvert.example"
    before = (await arrive(house, letter(mail("Bonjour.", sender=JEANNE, to=theirs), theirs, BOISVERT)))["ticket"]
    assert (await bea.post(f"/agent/demandes/{before}/loi/signaler", **filled())).status == 303
    asked = str((await arrive(house, form()))["ticket"])
    way = {"organisme": str(BOISVERT), "signataire": "Claire Lartigue", "qualite": "Directrice", "pourquoi": "C’est à Boisvert."}
    assert (await claire.post(f"/agent/demandes/{asked}/loi/transmettre", **way)).status == 303
    await run_errands(house.db)
    written = (
        "select kind from message m where m.direction = 'out' and m.ticket_id = (select id from ticket t where t.reference = $1 limit 1)"
    )
    kinds = sorted(line["kind"] for line in await rows(house, written, asked))
    assert kinds == ["ack", "transmission"], "the acknowledgement is the first one's"
    assert "source signalée abusive" in words((await bea.get(f"/agent/demandes/{asked}")).text)


async def test_an_agent_still_answers_and_acknowledges_by_his_own_act(claire: Browser, house: House) -> None:
    await marked(house, claire)
    asked = (await arrive(house, form()))["ticket"]
    done = await claire.post(f"/agent/demandes/{asked}/loi/accuser", voie="courriel", signataire="Claire Lartigue", qualite="Directrice")
    assert done.status == 303
    await claire.post(f"/agent/demandes/{asked}/repondre", texte="Nous regardons.", genre="reponse")
    assert "ack" in {n["kind"] for n in await notices(house, asked)}
    assert "sent" in await send_all(house)


async def test_a_mark_is_listed_with_what_came_since_prolonged_and_lifted_with_a_reason(claire: Browser, house: House) -> None:
    reference = await marked(house, claire)
    await arrive(house, form())
    listed = words((await claire.get("/admin/sources-abusives")).text)
    for said in (JEANNE, WHY, "Claire Lartigue", reference, "1 message", "prévenue"):
        assert said in listed
    number = (await row(house, "select id from abusive_source"))["id"]
    later = (clock.now().astimezone(PARIS).date() + timedelta(days=300)).isoformat()
    act = {"signalement": str(number), "collectivite": str(SAINTE_MER)}
    assert (await claire.post("/admin/sources-abusives", **act, faire="prolonger", jusque=later)).status == 303
    for jusque in ("", "2020-01-01", "2090-01-01"):
        assert (await claire.post("/admin/sources-abusives", **act, faire="prolonger", jusque=jusque)).status == 422
    assert (await claire.post("/admin/sources-abusives", **act, faire="lever", pourquoi=" ")).status == 422
    assert (await claire.post("/admin/sources-abusives", **act, faire="lever", pourquoi="Il s’est excusé.")).status == 303
    assert [n["kind"] for n in await notices(house, (await arrive(house, form()))["ticket"])] == ["ack"]
    told = words((await claire.get(f"/agent/demandes/{reference}")).text)
    assert "Signalement prolongé" in told
    assert "Signalement levé" in told
    assert "Il s’est excusé." in words((await claire.get("/admin/sources-abusives")).text)
    assert (await claire.post("/admin/sources-abusives", **act, faire="lever", pourquoi="Encore.")).status == 404
    assert (await claire.post("/admin/sources-abusives", **act | {"signalement": "9" * 18}, faire="lever", pourquoi="x")).status == 404


async def test_a_mark_ends_by_itself_and_whoever_leads_is_asked_once_two_weeks_before(claire: Browser, house: House) -> None:
    reference = await marked(house, claire)
    near = clock.now() + timedelta(days=175)
    assert await review(house.db, clock.now()) == 0
    assert [await review(house.db, near), await review(house.db, near)] == [1, 0]
    ticket = await row(house, "select alarm, unread from ticket where reference = $1", reference)
    assert (ticket["alarm"], ticket["unread"]) == ("abusive_review", True)
    assert "prend bientôt fin" in words((await claire.get(f"/agent/demandes/{reference}")).text)
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update abusive_source set until = now() - interval '1 minute', made_at = now() - interval '1 day'")
    assert [n["kind"] for n in await notices(house, (await arrive(house, form()))["ticket"])] == ["ack"]
    assert (await claire.post(f"/agent/demandes/{reference}/loi/signaler", **filled())).status == 303, "it may be marked again"


async def test_a_mark_that_is_over_is_not_prolonged_without_telling_whom_it_is_about(claire: Browser, house: House, world: World) -> None:
    await marked(house, claire)
    later = clock.now() + timedelta(days=300)
    number = (await row(house, "select id from abusive_source"))["id"]
    with pytest.raises(NotFound, match="pris fin"):
        async with world.acting("claire", later) as (tx, agent):
            await prolong(tx, agent, SAINTE_MER, number, (later + timedelta(days=30)).date(), later)


async def test_what_is_missing_in_a_mark_is_told_and_nothing_is_kept(claire: Browser, house: House) -> None:
    asked = (await arrive(house, form()))["ticket"]
    for wrong, said in (
        ({"source": ""}, "Choisissez la source à signaler."),
        ({"pourquoi": " "}, "Dites pourquoi"),
        ({"jusque": "2020-01-01"}, "un signalement a toujours une fin"),
        ({"signataire": ""}, "Indiquez le prénom et le nom"),
    ):
        answer = await claire.post(f"/agent/demandes/{asked}/loi/signaler", **filled(**wrong))
        assert (answer.status, said in words(answer.text)) == (422, True), (wrong, words(answer.text)[:400])
    assert (await claire.post(f"/agent/demandes/{asked}/loi/signaler", **filled(source="email:maire@voisin.example"))).status == 404
    assert await rows(house, "select from abusive_source") == []


async def test_neither_an_agent_without_the_right_nor_another_collectivity_marks_reads_or_lifts(
    claire: Browser, door: Door, house: House, world: World
) -> None:
    reference = await marked(house, claire)
    paul, bea = await door("paul"), await door("bea")
    another = (await arrive(house, form({"courriel": "x@habitants.example"})))["ticket"]
    assert (await paul.post(f"/agent/demandes/{another}/loi/signaler", **filled(source="email:x@habitants.example"))).status == 403
    assert "Signaler une source" not in (await paul.get(f"/agent/demandes/{another}")).text
    assert (await paul.get("/admin/sources-abusives")).status == 404
    assert (await bea.post(f"/agent/demandes/{reference}/loi/signaler", **filled())).status == 404
    number = (await row(house, "select id from abusive_source"))["id"]
    for whose in (SAINTE_MER, BOISVERT):
        act = {"signalement": str(number), "collectivite": str(whose), "faire": "lever", "pourquoi": "Parce que."}
        assert (await bea.post("/admin/sources-abusives", **act)).status == 404
    async with world.acting("bea") as (tx, _):
        assert await tx.conn.fetch("select from abusive_source") == []
        assert await tx.conn.execute("update abusive_source set until = now() + interval '9 years'") == "UPDATE 0"
    insert = (
        "insert into abusive_source (collectivity_id, kind, value, reason, reference, made_at, made_by, until, review_at) "
        "values (2, 'email', 'maire@sainte-mer.example', 'x', 'x', now(), 1, now() + interval '1 day', now())"
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with world.acting("bea") as (tx, _):
            await tx.conn.execute(insert)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with world.acting("claire") as (tx, _):
            await tx.conn.execute("update abusive_source set value = 'x'")
