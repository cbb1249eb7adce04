"""The page of links: what may be the same is proposed, many are put under one at once, two become one; each by a form without script."""

from __future__ import annotations

import pytest

from grc import clock
from grc.actions import errands
from grc.actions.house import House
from tests.makers.agents import Browser, Door
from tests.makers.majors import majors
from tests.support.arrivals import arrive, form, letter, row, rows
from tests.support.mails import mail
from tests.support.world import BOISVERT, SAINTE_MER


def page_of(reference: str) -> str:
    return f"/agent/demandes/{reference}"


async def several(house: House, *subjects: str, **typed: str) -> list[str]:
    return [str((await arrive(house, form({"objet": subject, **typed})))["ticket"]) for subject in subjects]


async def run_errands(house: House) -> None:
    while claimed := await errands.claim(house.db, clock.now(), 50):
        for errand in claimed:
            await errands.run(house.db, errand, clock.now)


async def test_what_the_same_person_asked_is_proposed_linked_and_untied(claire: Browser, house: House) -> None:
    one, other = await several(house, "Premier", "Second")
    path = page_of(one)
    assert f'name="t-{other}"' in (await claire.get(f"{path}/liens")).text
    assert (await claire.post(f"{path}/lier", **{f"t-{other}": "1"})).headers["Location"] == f"{path}?vue=tous&fait=lier"
    page = (await claire.get(path)).text
    assert f'href="{page_of(other)}?vue=tous"' in page
    ties = (await claire.get(f"{path}/liens")).text
    assert f'name="t-{other}"' not in ties
    number = await row(house, "select collectivity_id as c, id from ticket where reference = $1", other)
    done = await claire.post(f"{path}/delier", collectivite=str(number["c"]), numero=str(number["id"]))
    assert done.status == 303
    assert (await claire.post(f"{path}/delier", collectivite=str(number["c"]), numero=str(number["id"]))).status == 409
    assert f'name="t-{other}"' in (await claire.get(f"{path}/liens")).text


async def test_a_search_finds_what_is_to_be_linked_and_only_what_he_reaches(door: Door, house: House) -> None:
    paul = await door("paul")
    one, other = await several(house, "Un chat", "Un chien", courriel="autre@habitants.example")
    hidden = str((await arrive(house, form({"objet": "Un chien", "service": "voirie"})))["ticket"])
    found = (await paul.get(f"{page_of(one)}/liens?q=chien")).text
    assert f'name="t-{other}"' in found
    assert hidden not in found
    assert (await paul.post(f"{page_of(one)}/lier", **{f"t-{hidden}": "1"})).status == 404
    assert (await paul.post(f"{page_of(one)}/lier", **{f"t-{other}": "1", f"t-{hidden}": "1"})).status == 404
    assert await rows(house, "select from link") == []
    assert (await paul.post(f"{page_of(one)}/lier")).status == 422
    assert (await paul.post(f"{page_of(one)}/ranger", **{f"t-{other}": "1"})).status == 303
    assert (await row(house, "select kind from link where other_reference = $1", other))["kind"] == "above"


async def test_thirty_are_put_under_one_by_a_form_and_the_page_says_how_far_the_word_has_come(claire: Browser, house: House) -> None:
    await majors(house.db, SAINTE_MER)
    (top,) = await several(house, "Incident majeur")
    below = [str((await arrive(house, form({"objet": f"Panne {n}", "courriel": f"a{n}@m.example"})))["ticket"]) for n in range(30)]
    found = (await claire.get(f"{page_of(top)}/liens?q=panne")).text
    assert all(f'name="t-{reference}"' in found for reference in below)
    assert (await claire.post(f"{page_of(top)}/rattacher", **{f"t-{reference}": "1" for reference in below})).status == 303
    page = (await claire.get(page_of(top))).text
    assert "<b>30</b> rattachées ici, <b>30</b> encore ouvertes" in page
    assert "et 24 de plus" in page
    assert (await claire.post(f"{page_of(top)}/etape", etape="solve", texte="C’est réparé.")).status == 303
    waiting = (await claire.get(page_of(top))).text
    assert "Les demandes rattachées vont être prévenues." in waiting
    assert "<progress" in waiting
    await run_errands(house)
    over = (await claire.get(page_of(top))).text
    assert "<progress" not in over
    assert "30 prévenues la dernière fois" in over
    assert "<b>30</b> rattachées ici, <b>0</b> encore ouverte" in over


async def test_a_duplicate_says_where_its_suite_arrives_and_can_be_parted_again(claire: Browser, house: House) -> None:
    one, other = await several(house, "Premier", "Second")
    assert (await claire.post(f"{page_of(one)}/reunir", **{f"t-{other}": "1"}, prevenir="1")).status == 303
    page = (await claire.get(page_of(other))).text
    assert f'href="{page_of(one)}?vue=tous"' in page
    assert "Doublon" in page
    assert "doublon, réunie ici" in (await claire.get(page_of(one))).text
    assert len(await rows(house, "select from outgoing where not automatic")) == 1
    assert (await claire.post(f"{page_of(other)}/separer")).status == 303
    assert "Ce n’en est pas un" not in (await claire.get(page_of(other))).text
    assert (await claire.post(f"{page_of(other)}/separer")).status == 409


async def test_requests_of_two_people_are_not_made_one(claire: Browser, house: House) -> None:
    (one,) = await several(house, "Premier")
    (other,) = await several(house, "Second", courriel="autre@habitants.example")
    answer = await claire.post(f"{page_of(one)}/reunir", **{f"t-{other}": "1"})
    assert answer.status == 422
    assert "même personne" in answer.text


@pytest.mark.parametrize("who", ["bea", "luc"])  # of another town; of another service of the same town
async def test_the_links_of_others_look_like_those_of_nothing(door: Door, house: House, who: str) -> None:
    one, other = await several(house, "Premier", "Second")
    browser = await door(who)
    theirs, nothing = await browser.get(f"{page_of(one)}/liens"), await browser.get("/agent/demandes/0000-000/liens")
    assert theirs.status == nothing.status == 404
    assert theirs.text == nothing.text
    for act in ("lier", "rattacher", "ranger", "delier", "reunir", "separer"):
        typed = {f"t-{other}": "1", "collectivite": str(SAINTE_MER), "numero": "1"}
        theirs, nothing = (
            await browser.post(f"{page_of(one)}/{act}", **typed),
            await browser.post(f"/agent/demandes/0000-000/{act}", **typed),
        )
        assert theirs.status == nothing.status == 404
        assert theirs.text == nothing.text
    own = {
        "bea": letter(mail("Bonjour", to="mairie@boisvert.example"), "mairie@boisvert.example", BOISVERT),
        "luc": form({"service": "voirie"}),
    }
    mine = str((await arrive(house, own[who]))["ticket"])
    for act in ("lier", "rattacher", "ranger", "reunir"):
        assert (await browser.post(f"{page_of(mine)}/{act}", **{f"t-{one}": "1"})).status == 404
    assert await rows(house, "select from link") == []
