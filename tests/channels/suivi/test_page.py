"""The citizen's page: what he may see of his request and nothing else, and his answer that joins it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from grc import clock
from grc.actions.house import House
from grc.actions.merge import merge
from grc.actions.note import note
from grc.actions.reply import reply
from grc.db.transaction import WORKER, Database
from grc.errors import Refused
from grc.messages.model import Attachment
from grc.settings import Settings
from grc.tickets.model import TicketKey
from tests.makers.citizen import JPEG, PDF, Page, Site, send, visit
from tests.support.arrivals import letter, opened
from tests.support.mails import mail
from tests.support.world import World

SAID = {"objet": "Lampadaire éteint", "message": "Il est éteint.", "nom": "Marie Lafitte", "courriel": "marie@habitants.example"}


async def _rows(db: Database, query: str, *given: Any) -> list[Any]:
    async with db.transaction(WORKER) as tx:
        return list(await tx.conn.fetch(query, *given))


async def _opened(site: Site, db: Database, code: str = "40902", **said: str) -> tuple[TicketKey, str]:
    """A request sent by the form, and the address of its page."""
    receipt = await send(site, await visit(site, f"/{code}/contact"), files=[("photo.jpg", JPEG)], typed=SAID | said)
    assert receipt.status == 200
    [row] = await _rows(db, "select collectivity_id, id, tracking_token from ticket order by id desc limit 1")
    return TicketKey(row["collectivity_id"], row["id"]), f"/suivi/{row['tracking_token']}"


async def test_it_shows_the_state_what_was_said_and_what_comes_next(site: Site, working: House, db: Database) -> None:
    _, address = await _opened(site, db)
    page = await visit(site, address)
    assert page.status == 200
    for shown in (
        "Lampadaire éteint",
        "Nous avons bien reçu votre demande",
        "Il est éteint.",
        "photo.jpg",
        "Accueil",
        "d’ici au",
        "vaudra refus",
    ):
        assert shown in page.words
    assert "Accusé de réception de votre demande" in page.words


async def test_its_address_is_a_key_and_is_kept_out_of_caches_referrers_and_engines(site: Site, working: House, db: Database) -> None:
    _, address = await _opened(site, db)
    for response in (await site.get(address), await site.get("/suivi/" + "a" * 22)):
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response.headers["Cache-Control"]
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert "noindex" in await response.text()


async def test_our_answer_stands_there_and_a_note_never_does(site: Site, working: House, world: World, db: Database) -> None:
    key, address = await _opened(site, db)
    async with world.acting("claire") as (tx, claire):
        await note(tx, claire, key, "Le voisin exagère.", [Attachment("secret.pdf", "application/pdf", PDF)], clock.now())
        await reply(tx, claire, key, "L’équipe passe demain.", [Attachment("plan.pdf", "application/pdf", PDF)], clock.now())
    page = await visit(site, address)
    assert "L’équipe passe demain." in page.words
    assert "Claire Lartigue" in page.words
    assert "plan.pdf" in page.words
    assert "Le voisin exagère" not in page.html
    assert "secret.pdf" not in page.html
    to_come = page.words.partition("Ce qui va se passer")[2].partition("Vos échanges avec nous")[0]
    assert "votre demande" not in to_come  # that an agent will read it: one has
    assert "notre silence vaudra refus" in to_come

    [hidden] = await _rows(db, "select id from attachment where name = 'secret.pdf'")
    assert (await site.get(f"{address}/fichier/{hidden['id']}")).status == 404
    [given] = await _rows(db, "select id from attachment where name = 'plan.pdf'")
    assert await (await site.get(f"{address}/fichier/{given['id']}")).read() == PDF


async def test_a_file_is_given_in_a_way_that_cannot_run(site: Site, working: House, db: Database) -> None:
    _, address = await _opened(site, db)
    [photo] = await _rows(db, "select id from attachment")
    response = await site.get(f"{address}/fichier/{photo['id']}")
    assert await response.read() == JPEG
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Content-Disposition"] == "inline; filename*=UTF-8''photo.jpg"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"

    async with db.transaction(WORKER) as tx:
        await tx.conn.execute("update attachment set type = 'text/html', name = 'a\"é\r\n.html'")
    response = await site.get(f"{address}/fichier/{photo['id']}")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''a%22%C3%A9%0D%0A.html"

    async with db.transaction(WORKER) as tx:
        await tx.conn.execute("update attachment set scan = 'infected'")
    assert (await site.get(f"{address}/fichier/{photo['id']}")).status == 423
    assert "retiré, ce fichier contient un programme nuisible" in (await visit(site, address)).words


async def test_one_link_opens_one_request(site: Site, working: House, db: Database) -> None:
    here, mine = await _opened(site, db)
    there, other = await _opened(site, db, "40903", message="Affaire privée.", nom="Jean Cazaux")
    assert here.collectivity_id != there.collectivity_id
    page = await visit(site, mine)
    assert "Affaire privée" not in page.html
    assert "Jean Cazaux" not in page.html
    [foreign] = await _rows(db, "select id from attachment where ticket_id = $1", there.id)
    assert (await site.get(f"{mine}/fichier/{foreign['id']}")).status == 404
    assert (await site.get(f"{other}/fichier/{foreign['id']}")).status == 200


@pytest.mark.parametrize("token", ["a" * 22, "x", "..", "%00", "é" * 20, "' or 1=1 --", "a" * 5_000])
async def test_a_link_that_opens_nothing_says_what_to_do(site: Site, world: World, token: str) -> None:
    page = await visit(site, f"/suivi/{token}" if token != ".." else "/suivi/%2e%2e%2f")
    assert page.status == 404
    assert "téléphon" in page.words or "accueil" in page.words


async def test_a_revoked_link_opens_nothing_any_more(site: Site, working: House, db: Database) -> None:
    _, address = await _opened(site, db)
    open_page = await visit(site, address)
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute("update ticket set tracking_token = null")
    assert (await visit(site, address)).status == 404
    assert (await send(site, open_page, typed={"message": "Encore moi"})).status == 404
    assert (await visit(site, "/suivi/")).status == 404
    assert len(await _rows(db, "select from received where channel = 'suivi'")) == 0


async def test_an_answer_joins_the_request_and_the_way_back_stays(site: Site, working: House, db: Database) -> None:
    key, address = await _opened(site, db)
    page = await send(site, await visit(site, address), files=[("suite.jpg", JPEG)], typed={"message": "Il clignote\nmaintenant."})
    assert "Votre message est bien arrivé" in page.words
    assert "Il clignote\nmaintenant." in page.html
    [line] = await _rows(db, "select * from received where channel = 'suivi'")
    assert (line["outcome"], line["ticket_id"]) == ("appended", key.id)
    said = await _rows(db, "select * from message where ticket_id = $1 and channel = 'suivi'", key.id)
    assert [(m["author_name"], m["direction"]) for m in said] == [("Marie Lafitte", "in")]
    [ticket] = await _rows(db, "select * from ticket")
    assert (ticket["answer_channel"], ticket["answer_addr"]) == ("email", SAID["courriel"])
    assert ticket["unread"]


async def test_two_clicks_add_one_message(site: Site, working: House, db: Database) -> None:
    _, address = await _opened(site, db)
    page = await visit(site, address)
    await asyncio.gather(*(send(site, page, typed={"message": "Une seule fois"}) for _ in range(3)))
    assert len(await _rows(db, "select from message where body_text = 'Une seule fois'")) == 1


async def test_a_closed_request_is_opened_again_by_its_citizen(site: Site, working: House, world: World, db: Database) -> None:
    key, address = await _opened(site, db)
    async with world.acting("claire") as (tx, claire):
        await reply(tx, claire, key, "Réparé.", [], clock.now(), close=True)
    page = await visit(site, address)
    assert "Votre message rouvrira cette demande" in page.words
    await send(site, page, typed={"message": "Il s’est éteint de nouveau."})
    [ticket] = await _rows(db, "select phase from ticket")
    assert ticket["phase"] == "open"


async def _merged(world: World, duplicate: TicketKey, kept: TicketKey, *, same: bool = False) -> None:
    async with world.acting("claire") as (tx, claire):
        await merge(tx, claire, duplicate, kept, clock.now(), tell=False, same=same)


async def _link(db: Database, key: TicketKey) -> str:
    [row] = await _rows(db, "select tracking_token from ticket where id = $1", key.id)
    return f"/suivi/{row['tracking_token']}"


async def test_a_duplicate_that_came_by_mail_leads_to_the_request_that_goes_on(
    site: Site, working: House, world: World, db: Database
) -> None:
    kept, leads_to = await _opened(site, db)
    duplicate = await opened(working, letter(mail("Toujours éteint.", sender=SAID["courriel"])))
    await _merged(world, duplicate, kept)
    mine = await _link(db, duplicate)
    page = await visit(site, mine)
    assert f'href="{leads_to}"' in page.html
    assert "Suivre la demande" in page.words
    for unsaid in ("rouvrira", "Nous écrire de nouveau", "satisfait de notre réponse"):
        assert unsaid not in page.words
    told = await send(site, page, typed={"message": "Et ce soir encore."})
    assert "Il est ajouté à la demande que nous suivons" in told.words
    [said] = await _rows(db, "select ticket_id from message where body_text = 'Et ce soir encore.'")
    assert said["ticket_id"] == kept.id
    async with site.post(f"{mine}/etape", data={"etape": "reopen"}) as refused:
        assert refused.status == Refused.status
    [stands] = await _rows(db, "select phase from ticket where id = $1", duplicate.id)
    assert stands["phase"] == "closed"


async def test_a_duplicate_never_leads_to_what_its_holder_has_not_proved_to_be_his(
    site: Site, working: House, world: World, db: Database
) -> None:
    kept, leads_to = await _opened(site, db)
    typed, _ = await _opened(site, db, objet="Le même")  # whoever fills in a form types any address, and is given its link at once
    another = await opened(working, letter(mail("Moi aussi.", sender="jean@habitants.example")))
    for duplicate, same in ((typed, False), (another, True)):
        await _merged(world, duplicate, kept, same=same)
        page = await visit(site, await _link(db, duplicate))
        assert "nous suivons les deux demandes ensemble" in page.words
        assert "dans l’accusé de réception" in page.words
        [row] = await _rows(db, "select reference from ticket where id = $1", kept.id)
        for secret in (leads_to, row["reference"]):
            assert secret not in page.html, secret


async def test_an_empty_answer_is_told_and_files_alone_are_an_answer(site: Site, working: House, db: Database) -> None:
    _, address = await _opened(site, db)
    wrong = await send(site, await visit(site, address), typed={"message": "  "})
    assert wrong.status == 422
    assert "Écrivez votre message, ou joignez un fichier" in wrong.words
    assert "bien arrivé" in (await send(site, wrong, files=[("photo.jpg", JPEG + b"2")])).words


async def test_what_must_be_mended_loses_neither_text_nor_files(site: Site, working: House, db: Database) -> None:
    _, address = await _opened(site, db)
    wrong = await send(
        site, await visit(site, address), files=[("bon.pdf", PDF), ("jeu.exe", b"MZ")], typed={"message": "Voici le document."}
    )
    assert wrong.status == 422
    assert wrong.fields["message"] == "Voici le document."
    assert len(wrong.kept) == 1
    assert (await send(site, wrong)).status == 200
    assert [
        f["name"]
        for f in await _rows(db, "select a.name from attachment a join message m on m.id = a.message_id where m.channel = 'suivi'")
    ] == ["bon.pdf"]


async def test_a_mark_of_another_request_is_renewed(site: Site, working: House, db: Database) -> None:
    _, mine = await _opened(site, db)
    _, other = await _opened(site, db, "40903")
    page, foreign = await visit(site, mine), await visit(site, other)
    renewed = await send(
        site, Page(**{**{f: getattr(page, f) for f in page.__slots__}, "fields": foreign.fields}), typed={"message": "Bonjour"}
    )
    assert renewed.status == 422
    assert "devait être renouvelée" in renewed.words
    assert renewed.fields["message"] == "Bonjour"


async def test_when_the_store_is_full_the_text_stays_and_one_button_tries_again(
    site: Site, working: House, db: Database, settings: Settings
) -> None:
    _, address = await _opened(site, db)
    page = await visit(site, address)
    files = settings.data_dir / "files"
    files.write_bytes(b"no folder can be made here")  # as root, permissions refuse nothing
    large = [("grand.pdf", b"%PDF-" + bytes(300_000))]
    refused = await send(site, page, files=large, typed={"message": "À ne pas perdre"})
    assert refused.status == 503
    assert refused.fields["message"] == "À ne pas perdre"
    assert "fichiers sont à choisir de nouveau" in refused.words
    assert await _rows(db, "select from received where channel = 'suivi'") == []
    files.unlink()
    again = await send(site, refused, files=large)
    assert again.status == 422  # its page is renewed first
    assert len(again.kept) == 1
    assert "bien arrivé" in (await send(site, again)).words


async def test_where_the_link_is_to_be_found_is_told(site: Site, world: World) -> None:
    page = await visit(site, "/suivi")
    assert "Son lien est dans l’accusé de réception" in page.words
