"""A member's subscription on screen: said on the form before he asks, and beside his request for whoever takes care of it."""

from __future__ import annotations

import html
import re

from grc.db.transaction import WORKER
from grc.records.keep import keep
from grc.records.reach import reach
from tests.makers.agents import Door
from tests.records.conftest import NOW, SAINTE_MER
from tests.support.tickets import begun
from tests.support.world import AGENCY, World
from tests.support.world import SAINTE_MER as SAINTE_MER_ID
from workflows.register import registers

FORM = "/agent/agence/nouvelle/incidents"
NOT_COVERED = "Votre collectivité n’est pas abonnée à ce service."
ANSWERS = {"impact": "poste", "urgence": "gene", "description": "L’écran reste noir."}


async def subscribe(world: World) -> int:
    """Sainte-Mer subscribes to the help of the agency."""
    line = {"numero": "A-1", "membre": SAINTE_MER, "service": "assistance", "depuis": "2026-01-01"}
    async with world.acting("odile") as (tx, odile):
        return await keep(tx, await reach(tx, odile, registers()["adhesion"]), odile, None, line, NOW)


async def asked(world: World) -> str:
    """The reference of an incident that Sainte-Mer reports."""
    key = await begun(world.db, AGENCY, "incidents", ANSWERS, member=(SAINTE_MER_ID, "Sainte-Mer"))
    async with world.db.transaction(WORKER) as tx:
        return str(await tx.conn.fetchval("select reference from ticket where id = $1", key.id))


async def test_the_form_says_so_where_the_member_does_not_subscribe_and_leads_to_the_subscription(world: World, door: Door) -> None:
    claire = await door("claire")
    page = (await claire.get(FORM)).text
    assert NOT_COVERED in page
    link = re.search(r'href="(/agent/agence/nouvelle/adhesion[^"]+)"', page)
    assert link is not None
    form = (await claire.get(html.unescape(link[1]))).text
    assert '<option value="assistance" selected>' in form, "the service is chosen already"
    assert NOT_COVERED not in form
    await subscribe(world)
    assert NOT_COVERED not in (await claire.get(FORM)).text


async def test_beside_the_request_an_agent_reads_whether_the_member_subscribes(world: World, door: Door) -> None:
    odile = await door("odile")
    without = (await odile.get(f"/agent/demandes/{await asked(world)}")).text
    assert "La collectivité n’est pas abonnée à ce service." in without
    assert "Adhérer à un service de l’agence" in without
    line = await subscribe(world)
    covered = (await odile.get(f"/agent/demandes/{await asked(world)}")).text.replace("\u00a0", " ")
    assert f'href="/agent/registres/adhesion/{line}"' in covered
    assert "depuis le 1er janvier 2026" in covered
    assert "Comprise dans Assistance informatique, Sainte-Mer" in covered
