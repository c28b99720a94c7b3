"""Starts the program as a process of its own, without the two seconds in which Python loads it each time.

One process for each process of pytest has loaded everything and does nothing but fork; what it forks becomes the
program: another pid, folder, environment and standard streams, killed and waited for like any other. That `run.py`
itself loads and starts, from any folder, is what tests/commands/test_main.py shows.
"""

from __future__ import annotations

import array
import atexit
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

ROOT = Path(__file__).parents[1]
RUN = "from commands.main import main\nmain()\n"  # what run.py does
Wish = tuple[str, list[str], str, dict[str, str], list[tuple[int, tuple[int, int]]]]
_LIMITS = (resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_AS)  # of ours hold there, too
_LARGEST = 1_000_000  # bytes of one wish: arguments and environment


class Started:
    """A process that was asked for; in use like `subprocess.Popen` with `text=True`, or without."""

    def __init__(
        self, arguments: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], code: str = RUN, text: bool = True,
        stdin: int = subprocess.DEVNULL, stderr: int | IO[bytes] = subprocess.PIPE,
    ) -> None:  # fmt: skip
        """`code` runs as a main module does, with `arguments` behind `sys.argv[0]`. `stdin`: of a file, or DEVNULL."""
        self.returncode: int | None = None
        out, out_of = _pipe(text)
        err, err_of = _pipe(text) if stderr == subprocess.PIPE else (None, stderr)
        self._fate, fate_of = os.pipe()
        nothing = os.open(os.devnull, os.O_RDWR)
        given = [nothing if one == subprocess.DEVNULL else one for one in (stdin, out_of, err_of, fate_of)]
        self.stdout, self.stderr = out, err
        limits = {number: resource.getrlimit(number) for number in _LIMITS}
        wish = [code, ["run.py", *map(str, arguments)], str(cwd), dict(env), list(limits.items())]
        _ask(json.dumps(wish).encode(), [one if isinstance(one, int) else one.fileno() for one in given])
        for own in (out_of, fate_of, nothing, *([err_of] if err else [])):
            os.close(own)
        self.pid = int(self._line())

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        if (code := self._ended(timeout)) is None:
            raise subprocess.TimeoutExpired("run.py", timeout or 0)
        return code

    def communicate(self, timeout: float | None = None) -> tuple[Any, Any]:
        """What it said, when it has ended; TimeoutExpired when it has not by then."""
        said: dict[IO[Any], Any] = {}
        streams = [one for one in (self.stdout, self.stderr) if one]
        readers = [
            threading.Thread(target=lambda one=one: said.update({one: one.read()}), daemon=True) for one in streams
        ]
        for reader in readers:
            reader.start()
        self.wait(timeout)
        for reader in readers:
            reader.join()
        for stream in streams:
            stream.close()
        return said.get(self.stdout), said.get(self.stderr)

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind:  # what failed is told: it may be just that this one does not end
            self.kill()
        for stream in (self.stdout, self.stderr):
            if stream:
                stream.close()
        self.wait()

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._fate], [], [], timeout)[0]:
            self.returncode = int(self._line())
            os.close(self._fate)
        return self.returncode

    def _line(self) -> bytes:
        told = os.read(self._fate, 16)
        assert told, "whoever starts the programs is gone"
        return told


def _pipe(text: bool) -> tuple[IO[Any], int]:
    ours, theirs = os.pipe()
    return (open(ours, encoding="utf-8") if text else open(ours, "rb")), theirs


def _ask(wish: bytes, fds: list[int]) -> None:
    _forker().sendmsg([wish], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))])


@cache
def _forker() -> socket.socket:
    """The process that has everything loaded; it ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _LARGEST)
    process = subprocess.Popen(
        [sys.executable, "-P", __file__, str(theirs.fileno())],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, pass_fds=[theirs.fileno()],
    )  # fmt: skip
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _serve(link: socket.socket) -> tuple[str, list[str]]:
    """Forks, wish after wish; returns in the new process only: the code that it shall run, and its arguments."""
    while True:
        wish, fds, _, _ = socket.recv_fds(link, _LARGEST, 4)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:  # those who watched programs that have ended
                pass
        if not wish:
            os._exit(0)
        if os.fork() == 0:
            link.close()
            _watch(fds[3])
            os.close(fds[3])
            return _become(json.loads(wish), fds[:3])
        for fd in fds:
            os.close(fd)


def _watch(fate: int) -> None:
    """Forks once more, and returns in the child; stays beside it to tell its pid, and how it ended."""
    child = os.fork()
    if child == 0:
        return
    for fd in set(map(int, os.listdir("/proc/self/fd"))) - {2, fate}:  # a pipe that stayed open here would not end
        with suppress(OSError):  # the one that listed them
            os.close(fd)
    os.write(fate, str(child).encode())
    _, status = os.waitpid(child, 0)
    os.write(fate, str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _become(wish: Wish, fds: list[int]) -> tuple[str, list[str]]:
    code, arguments, folder, environment, limits = wish
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
        os.close(fd)
    for number, both in limits:
        resource.setrlimit(number, both)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.stdin, sys.stdout, sys.stderr = (_stream(fd, mode) for fd, mode in enumerate(("r", "w", "w")))
    sys.argv = arguments
    return code, arguments


def _stream(fd: int, mode: str) -> IO[str]:
    """As Python opens it at its start: errors are told at once."""
    return os.fdopen(fd, mode, 1 if fd == 2 else -1, encoding="utf-8", errors="backslashreplace", closefd=False)


def _load() -> None:
    """All that a command imports or reads once, also what it imports late."""
    from importlib import import_module

    from babel import Locale

    from commands.main import TABLE
    from inbox.language.guess import Guesser
    from inbox.language.tags import ALL_LANGUAGES

    for entry in TABLE.values():
        import_module(f"commands.{entry.module}")
    for late in ("models.upgrade", "web.app", "uvicorn.loops.auto", "uvicorn.protocols.http.auto", "psycopg"):
        import_module(late)
    Guesser().guess("Is there childcare on Tuesday?", ALL_LANGUAGES)
    for tag in ("en", "es"):
        Locale(tag).languages.get(tag)


if __name__ == "__main__":
    import gc

    _load()
    if more := os.listdir("/proc/self/task")[1:]:
        raise RuntimeError(f"{len(more)} threads are left over: what is forked now would not be as good as fresh.")
    gc.collect()
    gc.freeze()  # so that the forked share the memory
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    ours = {name: value for name, value in globals().items() if name.startswith("__")}
    code, _ = _serve(socket.socket(fileno=int(sys.argv[1])))
    exec(compile(code, "<the program>", "exec"), ours)
