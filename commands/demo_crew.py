"""The processes of a demo: started as anybody starts them, watched, and all ended with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.mistake import Mistake

RUN = Path(__file__).resolve().parents[1] / "run.py"
PATIENCE = 60  # seconds for what is under way to end


@dataclass(frozen=True, slots=True)
class Hand:
    """`log`: what the process says beside its answer."""

    name: str
    log: Path
    process: subprocess.Popen[str]


class Crew:
    """`start` what is wanted, `ready` waits until all work, `fallen` names who ended unasked, `stop` ends the rest."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        """`folder`: where the processes stand. No setting of somebody's real installation reaches them."""
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BRIDGE_")}
        self.environment = {**kept, **settings, "PYTHONUNBUFFERED": "1"}
        self.hands: list[Hand] = []

    def start(self, name: str, arguments: Sequence[str]) -> None:
        log = self.folder / f"{name}.log"
        with log.open("wb") as told:
            process = subprocess.Popen(
                [sys.executable, str(RUN), *arguments, "--json"], cwd=self.folder, env=self.environment, text=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=told,
                start_new_session=True,  # Ctrl-C is for us: we end them, one after the other
            )  # fmt: skip
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
