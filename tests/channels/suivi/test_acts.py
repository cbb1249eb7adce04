"""On his page a citizen reads his answers, sends what is missing, does what the type lets him do, says what he thinks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import FormData

from grc import clock
from grc.actions.house import House
from grc.db.transaction import WORKER, Database
from tests.makers.citizen import PDF, Page, Site, read, visit
from tests.makers.types import EVERY_KIND, QUOTE, QUOTE_STEPS, document, publish
from tests.support.arrivals import arrive, form, key_of, row, rows
from tests.support.world import AGENCY


async def opened(house: House, db: Database, kind: str, text: str, answers: Mapping[str, Any]) -> str:
    """The page of a typed request that has just arrived."""
    await publish(db, AGENCY, text)
    reference = (await arrive(house, form({"type": kind, "champs": dict(answers)})))["ticket"]
    key = await key_of(house, reference)
    return f"/suivi/{(await row(house, 'select tracking_token as t from ticket where id = $1', key.id))['t']}"


@pytest.fixture
async def quote(working: House, db: Database) -> str:
    """A request whose price has been told: whoever asked may accept or refuse it."""
    page = await opened(working, db, "devis_essai", document(QUOTE, QUOTE_STEPS), {"besoin": "Une rampe", "montant": 1200, "secret": "200"})
    await _change(db, "update ticket set state = 'doing'")
    return page


async def _change(db: Database, statement: str, *given: Any) -> None:
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute(statement, *given)


async def post(site: Site, path: str, **fields: str) -> Page:
    return await read(await site.post(path, data=fields))


async def test_the_answers_are_told_in_words_without_what_the_service_keeps_to_itself(site: Site, quote: str) -> None:
    page = await visit(site, quote)
    assert "Votre besoin Une rampe" in page.words or "Votre besoinUne rampe" in page.words
    assert "1\u202f200\u00a0€" in page.html
    assert "Marge" not in page.words


async def test_a_step_of_his_is_made_and_told(site: Site, working: House, quote: str) -> None:
    assert "Accepter ce devis" in (await visit(site, quote)).words
    done = await post(site, f"{quote}/etape", etape="accept")
    assert "C’est fait." in done.words
    assert (await row(working, "select state, phase from ticket"))["phase"] == "closed"
    event = await row(working, "select who, agent_id, data from event where what = 'state'")
    assert (event["who"], event["agent_id"], event["data"]["transition"]) == ("Jeanne Duport", None, "accept")
    again = await post(site, f"{quote}/etape", etape="accept")
    assert again.status == 409
    assert "n’est plus possible" in again.words


async def test_his_words_are_asked_for_and_join_the_conversation(site: Site, working: House, quote: str) -> None:
    empty = await post(site, f"{quote}/etape", etape="refuse", texte="  ")
    assert empty.status == 422
    assert "Écrivez quelques mots : ce que vous préférez." in empty.words.replace("\u00a0", " ")
    assert '<details class="act" open>' in empty.html
    assert (await post(site, f"{quote}/etape", etape="refuse", texte="Une rampe en bois.")).status == 200
    said = await row(working, "select body_text, direction, audience from message order by id desc limit 1")
    assert (said["body_text"], said["direction"], said["audience"]) == ("Une rampe en bois.", "in", "public")


async def test_nobody_makes_a_step_that_is_not_his(site: Site, working: House, quote: str) -> None:
    for name in ("close", "take", "price", "no_such", "", "x" * 500):
        assert (await post(site, f"{quote}/etape", etape=name)).status == 404, name
    assert (await row(working, "select state from ticket"))["state"] == "doing"
    assert (await post(site, "/suivi/" + "a" * 22 + "/etape", etape="accept")).status == 404


async def test_a_step_that_is_not_possible_now_is_not_offered_nor_made(site: Site, working: House, db: Database, quote: str) -> None:
    await _change(db, "update ticket set fields = fields - 'montant'")
    assert "Accepter ce devis" not in (await visit(site, quote)).words
    assert (await post(site, f"{quote}/etape", etape="accept")).status == 409


async def test_who_acts_all_the_time_is_asked_to_wait(site: Site, working: House, db: Database, quote: str) -> None:
    for _ in range(10):
        assert (await post(site, f"{quote}/etape", etape="refuse", texte="Non.")).status == 200
        await _change(db, "update ticket set state = 'doing'")
    stopped = await post(site, f"{quote}/etape", etape="refuse", texte="Non.")
    assert stopped.status == 429
    assert "Attendez une heure" in stopped.words


async def test_a_missing_document_is_sent_from_the_page_and_known_by_its_name(site: Site, working: House, db: Database) -> None:
    page_of = await opened(working, db, "every_kind", document(EVERY_KIND), {"titre": "T", "urgence": "basse"})
    page = await visit(site, page_of)
    assert "Il manque un document" in page.words
    data = FormData(quote_fields=False)
    for name, value in {**page.fields, "message": ""}.items():
        data.add_field(name, value)
    data.add_field("c.plan", PDF, filename="plan.pdf", content_type="application/pdf")
    sent = await read(await site.post(page_of, data=data))
    assert "Votre message est bien arrivé" in sent.words
    assert "Il manque" not in sent.words
    assert (await row(working, "select fields from ticket"))["fields"]["plan"] == ["plan.pdf"]


async def test_his_page_changes_no_answer_but_the_documents(site: Site, working: House, db: Database) -> None:
    page_of = await opened(working, db, "every_kind", document(EVERY_KIND), {"titre": "T", "urgence": "basse"})
    page = await visit(site, page_of)
    data = FormData(quote_fields=False)
    for name, value in {**page.fields, "message": "Bonjour", "c.titre": "Autre"}.items():
        data.add_field(name, value)
    data.add_field("c.titre", PDF, filename="titre.pdf", content_type="application/pdf")
    await site.post(page_of, data=data)
    assert (await row(working, "select fields from ticket"))["fields"]["titre"] == "T"


async def test_once_closed_the_citizen_says_what_he_thinks_and_may_change_it_once(
    site: Site, working: House, db: Database, quote: str
) -> None:
    assert "satisfait" not in (await visit(site, quote)).words
    assert (await post(site, f"{quote}/avis", avis="5")).status == 409
    closed = await post(site, f"{quote}/etape", etape="accept")
    assert "Êtes-vous satisfait de notre réponse ?" in closed.words
    for odd in ("", "0", "6", "très", "5; drop"):
        wrong = await post(site, f"{quote}/avis", avis=odd, precision="Un peu lent.")
        assert wrong.status == 422, odd
        assert "Un peu lent." in wrong.html
    done = await post(site, f"{quote}/avis", avis="2", precision="Un peu lent.")
    assert "Merci de votre avis." in done.words
    assert "« Peu satisfait »" in done.words.replace("\u00a0", " ")
    kept = await row(working, "select rating, rating_text, unread from ticket")
    assert (kept["rating"], kept["rating_text"], kept["unread"]) == (2, "Un peu lent.", True)
    assert "Changer mon avis" in done.words
    changed = await post(site, f"{quote}/avis", avis="4")
    assert "Changer mon avis" not in changed.words
    assert (await post(site, f"{quote}/avis", avis="1")).status == 409
    assert (await row(working, "select rating from ticket"))["rating"] == 4
    assert [e["data"]["word"] for e in await rows(working, "select data from event where what = 'rated' order by id")] == [
        "Peu satisfait", "Satisfait",
    ]  # fmt: skip


async def test_a_month_after_the_closing_the_question_is_gone(site: Site, working: House, db: Database, quote: str) -> None:
    await post(site, f"{quote}/etape", etape="accept")
    await _change(db, "update ticket set closed_at = $1", clock.now() - timedelta(days=31))
    assert "satisfait" not in (await visit(site, quote)).words
    assert (await post(site, f"{quote}/avis", avis="5")).status == 409


async def test_what_a_machine_sends_breaks_nothing(site: Site, working: House, quote: str) -> None:
    for body in ({"etape": "refuse", "texte": "x" * 400_000}, {"etape": "accept", "c.montant": "9", "geste": "ajouter:x"}, {}):
        assert (await read(await site.post(f"{quote}/etape", data=body))).status in (200, 404, 409, 422)
    assert (await site.post(f"{quote}/avis", data=b"\xff\xfe", headers={"Content-Type": "application/json"})).status == 400
