"""`grc doctor`: looks at everything the service stands on, says what is wrong and what to do about it."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from grc import clock
from grc import settings as setting
from grc.actions.scan import Standing
from grc.clamav import Clamav
from grc.errors import GrcError, Unavailable
from grc.messages.channel import Health
from grc.settings import Settings

NAME = "doctor"
HELP = "examine base, comptes, disque, horloge et secret ; dit quoi faire"

GIB = 1024**3
LEAST_FREE = 2 * GIB
MOST_SKEW = timedelta(seconds=5)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose: it looks at everything."""


def run(args: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(_examine(settings))


async def _examine(settings: Settings) -> int:
    ill = 0
    async for found in _all(settings):
        ill += not found.ok
        print(f"{'✓' if found.ok else '✗'} {found.what} : {found.detail}", flush=True)
        if found.todo:
            print(f"    → {found.todo}", flush=True)
    return 1 if ill else 0


async def _all(settings: Settings) -> AsyncIterator[Health]:
    for name in setting.unknown():
        yield Health("réglages", False, f"{name} n’est lu par rien", "corrigez son nom, ou retirez-le")
    yield disk(settings)
    yield secret(settings)
    try:
        async for found in _with_database(settings):
            yield found
    except GrcError as error:
        yield Health("base de données", False, str(error), "vérifiez GRC_DATABASE_URL, ou que PostgreSQL tourne")


async def _with_database(settings: Settings) -> AsyncIterator[Health]:
    from grc.actions import scan
    from grc.app import compose
    from grc.db import migrate
    from grc.db.transaction import WORKER

    async with compose(settings) as composed:
        db = composed.house.db
        async with db.pool.acquire() as conn:
            version = await conn.fetchval("show server_version")
            yield schema(version, await migrate.revision(conn), migrate.head())
            yield skew(await conn.fetchval("select clock_timestamp()") - clock.now())
        async with db.transaction(WORKER) as tx:
            yield await _quarantine(tx)
            scans = await scan.standing(tx)
        yield await antivirus(composed.house.clamav, scans)
        for name, channel in sorted(composed.house.channels.items()):
            try:
                for found in await channel.check():
                    yield found
            except Exception as error:  # a channel that cannot even look is what the operator must hear of
                yield Health(name, False, f"l’examen a échoué : {error!r}", "ceci est un défaut du programme : signalez-le")


def schema(version: str, found: str | None, wanted: str) -> Health:
    """Whether the database is at the revision of this program."""
    detail = f"PostgreSQL {version.split()[0]}, schéma {found or 'absent'}"
    if int(version.split(".")[0]) < 15:
        return Health("base de données", False, detail, "passez à PostgreSQL 15 ou plus récent")
    return Health("base de données", found == wanted, detail, "" if found == wanted else "lancez grc migrate")


def skew(difference: timedelta) -> Health:
    """Whether this machine and the database agree on the time: deadlines are legal facts."""
    apart = abs(difference)
    if apart <= MOST_SKEW:
        return Health("horloge", True, "d’accord avec la base, à moins de 5 s près")
    return Health("horloge", False, f"{apart.total_seconds():.0f} s d’écart avec la base", "réglez l’heure par NTP sur les deux machines")


def disk(settings: Settings) -> Health:
    """Whether there is room where the data lies."""
    try:
        folder = setting.make_data_dir(settings)
        free = shutil.disk_usage(folder).free
    except (GrcError, OSError) as error:
        return Health("disque", False, str(error), "rendez ce dossier accessible, ou changez GRC_DATA_DIR")
    detail = f"{free / GIB:.1f} Gio libres dans {folder}"
    if not os.access(folder, os.W_OK):
        return Health("disque", False, f"{folder} ne peut pas être écrit", "rendez-le à l’utilisateur qui lance grc")
    return Health(
        "disque",
        free >= LEAST_FREE,
        detail,
        "" if free >= LEAST_FREE else "faites de la place : en dessous, le courrier attend à sa source",
    )


def secret(settings: Settings) -> Health:
    """Whether the secret exists, is ours alone, and is shared where several machines serve one database."""
    try:
        settings.key("doctor")
    except GrcError as error:
        return Health("secret", False, str(error), "rendez ce fichier lisible à l’utilisateur qui lance grc, à lui seul")
    if settings.secret is not None:
        return Health("secret", True, "donné par GRC_SECRET")
    path = settings.data_dir / "secret"
    if path.stat().st_mode & 0o077:
        return Health("secret", False, f"{path} est lisible par d’autres", f"chmod 600 {path}")
    shared = "" if settings.database_url is None else "s’il y a plusieurs machines, donnez à toutes le même GRC_SECRET"
    return Health("secret", True, f"gardé dans {path} : sauvegardez-le avec la base", shared)


async def antivirus(clamav: Clamav | None, files: Standing) -> Health:
    """Whether files are looked at, and how those stand that wait for it."""
    kept = f", {files.infected} fichier(s) nuisible(s) tenu(s) à l’écart" if files.infected else ""
    if clamav is None:
        return Health(
            "antivirus", True, f"les fichiers ne sont pas examinés, aucun n’est retenu{kept}", "réglez GRC_CLAMAV pour qu’ils le soient"
        )
    try:
        version = await clamav.version()
    except Unavailable as error:
        return Health(
            "antivirus", False, f"{error} ; {files.waiting} fichier(s) retenu(s){kept}",
            "démarrez clamav-daemon et vérifiez GRC_CLAMAV : rien n’est perdu, les fichiers attendent",
        )  # fmt: skip
    if files.troubled:
        return Health(
            "antivirus", False, f"{version}, {files.troubled} fichier(s) qu’il n’a pas examiné(s) : {files.trouble}{kept}",
            "si le fichier est trop grand pour lui, augmentez StreamMaxLength et MaxFileSize dans clamd.conf",
        )  # fmt: skip
    return Health("antivirus", True, f"{version}, {files.waiting} fichier(s) en attente{kept}")


async def _quarantine(tx: Any) -> Health:
    from grc.messages import ledger

    kept = len(await ledger.quarantined(tx))
    return Health("quarantaine", kept == 0, f"{kept} envoi(s) illisible(s)", "voyez grc ledger, puis grc ledger replay" if kept else "")
