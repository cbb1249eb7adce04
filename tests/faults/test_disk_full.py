"""The disk where files lie is full: mail servers and citizens are asked to come back, and what fits goes on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp

from grc.db.transaction import WORKER
from tests.support import browserless
from tests.support.mails import mail, post
from tests.support.processes import Service, until
from tests.support.world import World

PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 8_000


@contextmanager
def full(folder: Path) -> Iterator[Callable[[], None]]:
    """A folder with room for almost nothing; what is given makes room. A file system of its own where this user may mount one, else
    a file in the place of the folder: to who writes, both are a disk that takes nothing."""
    folder.mkdir(exist_ok=True)
    mounted = (
        os.geteuid() == 0
        and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "grc-test", folder], capture_output=True).returncode == 0
    )
    if not mounted:
        folder.rmdir()
        folder.write_bytes(b"")

    def make_room() -> None:
        if mounted:
            subprocess.run(["mount", "-o", "remount,size=64m", folder], check=True)
        else:
            folder.unlink()

    try:
        yield make_room
    finally:
        if mounted:
            subprocess.run(["umount", "-l", folder], check=True)


async def test_a_mail_with_a_photo_is_put_off_while_the_disk_is_full_and_taken_later(service: Service, world: World) -> None:
    raw = mail("Voici la photo.", files=[("photo.jpg", "image/jpeg", PHOTO)], mail_id="<photo@habitants.example>")
    with full(service.data_dir / "files") as make_room:
        code, words = await post(service.lmtp_port, raw)
        assert code == 451, words
        assert (await post(service.lmtp_port, mail("Sans photo.", mail_id="<sans@habitants.example>")))[0] == 250, "small mail goes on"

        make_room()
        assert (await post(service.lmtp_port, raw))[0] == 250

        async def arrived() -> list[int] | None:
            async with world.db.transaction(WORKER) as tx:
                sizes = [row["size"] for row in await tx.conn.fetch("select size from attachment")]
                tickets = await tx.conn.fetchval("select count(*) from ticket")
            return sizes if tickets == 2 else None

        assert await until(arrived, 10, lambda: f"two tickets; {service.told('worker')}") == [len(PHOTO)]


async def test_a_form_with_a_photo_is_asked_to_come_back_and_keeps_what_was_typed(service: Service, world: World) -> None:
    typed = {"objet": "Trottoir affaissé", "message": "Devant le numéro 12."}
    async with aiohttp.ClientSession() as client:
        async with client.get(f"{service.url}/40902/contact") as response:
            page = browserless.read(await response.text())
        with full(service.data_dir / "files") as make_room:
            body = browserless.filled(page, typed, {"photo.jpg": PHOTO})
            async with client.post(f"{service.url}/40902/contact", data=body) as response:
                text = await response.text()
            assert response.status == 503
            assert "pas encore envoyée" in text
            assert all(value in text for value in typed.values()), "nothing typed is lost"

            make_room()
            body = browserless.filled(page, typed, {"photo.jpg": PHOTO})
            async with client.post(f"{service.url}/40902/contact", data=body, allow_redirects=False) as response:
                assert response.status == 303
    async with world.db.transaction(WORKER) as tx:
        assert await tx.conn.fetchval("select count(*) from received") == 1
