"""Letters that come: cut at cover sheets, read, joined to their request by the code on our own letter; what is broken is kept and said."""

from __future__ import annotations

import io
import shutil
from datetime import UTC, date, datetime

import pytest
from PIL import Image

from channels.paper import bounds, glance
from channels.paper.reading import Reader
from channels.paper.receive import FORGOTTEN, decide_forgotten
from channels.paper.take import Handed, take
from grc import clock
from grc.actions import intake
from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.messages.marks import Marks, SheetMark
from tests.channels.paper.conftest import Read
from tests.makers import scans
from tests.support.world import BOISVERT, SAINTE_MER, World

pytestmark = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")


async def reference_of(house: House, place: int = SAINTE_MER) -> str:
    async with house.db.transaction(WORKER) as tx:
        return str(await tx.conn.fetchval("select reference from ticket where collectivity_id = $1 order by id desc limit 1", place))


async def opened(house: House, world: World) -> str:
    """A request of Sainte-Mer, opened by an agent; its reference."""
    from grc.actions.write import write

    async with world.acting("claire") as (tx, agent):
        service = world.services[SAINTE_MER, "accueil"]
        await write(tx, agent, SAINTE_MER, service, "jeanne@example.fr", "Jeanne Dupouy", "Éclairage", "Bonjour", [], clock.now())
    return await reference_of(house)


async def test_a_worn_letter_with_our_code_comes_back_into_its_request(house: House, world: World, read: Read, marks: Marks) -> None:
    reference = await opened(house, world)
    line = await read("reponse.pdf", scans.degraded(scans.letter(mark=marks.letter(reference))))
    (letter,) = line["letters"]
    assert (letter["outcome"], letter["ticket"], letter["reference_read"]) == ("appended", reference, reference)
    assert "éclairage public" in letter["text"]
    async with house.db.transaction(WORKER) as tx:
        proposed = await tx.conn.fetchval("select proposed from scan_letter")
        assert (proposed["name"], proposed["address"]) == ("Jeanne Dupouy", "14 rue des Genêts\n40100 Dax")
        rows = await tx.conn.fetch(
            "select a.name, a.type, b.data from message m join attachment a on a.message_id = m.id join blob b on b.digest = a.digest"
            " where m.channel = 'paper' and m.direction = 'in' order by a.position"
        )
    assert [row["name"] for row in rows] == ["reponse.pdf", "reponse, texte reconnu.pdf"]


async def test_a_code_of_another_collectivity_joins_nothing(house: House, world: World, read: Read, marks: Marks) -> None:
    async with world.acting("bea") as (tx, agent):
        from grc.actions.write import write

        service = world.services[BOISVERT, "accueil"]
        await write(tx, agent, BOISVERT, service, "x@example.fr", "X", "Objet", "Bonjour", [], clock.now())
    reference = await reference_of(house, BOISVERT)
    (letter,) = (await read("lettre.pdf", scans.letter(text="Bonjour.", mark=marks.letter(reference))))["letters"]
    assert (letter["outcome"], letter["ticket"]) == ("waiting", None)


async def test_a_forged_code_proves_nothing(house: House, world: World, read: Read) -> None:
    reference = await opened(house, world)
    forged = Marks(b"another installation's key, 32 by").letter(reference)
    (letter,) = (await read("lettre.pdf", scans.letter(mark=forged)))["letters"]
    assert (letter["outcome"], letter["ticket"], letter["reference_read"]) == ("waiting", None, None)


async def test_cover_sheets_part_letters_and_say_to_whom_and_when(house: House, world: World, marks: Marks) -> None:
    today = clock.now().astimezone(clock.PARIS).date()
    roads = SheetMark(SAINTE_MER, world.services[SAINTE_MER, "voirie"], date(today.year, today.month, 1))
    first = SheetMark(SAINTE_MER, world.services[SAINTE_MER, "accueil"], today)
    letter = scans.letter()
    batch = scans.joined([scans.cover_sheet(marks.sheet(roads)), letter, scans.blank(), scans.cover_sheet(marks.sheet(first)), letter])
    await take(house.db, Handed(SAINTE_MER, "grc", "lot.pdf", batch, today), clock.now())
    reader = Reader(house.db, marks, clock.now)
    for scan in await reader.claim_scans(1):
        await reader.cut(scan)
    async with house.db.transaction(WORKER) as tx:
        rows = await tx.conn.fetch("select pages, service_id, arrived_on, on_sheet from scan_letter order by position")
    assert [(row["pages"], row["service_id"], row["arrived_on"], row["on_sheet"]) for row in rows] == [
        ([2], roads.service_id, roads.day, True), ([5], first.service_id, today, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("chiffre.pdf", scans.encrypted(), "mot de passe"),
        ("casse.pdf", scans.letter()[:4000], "abîmé"),
        ("vide.pdf", scans.blank(), "Aucune page écrite"),
    ],
)
async def test_what_cannot_be_read_is_kept_said_and_waits_for_an_agent(read: Read, name: str, content: bytes, said: str) -> None:
    (letter,) = (await read(name, content))["letters"]
    assert (letter["outcome"], letter["pages"]) == ("waiting", 0)
    assert said in letter["detail"]


async def test_pages_of_absurd_sizes_are_seen_as_far_as_may_be_or_said() -> None:
    endless = io.BytesIO()
    dot = Image.new("L", (1, 1))
    dot.save(endless, "TIFF", save_all=True, append_images=[dot] * 400)
    async with glance.pages(scans.png_that_claims(70_000, 70_000)) as seen:
        assert "trop grande" in seen.found["trouble"]
    async with glance.pages(endless.getvalue()) as seen:
        assert "plus de 300 pages" in seen.found["trouble"]
    async with glance.pages(scans.blank(width=1, height=900_000)) as seen:
        (page,) = seen.found["pages"]
        assert page["height"] <= bounds.LONGEST_SIDE


async def test_the_same_bytes_are_taken_once(house: House, read: Read) -> None:
    content = scans.with_script()
    assert [letter["outcome"] for letter in (await read("script.pdf", content))["letters"]] == ["waiting"]
    assert [letter["outcome"] for letter in (await read("encore.pdf", content))["letters"]] == ["duplicate"]
    async with house.db.transaction(WORKER) as tx:
        assert await tx.conn.fetchval("select count(*) from scan") == 1


async def test_a_letter_nobody_confirms_opens_a_request_that_says_so(house: House, read: Read, marks: Marks) -> None:
    await read("casse.pdf", b"%PDF-1.7 rien")
    later = clock.now() + FORGOTTEN
    assert await decide_forgotten(house.db, later) == 1
    reader = Reader(house.db, marks, clock.now)
    for key in await Reader(house.db, marks, lambda: later).claim_letters(5, ["decided"]):
        await reader.step(key)
    for claimed in await intake.claim(house, later, 5):
        await intake.take_in(house, claimed, clock.now)
    async with house.db.transaction(WORKER) as tx:
        row = await tx.conn.fetchrow("select channel, subject, requester_name from ticket")
        defects = await tx.conn.fetchval("select defects from message where direction = 'in'")
    assert (row["channel"], row["subject"], row["requester_name"]) == ("paper", "Lettre numérisée", "Expéditeur à préciser")
    assert any("Personne n’a confirmé" in one for one in defects)


@pytest.mark.long
async def test_thirty_pages_with_six_cover_sheets_are_six_letters(house: House, world: World, read: Read, marks: Marks) -> None:
    sheet = scans.cover_sheet(marks.sheet(SheetMark(SAINTE_MER, world.services[SAINTE_MER, "accueil"], datetime.now(UTC).date())))
    letter = scans.letter()
    line = await read("lot.pdf", scans.degraded(scans.joined(part for _ in range(6) for part in (sheet, *[letter] * 4))))
    assert [one["pages"] for one in line["letters"]] == [4] * 6


@pytest.mark.long
async def test_five_hundred_pages_are_kept_and_said(read: Read) -> None:
    (letter,) = (await read("long.pdf", scans.of_pages(500)))["letters"]
    assert letter["outcome"] == "waiting"
    assert "plus de 300 pages" in letter["detail"]
