"""A real Dovecot of its own: a folder, a port of loopback, and as many mailboxes as names are used."""

from __future__ import annotations

import asyncio
import getpass
import grp
import itertools
import os
import pwd
import re
import shutil
import signal
import socket
import tempfile
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.memory import descendants

PASSWORD = 'un mot de passe, "long" et \\citant'
BINARY = shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin:/usr/bin")

_SERVES = re.compile(r"dovecot/imap \[(\S+)")  # what the process of a connection calls itself

_CONFIGURATION = """
base_dir = {folder}/run
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 100
verbose_proctitle = yes
default_client_limit = 4000
service imap {{
  process_limit = 1200
}}
service imap-login {{
  chroot =
  service_count = 0
  process_limit = 2
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=plain username_format=%u {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
}}
{more}
"""


@dataclass(slots=True)
class Dovecot:
    """One server. `start` returns once it listens; `stop` once it is gone, its mail kept.

    Its mailboxes belong to as many system users as `owners` says, where root runs it: the kernel lets each watch some hundred folders.
    """

    more: str = ""  # of its configuration; a file it names may lie in `beside`, by name
    beside: dict[str, str] = field(default_factory=dict)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="dovecot-")))
    port: int = 0
    owners: int = 1
    _process: asyncio.subprocess.Process | None = None
    _log: asyncio.Task[None] | None = None
    _of: dict[str, int] = field(default_factory=dict)  # whose a mailbox is
    _number: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def __aenter__(self) -> Dovecot:
        self.folder.chmod(0o755)
        (self.folder / "mail").mkdir(mode=0o711)
        self.port = self.port or _free_port()
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def start(self) -> None:
        """Starts it on the port it had."""
        assert BINARY is not None
        root = os.geteuid() == 0
        for beside, text in self.beside.items():
            (self.folder / beside).write_text(text)
        name, group = getpass.getuser(), grp.getgrgid(os.getegid()).gr_name
        (self.folder / "dovecot.conf").write_text(
            _CONFIGURATION.format(
                folder=self.folder,
                port=self.port,
                internal="dovecot" if root else name,
                group="dovecot" if root else group,
                login="dovenull" if root else name,
                more=self.more.replace("{folder}", str(self.folder)),
            )
        )
        self._process = await asyncio.create_subprocess_exec(
            BINARY,
            "-F",
            "-c",
            str(self.folder / "dovecot.conf"),
            stderr=asyncio.subprocess.PIPE,
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self._process.stderr is not None
        said = []
        while line := await self._process.stderr.readline():
            said.append(line.decode())
            if b"starting up" in line:
                break
        else:
            raise RuntimeError("".join(said))
        self._log = asyncio.create_task(_drain(self._process.stderr))

    async def stop(self) -> None:
        """Ends it at once with all its processes, as a machine that loses its power; asked politely it takes ten seconds."""
        if self._process is not None and self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()
        if self._log is not None:
            await self._log
        self._process = None

    def add(self, user: str) -> str:
        """Makes a mailbox; the URL by which it is read."""
        from urllib.parse import quote

        uid, gid = self._owner(user)
        with (self.folder / "users").open("a") as users:
            users.write(f"{user}:{{plain}}{PASSWORD}:{uid}:{gid}::{self.folder}/mail/{user}\n")
        for part in ("", "cur", "new", "tmp"):
            path = self.folder / "mail" / user / part
            path.mkdir(mode=0o700, exist_ok=True)
            self._give(path, user)
        return f"imap://{quote(user)}:{quote(PASSWORD)}@127.0.0.1:{self.port}"

    def deliver(self, user: str, raw: bytes, folder: str = "") -> Path:
        """Puts a mail into a mailbox as a local delivery agent does: written aside, then renamed into `new`."""
        box = self.folder / "mail" / user / folder
        name = f"{next(self._number):08d}.{os.getpid()}.test"
        aside = box / "tmp" / name
        aside.write_bytes(raw)
        self._give(aside, user)
        return aside.rename(box / "new" / name)

    def files(self, user: str, folder: str = "") -> list[Path]:
        """The mails of a mailbox as they lie on disk; a name that ends in `S` was read."""
        box = self.folder / "mail" / user / folder
        return sorted([*(box / "new").glob("*"), *(box / "cur").glob("*")])

    def forget_numbers(self, user: str) -> None:
        """Has the mailbox numbered anew, under another UIDVALIDITY, as after a restoration from a backup. While it is stopped."""
        box = self.folder / "mail" / user
        for path in [*box.glob("dovecot*")]:
            path.unlink()
        (box / "dovecot-uidlist").write_text("3 V1234567 N1 G0123456789abcdef0123456789abcdef\n")
        self._give(box / "dovecot-uidlist", user)

    def cut(self, users: Collection[str]) -> int:
        """Loses the connections of these mailboxes, as a network does; how many there were."""
        assert self._process is not None
        lost = 0
        for pid, command in descendants(self._process.pid).items():
            if (found := _SERVES.match(command)) and found[1] in users:
                os.kill(pid, signal.SIGKILL)
                lost += 1
        return lost

    def _owner(self, user: str) -> tuple[int, int]:
        if os.geteuid() != 0:
            return os.getuid(), os.getgid()
        nobody = pwd.getpwnam("nobody")
        return nobody.pw_uid - self._of.setdefault(user, len(self._of) % self.owners), nobody.pw_gid

    def _give(self, path: Path, user: str) -> None:
        if os.geteuid() == 0:
            os.chown(path, *self._owner(user))


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(65536):
        pass


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
