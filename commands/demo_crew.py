"""The processes of a demo: started as anybody starts them, watched, and all ended with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from config.mistake import Mistake

RUN = Path(__file__).resolve().parents[1] / "run.py"
PATIENCE = 60  # seconds for what is under way to end


class Process(Protocol):
    """What subprocess.Popen can do, as far as it is used here."""

    stdout: IO[str] | None

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


# Arguments of run.py, the folder to stand in, the environment, and where its log goes.
Begin = Callable[[Sequence[str], Path, Mapping[str, str], IO[bytes]], Process]


def begin_process(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], log: IO[bytes]) -> Process:
    return subprocess.Popen(
        [sys.executable, str(RUN), *arguments], cwd=folder, env=environment, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
        start_new_session=True,  # Ctrl-C is for us: we end them
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hand:
    """`log`: what the process says beside its answer."""

    name: str
    log: Path
    process: Process


class Crew:
    """`start` what is wanted, `ready` waits until all work, `fallen` names who ended unasked, `stop` ends the rest."""

    def __init__(self, folder: Path, settings: Mapping[str, str], begin: Begin = begin_process) -> None:
        """`folder`: where the processes stand. No setting of somebody's real installation reaches them."""
        self.folder, self.begin = folder, begin
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")}
        self.environment = {**kept, **settings, "PYTHONUNBUFFERED": "1"}
        self.hands: list[Hand] = []

    def start(self, name: str, arguments: Sequence[str]) -> None:
        log = self.folder / f"{name}.log"
        with log.open("wb") as told:
            process = self.begin([*arguments, "--json"], self.folder, self.environment, told)
        self.hands.append(Hand(name, log, process))

    def ready(self) -> None:
        """Each says one line when it has begun. Mistake when one ends instead."""
        for hand in self.hands:
            assert hand.process.stdout
            if not hand.process.stdout.readline():
                last = (hand.log.read_text().splitlines() or ["nothing"])[-1]
                raise Mistake(f"{hand.name} ended at once and said: {last}", f"look into {hand.log}")

    def fallen(self) -> list[str]:
        return [hand.name for hand in self.hands if hand.process.poll() is not None]

    def stop(self) -> None:
        """What is under way is brought to its end; who does not end is killed."""
        for hand in self.hands:
            hand.process.terminate()
        for hand in self.hands:
            try:
                hand.process.wait(PATIENCE)
            except (subprocess.TimeoutExpired, KeyboardInterrupt):
                hand.process.kill()
                hand.process.wait()
            if hand.process.stdout:
                hand.process.stdout.close()
        self.hands = []
