"""A real ClamAV daemon of its own: a folder, a socket, and one signature that we wrote."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

BINARY = shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
HARMFUL = b"%PDF-1.7 ceci joue le fichier nuisible des essais"
NAME = "Essai.Nuisible.UNOFFICIAL"  # how clamd calls what a local signature found
LARGEST = 2_000_000  # bytes it takes
STARTS_WITHIN = 60.0  # seconds

_CONFIGURATION = f"""
LocalSocket {{folder}}/clamd.sock
DatabaseDirectory {{folder}}/signatures
Foreground yes
LogFile {{folder}}/clamd.log
StreamMaxLength {LARGEST}
MaxFileSize {LARGEST}
MaxThreads 4
"""


@dataclass(slots=True)
class Clamd:
    """One daemon. `start` returns once it answers; `stop` once it is gone, as a machine that loses its power."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="clamd-")))
    _process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """What GRC_CLAMAV would be."""
        return f"unix:{self.folder}/clamd.sock"

    def start(self) -> None:
        """Starts it on the socket it had."""
        assert BINARY is not None
        signatures = self.folder / "signatures"
        signatures.mkdir(exist_ok=True)
        (signatures / "essai.ndb").write_text(f"Essai.Nuisible:0:*:{HARMFUL.hex()}\n")
        configuration = self.folder / "clamd.conf"
        configuration.write_text(_CONFIGURATION.format(folder=self.folder))
        (self.folder / "clamd.sock").unlink(missing_ok=True)
        self._process = subprocess.Popen([BINARY, "-c", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + STARTS_WITHIN
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.folder / "clamd.log").read_text())
            time.sleep(0.05)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as asking:
            try:
                asking.connect(str(self.folder / "clamd.sock"))
                asking.sendall(b"zPING\0")
                return asking.recv(16) == b"PONG\0"
            except OSError:
                return False

    def stop(self) -> None:
        """Is away from now on."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture(scope="module")
def daemon() -> Iterator[Clamd]:
    """The daemon of a file of tests."""
    if BINARY is None:
        pytest.skip("no ClamAV on this machine: apt install clamav-daemon")
    running = Clamd()
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(running.folder, ignore_errors=True)


@pytest.fixture
def clamd(daemon: Clamd) -> Clamd:
    """The daemon, there at the beginning of each test."""
    if daemon._process is None:
        daemon.start()
    return daemon
