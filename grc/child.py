"""A process we start: it ends when we end, even when we are killed outright, and its end can be awaited."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)  # loaded here: nothing may be imported between fork and exec


def _tied_to(parent: int, last_word: signal.Signals) -> Callable[[], None]:
    """What the child does between fork and exec: asks the kernel for this signal when its parent dies, and has no mask of ours."""

    def tie() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(last_word), 0, 0, 0)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        if os.getppid() != parent:  # it died before the kernel was asked
            os._exit(1)

    return tie


class Child:
    """A running process. Start it from the main thread: the kernel's promise holds for the thread that forked, not for the process."""

    def __init__(self, process: subprocess.Popen[bytes], stop_signal: signal.Signals) -> None:
        self._process = process
        self._stop_signal = stop_signal

    @classmethod
    def start(
        cls,
        command: Sequence[str | os.PathLike[str]],
        *,
        env: Mapping[str, str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        user: tuple[int, int] | None = None,
        output: int | IO[bytes] | None = None,
    ) -> Child:
        """Starts a command in a session of its own (a terminal's Ctrl-C reaches us, and we stop in order), as another user if asked."""
        as_user: dict[str, Any] = {"user": user[0], "group": user[1], "extra_groups": ()} if user else {}
        process = subprocess.Popen(
            list(command),
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=_tied_to(os.getpid(), stop_signal),  # after the change of user, which would clear it
            **as_user,
        )
        return cls(process, stop_signal)

    @property
    def pid(self) -> int:
        return self._process.pid

    def status(self) -> int | None:
        """The exit status, or None while it runs."""
        return self._process.poll()

    async def wait(self) -> int:
        """Waits for its end; the exit status."""
        loop = asyncio.get_running_loop()
        if self._process.poll() is None:
            ended = asyncio.Event()
            descriptor = os.pidfd_open(self._process.pid)
            loop.add_reader(descriptor, ended.set)
            try:
                await ended.wait()
            finally:
                loop.remove_reader(descriptor)
                os.close(descriptor)
        return self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal, if it still runs."""
        if self._process.poll() is None:
            self._process.send_signal(number)

    async def stop(self, patience: float) -> int:
        """Asks it to end, and after `patience` seconds ends it; the exit status."""
        self.signal(self._stop_signal)
        try:
            return await asyncio.wait_for(self.wait(), patience)
        except TimeoutError:
            self.signal(signal.SIGKILL)
            return await self.wait()
