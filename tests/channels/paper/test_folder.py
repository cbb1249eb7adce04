"""The folder of a copier: each file is taken once, whole, and moved; a worker that is killed loses and doubles nothing."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from channels.paper import bounds, check, settings
from channels.paper.folder import STILL, UNENDED, Folder, look
from channels.paper.take import Handed, take
from grc import clock
from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.messages import accounts
from grc.settings import Settings
from tests.makers import scans
from tests.support.processes import Service, until
from tests.support.relay import Relay
from tests.support.world import SAINTE_MER, World

PDF = scans.with_script()
PATIENCE = 60.0


@pytest.fixture
async def folder(house: House, tmp_path: Path) -> Folder:
    """The folder of the copier of Sainte-Mer, an account of hers."""
    return await watched(house, tmp_path / "copieur")


async def watched(house: House, path: Path) -> Folder:
    path.mkdir()
    async with house.db.transaction(WORKER) as tx:
        number = await accounts.add(tx, "paper", "40902", settings.read_account({"folder": str(path)}), None)
        account = await accounts.one(tx, number, clock.now())
    assert account is not None
    return Folder(account)


class Hours:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = clock.now()

    def __call__(self) -> datetime:
        return self.now

    async def after(self, pause: timedelta, house: House, folder: Folder) -> int:
        """How many files are taken when the folder is looked at again this much later."""
        self.now += pause
        return await look(house.db, folder, self)


async def kept(house: House) -> list[str]:
    async with house.db.transaction(WORKER) as tx:
        return [str(row["name"]) for row in await tx.conn.fetch("select name from scan order by id")]


def inside(folder: Folder) -> list[str]:
    return sorted(str(path.relative_to(folder.path)) for path in folder.path.rglob("*") if not path.is_dir())


async def test_a_file_that_grows_is_taken_once_it_stands_still_and_moved(house: House, folder: Folder) -> None:
    hours, path = Hours(), folder.path / "Numérisation 1.PDF"
    for end in (100, 300, len(PDF)):
        path.write_bytes(PDF[:end])
        assert await hours.after(STILL, house, folder) == 0
    with path.open("ab"):  # whole, but its sender has not closed it
        assert await hours.after(STILL, house, folder) == 0
    assert await hours.after(STILL, house, folder) == 1
    assert await hours.after(STILL, house, folder) == 0
    assert await kept(house) == ["Numérisation 1.PDF"]
    assert inside(folder) == ["pris/Numérisation 1.PDF"]


async def test_a_pdf_without_its_end_is_waited_for_then_taken_as_it_is(house: House, folder: Folder) -> None:
    hours = Hours()
    (folder.path / "coupe.pdf").write_bytes(PDF[:-40])
    assert [await hours.after(pause, house, folder) for pause in (STILL, STILL, UNENDED)] == [0, 0, 1]


async def test_what_is_no_file_of_the_copier_is_left_alone(house: House, folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "secret.pdf").write_bytes(PDF)
    (folder.path / "lien.pdf").symlink_to(tmp_path / "secret.pdf")
    for name in ("envoi.pdf.part", ".cache.pdf", "notes.txt"):
        (folder.path / name).write_bytes(PDF)
    (folder.path / "vide.pdf").touch()
    hours = Hours()
    assert [await hours.after(UNENDED, house, folder) for _ in range(3)] == [0, 0, 0]
    assert len(inside(folder)) == 5


async def test_what_is_too_heavy_is_put_aside_and_nothing_in_a_drawer_is_overwritten(house: House, folder: Folder) -> None:
    hours = Hours()
    for number in range(2):
        with (folder.path / "lourd.tif").open("wb") as file:
            file.truncate(bounds.MOST_BYTES + 1)
        (folder.path / "lettre.pdf").write_bytes(PDF + b"\n" * number)
        assert [await hours.after(STILL, house, folder) for _ in range(2)] == [0, 1]
    assert await kept(house) == ["lettre.pdf", "lettre.pdf"]
    assert len(inside(folder)) == 4


async def test_killed_between_keeping_and_moving_the_same_bytes_are_the_same_scan(house: House, folder: Folder) -> None:
    now = clock.now()
    await take(house.db, Handed(SAINTE_MER, folder.account.name, "lettre.pdf", PDF, now.date()), now)
    (folder.path / "lettre.pdf").write_bytes(PDF)
    hours = Hours()
    assert [await hours.after(STILL, house, folder) for _ in range(2)] == [0, 0]
    assert (await kept(house), inside(folder)) == (["lettre.pdf"], ["pris/lettre.pdf"])


async def test_doctor_says_what_is_wrong_with_a_folder(house: House, folder: Folder) -> None:
    (folder.path / "lettre.pdf").write_bytes(PDF)
    assert (check.folder(folder.account).ok, check.folder(folder.account).detail) == (True, "lisible, 1 fichier(s) en attente")
    shutil.rmtree(folder.path)
    assert not check.folder(folder.account).ok
    with pytest.raises(FileNotFoundError):
        await look(house.db, folder, clock.now)


@pytest.mark.long
@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
async def test_a_worker_killed_while_it_reads_loses_and_doubles_nothing(
    house: House, settings: Settings, world: World, relay: Relay, tmp_path: Path
) -> None:
    folder = await watched(house, tmp_path / "copieur")
    assert settings.database_url is not None
    service = Service(settings.database_url.get_secret_value(), settings.data_dir, relay.port)

    async def asked(question: str) -> Any:
        async with house.db.transaction(WORKER) as tx:
            return await tx.conn.fetchval(question)

    try:
        service.start("worker")
        (folder.path / "lettre.pdf").write_bytes(PDF)
        for table, state in (("scan", "waiting"), ("scan_letter", "reading")):
            held = f"from {table} where state = '{state}' and tries > 0 and due > now()"
            await until(partial(asked, f"select id {held}"), PATIENCE, partial(service.told, "worker"))
            await service.kill("worker")
            assert timedelta() < await asked(f"select due - now() {held}") <= bounds.LEASE
            await asked(f"update {table} set due = now()")  # as when the lease of the dead has ended
            service.start("worker")
        await until(partial(asked, "select id from scan_letter where state = 'waiting'"), PATIENCE, partial(service.told, "worker"))
    finally:
        await service.stop()
    assert [await asked(f"select count(*) from {table}") for table in ("scan", "scan_page", "scan_letter")] == [1, 1, 1]
    assert "Bonjour" in await asked("select text from scan_letter")
    assert inside(folder) == ["pris/lettre.pdf"]
