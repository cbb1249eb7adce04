"""As whom root runs the embedded PostgreSQL, which refuses to run as root."""

from __future__ import annotations

import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grc.errors import Misconfigured

CANDIDATES = ("grc", "postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Drop:
    """The user a command changes to, if any, and the words to put before the command where that is how it is done."""

    user: tuple[int, int] | None = None
    prefix: tuple[str, ...] = ()

    @property
    def plain_user(self) -> tuple[int, int] | None:
        """The user to change to ourselves, when no word before the command does it."""
        return None if self.prefix else self.user

    def for_subprocess(self) -> dict[str, Any]:
        """The same, as `subprocess` takes it."""
        return {"user": self.plain_user[0], "group": self.plain_user[1], "extra_groups": ()} if self.plain_user else {}


def find_drop(binaries: Path, folder: Path) -> Drop:
    """The user who owns the cluster or else one who can be trusted with it, and the way by which he reaches the binaries and the folder.

    A folder closed on the way (a clone in /root, or under `mktemp -d`) is passed with the right to traverse and read, where the machine
    lets root hand on that right alone. No folder is opened to others. Raises Misconfigured where there is no way, saying what to do.
    """
    cluster = folder / "postgres"
    if cluster.exists() and cluster.stat().st_uid != 0:
        found = cluster.stat()
        users = [(found.st_uid, found.st_gid)]
    else:
        users = [_ids(name) for name in CANDIDATES if _exists(name)]
    for user in users:
        for drop in (Drop(user), Drop(user, _with_right_to_read(user))):
            if (drop.prefix or drop.plain_user) and _reaches(drop, binaries, folder):
                return drop
    raise Misconfigured(
        f"PostgreSQL ne tourne pas sous root, et aucun autre compte n’atteint {folder} et {binaries} : "
        "placez le tout dans un dossier ouvert à la traversée (par exemple /srv/grc), lancez grc sous un compte ordinaire, "
        "ou donnez GRC_DATABASE_URL"
    )


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _ids(name: str) -> tuple[int, int]:
    found = pwd.getpwnam(name)
    return found.pw_uid, found.pw_gid


def _with_right_to_read(user: tuple[int, int]) -> tuple[str, ...]:
    """The command that changes to a user and keeps of root's rights only CAP_DAC_READ_SEARCH; empty where it is not there."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return ()
    only = "-all,+dac_read_search"
    return (
        setpriv,
        f"--reuid={user[0]}",
        f"--regid={user[1]}",
        "--clear-groups",
        f"--inh-caps={only}",
        f"--ambient-caps={only}",
        f"--bounding-set={only}",
        "--securebits=+no_setuid_fixup",  # or access(2), by which initdb looks for postgres, would leave the right aside
        "--no-new-privs",
        "--pdeathsig=INT",
        "--",
    )


def _reaches(drop: Drop, binaries: Path, folder: Path) -> bool:
    """Tries, rather than reckons: the user stands in the folder, and his initdb finds its postgres and its files."""
    tries: tuple[list[str | Path], ...] = (["/bin/sh", "-c", 'cd "$1"', "sh", folder], [binaries / "initdb", "--show", "-D", folder])
    for command in tries:
        try:
            done = subprocess.run([*drop.prefix, *command], cwd="/", capture_output=True, timeout=10, **drop.for_subprocess())
        except (OSError, subprocess.TimeoutExpired):
            return False
        if done.returncode:
            return False
    return True
