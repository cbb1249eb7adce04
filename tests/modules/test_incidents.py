"""The helpdesk lived through: reported by mail, sorted, priced, escalated, closed with many others; and who never sees what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from grc import clock
from grc.actions import errands
from grc.actions.begin import begin
from grc.actions.escalate import escalate
from grc.actions.house import House
from grc.actions.put_under import put_under
from grc.actions.transition import transition
from grc.db.transaction import WORKER
from grc.errors import Conflict
from grc.tickets import store
from grc.tickets.model import TicketKey
from tests.makers import helpdesk
from tests.makers.agents import Browser, Door, Site, open_door
from tests.makers.helpdesk import EDITOR, reported
from tests.support.arrivals import arrive, letter, rows
from tests.support.mails import mail
from tests.support.stories import house, relay, world
from tests.support.world import AGENCY, SAINTE_MER, World

__all__ = ["house", "relay", "world"]


@pytest.fixture
async def softwares(world: World) -> dict[str, int]:
    """The helpdesk in the small world."""
    return await helpdesk.opened(world)


@pytest.fixture
async def door(site: Site, world: World) -> AsyncIterator[Door]:
    async with open_door(site, world) as signed_in:
        yield signed_in


@pytest.fixture
async def tom(softwares: dict[str, int], door: Door) -> Browser:
    """A technician of the helpdesk."""
    return await door("tom")


async def key(house: House, reference: str) -> TicketKey:
    async with house.db.transaction(WORKER) as tx:
        return await store.find(tx, reference)


async def ticket(house: House, reference: str) -> Any:
    (row,) = await rows(house, "select * from ticket where reference = $1", reference)
    return row


async def errands_done(house: House) -> int:
    """Does what is to be done beyond the tickets, until nothing is; how many."""
    count = 0
    while claimed := await errands.claim(house.db, clock.now(), 20):
        for one in claimed:
            assert await errands.run(house.db, one, clock.now) == "done"
            count += 1
    return count


async def test_a_mail_of_a_members_agent_is_an_incident_on_behalf_of_his_town_and_no_law_runs(house: House, softwares: Any) -> None:
    ref = await reported(house, "Bonjour, la messagerie est bloquée depuis ce matin.", subject="Messagerie bloquée")
    stands = await ticket(house, ref)
    assert (stands["type"], stands["state"], stands["on_behalf_of"]) == ("incidents", "received", SAINTE_MER)
    kinds = [row["kind"] for row in await rows(house, "select kind from deadline where reminds is null order by kind")]
    assert kinds == ["resolve", "take"]
    (told,) = await rows(house, "select body_text, to_addrs from message where direction = 'out'")
    assert told["to_addrs"] == ["claire@sainte-mer.example"]
    assert ref in told["body_text"]


async def test_a_citizen_who_writes_to_the_helpdesk_is_nobodys_agent(house: House, softwares: Any) -> None:
    ref = await reported(house, "Le site ne marche pas.", by="jeanne@habitants.example")
    assert (await ticket(house, ref))["on_behalf_of"] is None


async def test_triage_proposes_the_software_the_urgency_and_the_known_answer_with_their_reasons(house: House, tom: Browser) -> None:
    await reported(house, "Bonjour, la messagerie est bloquée : boîte pleine, quota dépassé.", subject="Messagerie bloquée")
    page = (await tom.get("/agent/triage")).text
    assert "1 sur 1 à trier" in page
    assert "selected>Messagerie des Landes" in page
    assert "le travail semble arrêté" in page
    assert "Boîte pleine" in page
    assert "Videz la corbeille" in page


async def test_triage_is_closed_to_the_members_and_to_other_services(house: House, softwares: Any, door: Door) -> None:
    ref = await reported(house, "La messagerie est bloquée.")
    claire = await door("claire")
    assert ref not in (await claire.get("/agent/triage")).text
    await claire.post(f"/agent/triage/{ref}/qualifier", impact="poste", urgence="gene")
    assert (await ticket(house, ref))["state"] == "received"


async def test_sorting_goes_to_the_next_with_one_click(house: House, tom: Browser, softwares: dict[str, int], world: World) -> None:
    first = await reported(house, "La messagerie est bloquée.", subject="Messagerie bloquée")
    second = await reported(house, "Une question, ce n’est pas urgent.", subject="Question")
    given = {"logiciel": str(softwares["messagerie"]), "impact": "collectivite", "urgence": "bloque", "agent": str(world.agents["tom"])}
    answer = await tom.post(f"/agent/triage/{first}/qualifier", **given)
    assert answer.status == 303
    assert f"demande={second}" in answer.headers["Location"]
    stands = await ticket(house, first)
    assert (stands["state"], stands["priority"], stands["assignee_id"]) == ("qualified", 1, world.agents["tom"])
    assert stands["fields"]["logiciel"]["title"] == "Messagerie des Landes"
    assert stands["fields"]["facturation"] == "incluse"


async def test_a_known_answer_resolves_in_one_act(house: House, tom: Browser) -> None:
    ref = await reported(house, "Boîte pleine, que faire ?")
    (known,) = await rows(house, "select id from record where register = 'erreur_connue'")
    await tom.post(f"/agent/triage/{ref}/repondre", erreur=str(known["id"]), texte="Videz la corbeille.", cause="utilisation")
    stands = await ticket(house, ref)
    assert (stands["state"], stands["fields"]["erreur_connue"]["title"]) == ("solved", "Boîte pleine")
    assert any(
        "Videz la corbeille." in row["body_text"] for row in await rows(house, "select body_text from message where kind = 'notice'")
    )


async def test_a_billed_intervention_waits_for_its_price_to_be_accepted(house: House, world: World, softwares: dict[str, int]) -> None:
    ref = await reported(house, "Pouvez-vous saisir les nouveaux tarifs ?", subject="Tarifs")
    one = await key(house, ref)
    async with world.acting("tom") as (tx, tom):
        chosen = {"id": softwares["famille"], "title": "Famille", "intervention": "facturee", "prix": 90}
        await transition(tx, tom, one, "qualify", clock.now(), fields={"logiciel": chosen, "impact": "poste", "urgence": "attend"})
    with pytest.raises(Conflict, match="annoncez d’abord son prix"):
        async with world.acting("tom") as (tx, tom):
            await transition(tx, tom, one, "start", clock.now())
    async with world.acting("tom") as (tx, tom):
        await transition(tx, tom, one, "announce_price", clock.now(), fields={"intervention": "Saisie des tarifs", "prix": 90})
    price = (await rows(house, "select body_text from message where kind = 'notice' order by id desc limit 1"))[0]["body_text"]
    assert "Saisie des tarifs" in price
    assert "90 € HT" in price.replace("\u00a0", " ")
    async with world.acting("tom") as (tx, tom):
        await transition(tx, tom, one, "accept_price", clock.now())
        await transition(tx, tom, one, "start", clock.now())
    (paper,) = await rows(house, "select name, type, size from attachment")
    assert (paper["name"], paper["type"]) == (f"accord-{ref}.pdf", "application/pdf")
    assert paper["size"] > 5_000


async def test_the_editor_is_asked_by_mail_and_its_answer_comes_back_unseen_by_the_town(house: House, world: World, softwares: Any) -> None:
    ref = await reported(house, "Le logiciel affiche une erreur.", subject="Erreur")
    one = await key(house, ref)
    async with world.acting("tom") as (tx, tom):
        await transition(tx, tom, one, "start", clock.now())
        await escalate(tx, tom, one, EDITOR, "Pouvez-vous regarder ?", (), clock.now())
    assert (await ticket(house, ref))["state"] == "waiting_editor"
    back = house.signer.reply_address("assistance@agence.example", ref, third=True)
    answer = mail("Corrigé dans la version 7.", sender=EDITOR, to=back, subject="Re: Erreur")
    became = await arrive(house, letter(answer, to=back, collectivity_id=AGENCY))
    assert became["outcome"] == "appended", became
    assert (await ticket(house, ref))["state"] == "in_progress"
    said = await rows(house, "select audience from message where direction = 'in' order by id")
    assert [row["audience"] for row in said] == ["public", "third"]


async def test_thirty_towns_are_told_and_closed_at_once_with_the_major_incident(house: House, world: World, softwares: Any) -> None:
    refs = [await reported(house, f"Plus de messagerie, poste {n}.", subject=f"Messagerie {n}") for n in range(30)]
    below = [await key(house, ref) for ref in refs]
    async with world.acting("lise") as (tx, lise):
        given = {"symptome": "Plus aucun message."}
        problem = await begin(tx, lise, AGENCY, "problem", "Messagerie en panne", "Plus aucun message.", given, clock.now())
        assert await put_under(tx, lise, problem, below, clock.now()) == 30
    async with world.acting("lise") as (tx, lise):
        await transition(tx, lise, problem, "tell", clock.now(), text="Nous cherchons la cause.")
    await errands_done(house)
    told = await rows(house, "select distinct ticket_id from message where body_text = 'Nous cherchons la cause.' and direction = 'out'")
    assert len(told) == 30
    async with world.acting("lise") as (tx, lise):
        await transition(tx, lise, problem, "solve", clock.now(), text="La messagerie est rétablie.")
    await errands_done(house)
    states = {row["state"] for row in await rows(house, "select state from ticket where type = 'incidents'")}
    assert states == {"closed"}
    closing = await rows(house, "select ticket_id from message where body_text = 'La messagerie est rétablie.' and direction = 'out'")
    assert len(closing) == len({row["ticket_id"] for row in closing}) == 30


async def test_a_rule_that_names_a_type_there_is_not_keeps_no_mail_waiting(house: House, softwares: Any) -> None:
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("""update rule set outcome = '{"type": "disparu", "service": "assistance"}' where collectivity_id = 1""")
    ref = await reported(house, "La messagerie est bloquée.")
    assert (await ticket(house, ref))["type"] == "general"
    (told,) = await rows(house, "select why from event where what = 'type_unknown'")
    assert "« disparu »" in told["why"]
