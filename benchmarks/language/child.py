"""One detector in a fresh process: `python -m benchmarks.language.child NAME LIST FILE` prints what it said and cost."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.figures import peak
from benchmarks.language.detectors import DETECTORS
from benchmarks.language.rows import LISTS, Said, read

_ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True)
class Heard:
    """`load` is seconds of the processor until the first answer, imports too; `memory` the peak of the process in MB."""

    said: list[Said]
    load: float
    memory: float


def hear(name: str, languages: str, file: Path) -> Heard:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.language.child", name, languages, str(file.resolve())],
        cwd=_ROOT, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    return Heard([Said(*one) for one in told["said"]], told["load"], told["memory"])


def main() -> None:
    name, languages, file = sys.argv[1:]
    begun = time.process_time()
    detect = DETECTORS[name](LISTS[languages])
    detect("When does the book fair open on Friday?")
    load = time.process_time() - begun
    texts = [row.text for row in read(Path(file))]
    said = [tuple(asdict(detect(text)).values()) for text in texts]
    print(json.dumps({"said": said, "load": load, "memory": peak()}))


if __name__ == "__main__":
    main()
